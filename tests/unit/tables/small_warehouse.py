"""A small warehouse: one table in parts, one in one file, one restricted."""

from __future__ import annotations

from datetime import date

import pandas as pd

from infobank.contracts.model import Column, TableContract
from infobank.tables import RunIdentity

TYPES = {
    "str": ("string", "string"),
    "int": ("integer", "int64"),
    "float": ("number", "double"),
    "date": ("date", "date32[day]"),
    "bool": ("boolean", "bool"),
}


def table(name: str, key: str, partition: str | None = None, **columns: str) -> TableContract:
    """A contract from column=type, a trailing ? meaning that values may be missing."""
    made = []
    for column, kind in columns.items():
        logical, arrow = TYPES[kind.rstrip("?")]
        made.append(
            Column(
                name=column,
                logical_type=logical,
                arrow_type=arrow,
                unit="persons" if kind.startswith("int") else "",
                description=f"The {column}.",
                required=not kind.endswith("?"),
            )
        )
    return TableContract(
        name=name,
        zone=name.split(".")[0],
        version="1.2.0",
        title="A table",
        description="A table.",
        columns=tuple(made),
        key=tuple(key.split()),
        sort=tuple(key.split()),
        expectations=(),
        partition=partition,
        holds=("yjb_custody/custody",) if "source_file" in columns else (),
    )


RANKING = table(
    "out.risk_ranking",
    "quarter rank",
    "quarter",
    quarter="str",
    as_of="date",
    yot_id="str",
    rank="int",
    score="float",
    cases="int?",
)
INDICATORS = table(
    "core.yjb_indicators",
    "yot_id known_from",
    "received_quarter",
    yot_id="str",
    numerator="int?",
    known_from="date",
    source_file="str",
    synthetic="bool",
)
CASES = table("restricted.case", "case_id", case_id="str", placement="str?")


def ranking(quarter: str, *scores: float) -> pd.DataFrame:
    """One row per score, the highest first."""
    count = len(scores)
    return pd.DataFrame(
        {
            "quarter": pd.Series([quarter] * count, dtype="str"),
            "as_of": pd.Series([date(2014, 7, 1)] * count).astype("datetime64[s]"),
            "yot_id": pd.Series([f"yot_{n}" for n in range(count)], dtype="str"),
            "rank": pd.array(range(1, count + 1), dtype="Int64"),
            "score": pd.Series(scores, dtype="float64"),
            "cases": pd.array([None if n % 2 else 10 + n for n in range(count)], dtype="Int64"),
        }
    )


def indicators(*rows: tuple[str, int | None, date, str]) -> pd.DataFrame:
    """One row per YOT, count, date it became known and file."""
    names, counts, known, files = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "yot_id": pd.Series(names, dtype="str"),
            "numerator": pd.array(counts, dtype="Int64"),
            "known_from": pd.Series(known).astype("datetime64[s]"),
            "source_file": pd.Series(files, dtype="str"),
            "synthetic": [True] * len(rows),
        }
    )


def cases(*ids: str) -> pd.DataFrame:
    """One row per case."""
    placements = ["hosted" if n else None for n in range(len(ids))]
    return pd.DataFrame(
        {"case_id": pd.Series(ids, dtype="str"), "placement": pd.Series(placements, dtype="str")}
    )


def identity(quarter: str = "2014-Q1", code: str = "0.1.0+abc", **more: str) -> RunIdentity:
    """A run's identity: by quarter, over two deliveries and more."""
    inputs = {"yjb_custody/a.xlsx": "a" * 64, "yjb_custody/b.xlsx": "b" * 64, **more}
    return RunIdentity({"quarter": quarter}, inputs, code, date(2014, 7, 1), "true")
