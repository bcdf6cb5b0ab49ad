"""How a value stands in a golden file, and when a value of today is still that one.

A float stands with nine significant digits, since another processor differs in the fourteenth.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pandas as pd

DIGITS = 9
NOISE = 1e-12
"""What another processor may change, as a share of a value; smaller values than this are nought."""

NULL = "null"

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_FIGURE = re.compile(
    rf"\d{{1,2}}\s{_MONTH}\b(?:\s\d{{2,4}})?"
    rf"|\b{_MONTH}\s\d{{2,4}}"
    r"|\d{4}-Q[1-4]|\d{4}-\d{2}-\d{2}"
    r"|(?:(?<![\w)])[+\-−])?\d+(?:,\d{3})*(?:\.\d+)?%?"
)


def spelled(value: Any) -> str:
    """A value as text: floats to nine digits, days as ISO, whatever is missing as ``null``."""
    if isinstance(value, str):
        return f'"{value}"' if value == NULL else value
    if _missing(value):
        return NULL
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time(0) else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def agrees(golden: str, value: Any) -> bool:
    """Whether a value is the golden one.

    A float that lies within ``NOISE`` of where rounding turns is given the benefit of the doubt.
    """
    if golden == spelled(value):
        return True
    if _missing(value):
        return False
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, float):
        return False
    return golden in (_float(value * (1 - NOISE)), _float(value * (1 + NOISE)))


def figures_in(text: str) -> str:
    """The figures and days in a sentence, in order; what is said of them is left out."""
    return "; ".join(" ".join(found.split()) for found in _FIGURE.findall(text))


def words_of(text: str) -> str:
    """A sentence with a ``#`` for every figure and day in it."""
    return _FIGURE.sub("#", text)


def _missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _float(value: float) -> str:
    if abs(value) < NOISE:
        return "0"
    text = f"{value:.{DIGITS}g}"
    return format(Decimal(text), "f") if "e" in text else text
