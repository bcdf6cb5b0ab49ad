"""The meeting pack: whole, offline, accessible, and true to what was proposed and decided."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from infobank.domain.errors import MistakeError
from infobank.domain.quarters import Quarter
from infobank.meeting.closing import close
from infobank.meeting.decision import understand
from infobank.meeting.meeting import Meeting, decide, record
from infobank.reports.pack import gather_pack, keep_pack, pack_page
from infobank.reports.pack.gather import _earlier_sittings
from infobank.reports.pack.snapshot import PackSnapshot
from tests.unit.meeting.small_meeting import QUARTER, TODAY, inside, outside

VOID = {"meta", "br", "link", "img", "input", "hr"}
WHY = "Visited <b>last month</b> & known"


class _Outline(HTMLParser):
    """The elements of a page: whether they are closed, their ids, links and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.loose: list[str] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("id"):
            self.ids[str(told["id"])] += 1
        if tag == "a":
            self.links.append(str(told.get("href")))
        if tag == "svg" and not told.get("aria-label"):
            self.bare.append(tag)
        if tag == "th" and told.get("scope") not in ("col", "row"):
            self.bare.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.loose.append(tag)


def outline(page: str) -> _Outline:
    found = _Outline()
    found.feed(page)
    return found


def decided(meeting: Meeting, warehouse: Path, action: str, *yots: str) -> Meeting:
    names = dict(zip(("yot", "other_yot"), yots, strict=False))
    decision = understand(
        meeting.proposal, action, who="the meeting", why=WHY, decided_on=TODAY, **names
    )
    return record(decide(meeting, decision), warehouse)


def test_the_page_is_whole_offline_and_can_be_read_aloud(warehouse: Path) -> None:
    page = pack_page(gather_pack(warehouse))
    found = outline(page)
    assert (found.open, found.loose, found.bare) == ([], [], [])
    assert [name for name, times in found.ids.items() if times > 1] == []
    assert {link for link in found.links if not link.startswith("#")} == set()
    assert {link[1:] for link in found.links} <= set(found.ids)
    assert not re.search(r"<script|https?://|src=|@import|url\(", page)
    assert '<html lang="en-GB">' in page


def test_it_says_what_is_made_up_of_when_and_what_is_proposed(warehouse: Path) -> None:
    pack = gather_pack(warehouse)
    page = pack_page(pack)
    assert pack.synthetic
    assert page.count("SYNTHETIC") >= 3
    assert f"Information Bank meeting pack, {QUARTER}" in page
    assert "As known on 11 April 2014" in page
    assert [row["rank"] for row in pack.highest] == list(range(1, 11))
    told = {row["yot_id"] for row in [*pack.programme, *pack.highest]}
    assert {p.yot_id for p in pack.profiles} == told
    assert all(f'id="yot-{p.yot_id}"' in page for p in pack.profiles)
    assert "Nothing has been decided" in page


def test_the_same_tables_give_the_same_bytes(warehouse: Path) -> None:
    assert pack_page(gather_pack(warehouse)) == pack_page(gather_pack(warehouse, QUARTER))


def test_what_is_recorded_shows_before_the_meeting_is_closed(
    meeting: Meeting, warehouse: Path
) -> None:
    out, into = inside(meeting.proposal), outside(meeting.proposal)
    decided(meeting, warehouse, "swap", out, into)
    page = pack_page(gather_pack(warehouse))
    assert "The meeting is not closed" in page
    assert f"{into} in place of {out}" in page
    assert "Visited &lt;b&gt;last month&lt;/b&gt; &amp; known" in page


def test_proposal_decisions_and_final_programme_stand_side_by_side(
    meeting: Meeting, warehouse: Path
) -> None:
    out, into = inside(meeting.proposal), outside(meeting.proposal)
    after = decided(decided(meeting, warehouse, "swap", out, into), warehouse, "approve")
    close(after, warehouse)
    pack = gather_pack(warehouse)
    assert pack.sitting.closed
    assert pack.sitting.approved
    assert sorted(v["yot_name"] for v in pack.sitting.changed) == sorted([out, into])
    assert [d["stands"] for d in pack.sitting.decisions] == ["yes", "yes"]
    page = pack_page(pack)
    assert {p.place["yot_name"] for p in pack.profiles if p.decided} == {out, into}
    assert page.count("The meeting decided:") == 2
    assert "was approved as a whole" in page
    assert outline(page).loose == []


def test_a_withdrawn_decision_stays_on_the_page_as_such(meeting: Meeting, warehouse: Path) -> None:
    after = decided(meeting, warehouse, "remove", inside(meeting.proposal))
    decided(after, warehouse, "withdraw")
    sitting = gather_pack(warehouse).sitting
    assert [d["stands"] for d in sitting.decisions] == ["withdrawn", ""]
    assert sitting.decisions[1]["words"] == "Decision 1 is withdrawn."


def test_a_later_pack_shows_what_an_earlier_meeting_had_and_decided(
    meeting: Meeting, warehouse: Path
) -> None:
    out, into = inside(meeting.proposal), outside(meeting.proposal)
    close(decided(meeting, warehouse, "swap", out, into), warehouse)
    now = PackSnapshot.open(warehouse, QUARTER)
    later = replace(now, quarter=str(Quarter.parse(QUARTER).next()))
    (sitting,) = _earlier_sittings(later)
    assert sitting.quarter == QUARTER
    assert sitting.decisions[0]["words"].startswith(f"{into} in place of {out}")
    assert {v["yot_name"] for v in sitting.changed} == {out, into}
    assert len(sitting.visits) == len(meeting.proposal.programme) + 1


def test_a_run_leaves_the_page_in_the_warehouse(warehouse: Path) -> None:
    page = keep_pack(warehouse, QUARTER)
    assert page == warehouse / "packs" / f"{QUARTER}.html"
    assert page.read_text(encoding="utf-8") == pack_page(gather_pack(warehouse))
    assert [path.name for path in page.parent.iterdir()] == [page.name]


def test_without_tables_there_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(MistakeError, match="no tables yet"):
        gather_pack(tmp_path / "none")
