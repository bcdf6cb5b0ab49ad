"""What happens to a file's bytes: cut, flipped, saved in another encoding, under another name.

Each takes the file's name and bytes and gives others, with a few words; or None where the file
is not of a kind it can happen to.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

Damaged = tuple[str, bytes, str]
Damage = Callable[[str, bytes, random.Random], Damaged | None]


def _is_text(name: str) -> bool:
    return name.endswith(".csv")


def file_cut(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    return name, content[: rng.randrange(len(content))], "the file cut short"


def bytes_flipped(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    damaged = bytearray(content)
    for _ in range(rng.choice([1, 5, 50])):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return name, bytes(damaged), "bytes changed on the way"


def encoding_changed(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    if not _is_text(name):
        return None
    encoding = rng.choice(["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "mac_roman"])
    text = content.decode("utf-8-sig", errors="replace")
    return name, text.encode(encoding, errors="replace"), f"saved as {encoding}"


def delimiter_changed(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    if not _is_text(name):
        return None
    import csv

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"))))
    stream = io.StringIO()
    delimiter = rng.choice([";", "\t", "|"])
    csv.writer(
        stream, delimiter=delimiter, lineterminator=rng.choice(["\n", "\r\n", "\r"])
    ).writerows(rows)
    return name, stream.getvalue().encode(), "separated otherwise"


def quote_put_in(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    if not _is_text(name):
        return None
    place = rng.randrange(len(content))
    return name, content[:place] + b'"' + content[place:], "a stray quotation mark"


def extension_wrong(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    stem, _, own = name.rpartition(".")
    others = [e for e in ("xlsx", "xls", "csv", "ods", "xlsb", "txt", "doc", "zip", "") if e != own]
    return f"{stem}.{rng.choice(others)}", content, "another ending"


def something_else(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    others = [
        b"",
        b"\x00" * 500,
        b"<html><body>Login</body></html>",
        b"%PDF-1.4\n1 0 obj",
        b"PK\x03\x04rubbish",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    ]
    other = rng.choice(others)
    return name, other, "something else under its name"


_CACHED = re.compile(rb'<c r="([A-Z]+\d+)"( s="\d+")?><v>([^<]*)</v></c>')


def formulas_unstored(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    """Figures replaced by formulas whose values were never stored."""
    if not name.endswith(".xlsx"):
        return None
    share = rng.choice([0.002, 0.02, 1.0])

    def formula(found: re.Match[bytes]) -> bytes:
        if rng.random() > share:
            return found.group(0)
        cell, style, value = found.groups()
        return b'<c r="%s"%s><f>%s+0</f></c>' % (cell, style or b"", value)

    old = zipfile.ZipFile(io.BytesIO(content))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry)
            new.writestr(entry, _CACHED.sub(formula, part) if "worksheets" in entry else part)
    return name, stream.getvalue(), "formulas without their values"


def zip_part_lost(name: str, content: bytes, rng: random.Random) -> Damaged | None:
    """One part of a workbook lost: styles, shared strings, a sheet."""
    if not name.endswith((".xlsx", ".ods")):
        return None
    old = zipfile.ZipFile(io.BytesIO(content))
    lost = rng.choice(old.namelist())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != lost:
                new.writestr(entry, old.read(entry))
    return name, stream.getvalue(), "a part of the workbook lost"


DAMAGES: dict[str, Damage] = {
    f.__name__: f
    for f in (
        file_cut, bytes_flipped, encoding_changed, delimiter_changed, quote_put_in,
        extension_wrong, something_else, formulas_unstored, zip_part_lost,
    )
}  # fmt: skip
