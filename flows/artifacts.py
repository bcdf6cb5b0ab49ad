"""What a run leaves in the Prefect UI: ranking, programme, quarantine, and where the tables are."""

from __future__ import annotations

from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from infobank.domain.findings import by_kind
from infobank.domain.in_words import chosen_for
from infobank.domain.programmes import title_of
from infobank.steps.summary import Summary

_MOST_ROWS = 200


def show_outcome(summary: Summary) -> None:
    """Publish the artifacts of one run."""
    mark = "SYNTHETIC: not real figures. " if summary.synthetic else ""
    create_markdown_artifact(
        key="outcome",
        description="What the run came to",
        markdown="\n\n".join(
            [
                f"# {summary.quarter}, as of {summary.as_of}",
                f"**{mark.strip()}**" if mark else "",
                *[f"**{sentence}**" for sentence in summary.caveats],
                summary.sentence,
                f"Read {summary.files} files: {summary.records_read:,} records, of which "
                f"{summary.records_accepted:,} were accepted and "
                f"{summary.records_quarantined:,} are in quarantine.",
                f"Tables: `{summary.tables}`",
                f"Meeting pack: `{summary.pack}`" if summary.pack else "",
                *[f"- {sentence}" for sentence in [*summary.unfetched, *summary.conflicts]],
            ]
        ),
    )
    if summary.ranking:
        _table("risk-ranking", f"{mark}Every YOT by risk", [_place(r) for r in summary.ranking])
    if summary.programme:
        _table("programme", f"{mark}The proposed visits", [_visit(v) for v in summary.programme])
    refused = [
        {"severity": f.severity, "kind": f"{kind} ({len(alike)})", "what": f.message}
        for findings in (summary.refused, summary.warnings)
        for kind, alike in by_kind(findings)
        for f in alike
    ]
    nothing = [{"severity": "", "kind": "", "what": "No refusals and no warnings."}]
    _table("quarantine", f"{mark}Refused records and warnings", refused or nothing)


def kind_in_words(programme: str) -> str:
    """A kind of inspection by its title and the letters it goes by in forms and tables."""
    title = title_of(programme)
    return programme if title == programme else f"{title} ({programme})"


def _place(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": row["rank"],
        "YOT": row["yot_name"],
        "rank, 95% interval": f"{row['rank_low_95']} to {row['rank_high_95']}",
        "chance of being among the 6 highest risks": row["p_worst_6"],
        "score": row["score"],
        "region": row["region"],
        "flags": row["flags"],
    }


def _visit(row: dict[str, Any]) -> dict[str, Any]:
    named = {"yot_name": "YOT", "week_commencing": "week of", "second_week": "second week"}
    named |= {"programme": "kind of inspection", "arm": "chosen for"}
    shown = {
        **row,
        "programme": kind_in_words(row["programme"]),
        "arm": chosen_for(row["arm"]),
    }
    return {named.get(column, column): value for column, value in shown.items()}


def _table(key: str, description: str, rows: list[dict[str, Any]]) -> None:
    shown = [{k: _plain(v) for k, v in row.items()} for row in rows[:_MOST_ROWS]]
    if len(rows) > _MOST_ROWS:
        left = len(rows) - _MOST_ROWS
        shown.append(dict.fromkeys(shown[0], "") | {"what": f"{left} more are in core/quarantine."})
    create_table_artifact(key=key, description=description, table=shown)


def _plain(value: Any) -> Any:
    if hasattr(value, "date") and callable(value.date):
        return "" if value != value else value.date().isoformat()
    if isinstance(value, float):
        return "" if value != value else round(value, 3)
    return value.item() if hasattr(value, "item") else value
