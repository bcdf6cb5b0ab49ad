"""The page of what was caught by which gate, written from the outcomes of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from infobank.domain.codes import load_findings

if TYPE_CHECKING:
    from tests.mutations.run import Outcome

TITLES = {
    "refused": "nothing wrong was accepted: records, or the file, were refused",
    "reported": "something other than before was accepted, and a finding says so",
    "same": "the same figures were accepted",
    "silent": "something else was accepted without a finding; see below why none is possible",
    "missed": "something else was accepted that a check of the contract should have noticed",
    "lost": "a record that every YOT has to send was lost without a finding",
    "fault": "the program failed, or the records read were not those accepted plus those refused",
}
_WHY = {
    "another agreed word": (
        "an answer, a judgement or a code became another of those allowed",
        "Nothing in the file depends on a single answer. Scores of many answers hardly change.",
    ),
    "the figure is now one not given, as it may be": (
        "a figure became blank, or a sign for a figure not given",
        "It is loaded as not given, never as 0. A sign may be right where a figure is withheld, "
        "and a blank may be right in sources that not every YOT has to send.",
    ),
    "the file has neither rate nor total for it": (
        "a figure changed that no other figure of the file depends on",
        "Published percentages without their counts, populations by YOT without totals, severities "
        "of intelligence. Limits and, for populations, the year before catch the large changes.",
    ),
    "totals: unchanged, as another line changed by as much": (
        "figures of two lines of one region were exchanged with their rates",
        "Sums are the same and each line's rate fits its own counts. The delivery before catches "
        "exchanges that change a figure by more than a fifth and by more than ten.",
    ),
    "totals: a part of the total is not given": (
        "a count changed where a part of its total is withheld and there is no rate for it",
        "Such a total can only be checked from below: the parts that are known must not exceed it.",
    ),
    "totals: no total over it is given": (
        "a count changed in a file whose total for it is not given, or was changed alike",
        "Without a total there is nothing to add up to.",
    ),
    "a total: a part of the total is not given": (
        "a published total changed where a part of it is withheld",
        "It is checked from below, against its own rate, and the country against its regions. "
        "Totals are not loaded.",
    ),
    "within rounding, or without its counts": (
        "a rate changed by less than its rounding, or there are no counts for it",
        "The ranking uses counts, never rates.",
    ),
    "a record that was not there before": (
        "a line is now about something else: another year, another reference",
        "Its key is new and fits the contract. In sources that not every YOT has to send, nobody "
        "can say which lines there should be.",
    ),
    "a record gone of a kind not owed by all": (
        "a whole line is gone from a source that not every YOT has to send",
        "Nobody can say how many inspections, answers or reports there should be.",
    ),
}


def summary(outcomes: list[Outcome]) -> str:
    """The outcomes counted, in a few lines."""
    told = Counter(o.verdict.outcome for o in outcomes)
    lines = [f"{len(outcomes)} mutants: " + ", ".join(f"{k} {v}" for k, v in told.most_common())]
    silent = Counter(
        (o.source, o.mutation, o.verdict.column, o.verdict.why)
        for o in outcomes
        if o.verdict.outcome == "silent"
    )
    lines += [f"  {n:4} {' | '.join(what)}" for what, n in silent.most_common(40)]
    return "\n".join(lines)


def page(outcomes: list[Outcome], seed: int) -> str:
    """The whole page, as Markdown."""
    sources = len({o.source for o in outcomes})
    parts = [
        "# Mutated deliveries\n",
        "<!-- Written by tests/mutations/run.py (`make mutations`). Change that, not this page. "
        "-->\n",
        "How well do the checks find mistakes in deliveries? "
        f"{len(outcomes):,} deliveries with a mistake in them (*mutants*) were made from the "
        f"sample's files of {sources} sources (seed {seed}). Each was read and passed through all "
        "four gates, that is stages of checks, as in a run, after the delivery before it. A judge "
        "that shares no code with the gates compared what was accepted with what is accepted of "
        "the good file, and looked whether a finding names the cell, its line or its total. It "
        "worked out again from the accepted figures whether rates, totals, limits, allowed words "
        "or the delivery before should have shown the mistake.\n",
        _outcomes(outcomes),
        _gates(outcomes),
        _mutations(outcomes),
        _sources(outcomes),
        _silent(outcomes),
    ]
    return "\n".join(parts)


def _table(heads: list[str], rows: list[list[object]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _outcomes(outcomes: list[Outcome]) -> str:
    told = Counter(o.verdict.outcome for o in outcomes)
    rows: list[list[object]] = [[what, f"{told[what]:,}", says] for what, says in TITLES.items()]
    return "## What became of them\n\n" + _table(["outcome", "mutants", "what it means"], rows)


def _gates(outcomes: list[Outcome]) -> str:
    codes = load_findings()
    by_gate: Counter[tuple[str, str]] = Counter()
    by_code: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.verdict.outcome not in ("refused", "reported"):
            continue
        told = [code for code in outcome.verdict.codes if code in codes]
        by_gate.update({(codes[code].gate, outcome.verdict.outcome) for code in told})
        by_code.update(told)
    gates = ("contract", "expectation", "arithmetic", "history")
    rows: list[list[object]] = [
        [gate, f"{by_gate[gate, 'refused']:,}", f"{by_gate[gate, 'reported']:,}"] for gate in gates
    ]
    named: list[list[object]] = [
        [f"`{code}`", codes[code].gate, f"{n:,}"] for code, n in by_code.most_common()
    ]
    return (
        "## Which gate caught them\n\nA mutant may be caught by several gates and is counted in "
        "each.\n\n"
        + _table(["gate", "refused", "reported"], rows)
        + "\n"
        + _table(["finding", "gate", "mutants"], named)
    )


def _mutations(outcomes: list[Outcome]) -> str:
    told = Counter((o.mutation, o.verdict.outcome) for o in outcomes)
    names = sorted({o.mutation for o in outcomes})
    rows: list[list[object]] = [
        [name.replace("_", " "), *(told[name, what] for what in TITLES)] for name in names
    ]
    return "## By what was done\n\n" + _table(["mutation", *TITLES], rows)


def _sources(outcomes: list[Outcome]) -> str:
    told = Counter((o.source, o.verdict.outcome) for o in outcomes)
    names = sorted({o.source for o in outcomes})
    rows: list[list[object]] = [
        [f"`{name}`", *(told[name, what] for what in TITLES)] for name in names
    ]
    return "## By source\n\n" + _table(["source", *TITLES], rows)


def _silent(outcomes: list[Outcome]) -> str:
    told = Counter(o.verdict.why for o in outcomes if o.verdict.outcome == "silent")
    rows: list[list[object]] = []
    for why, n in told.most_common():
        what, cannot = _WHY.get(why, (why, ""))
        rows.append([what, f"{n:,}", cannot])
    return (
        "## What nothing can catch\n\nThese were taken in without a word, because the file itself "
        "and the delivery before it have nothing to hold the figure against.\n\n"
        + _table(["what changed", "mutants", "why nothing tells"], rows)
        + "\nThree limits to know:\n\n"
        "- A total over a figure that is withheld is checked from below only, so a part that is "
        "too low can hide behind it; its own rate still tells, if it has one.\n"
        "- Two YOTs of one region whose lines are exchanged whole add up as before. Only the "
        "history gate can notice, and only large exchanges; a first delivery has no history.\n"
        "- The first delivery of a period is compared with the period before: a figure must move "
        "beyond chance and two and a half times before it is remarked upon.\n"
    )
