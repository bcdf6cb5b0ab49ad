"""Read delimited text: find its encoding and its delimiter, and say which."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from charset_normalizer import from_bytes

from infobank.reading.cells import Cell, is_filled
from infobank.reading.finding_log import unreadable

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_LINES = 400
_SAMPLE_LETTERS = 1_000_000
LARGEST_TEXT = 64_000_000
"""Bytes of the largest text file opened. An assumption."""
MOST_CELLS = 2_500_000
"""Cells of the largest text file opened: its records fill most of 1 GiB. An assumption."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(content: bytes, named: str) -> tuple[list[list[Cell]], str]:
    """The lines of a delimited file, each as long as the longest, and how it was understood.

    Raises:
        FindingError: no encoding fits, a quotation mark is never closed, or the file is larger
            than a run may hold.
    """
    if len(content) > LARGEST_TEXT:
        raise unreadable(named, "too_large", size=f"{len(content):,} bytes")
    text, encoding = decoded(content, named)
    if "\x00" in text:
        raise unreadable(named, "not_text")
    delimiter = find_delimiter(text)
    ends = max(text.count("\n"), text.count("\r"))
    if text.count(delimiter) + ends > MOST_CELLS:
        raise unreadable(named, "too_large", size=f"{ends:,} lines")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        raise unreadable(named, "not_split", reason=str(problem)) from problem
    while rows and not any(is_filled(cell) for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > 2 * MOST_CELLS:  # one very wide line widens every line
        size = f"{len(rows):,} lines of up to {width:,} columns"
        raise unreadable(named, "too_large", size=size)
    lines: list[list[Cell]] = [[*row, *[""] * (width - len(row))] for row in rows]
    return lines, f"{encoding}, separated by {_DELIMITERS[delimiter]}"


def decoded(content: bytes, named: str) -> tuple[str, str]:
    """The text of a file and the encoding it was read in.

    A byte-order mark decides; then UTF-8 where it fits; then what the bytes look most like,
    where Windows-1252 is taken for the one-byte encodings it can hardly be told from.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    encoding = _without_mark(content)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        pass
    best = from_bytes(content[:200_000]).best()
    if best is not None and best.encoding.startswith(("utf_16", "utf_32")):
        try:
            return content.decode(best.encoding), best.encoding
        except UnicodeDecodeError:
            pass
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as problem:
        raise unreadable(named, "no_encoding") from problem


def _without_mark(content: bytes) -> str:
    """UTF-16 where every second byte of the start is nought, and UTF-8 otherwise."""
    sample = content[:4096]
    noughts = [sample[n::2].count(0) for n in (0, 1)]
    half = len(sample) // 4
    if len(content) % 2 == 0 and max(noughts) > half and min(noughts) == 0:
        return "utf-16-le" if noughts[1] else "utf-16-be"
    return "utf-8"


def find_delimiter(text: str) -> str:
    """The separator that splits most lines into the same number of columns, more than one."""
    sample = "".join(text[:_SAMPLE_LETTERS].splitlines(keepends=True)[:_SAMPLE_LINES])
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            counts = Counter(len(row) for row in rows if row)
        except csv.Error:
            continue  # a cell longer than any should be; the reader proper says so
        if not counts:
            continue
        width, lines = max(counts.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        score = (float(lines if width > 1 else 0), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best
