"""The text of a page in pieces, each with its place: cells, paragraphs, charts' alternatives."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_PIECES = {
    "title": "title",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "p": "paragraph",
    "li": "list item",
    "caption": "caption",
    "figcaption": "caption",
    "svg": "chart",
    "td": "cell",
    "th": "cell",
}
_GAPS = {"text", "tspan", "br", "b"}
_UNREAD = {"style", "script"}
_OUTSIDE = "page"


@dataclass(frozen=True)
class Piece:
    """A piece of a page's text.

    Attributes:
        section: id of the section it stands in; ``page`` outside of all.
        place: for a cell of a table ``table 1, Leeds, column 2``; else what it is.
        heading: the heading of a cell's column; "" elsewhere.
        text: what it says.
    """

    section: str
    place: str
    heading: str
    text: str


def pieces_of(page: str) -> list[Piece]:
    """The pieces of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.pieces


@dataclass
class _Open:
    """A piece that is being read, and what stands in charts within it."""

    tag: str
    row_header: bool = False
    text: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)

    @property
    def says(self) -> str:
        return " ".join("".join(self.text).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._section = _OUTSIDE
        self._open: list[_Open] = []
        self._unread = 0
        self._tables = 0
        self._headings: list[str] = []
        self._cells: list[tuple[_Open, list[str]]] = []
        self._in_head = False
        self._charts: list[str] = []
        self._rows: dict[tuple[int, str], int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in _PIECES:
            self._begin_piece(tag, told)
        if tag in _UNREAD:
            self._unread += 1
        elif tag in ("section", "header", "nav", "footer"):
            self._section = told.get("id") or tag
            self._tables, self._rows = 0, {}
        elif tag == "table":
            self._tables += 1
            self._headings = []
        elif tag == "thead":
            self._in_head = True
        elif tag == "tr":
            self._cells = []
        else:
            self._gap(tag)

    def _begin_piece(self, tag: str, told: dict[str, str | None]) -> None:
        opened = _Open(tag, row_header=told.get("scope") == "row")
        if tag == "svg":
            opened.alternatives.append(told.get("aria-label") or "")
        if tag in ("td", "th"):
            self._charts = []
        self._open.append(opened)

    def _gap(self, tag: str) -> None:
        if tag in _GAPS and self._open:
            self._open[-1].text.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._gap(tag)

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        if self._open:
            self._open[-1].text.append(data)
        elif data.strip():
            self._say("text", data)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread -= 1
        elif tag in ("section", "header", "nav", "footer"):
            self._section = _OUTSIDE
        elif tag == "thead":
            self._in_head = False
        elif tag == "tr":
            self._end_row()
        elif self._open and self._open[-1].tag == tag:
            self._end_piece(self._open.pop())
        else:
            self._gap(tag)

    def _end_piece(self, piece: _Open) -> None:
        if piece.tag in ("td", "th"):
            self._cells.append((piece, self._charts))
        elif piece.tag == "svg":
            self._end_chart(piece)
        elif self._open and self._open[-1].tag == "svg":
            self._open[-1].alternatives.append(piece.says)  # the chart's own title
        else:
            self._say(_PIECES[piece.tag], piece.says)

    def _end_chart(self, chart: _Open) -> None:
        alternatives = list(dict.fromkeys(chart.alternatives))
        if any(outer.tag in ("td", "th") for outer in self._open):
            self._charts += [*alternatives, chart.says]
            return
        for alternative in alternatives:
            self._say("chart", alternative)
        self._say("drawn chart", chart.says)

    def _end_row(self) -> None:
        if self._in_head:
            self._headings = [cell.says for cell, _ in self._cells]
            for heading in self._headings:
                self._say("column heading", heading)
            return
        if not self._cells:
            return
        row = next((c.says for c, _ in self._cells if c.row_header), self._cells[0][0].says)
        count = self._rows[(self._tables, row)] = self._rows.get((self._tables, row), 0) + 1
        row = f"{row} ({count})" if count > 1 else row
        for number, (cell, charts) in enumerate(self._cells, start=1):
            heading = self._headings[number - 1] if number <= len(self._headings) else ""
            place = f"table {self._tables}, {row}, column {number}"
            self._say(place, cell.says, heading)
            for chart in charts:
                self._say(f"{place}, chart", chart)

    def _say(self, place: str, text: str, heading: str = "") -> None:
        said = " ".join(text.split())
        if said:
            self.pieces.append(Piece(self._section, place, heading, said))
