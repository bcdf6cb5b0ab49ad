"""Make mutants of the sample's deliveries, pass each through all gates, and write what was caught.

python -m tests.mutations.run --count 10000 --page docs/mutations.md
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from infobank.checking import CheckedSource, ReceivedReading, check_source
from infobank.domain.findings import FindingError
from infobank.reading import Grid, OpenedFile, Reading, read_delivery
from infobank.reading.deliver import read_opened
from infobank.reading.grid import _trimmed
from infobank.reading.pseudonyms import pseudonymise
from infobank.reading.read_file import _refused
from tests.mutations.bases import WEIGHTS, Base, Library, load_library
from tests.mutations.damage import DAMAGES
from tests.mutations.figures import FIGURE_MUTATIONS
from tests.mutations.gates import Remembered
from tests.mutations.judge import Key, Record, Verdict, accepted, judge
from tests.mutations.shapes import SHAPE_MUTATIONS
from tests.mutations.sheets import Sheets

SEED = 2014
BATCH = 1000
_SHARES = (("figures", 0.55), ("shape", 0.33), ("file", 0.12))


@dataclass(frozen=True)
class Mutant:
    """One mutant: what it was made from, how, and its reading."""

    number: int
    base: Base
    mutation: str
    did: str
    reading: Reading | None = None
    fault: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant; ``fault`` where our own code failed."""

    number: int
    source: str
    mutation: str
    did: str
    verdict: Verdict
    fault: str = ""


def mutants(
    library: Library, count: int, seed: int = SEED, share: tuple[int, int] = (0, 1)
) -> Iterator[Mutant]:
    """Mutants, read, in the order of their numbers; each depends on its number alone.

    Args:
        library: what they are made from.
        count: how many there are in all.
        seed: the seed.
        share: which of how many equal shares to read and give.
    """
    bases = list(library.bases)
    weights = [_weight(base, bases) for base in bases]
    with tempfile.TemporaryDirectory() as folder:
        number = made = 0
        while made < count:
            rng = random.Random(seed * 1_000_003 + number)  # noqa: S311 - mutants are no secret
            number += 1
            base = rng.choices(bases, weights)[0]
            draft = _draft(base, number, rng)
            if draft is None:
                continue
            made += 1
            if made % share[1] == share[0]:
                yield _written(library, draft, Path(folder))


def _weight(base: Base, bases: list[Base]) -> float:
    alike = sum(other.contract.id == base.contract.id for other in bases)
    return WEIGHTS.get(base.contract.id, 2) / alike


@dataclass(frozen=True)
class _Draft:
    """A mutant not yet read: a file's name and bytes, or its sheets."""

    mutant: Mutant
    name: str
    content: bytes | Sheets


def _draft(base: Base, number: int, rng: random.Random) -> _Draft | None:
    sort = rng.choices([s for s, _ in _SHARES], [w for _, w in _SHARES])[0]
    if sort == "file":
        name = rng.choice(list(DAMAGES))
        damaged = DAMAGES[name](base.path.name, base.content, rng)
        if damaged is None:
            return None
        told, content, did = damaged
        return _Draft(Mutant(number, base, name, did), f"{number:05d}_{told}", content)
    chosen = FIGURE_MUTATIONS if sort == "figures" else SHAPE_MUTATIONS
    name = rng.choice(list(chosen))
    sheets = Sheets.of(base)
    did = chosen[name](sheets, rng)
    if did is None:
        return None
    return _Draft(Mutant(number, base, name, did), f"{number:05d}_{base.path.name}", sheets)


def _written(library: Library, draft: _Draft, folder: Path) -> Mutant:
    if isinstance(draft.content, bytes):
        path = folder / draft.name
        path.write_bytes(draft.content)
        mutant = _read(library, draft.mutant, path, None)
        path.unlink()
        return mutant
    sheets = draft.content
    grids = tuple(
        Grid(sheet, sheet not in sheets.hidden, _trimmed(lines))
        for sheet, lines in sheets.lines.items()
    )
    delivery = replace(draft.mutant.base.delivery, sheets=grids)
    path = draft.mutant.base.path.with_name(draft.name)
    return _read(library, draft.mutant, path, delivery)


def _read(library: Library, mutant: Mutant, path: Path, opened: OpenedFile | None) -> Mutant:
    """Read a mutant as a run would."""
    contract = mutant.base.contract
    own = [layout for layout in library.layouts if layout.contract == contract.id]
    # A mutant is damaged, and about nobody as what it was made from.
    synthetic = mutant.base.reading.reading.synthetic
    try:
        if opened is None:
            reading = read_delivery(
                path, path.name, contract, own, library.names, synthetic=synthetic
            )
        else:
            reading = read_opened(
                opened, path.name, contract, own, library.names, synthetic=synthetic
            )
        reading = pseudonymise(reading, contract)
    except FindingError as problem:
        return replace(mutant, reading=_refused(contract.id, path.name, problem.finding))
    except Exception:
        return replace(mutant, fault=traceback.format_exc(limit=-4))
    return replace(mutant, reading=reading)


def run(
    library: Library, count: int, seed: int = SEED, share: tuple[int, int] = (0, 1)
) -> Iterator[Outcome]:
    """Make mutants and judge them, in batches; all of them, or one of so many equal shares."""
    remembered = Remembered()
    good = _good(library, remembered)
    batch: list[Mutant] = []
    for mutant in mutants(library, count, seed, share):
        batch.append(mutant)
        if len(batch) == BATCH:
            yield from _judged(library, batch, remembered, good)
            batch = []
    yield from _judged(library, batch, remembered, good)


Accepted = dict[str, dict[Key, Record]]
Good = dict[Path, tuple[CheckedSource, Reading, Accepted, Accepted]]


def _good(library: Library, remembered: Remembered) -> Good:
    made: Good = {}
    for base in library.bases:
        reading = _untouched(library, base)
        _learn(remembered, base, [*(h.reading for h in base.history), reading])
        with remembered.in_place():
            checked = _check(library, base, reading)
        earlier = {
            name: accepted(checked, base.history[0].reading.source_file, base.contract, name)
            for name in base.contract.objects
            if base.history
        }
        usual = {
            name: accepted(checked, reading.source_file, base.contract, name)
            for name in base.contract.objects
        }
        made[base.path] = (checked, reading, usual, earlier)
    return made


def _untouched(library: Library, base: Base) -> Reading:
    own = [layout for layout in library.layouts if layout.contract == base.contract.id]
    synthetic = base.reading.reading.synthetic
    reading = read_opened(
        base.delivery, base.path.name, base.contract, own, library.names, synthetic=synthetic
    )
    return pseudonymise(reading, base.contract)


def _learn(remembered: Remembered, base: Base, readings: list[Reading]) -> None:
    for name, record in base.contract.objects.items():
        remembered.learn(record, [r.objects[name] for r in readings if name in r.objects])


def _check(
    library: Library, base: Base, reading: Reading, *, with_history: bool = True
) -> CheckedSource:
    received = [ReceivedReading(reading, base.received)]
    if with_history:
        received[:0] = base.history
    return check_source(base.contract, received, library.register)


def _judged(
    library: Library, batch: list[Mutant], remembered: Remembered, good: Good
) -> Iterator[Outcome]:
    by_source: dict[str, list[Mutant]] = {}
    for mutant in batch:
        by_source.setdefault(mutant.base.contract.id, []).append(mutant)
    for alike in by_source.values():
        _learn(remembered, alike[0].base, [m.reading for m in alike if m.reading is not None])
    with remembered.in_place():
        for mutant in batch:
            yield _outcome(library, mutant, good)


def _outcome(library: Library, mutant: Mutant, good: Good) -> Outcome:
    base = mutant.base
    told = Outcome(mutant.number, base.contract.id, mutant.mutation, mutant.did, Verdict("fault"))
    if mutant.reading is None:
        return replace(told, fault=mutant.fault)
    checked, reading, usual, earlier = good[base.path]
    try:
        # Only a changed figure, name or period can differ from the delivery before.
        matters = mutant.mutation in {*FIGURE_MUTATIONS, "period_changed", "name_taken"}
        own = _check(library, base, mutant.reading, with_history=matters)
        counts = own.counts
        if (counts["rows_read"] != counts["rows_accepted"] + counts["rows_quarantined"]).any():
            return replace(told, fault="rows in are not accepted and quarantined")
        held_against = earlier if matters else {}
        verdict = judge(
            base.contract, (checked, reading), (own, mutant.reading), usual, held_against
        )
    except Exception:
        return replace(told, fault=traceback.format_exc(limit=-4))
    return replace(told, verdict=verdict)


def _run_share(count: int, seed: int, share: tuple[int, int], show: str) -> list[Outcome]:
    """One share of a run, in a process of its own."""
    began = time.monotonic()
    outcomes: list[Outcome] = []
    for outcome in run(load_library(), count, seed, share):
        outcomes.append(outcome)
        kind = outcome.verdict.outcome
        if kind in show.split(","):
            print(kind, outcome.number, outcome.source, outcome.did, outcome.verdict.why,
                  outcome.verdict.column, outcome.fault, flush=True)  # fmt: skip
        if len(outcomes) % 500 == 0:
            where = f" of share {share[0] + 1}" if share[1] > 1 else ""
            print(f"{len(outcomes)}{where}, {time.monotonic() - began:.0f} s", flush=True)
    return outcomes


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Mutated deliveries and what the gates say.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--workers", type=int, default=1, help="processes to share the work")
    parser.add_argument("--show", default="", help="outcomes to show one by one: fault,missed,...")
    asked = parser.parse_args()
    shares = [(n, asked.workers) for n in range(asked.workers)]
    with ProcessPoolExecutor(asked.workers) as pool:
        told = [
            pool.submit(_run_share, asked.count, asked.seed, share, asked.show) for share in shares
        ]
        outcomes = sorted((o for each in told for o in each.result()), key=lambda o: o.number)
    from tests.mutations.page import page, summary

    print(summary(outcomes))
    if asked.page:
        asked.page.write_text(page(outcomes, asked.seed), encoding="utf-8")
    bad = [o for o in outcomes if o.verdict.outcome in ("fault", "missed", "lost")]
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
