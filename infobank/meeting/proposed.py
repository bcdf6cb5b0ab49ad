"""The proposal a meeting has before it: made again from the published tables, and held to them.

What judging a change needs (weeks free, rules, places in the ranking) is not in ``out/programme``.
The proposal is therefore made anew from the tables it was made from; the same tables and program
give it to the byte, and whether they did is checked.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from infobank.contracts import load_tables
from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed
from infobank.domain.log_step import log_step
from infobank.domain.quarters import Quarter
from infobank.programme import Proposal
from infobank.programme.propose_quarter import proposal_from
from infobank.ranking.flags import caveats
from infobank.ranking.scores import scores_from
from infobank.tables import LocalStorage, Tables, WarehouseError
from infobank.tables.storage import Record

_LOG = logging.getLogger(__name__)

PROPOSED = "out.programme"
RANKING = "out.risk_ranking"
_DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Proposed:
    """A proposal as published, with all that is needed to judge a change to it.

    Attributes:
        quarter: the quarter ranked.
        as_of: the day whose knowledge the proposal stands on.
        snapshot: the current snapshot it was read from.
        proposal: the proposal, made again.
        digest: of what it proposes.
        synthetic: whether anything behind it is made up.
        caveats: what to say of the ranking before anything else, in sentences.
    """

    quarter: str
    as_of: date
    snapshot: str
    proposal: Proposal
    digest: str
    synthetic: bool
    caveats: tuple[str, ...] = ()


def proposal_digest(programme: pd.DataFrame) -> str:
    """Sixteen hexadecimal digits that change when anything proposed changes.

    Only the promised columns count, so that a proposal has one digest in memory and in the tables.
    """
    columns = load_tables()[PROPOSED].columns
    promised = pd.DataFrame(index=programme.index)
    for column in columns:
        days = column.arrow_type == "date32[day]"
        values = programme[column.name]
        promised[column.name] = pd.to_datetime(values).dt.date.astype("str") if days else values
    ordered = promised.sort_values(["yot_id", "programme"], kind="stable")
    text = ordered.to_csv(index=False, lineterminator="\n", na_rep="")
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def current_record(warehouse: Path) -> tuple[str, Record]:
    """Name and record of the current snapshot.

    Raises:
        MistakeError: nothing has been published yet.
    """
    storage = LocalStorage(warehouse)
    name = storage.current() if warehouse.is_dir() else None
    if name is None:
        msg = f"{warehouse} has no tables yet. `infobank run` makes them."
        raise MistakeError(msg)
    return name, storage.record(name)


def proposed_quarter(record: Record, quarter: str | None) -> str:
    """The quarter asked for, or the one last run, if there is a proposal for it.

    Raises:
        MistakeError: there is none.
    """
    chosen = str(Quarter.parse(quarter)) if quarter else str(record["parameters"]["quarter"])
    held = sorted(record["tables"].get(PROPOSED, {}).get("parts", {}))
    if chosen not in held:
        others = f"there is one for {listed(held)}" if held else "nor for any other quarter"
        msg = f"The warehouse has no proposal for {chosen}; {others}. Run that quarter first."
        raise MistakeError(msg)
    return chosen


def proposed_programme(warehouse: Path, quarter: str, snapshot: str | None = None) -> pd.DataFrame:
    """The published proposal of a quarter."""
    return Tables.of_snapshot(warehouse, snapshot).of_quarter(quarter)[PROPOSED]


def rebuild(warehouse: Path, quarter: str | None = None) -> Proposed:
    """Make the published proposal of a quarter again.

    Args:
        warehouse: the warehouse folder.
        quarter: such as 2014-Q1; the one last run by default.

    Raises:
        MistakeError: nothing is published, or nothing for that quarter.
        WarehouseError: the tables no longer give the proposal that was published.
    """
    snapshot, record = current_record(warehouse)
    chosen = proposed_quarter(record, quarter)
    tables = Tables.of_snapshot(warehouse, snapshot)
    ranking = tables.of_quarter(chosen)[RANKING]
    as_of = pd.Timestamp(ranking["as_of"].max()).date()
    if as_of.isoformat() != record["as_of"]:
        # The scores published now are those of a later day; this ranking stands on its own day's.
        tables = tables.given(scores_from(tables, as_of))
    published = tables.of_quarter(chosen)[PROPOSED]
    with log_step(_LOG, f"propose {chosen} again") as counts:
        made = proposal_from(tables, Quarter.parse(chosen), as_of)
        proposal = _in_words_of(published, made)
        counts.add(len(proposal.programme), "visits")
    digest = proposal_digest(proposal.programme)
    if digest != proposal_digest(published):
        msg = (
            f"The tables no longer give the proposal published for {chosen}: the program or its "
            f"rules have changed since. Run the quarter again (infobank run --quarter {chosen}), "
            "then open the meeting."
        )
        raise WarehouseError(msg)
    return Proposed(
        chosen,
        as_of,
        snapshot,
        proposal,
        digest,
        bool(ranking["synthetic"].any()),
        tuple(caveats(ranking["flags"])),
    )


def _in_words_of(published: pd.DataFrame, proposal: Proposal) -> Proposal:
    """The proposal with the reasons as published: a later release may word the same visit anew."""
    visit = ["yot_id", "programme"]
    reasons = published[[*visit, "reason"]]
    worded = proposal.programme.drop(columns="reason").merge(reasons, on=visit, how="left")
    return replace(proposal, programme=worded[list(proposal.programme.columns)])
