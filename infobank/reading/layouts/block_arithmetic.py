"""Do the blocks add up: columns to the line's total, lines to the block's, YOTs to the region's.

One wrong figure breaks several sums at once: Brent's 383 breaks the ages', the genders' and the
ethnicities'. A finding is written for each wrong figure, not for each broken sum: the figure that
explains most broken sums by one and the same error is named first, until none is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infobank.domain.in_words import listed
from infobank.reading.finding_log import FindingLog
from infobank.reading.headings import normalised
from infobank.reading.layouts.block_parts import TOTAL_KEY, Block, BlockLine, Key

SheetCell = tuple[str, str]
"""A sheet and an address."""

_ALL_OVER = 20
"""More broken sums than this between two blocks, or of one sort in one sheet, have no single wrong
figure behind them."""

_MANY = 3
"""More broken sums than this between the same blocks, none sharing a figure, are told together."""


@dataclass(frozen=True)
class Sum:
    """One sum that should hold, and does not.

    Attributes:
        what: the parts in words ("ages", "the lines", "the YOTs").
        label: the line the total stands on, and its block, in words.
        total: where the total stands.
        given: the total as printed.
        added: what the parts add up to.
        parts: where the parts stand.
        between: which comparison of which block it belongs to.
    """

    what: str
    label: str
    total: SheetCell
    given: float
    added: float
    parts: tuple[SheetCell, ...]
    between: str


Term = tuple[SheetCell, float | None]


def _broken(
    what: str, label: str, total: Term, parts: Sequence[Term], between: str, *, below: bool = False
) -> list[Sum]:
    """The sum, if it does not hold; with a part not given, the others may only fall short."""
    place, given = total
    if given is None or not parts:
        return []
    below = below or any(figure is None for _, figure in parts)
    added = sum(figure for _, figure in parts if figure is not None)
    if abs(added - given) < 0.5 or (below and added < given):
        return []
    return [Sum(what, label, place, given, added, tuple(p for p, _ in parts), between)]


def _term(block: Block, line: BlockLine, key: Key) -> Term:
    return (block.sheet, line.cells[key]), line.figures[key]


def within_block(block: Block, groups: dict[str, str]) -> list[Sum]:
    """The broken sums of one block: groups of columns to the total, lines to the total line."""
    broken: list[Sum] = []
    for line in block.all_lines():
        label = f"{block.name}, {line.label}"
        for group, printed in groups.items():
            parts = [_term(block, line, key) for key in line.figures if key[0] == group]
            if TOTAL_KEY in line.figures and any(f is not None for _, f in parts):
                total = _term(block, line, TOTAL_KEY)
                broken += _broken(
                    f"the figures by {printed.lower()}", label, total, parts, f"{label} {group}"
                )
    for line in block.subtotals:
        lines = [other for other in block.lines if other.section == line.section]
        label = f"{block.name}, {line.label}"
        for key in line.figures:
            parts = [_term(block, other, key) for other in lines]
            total = _term(block, line, key)
            broken += _broken(
                f'the lines under "{line.section}"', label, total, parts, f"section of {block.name}"
            )
    if block.total is None:
        return broken
    for key in block.total.figures:
        label = f"{block.name}, {block.total.label}"
        parts = [_term(block, line, key) for line in block.lines]
        total = _term(block, block.total, key)
        broken += _broken("the lines", label, total, parts, f"lines of {block.name}")
    return broken


def between_blocks(
    whole: Block, parts: Sequence[Block], what: str, *, incomplete: bool = False
) -> list[Sum]:
    """The broken sums of a region over its YOTs, or of the nation over its regions.

    Args:
        whole: the block that should be the sum.
        parts: the blocks that should add up to it.
        what: the parts in words.
        incomplete: whether a part is known to be missing; then the sum may fall short.
    """
    broken: list[Sum] = []
    lines = [{_line_key(line): line for line in part.all_lines()} for part in parts]
    for line in whole.all_lines():
        for key in line.figures:
            terms = [
                _term(part, found, key)
                for part, by_key in zip(parts, lines, strict=True)
                if (found := by_key.get(_line_key(line))) is not None and key in found.figures
            ]
            label = f"{whole.name}, {line.label}"
            between = f"{what} of {whole.name} ({whole.sheet})"
            broken += _broken(
                what, label, _term(whole, line, key), terms, between, below=incomplete
            )
    return broken


def _line_key(line: BlockLine) -> tuple[str, str]:
    return line.section, normalised(line.label) if line.section else "total"


def report(broken: list[Sum], log: FindingLog) -> None:
    """One warning per wrong figure; sums that share none are told by themselves, or in bulk."""
    left = _without_bulk(broken, log)
    while left:
        place, error, explained = _best_explanation(left)
        if len(explained) < 2:
            break
        _say(place, error, explained, log)
        left = [s for s in left if s not in explained]
    by_pair: dict[str, list[Sum]] = defaultdict(list)
    for broken_sum in left:
        by_pair[broken_sum.between].append(broken_sum)
    for sums in by_pair.values():
        if len(sums) > _MANY:
            _say_bulk(sums, sums[0].between.split(" of ", 1)[-1], log)
        else:
            for broken_sum in sums:
                _say(broken_sum.total, broken_sum.given - broken_sum.added, [broken_sum], log)


def _without_bulk(broken: list[Sum], log: FindingLog) -> list[Sum]:
    """Tell at once what is wrong all over between two blocks; the sums that are left."""
    pairs: dict[str, list[Sum]] = defaultdict(list)
    for broken_sum in broken:
        pairs[broken_sum.between].append(broken_sum)
    left: list[Sum] = []
    for sums in pairs.values():
        if len(sums) > _ALL_OVER:
            _say_bulk(sums, sums[0].between.split(" of ", 1)[-1], log)
        else:
            left += sums
    sheets: dict[tuple[str, str], list[Sum]] = defaultdict(list)
    for broken_sum in left:
        sheets[broken_sum.total[0], broken_sum.what].append(broken_sum)
    for (sheet, _), sums in sheets.items():
        if len(sums) > _ALL_OVER:
            _say_bulk(sums, f"the sheet {sheet}", log)
    many = {place for place, sums in sheets.items() if len(sums) > _ALL_OVER}
    return [broken_sum for broken_sum in left if (broken_sum.total[0], broken_sum.what) not in many]


def _best_explanation(broken: Iterable[Sum]) -> tuple[SheetCell, float, list[Sum]]:
    """The figure, and its error, that explains most sums; totals before parts, then in order."""
    explains: dict[tuple[SheetCell, float], list[Sum]] = defaultdict(list)
    as_total: dict[tuple[SheetCell, float], int] = defaultdict(int)
    for broken_sum in broken:
        error = broken_sum.given - broken_sum.added
        explains[broken_sum.total, error].append(broken_sum)
        as_total[broken_sum.total, error] += 1
        for part in broken_sum.parts:
            explains[part, -error].append(broken_sum)
    best = max(explains, key=lambda k: (len(explains[k]), as_total[k], [-ord(c) for c in k[0][1]]))
    return best[0], best[1], explains[best]


def _say(place: SheetCell, error: float, sums: list[Sum], log: FindingLog) -> None:
    where = log.place(*place)
    totals = [broken_sum for broken_sum in sums if broken_sum.total == place]
    if not totals:
        labels = (
            f"{broken_sum.label} ({where.within(broken_sum.total[1]).cell_words})"
            for broken_sum in sums
        )
        log.report(
            "parts_do_not_add",
            where,
            says="part",
            by=f"{abs(error):g}",
            way="high" if error > 0 else "low",
            sums=listed(dict.fromkeys(labels)),
            expected=f"{abs(error):g} {'less' if error > 0 else 'more'}",
        )
        return
    whats = list(dict.fromkeys(broken_sum.what for broken_sum in totals))
    log.report(
        "parts_do_not_add",
        where,
        label=totals[0].label,
        parts=listed(whats),
        add="each add" if len(whats) > 1 else "add",
        found=f"{totals[0].given:g}",
        expected=f"{totals[0].given - error:g}",
    )


def _say_bulk(sums: list[Sum], whole: str, log: FindingLog) -> None:
    first = sums[0]
    log.report(
        "parts_do_not_add",
        log.place(*first.total),
        says="many",
        count=len(sums),
        whole=whole,
        parts=first.what,
        label=first.label,
        found=f"{first.given:g}",
        expected=f"{first.added:g}",
    )
