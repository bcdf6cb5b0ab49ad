"""What the meeting is told, collected from the published tables as known on the as-of date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from infobank.domain.in_words import day_in_words
from infobank.domain.programmes import by_programme
from infobank.domain.quarters import Quarter
from infobank.meeting.closing import DECISIONS, FINAL, standing_rows
from infobank.meeting.minutes import read_minutes
from infobank.meeting.proposed import PROPOSED, RANKING
from infobank.programme import load_rules
from infobank.programme.casework.recommendations import FOLLOW_UP
from infobank.programme.coverage_forecast import coverage_warning
from infobank.ranking.flags import caveats
from infobank.reports.pack.snapshot import PackSnapshot, Row, rows_of
from infobank.reports.pack.yot_profile import Profile, Sources, profile_of

_HIGHEST = 10
_RECENT_DAYS = 100


@dataclass(frozen=True)
class Sitting:
    """What one meeting had before it and what it decided.

    Attributes:
        quarter: the quarter whose programme it was about.
        decisions: one row per decision, in order; ``stands`` says whether it still does.
        closed: whether decisions and final programme are published.
        approved: whether the whole programme was approved.
        visits: the proposal and the final programme side by side, one row per YOT and kind.
    """

    quarter: str
    decisions: list[Row]
    closed: bool
    approved: bool
    visits: list[Row]

    @property
    def changed(self) -> list[Row]:
        """The visits that are not as proposed."""
        return [visit for visit in self.visits if visit["changed"]]


@dataclass(frozen=True)
class Pack:
    """All that stands in the pack.

    Attributes:
        quarter: the quarter ranked.
        as_of: the day whose knowledge it stands on.
        run_id: the run the tables come from.
        synthetic: whether anything in it is made up.
        what_if: the name it stands under beside what is published; "" for what is published.
        caveats: what to say of the ranking before anything else, in sentences.
        yots: how many YOTs are ranked.
        earlier_quarter: the published quarter that ranks are compared with, or "".
        highest: the ten highest risks; ``visit`` is the proposed programme, or "", and ``why_not``
            the reason where there is none.
        programme: the proposed visits, in the order of programmes, then by week.
        hours: the hours they take; ``budget`` is what there is.
        budget: inspection hours of the year.
        sitting: the meeting on this quarter.
        earlier: earlier meetings, newest first.
        coverage: the warning about the five-year promise, or "".
        forecast: its forecast, one row per quarter.
        past_due: YOTs whose five years run out within a year and that the proposal leaves out.
        overdue: follow-up that is overdue, longest first.
        open_recommendations: how many recommendations are open in all.
        refused: what was refused, and what is late.
        remarks: what was used and remarked upon in the newest deliveries.
        older_remarks: how many older remarks the quarantine holds.
        files: how many files were known; ``records`` counts their records.
        records: records read.
        quarantined: records refused.
        profiles: one for each YOT proposed, decided on or among the ten highest risks.
    """

    quarter: str
    as_of: date
    run_id: str
    synthetic: bool
    what_if: str
    caveats: list[str]
    yots: int
    earlier_quarter: str
    highest: list[Row]
    programme: list[Row]
    hours: float
    budget: float
    sitting: Sitting
    earlier: list[Sitting]
    coverage: str
    forecast: list[Row]
    past_due: list[Row]
    overdue: list[Row]
    open_recommendations: int
    refused: list[Row]
    remarks: list[Row]
    older_remarks: int
    files: int
    records: int
    quarantined: int
    profiles: list[Profile]


def gather_pack(warehouse: Path, quarter: str | None = None, label: str = "") -> Pack:
    """Collect the pack of a quarter.

    Args:
        warehouse: the warehouse folder.
        quarter: such as 2014-Q1; the one last run by default.
        label: name of a snapshot that stands beside what is published; "" for what is published.

    Raises:
        MistakeError: nothing is published, or nothing for that quarter.
    """
    held = PackSnapshot.open(warehouse, quarter, label)
    ranking = held.own[RANKING].sort_values(["rank", "yot_id"], ignore_index=True)
    as_of = pd.Timestamp(ranking["as_of"].max()).date()
    earlier = str(Quarter.parse(held.quarter).previous())
    ranking, earlier = _with_earlier_rank(ranking, held.tables[RANKING], earlier)
    programme = _in_programme_order(held.own[PROPOSED])
    sitting = _sitting(held, held.quarter)
    names = dict.fromkeys(
        [
            *programme["yot_id"],
            *(visit["yot_id"] for visit in sitting.visits),
            *ranking["yot_id"].head(_HIGHEST),
        ]
    )
    follow_up = held.own[FOLLOW_UP]
    sources = Sources.of(held, as_of)
    rules = load_rules()
    forecast = held.own["out.coverage_forecast"].sort_values("quarters_ahead")
    findings = held.tables.as_known(as_of)["core.quarantine"]
    refused = (findings["rows_refused"] > 0) | (findings["severity"] == "critical")
    refused |= findings["code"] == "delivery_late"
    recent = findings["known_from"] > pd.Timestamp(as_of) - pd.Timedelta(days=_RECENT_DAYS)
    files = held.tables["core.delivery"]
    files = files[files["received"] <= pd.Timestamp(as_of)]
    ranks = ranking.set_index("yot_id", drop=False)
    return Pack(
        quarter=held.quarter,
        as_of=as_of,
        run_id=str(held.record["run_id"]),
        synthetic=bool(ranking["synthetic"].any()),
        what_if=label,
        caveats=caveats(ranking["flags"]),
        yots=len(ranking),
        earlier_quarter=earlier,
        highest=_with_visit(ranking.head(_HIGHEST), programme, held.own["out.not_proposed"]),
        programme=rows_of(programme),
        hours=float(programme["hours"].sum()),
        budget=float(rules.hours.budget),
        sitting=sitting,
        earlier=_earlier_sittings(held),
        coverage=_coverage(forecast),
        forecast=rows_of(forecast),
        past_due=_past_due(held, as_of, set(programme["yot_id"])),
        overdue=rows_of(follow_up[follow_up["overdue"]].sort_values("follow_up_date")),
        open_recommendations=int((follow_up["next_step"] != "none").sum()),
        refused=_finding_rows(findings[refused]),
        remarks=_finding_rows(findings[~refused & recent]),
        older_remarks=int((~refused & ~recent).sum()),
        files=int(files["source_file"].nunique()),
        records=int(files["rows_read"].sum()),
        quarantined=int(files["rows_quarantined"].sum()),
        profiles=[
            profile_of(ranks.loc[yot_id], programme, sitting.visits, sources)
            for yot_id in names
            if yot_id in ranks.index
        ],
    )


def _with_visit(ranking: pd.DataFrame, programme: pd.DataFrame, left: pd.DataFrame) -> list[Row]:
    visit = programme.set_index("yot_id")["programme"].to_dict()
    why_not = left.set_index("yot_id")["reason"].to_dict()
    ids = ranking["yot_id"]
    return rows_of(
        ranking.assign(
            visit=[visit.get(yot_id, "") for yot_id in ids],
            why_not=[why_not.get(yot_id, "") for yot_id in ids],
        )
    )


def _with_earlier_rank(
    ranking: pd.DataFrame, every: pd.DataFrame, earlier: str
) -> tuple[pd.DataFrame, str]:
    then = every[every["quarter"] == earlier].set_index("yot_id")["rank"]
    if then.empty:
        return ranking.assign(earlier_rank=np.nan), ""
    return ranking.assign(earlier_rank=ranking["yot_id"].map(then.to_dict())), earlier


def _in_programme_order(programme: pd.DataFrame) -> pd.DataFrame:
    return by_programme(programme, ["week_commencing", "yot_name"])


def _coverage(forecast: pd.DataFrame) -> str:
    if forecast.empty:
        return ""
    extra = forecast["extra_visits"].iloc[0]
    table = forecast.drop(columns="quarter").rename(columns={"forecast_quarter": "quarter"})
    return coverage_warning(
        table.reset_index(drop=True), None if pd.isna(extra) else int(extra), load_rules()
    )


def _past_due(held: PackSnapshot, as_of: date, proposed: set[str]) -> list[Row]:
    plan = held.own["out.five_year_plan"]
    within = plan["due"] <= pd.Timestamp(as_of) + pd.Timedelta(days=365)
    chosen = plan[within & ~plan["yot_id"].isin(proposed)]
    chosen = chosen.sort_values(["due", "yot_name"]).drop_duplicates("yot_id")
    return rows_of(chosen)


def _finding_rows(findings: pd.DataFrame) -> list[Row]:
    newest_first = findings.sort_values(
        ["known_from", "source", "source_file", "cell"], ascending=[False, True, True, True]
    )
    return rows_of(newest_first)


def _sitting(held: PackSnapshot, quarter: str) -> Sitting:
    """The meeting on a quarter: as published, and with what is recorded since."""
    tables = held.tables.of_quarter(quarter)
    published = tables[DECISIONS]
    decided = published.sort_values("decision", ignore_index=True)
    # What is recorded is about the published proposal, not about what would have been.
    recorded = () if held.label else read_minutes(held.warehouse, quarter)
    if len(recorded) > len(decided):
        names = held.tables[RANKING].drop_duplicates("yot_id").set_index("yot_id")["yot_name"]
        decided = pd.DataFrame(
            [
                {
                    **{c: getattr(entry, c) for c in decided.columns if hasattr(entry, c)},
                    "yot_name": names.get(entry.yot_id),
                    "other_yot_name": names.get(entry.other_yot_id),
                }
                for entry in recorded
            ]
        ).replace({"": None})
        for column in ("week_commencing", "decided_on"):
            decided[column] = pd.to_datetime(decided[column])
    stands = set(standing_rows(decided)["decision"]) if len(decided) else set()
    decisions = [
        row
        | {
            "words": _words(row),
            "stands": _standing(row, stands),
        }
        for row in rows_of(decided)
    ]
    final = tables[FINAL]
    return Sitting(
        quarter=quarter,
        decisions=decisions,
        closed=not final.empty and len(recorded) <= len(published),
        approved=bool(final["approved"].all()) if not final.empty else False,
        visits=[] if final.empty else _beside(tables[PROPOSED], final),
    )


def _standing(row: Row, stands: set[int]) -> str:
    if row["action"] == "withdraw":
        return ""
    return "yes" if row["decision"] in stands else "withdrawn"


def _words(row: Row) -> str:
    """A decision in a sentence."""
    sentence = {
        "approve": f"{row['yot_name'] or 'The whole programme'} is approved",
        "swap": f"{row['other_yot_name']} in place of {row['yot_name']}",
        "defer": f"{row['yot_name']} goes to another week",
        "add": f"{row['yot_name']} comes in",
        "remove": f"{row['yot_name']} is taken out",
        "withdraw": f"Decision {int(row['withdraws'] or 0)} is withdrawn",
    }[row["action"]]
    if row["week_commencing"] is not None and row["action"] != "approve":
        week = row["week_commencing"]
        sentence += f" ({row['programme']}, week of {day_in_words(week)})"
    return f"{sentence}."


def _beside(proposed: pd.DataFrame, final: pd.DataFrame) -> list[Row]:
    """Proposal and final programme side by side."""
    columns = ["yot_id", "yot_name", "programme", "week_commencing"]
    both = proposed[columns].merge(
        final[[*columns, "decision"]],
        on=["yot_id", "programme"],
        how="outer",
        suffixes=("_proposed", "_final"),
    )
    both["yot_name"] = both["yot_name_final"].fillna(both["yot_name_proposed"])
    # A visit that was only approved has a decision of its own and is as proposed all the same.
    both["changed"] = both["week_commencing_proposed"] != both["week_commencing_final"]
    both["week"] = both["week_commencing_final"].fillna(both["week_commencing_proposed"])
    return rows_of(by_programme(both, ["week", "yot_name"]))


def _earlier_sittings(held: PackSnapshot) -> list[Sitting]:
    table = held.tables[DECISIONS]
    quarters = sorted(q for q in set(table["quarter"]) if q < held.quarter)
    return [_sitting(held, quarter) for quarter in reversed(quarters)]
