"""The dictionary says what the contracts say, and a page that no longer does is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from infobank.contracts.dictionary import stale_pages, write_dictionary

Schemas = Callable[..., Path]
Contract = dict[str, Any]


def test_pages_written_are_fresh_until_one_byte_differs(
    schemas: Schemas, contract: Contract, tmp_path: Path
) -> None:
    root, docs = schemas(contract), tmp_path / "docs"
    written = [path.relative_to(docs).as_posix() for path in write_dictionary(docs, root)]
    assert written == [
        "dictionary/core.spending.md",
        "dictionary/index.md",
        "dictionary/spending.spend.md",
        "programmes.md",
        "severity.md",
    ]
    assert stale_pages(docs, root) == []
    page = docs / "dictionary" / "index.md"
    page.write_bytes(page.read_bytes() + b" ")
    assert stale_pages(docs, root) == [page]
    assert write_dictionary(docs, root) == [page]


def test_a_page_nothing_stands_behind_is_deleted(
    schemas: Schemas, contract: Contract, tmp_path: Path
) -> None:
    root, docs = schemas(contract), tmp_path / "docs"
    write_dictionary(docs, root)
    left = docs / "dictionary" / "core.gone.md"
    left.write_text("x")
    assert stale_pages(docs, root) == [left]
    write_dictionary(docs, root)
    assert not left.exists()


def test_a_page_tells_all_a_reader_needs(
    schemas: Schemas, contract: Contract, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    write_dictionary(docs, schemas(contract))
    page = (docs / "dictionary" / "spending.spend.md").read_text()
    for told in (
        "One row per YOT and year.",
        "| `pounds` | integer | pounds |  | Money spent. Loaded as `spend`. | 0 to 1000000 |",
        "council, board",
        "every year",
        "`pounds` / `children`, to 2 decimals",
        "[core.spending](core.spending.md)",
        "head-of-research",
    ):
        assert told in page
