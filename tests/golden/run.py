"""Run the sample's last three quarters and compare what they give with the golden files.

python -m tests.golden.run [--update figures|wording] [--warehouse FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infobank.domain.paths import project_root
from tests.golden.classes import UnclassedError
from tests.golden.collect import Collected, Tables, collect
from tests.golden.compare import Difference, compare
from tests.golden.quarters import QUARTERS, run_quarter
from tests.golden.tables import BrokenError, Golden

FOLDER = Path(__file__).parent
RAW = project_root() / "raw" / "sample"
SAME, FIGURES_DIFFER, NOT_TOLD, WORDING_DIFFERS = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, or update; says what has changed.

    Returns:
        0 where nothing has changed or the golden files are updated, 1 where a figure has changed,
        3 where only wording has, 2 where nothing can be compared.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", choices=("figures", "wording"))
    parser.add_argument("--warehouse", type=Path, help="compare a warehouse that is run already")
    told = parser.parse_args(arguments)
    try:
        collected = collect(told.warehouse) if told.warehouse else _run()
        if told.update:
            return _update(told.update, getattr(collected, told.update))
        return report(collected, FOLDER)
    except (UnclassedError, BrokenError) as problem:
        print(problem, file=sys.stderr)
        return NOT_TOLD


def report(collected: Collected, folder: Path) -> int:
    """Say what differs from the golden files of a folder, figures and wording apart."""
    figures = _differences(collected.figures, folder / "figures")
    wording = _differences(collected.wording, folder / "wording")
    _say("Figures", "value", figures, collected.figures, "make golden-update")
    _say("Wording", "sentence", wording, collected.wording, "make golden-wording")
    if figures:
        return FIGURES_DIFFER
    return WORDING_DIFFERS if wording else SAME


def _run() -> Collected:
    with tempfile.TemporaryDirectory(prefix="infobank-golden-") as folder:
        for quarter in QUARTERS:
            print(f"Running {quarter} ...", file=sys.stderr, flush=True)
            run_quarter(quarter, RAW, Path(folder))
        return collect(Path(folder))


def _differences(tables: Tables, folder: Path) -> list[Difference]:
    golden = {path.name: Golden.read(path) for path in sorted(folder.glob("*.csv"))}
    return compare(golden, tables)


def _say(title: str, one: str, differences: list[Difference], tables: Tables, verb: str) -> None:
    rows = sum(len(table.rows) for table in tables.values())
    if not differences:
        print(f"{title}: nothing has changed in {len(tables)} tables ({rows:,} rows).")
        return
    for difference in differences:
        print(difference)
    count = sum(difference.count for difference in differences)
    places = len({difference.table for difference in differences})
    print(
        f"{title}: {count:,} {one}{'s' if count != 1 else ''} changed, in "
        f"{places} of {len(tables)} tables. If this is meant, run `{verb}` and commit it with "
        "its cause, and with nothing else."
    )


def _update(kind: str, tables: Tables) -> int:
    folder = FOLDER / kind
    differences = _differences(tables, folder)
    for difference in differences:
        print(difference)
    folder.mkdir(exist_ok=True)
    for path in sorted(folder.glob("*.csv")):
        if path.name not in tables:
            path.unlink()
    changed = {difference.table for difference in differences}
    for file, table in tables.items():
        if table.name in changed or not (folder / file).exists():
            (folder / file).write_text(table.as_csv(), encoding="utf-8", newline="\n")
    print(f"The golden {kind} are updated: {len(changed)} tables changed.")
    return SAME


if __name__ == "__main__":
    sys.exit(main())
