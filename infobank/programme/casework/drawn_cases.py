"""The sample of cases of one inspection: drawn from a list, and put on record.

The spreadsheet goes to the inspectors and holds the cases' identifiers. The Parquet file is the
record: it names each case by its cell in the list alone, and the list by its SHA-256.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from infobank.programme.casework.case_list import CaseList, insist_on_enough
from infobank.programme.casework.case_sample import TRAITS, compare_sample, sample_cases
from infobank.programme.year_rules import Rules

_PRIVATE = 0o600
# A workbook carries when it was made; one fixed day keeps its bytes the same every time.
_MADE = dt.datetime(2000, 1, 1)
_HEADINGS = {
    "draw_order": "No.",
    "case_id": "Case ID",
    "sentence": "Sentence",
    "looked_after": "Looked after",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "cell": "Cell in the list",
    "inclusion_probability": "Inclusion probability",
}


@dataclass(frozen=True)
class Occasion:
    """The inspection a sample is for.

    Attributes:
        quarter: quarter of the programme.
        yot_id: the YOT.
        yot_name: its name.
        programme: the kind of inspection.
        size: the agreed number of cases.
    """

    quarter: str
    yot_id: str
    yot_name: str
    programme: str
    size: int


@dataclass(frozen=True)
class Drawn:
    """A sample and what it was drawn from.

    Attributes:
        occasion: the inspection.
        listed: the list.
        sample: the cases drawn, in the order of drawing.
        strata: one row per trait and group: eligible and drawn, with their shares (0 to 1).
        seed: the seed.
    """

    occasion: Occasion
    listed: CaseList
    sample: pd.DataFrame
    strata: pd.DataFrame
    seed: int


def agreed_size(population: float | None, programme: str, rules: Rules) -> int:
    """The agreed number of cases: by the YOT's size and the kind of inspection."""
    return rules.visit(programme).cases[rules.size_of(population).name]


def case_seed(occasion: Occasion, rules: Rules) -> int:
    """The seed of a sample: anyone can make it from quarter, YOT and kind of inspection."""
    text = f"{rules.random.seed}|cases|{occasion.quarter}|{occasion.yot_id}|{occasion.programme}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def draw_cases(listed: CaseList, occasion: Occasion, rules: Rules) -> Drawn:
    """Draw the sample of an inspection; the same list gives the same sample in any order of lines.

    Raises:
        FindingError: the list has fewer cases than are to be drawn.
    """
    insist_on_enough(listed, occasion.size)
    seed = case_seed(occasion, rules)
    # Spelling must not make two groups of one: groups are told apart in lower case.
    grouped = listed.cases.assign(**{t: listed.cases[t].str.casefold() for t in TRAITS})
    sample = sample_cases(grouped, occasion.size, seed)
    strata = compare_sample(grouped, sample).rename(
        columns={
            "cases": "eligible",
            "sampled": "drawn",
            "share_of_list": "share_of_eligible",
            "share_of_sample": "share_of_drawn",
        }
    )
    return Drawn(occasion, listed, sample, strata, seed)


def record_drawn(drawn: Drawn, path: Path) -> Path:
    """Write the sample as a spreadsheet, and its record as Parquet beside it.

    Returns:
        The Parquet file. Both can be read by their owner alone.
    """
    beside = path.with_suffix(".parquet")
    for file in (path, beside):
        file.unlink(missing_ok=True)
        file.touch(mode=_PRIVATE)
    _write_workbook(drawn, path)
    record_of(drawn).to_parquet(beside, index=False)
    return beside


def record_of(drawn: Drawn) -> pd.DataFrame:
    """The record of a sample: one row per case drawn, named by its cell in the list."""
    o = drawn.occasion
    record = drawn.sample.drop(columns="case_id").assign(
        quarter=o.quarter,
        yot_id=o.yot_id,
        programme=o.programme,
        list_file=drawn.listed.file,
        list_sheet=drawn.listed.sheet,
        list_sha256=drawn.listed.sha256,
        synthetic=drawn.listed.synthetic,
    )
    first = ["quarter", "yot_id", "programme", "draw_order", "cell"]
    return record[[*first, *(c for c in record.columns if c not in first)]]


def about(drawn: Drawn) -> list[tuple[str, str]]:
    """What a sample is, as pairs of words, for the spreadsheet and the screen."""
    o = drawn.occasion
    return [
        ("YOT", o.yot_name),
        ("Inspection", f"{o.programme}, programme after {o.quarter}"),
        ("Eligible cases on the list", str(len(drawn.listed.cases))),
        ("Cases drawn", str(len(drawn.sample))),
        ("Seed", str(drawn.seed)),
        ("List", drawn.listed.file),
        ("SHA-256 of the list", drawn.listed.sha256),
        (
            "Method",
            "Systematic sample of the list in the order of sentence, looked-after status, gender "
            "and ethnicity, shuffled by the seed within equal cases, from a random start. Every "
            "case has the same chance. The same list and seed give the same sample.",
        ),
    ]


def _write_workbook(drawn: Drawn, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "Sample of cases", "created": _MADE})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    _sheet(book, "Sample", drawn.sample[list(_HEADINGS)].rename(columns=_HEADINGS), bold)
    words = {c: c.replace("_", " ").capitalize() for c in drawn.strata.columns}
    _sheet(book, "Strata", drawn.strata.rename(columns=words), bold)
    facts = about(drawn)
    if drawn.listed.synthetic:
        facts.insert(0, ("SYNTHETIC", "The list is declared to be of made-up cases."))
    _sheet(book, "About", pd.DataFrame(facts, columns=["What", "Value"]), bold)
    book.close()


def _sheet(book: Any, name: str, frame: pd.DataFrame, bold: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(frame.columns) - 1, 22)
    for place, heading in enumerate(frame.columns):
        sheet.write_string(0, place, str(heading), bold)
    for line, row in enumerate(frame.itertuples(index=False), start=1):
        for place, value in enumerate(row):
            if pd.isna(value):
                sheet.write_blank(line, place, None)
            elif isinstance(value, str):
                sheet.write_string(line, place, value)
            else:
                sheet.write_number(line, place, float(value))
