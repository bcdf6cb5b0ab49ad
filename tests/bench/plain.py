"""What a person would write instead of the Information Bank: pandas alone, and no checks.

Reads every delivery under a raw folder into tidy tables and writes them as Parquet. It trusts what
it reads: no findings, no vintages, no ranking. ``make bench`` measures the program against it.

    python -m tests.bench.plain RAW OUT
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

REGISTER = Path(__file__).resolve().parents[2] / "schemas" / "register"
YOT_COLUMNS = ("YOT", "Youth Offending Team", "Home team", "Team", "Youth offending team")
WORDS = {"Y": "yes", "Yes": "yes", True: "yes", "N": "no", "No": "no", False: "no"}
MONTH = r"([A-Z][a-z]{2})[a-z]* (\d{2,4})"
LABEL = re.compile(rf"{MONTH}\s*(?:-|to|\u2013)\s*{MONTH}")


def known_names() -> dict[str, str]:
    """The id of every YOT by its names in lower case."""
    yots = pd.read_csv(REGISTER / "yots.csv")
    aliases = pd.read_csv(REGISTER / "aliases.csv")
    names = [*yots["yot_name"], *aliases["alias"]]
    return dict(zip((n.lower() for n in names), [*yots["yot_id"], *aliases["yot_id"]], strict=True))


def sheets_of(path: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """The sheets of a file as they stand; a text file has one."""
    if path.suffix != ".csv":
        yield from pd.read_excel(path, sheet_name=None, header=None, engine="calamine").items()
        return
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    mark = max(",;\t", key=text.count)
    lines = list(csv.reader(text.splitlines(), delimiter=mark))
    width = max(map(len, lines))
    whole = [[*line, *[""] * (width - len(line))] for line in lines]
    yield "", pd.DataFrame(whole).replace("", None)


def header_line(grid: pd.DataFrame) -> int | None:
    """The first line that begins with a heading and has more than two."""
    for number, line in enumerate(grid.head(12).itertuples(index=False)):
        if pd.notna(line[0]) and sum(pd.notna(cell) for cell in line) > 2:
            return number
    return None


def table_below(grid: pd.DataFrame, header: int) -> pd.DataFrame:
    """The lines below a header, under its headings."""
    body = grid.iloc[header + 1 :].copy()
    body.columns = [str(cell).strip() for cell in grid.iloc[header]]
    return body.dropna(thresh=2)


def period(label: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a period's label."""
    if year := re.fullmatch(r"(\d{4})/\d\d", label):
        start = pd.Timestamp(int(year[1]), 4, 1)
        return start, start + pd.DateOffset(years=1, days=-1)
    parts = LABEL.match(label)
    if parts is None:
        raise ValueError(label)
    first, last = (
        pd.to_datetime(f"{month} 20{year[-2:]}", format="%b %Y")
        for month, year in (parts.group(1, 2), parts.group(3, 4))
    )
    return first, last + pd.offsets.MonthEnd(0)


def indicators(grid: pd.DataFrame, name: str) -> Iterator[pd.DataFrame]:
    """Count, base and rate of each period of a sheet, one frame a period."""
    labels = grid.iloc[:8, 2:].astype("str").apply(lambda column: column.str.contains(r"\d\d"))
    header = int((labels.sum(axis=1) >= 3).to_numpy().argmax())
    body = grid.iloc[header + 2 :].dropna(subset=[1])
    for column, label in list(enumerate(grid.iloc[header]))[2::3]:
        if pd.isna(label):
            continue
        first, last = period(str(label).strip())
        figures = body[[column, column + 1, column + 2]].apply(pd.to_numeric, errors="coerce")
        figures.columns = ["numerator", "denominator", "rate"]
        about = {"yot": body[1], "indicator": name, "period_start": first, "period_end": last}
        yield figures.assign(**about)


def answers(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row for each question answered (``Q1``, ``A1.2``) of a wide table."""
    questions = [c for c in table.columns if re.fullmatch(r"[QA]\d+(\.\d+)?", c)]
    rest = [c for c in table.columns if c not in questions]
    long = table.melt(rest, questions, var_name="question", value_name=name)
    return long.assign(**{name: long[name].map(lambda told: WORDS.get(told, told))})


def tidied(table: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """A table with its days as days and its YOTs by id."""
    team = next((c for c in YOT_COLUMNS if c in table.columns), None)
    if team is not None:
        table = table.assign(yot_id=table[team].map(lambda n: ids.get(str(n).strip().lower())))
    for column in table.columns:
        if re.search(r"\b(day|date|received|since|starts|ends|visit)\b", column, re.IGNORECASE):
            days = pd.to_datetime(table[column], dayfirst=True, errors="coerce", format="mixed")
            table = table.assign(**{column: days})
    return table


def case_sheets(path: Path, prefix: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The inspection, the cases and the judgements of a case spreadsheet."""
    book = dict(sheets_of(path))
    form = book["Inspection"].iloc[:, :2].dropna()
    about = dict(form.itertuples(index=False, name=None))
    inspection = {"inspection_id": about["Inspection reference"]}
    yield f"core.{prefix}inspection", pd.DataFrame([about]).astype("str")
    for sheet, table in (("Cases", "case"), ("Judgements", "judgement")):
        header = header_line(book[sheet])
        if header is None:
            continue
        found = table_below(book[sheet], header)
        if sheet == "Judgements":
            themes = dict(zip(found.columns, book[sheet].iloc[header - 1].ffill(), strict=True))
            found = answers(found, "judgement")
            found["theme"] = found["question"].map(themes)
        yield f"restricted.{prefix}{table}", found.assign(**inspection)


def tables_of(path: Path, source: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables that one delivery gives, by name."""
    if source.endswith("case_spreadsheets"):
        yield from case_sheets(path, "adult_" if source.startswith("iaow") else "")
        return
    for sheet, grid in sheets_of(path):
        header = header_line(grid) if sheet not in ("Contents", "Notes") else None
        if header is None:
            continue
        if source.startswith("yjb_"):
            name = "_".join([source.removeprefix("yjb_"), *sheet.split(" - ")[1:]])
            for frame in indicators(grid, name):
                yield "core.yjb_indicators", frame
        elif source.startswith("survey_"):
            table = answers(table_below(grid, header), "answer").assign(survey=source)
            yield "restricted.survey_response", table.rename(columns={table.columns[0]: "response"})
        else:
            name = f"{source}_{sheet.lower()}" if source == "hours_and_budget" else source
            yield f"core.{name}", table_below(grid, header)


def main(raw: Path, out: Path) -> None:
    """Read every delivery and write one Parquet file a table."""
    ids = known_names()
    parts: dict[str, list[pd.DataFrame]] = defaultdict(list)
    files = sorted(p for p in raw.glob("*/*/*") if p.suffix in {".csv", ".xlsx", ".ods"})
    for path in files:
        for name, table in tables_of(path, path.parts[-3]):
            if "yot" in table:
                table = table.rename(columns={"yot": "YOT"})
            told = tidied(table, ids).assign(source_file=path.name, known_from=path.parent.name)
            parts[name].append(told)
    out.mkdir(parents=True, exist_ok=True)
    rows = 0
    for name, frames in parts.items():
        whole = pd.concat(frames, ignore_index=True)
        mixed = [column for column in whole.columns if whole[column].dtype == object]
        whole.astype(dict.fromkeys(mixed, "str")).to_parquet(out / f"{name}.parquet")
        rows += len(whole)
    print(f"{len(files)} files, {len(parts)} tables, {rows} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
