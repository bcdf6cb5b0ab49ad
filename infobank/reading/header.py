"""Find a table's header in a sheet, and which contract column stands under which heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from infobank.contracts.model import RecordContract
from infobank.domain.findings import address
from infobank.reading.cells import text_of
from infobank.reading.finding_log import FindingLog
from infobank.reading.grid import Grid
from infobank.reading.headings import matches, nearest, normalised
from infobank.reading.layout import Globs, Part, Unpivot


@dataclass(frozen=True)
class Group:
    """One repeated group of columns, or the one set of columns of a plain table.

    Attributes:
        label: the label above the group; "" for a plain table.
        cell: the label's address.
        columns: contract column -> column of the sheet, counted from 0.
    """

    label: str
    cell: str
    columns: dict[str, int]


@dataclass(frozen=True)
class Opened:
    """One unpivoted column: its heading, what stands above it, and where."""

    heading: str
    upper: str
    col: int
    cell: str
    upper_cell: str


@dataclass
class Header:
    """A table's header.

    Attributes:
        bottom: its last line, counted from 0.
        columns: contract column -> column of the sheet, for columns that stand once.
        groups: the repeated groups, if the layout has any.
        opened: the columns that each become a record, if the layout has any.
        texts: the header's cells by line and column, as text.
    """

    bottom: int
    columns: dict[str, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)

    @property
    def top(self) -> int:
        """The header's first line, counted from 0."""
        return self.bottom - len(self.texts) + 1

    def own(self, col: int) -> str:
        """The lowest text over a column."""
        return next((line[col] for line in reversed(self.texts) if line[col]), "")

    def own_cell(self, col: int) -> str:
        """The address of that text."""
        for up, line in enumerate(reversed(self.texts)):
            if line[col]:
                return address(self.bottom - up, col)
        return address(self.bottom, col)

    def used(self) -> set[int]:
        """The columns of the sheet that are read."""
        grouped = {col for group in self.groups for col in group.columns.values()}
        return set(self.columns.values()) | grouped | {o.col for o in self.opened}


def find_header(grid: Grid, part: Part, contract: RecordContract, log: FindingLog) -> Header | None:
    """The header of a table, or None after writing down why the sheet cannot be read."""
    header = _place(grid, part)
    if header is None:
        _no_header(grid, part, log)
        return None
    if _twice(header, part, grid, log):
        return None
    _map_columns(header, part)
    if part.repeat is not None:
        header.groups = _groups(header, part)
    if part.unpivot is not None:
        header.opened = _opened(header, part)
    if not _complete(header, grid, part, contract, log):
        return None
    _unexpected(header, grid, part, log)
    return header


def _place(grid: Grid, part: Part) -> Header | None:
    height = part.header_rows
    reach = min(part.within, len(grid.lines))
    texts = [[text_of(cell) for cell in line] for line in grid.lines[:reach]]
    norms = [{normalised(text) for text in line if text} for line in texts]
    wanted = [{normalised(h) for h in headings} for headings in _all_headings(part).values()]
    best, best_score = None, 0
    for bottom in range(reach):
        top = max(0, bottom - height + 1)
        seen = set().union(*norms[top : bottom + 1])
        score = 2 * sum(bool(seen & headings) for headings in wanted)
        score += 1 if any(norms[bottom] & headings for headings in wanted) else 0
        score += 2 if part.unpivot and _opens(texts[bottom], part.unpivot) else 0
        if score > best_score:
            best, best_score = bottom, score
    if best is None or best_score <= len(wanted) * 0.5:
        return None
    top = max(0, best - height + 1)
    return Header(best, texts=texts[top : best + 1])


def _opens(texts: Sequence[str], unpivot: Unpivot) -> bool:
    """Whether some cell of a line is the heading of a column to open."""
    return any(
        text and matches(text, unpivot.heading) and not matches(text, unpivot.except_)
        for text in texts[1:]
    )


def _all_headings(part: Part) -> dict[str, Globs]:
    repeated = part.repeat.columns if part.repeat else {}
    return {**part.columns, **repeated}


def _no_header(grid: Grid, part: Part, log: FindingLog) -> None:
    reach = min(part.within, len(grid.lines))
    places = [(r, c) for r in range(reach) for c in range(grid.width)]
    texts = [text_of(grid.lines[r][c]) for r, c in places]
    expected = [headings[0] for headings in _all_headings(part).values()]
    near = nearest(expected, texts)
    place = log.place(grid.name, address(*places[near]) if near is not None else "")
    found = texts[near] if near is not None else ""
    facts = {"reach": reach, "near": found, "near_cell": place.cell_words} if reach else {}
    log.report(
        "column_missing",
        place,
        says="no_header" if reach else "empty_sheet",
        headings=_listed(expected),
        found=found,
        expected=", ".join(expected),
        severity=log.severity,
        **facts,
    )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _columns_with(header: Header, headings: Globs, among: Sequence[int]) -> list[int]:
    wanted = {normalised(h) for h in headings}
    lowest = [col for col in among if normalised(header.own(col)) in wanted]
    if lowest:
        return lowest
    return [col for col in among if any(normalised(line[col]) in wanted for line in header.texts)]


def _all_columns(header: Header) -> range:
    return range(len(header.texts[0]))


def _twice(header: Header, part: Part, grid: Grid, log: FindingLog) -> bool:
    """Whether a heading that should stand once stands twice; nobody can say which is meant."""
    found = False
    repeated = part.repeat.columns if part.repeat else {}
    for column, headings in part.columns.items():
        cols = _columns_with(header, headings, _all_columns(header))
        if len(cols) < 2 or column in repeated:
            continue
        cells = [header.own_cell(col) for col in cols]
        place = log.place(grid.name, cells[1])
        log.report(
            "column_missing",
            place,
            says="twice",
            heading=header.own(cols[0]),
            cells=place.several(cells),
            found=" and ".join(cells),
            expected="one column",
            severity=log.severity,
        )
        found = True
    return found


def _map_columns(header: Header, part: Part) -> None:
    taken: set[int] = set()
    for column, headings in part.columns.items():
        cols = [c for c in _columns_with(header, headings, _all_columns(header)) if c not in taken]
        if cols:
            header.columns[column] = cols[0]
            taken.add(cols[0])


def _groups(header: Header, part: Part) -> list[Group]:
    """Repeated groups: each label of the upper header rows and the columns up to the next."""
    repeat = part.repeat
    if repeat is None:
        return []
    wanted = {normalised(h): c for c, headings in repeat.columns.items() for h in headings}
    taken = set(header.columns.values())
    groups: list[Group] = []
    label, cell, columns = "", "", dict[str, int]()
    for col in _all_columns(header):
        upper = next((line[col] for line in header.texts[:-1] if line[col]), "")
        column = wanted.get(normalised(header.own(col)))
        if col in taken:
            label, cell, columns = "", "", {}
            continue
        own_upper = bool(upper) and normalised(upper) not in wanted
        if own_upper and (upper != label or column in columns):
            label, cell, columns = upper, _upper_cell(header, col), {}
        if column is None or not label:
            continue
        if not columns:
            groups.append(Group(label, cell, columns))
        columns.setdefault(column, col)
    return groups


def _upper_cell(header: Header, col: int) -> str:
    for down, line in enumerate(header.texts[:-1]):
        if line[col]:
            return address(header.top + down, col)
    return ""


def _opened(header: Header, part: Part) -> list[Opened]:
    unpivot = part.unpivot
    if unpivot is None:
        return []
    opened: list[Opened] = []
    upper, upper_cell = "", ""
    taken = set(header.columns.values())
    for col in _all_columns(header):
        above = next((line[col] for line in header.texts[:-1] if line[col]), "")
        if above:
            upper, upper_cell = above, _upper_cell(header, col)
        heading = header.texts[-1][col]
        known = matches(heading, unpivot.except_) or matches(heading, part.ignore)
        if heading and col not in taken and not known and matches(heading, unpivot.heading):
            cell = address(header.bottom, col)
            opened.append(Opened(heading, upper, col, cell, upper_cell))
    return opened


def _complete(
    header: Header, grid: Grid, part: Part, contract: RecordContract, log: FindingLog
) -> bool:
    """Whether nothing needed is missing; what is missing is written down either way."""
    needed = {c.name for c in contract.columns if c.required} | set(contract.key)
    kinds = {c.name: c.kind for c in contract.columns}
    whole = True
    for column, headings in part.columns.items():
        if column not in header.columns:
            must = column in needed or kinds.get(column) in ("yot_name", "period")
            whole &= not must
            _missing(header, grid, column, headings, log, must)
    if part.repeat is not None:
        for column, headings in part.repeat.columns.items():
            lacking = [group for group in header.groups if column not in group.columns]
            if len(lacking) == len(header.groups):
                whole &= column not in needed
                _missing(header, grid, column, headings, log, column in needed)
            else:
                _missing_in_groups(grid, column, headings, lacking, log)
    if part.unpivot is not None and header.opened:
        _missing_opened(header, grid, part.unpivot, log)
    elif part.unpivot is not None:
        _missing(header, grid, part.unpivot.value, part.unpivot.heading, log, True)
        whole = False
    return whole


def _missing(
    header: Header, grid: Grid, column: str, headings: Globs, log: FindingLog, must: bool
) -> None:
    free = [col for col in _all_columns(header) if col not in header.used() and header.own(col)]
    near = nearest(headings, [header.own(col) for col in free])
    guess = free[near] if near is not None else (free[0] if len(free) == 1 else None)
    cell = header.own_cell(guess) if guess is not None else address(header.bottom, 0)
    place = log.place(grid.name, cell)
    found = header.own(guess) if guess is not None else ""
    log.report(
        "column_missing",
        place,
        says="required" if must else "optional",
        heading=headings[0],
        column=column,
        near=found,
        near_cell=place.cell_words,
        found=found,
        expected=" or ".join(headings),
        severity=log.severity if must else "warning",
    )


def _missing_opened(header: Header, grid: Grid, unpivot: Unpivot, log: FindingLog) -> None:
    """Headings that the layout names one by one and that are not there."""
    found = {normalised(opened.heading) for opened in header.opened}
    for heading in unpivot.heading:
        if "*" in heading or "?" in heading or normalised(heading) in found:
            continue
        log.report(
            "column_missing",
            log.place(grid.name, address(header.bottom, header.opened[0].col)),
            says="opened",
            value=unpivot.value,
            expected=heading,
        )


def _missing_in_groups(
    grid: Grid, column: str, headings: Globs, groups: Sequence[Group], log: FindingLog
) -> None:
    for group in groups:
        log.report(
            "column_missing",
            log.place(grid.name, group.cell),
            says="in_group",
            heading=headings[0],
            column=column,
            found=group.label,
            expected=" or ".join(headings),
        )


def _unexpected(header: Header, grid: Grid, part: Part, log: FindingLog) -> None:
    used = header.used()
    below = grid.lines[header.bottom + 1 :]
    for col in _all_columns(header):
        heading = header.own(col)
        if col in used or matches(heading, part.ignore):
            continue
        filled = any(text_of(line[col]) for line in below)
        if not filled:
            continue
        log.report(
            "column_unexpected",
            log.place(grid.name, header.own_cell(col)),
            says="default" if heading else "no_heading",
            found=heading,
            expected="a heading of the layout",
        )
