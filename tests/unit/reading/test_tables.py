from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infobank.domain.findings import FindingError
from infobank.domain.register import NameResolver
from infobank.reading import Reading, guess, read_delivery

from .conftest import CUSTODY, HEADER, TABLE, TITLE, Read, column, layout, source

DERBY = ["Derby", "East Midlands", "2013/14", 12, 26000, 0.46]
SEFTON = ["Sefton", "North West", "2013/14", 7, 25000, 0.28]


def accounted(reading: Reading) -> bool:
    """Records read, accepted and refused, and lines, add up."""
    counts = reading.counts
    frames = reading.objects
    refused = sum(int(frame["refused"].sum()) for frame in frames.values())
    return (
        int(counts["rows_read"].sum()) == sum(len(frame) for frame in frames.values())
        and sum(finding.rows_refused for finding in reading.findings) == refused
        and bool((counts["lines"] == counts[["record_lines", "totals", "notes"]].sum(axis=1)).all())
    )


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_every_value_knows_its_cell(read: Read) -> None:
    reading = read([TITLE, [], HEADER, DERBY, SEFTON])
    frame = reading.objects["custody"]
    derby = frame.iloc[0]
    assert (derby["yot_id"], derby["sentences"], derby["rate"]) == ("derby", 12, 0.46)
    assert derby["period_start"].date() == date(2013, 4, 1)
    assert (derby["source_sheet"], derby["source_cell"]) == ("Custody", "D4")
    assert (derby["cell.yot"], derby["cell.rate"]) == ("A4", "F4")
    assert str(frame["sentences"].dtype) == "Int64"
    assert str(frame["period_end"].dtype) == "datetime64[s]"
    assert not reading.synthetic
    assert not reading.findings
    assert accounted(reading)


def test_totals_and_notes_are_set_aside_and_counted(read: Read) -> None:
    reading = read(
        [
            TITLE,
            HEADER,
            DERBY,
            ["E Midlands", None, "2013/14", 12, 26000, 0.46],
            ["England and Wales", None, "2013/14", 19, 51000, 0.37],
            [],
            ["Source: Youth Justice Board"],
            ["(1) A footnote of more than a handful of words under the table"],
        ]
    )
    totals = reading.totals["custody"]
    assert list(totals["total_of"]) == ["East Midlands", "national"]
    assert totals.loc[1, "cell.sentences"] == "D5"
    counted = reading.counts[["rows_read", "record_lines", "totals", "notes"]]
    assert counted.iloc[0].tolist() == [1, 1, 2, 2]
    assert accounted(reading)


def test_a_record_under_a_footnote_is_not_lost(read: Read) -> None:
    reading = read([TITLE, HEADER, DERBY, ["Source: the Board"], SEFTON])
    assert list(reading.objects["custody"]["yot_id"]) == ["derby", "sefton"]


def test_groups_repeat_under_a_merged_label(read: Read) -> None:
    by = layout(
        recognise={"text": ["*custodial*"]},
        parts=[
            {
                "object": "custody",
                "header_rows": 2,
                "columns": {"yot": ["YOT"]},
                "repeat": {
                    "label": "period",
                    "columns": {"sentences": ["Number"], "rate": ["Rate"]},
                },
            }
        ],
    )
    reading = read(
        [
            TITLE,
            ["YOT", "Apr 12 - Mar 13", None, "Apr 13 - Mar 14", None],
            [None, "Number", "Rate", "Number (1)", "Rate*"],
            ["Derby", 10, 0.4, "*", 0.5],
        ],
        by,
    )
    frame = reading.objects["custody"]
    assert [str(d.date()) for d in frame["period_start"]] == ["2012-04-01", "2013-04-01"]
    assert list(frame["source_cell"]) == ["B4", "D4"]
    assert list(frame["cell.period"]) == ["B2", "D2"]
    assert frame.loc[1, "missing_reason"] == "suppressed"
    assert pd.isna(frame.loc[1, "sentences"])
    assert pd.isna(frame.loc[0, "missing_reason"])


def test_a_renamed_column_is_named_with_the_nearest_heading_and_its_cell(read: Read) -> None:
    header = ["YOT", "Region", "Period", "No. of sentences", "Population", "Rate"]
    reading = read([TITLE, header, DERBY])
    (finding, *_) = [f for f in reading.findings if f.code == "column_missing"]
    assert finding.message.startswith(
        'custody.xlsx, sheet Custody, cell D2: no column is headed "Sentences" (sentences); '
        'nearest is "No. of sentences" in cell D2.'
    )
    assert finding.severity == "critical"
    assert list(reading.objects["custody"]["refused"]) == [True]
    assert accounted(reading)


def test_a_missing_optional_column_is_only_a_warning(read: Read) -> None:
    reading = read([TITLE, HEADER[:5], DERBY[:5]])
    assert [(f.code, f.severity) for f in reading.findings] == [("column_missing", "warning")]
    assert not reading.objects["custody"]["refused"].any()


def test_a_column_of_another_name_is_mentioned(read: Read) -> None:
    reading = read([TITLE, [*HEADER, "Remarks"], [*DERBY, "see below"]])
    assert codes(reading) == ["column_unexpected"]


def test_a_heading_that_stands_twice_is_refused(read: Read) -> None:
    reading = read([TITLE, [*HEADER, "Sentences"], [*DERBY, 13]])
    assert codes(reading) == ["column_missing"]
    assert reading.objects["custody"]["refused"].all()
    assert accounted(reading)


def test_a_missing_sheet_is_named_with_those_found(read: Read) -> None:
    by = TABLE.model_copy(
        update={"parts": (TABLE.parts[0].model_copy(update={"sheets": ("Custody*",)}),)}
    )
    reading = read({"Sheet1": [TITLE, HEADER, DERBY]}, by)
    assert codes(reading) == ["sheet_not_read", "sheet_missing"]
    assert 'the sheets are "Sheet1"' in reading.findings[1].message
    assert accounted(reading)


def test_text_in_a_figures_cell_refuses_that_record_alone(read: Read) -> None:
    bad = ["Derby", "East Midlands", "2013/14", "twelve", 26000, 0.46]
    reading = read([TITLE, HEADER, bad, SEFTON])
    assert list(reading.objects["custody"]["refused"]) == [True, False]
    (finding,) = reading.findings
    assert finding.message == (
        'custody.xlsx, sheet Custody, cell D3: "twelve" is not a number; the record is not used. '
        "Ask the sender for the figure, or a sign we know if there is none."
    )
    assert finding.rows_refused == 1


def test_an_unknown_yot_is_refused_with_a_suggestion(read: Read) -> None:
    reading = read([TITLE, HEADER, ["Derbey", *DERBY[1:]]])
    (finding,) = reading.findings
    assert finding.code == "yot_unknown"
    assert "did you mean Derby?" in finding.message
    assert reading.objects["custody"]["refused"].all()


def test_a_record_with_two_faults_is_counted_once(read: Read) -> None:
    reading = read([TITLE, HEADER, ["Derbey", "x", "whenever", -1, 2, 3]])
    assert [f.rows_refused for f in reading.findings] == [1, 0, 0]
    assert accounted(reading)


def test_words_beside_a_name_make_noughts_missing(read: Read) -> None:
    name = "Sefton - Data is missing due to technical problems"
    reading = read([TITLE, HEADER, [name, "North West", "2013/14", 0, 25000, 0.0]])
    record = reading.objects["custody"].iloc[0]
    assert record["yot_id"] == "sefton"
    assert record["missing_reason"] == "missing"
    assert record["missing_note"] == "Data is missing due to technical problems"
    assert codes(reading) == ["missing_recorded_as_zero"]


def test_a_yot_not_in_force_is_mentioned(read: Read) -> None:
    reading = read([TITLE, HEADER, ["Wessex", "South East", "2013/14", 3, 1000, 3.0]])
    assert codes(reading) == ["yot_not_in_force"]


def test_the_period_may_stand_in_the_title(read: Read) -> None:
    by = layout(
        recognise={"text": ["*12 months to*"]},
        parts=[
            {
                "object": "custody",
                "columns": {"yot": ["YOT"], "sentences": ["Sentences"]},
                "period_from": {"cell_text": "*12 months to *"},
            }
        ],
    )
    title = ["Custodial sentences (rolling 12 months to September 2013)"]
    reading = read([title, ["YOT", "Sentences"], ["Derby", 4]], by)
    record = reading.objects["custody"].iloc[0]
    assert record["period_end"].date() == date(2013, 9, 30)
    assert record["cell.period"] == "A1"


def test_fractions_for_percentages_are_refused_not_rescaled(read: Read) -> None:
    by = layout(
        recognise={"text": ["*"]},
        parts=[{"object": "score", "columns": {"yot": ["YOT"], "score_pct": ["Score"]}}],
    )
    score = type(CUSTODY)(
        "score",
        "",
        (
            column("yot", "yot_name", required=True),
            column("score_pct", "percentage", "number", minimum=0, maximum=100),
        ),
        ("yot_id",),
        None,
    )
    reading = read([["YOT", "Score"], ["Derby", 0.36], ["Sefton", 0.8]], by, source(score))
    frame = reading.objects["score"]
    assert list(frame["score_pct"]) == [0.36, 0.8]
    assert frame["refused"].all()
    assert set(codes(reading)) == {"value_out_of_range"}


def form_and_table() -> tuple[Any, Any]:
    by = layout(
        recognise={"sheet": ["Inspection"]},
        parts=[
            {
                "object": "judgement",
                "sheets": ["Judgements"],
                "header_rows": 2,
                "carry": {"inspection_id": "inspection"},
                "columns": {"case_id": ["Case ID"]},
                "unpivot": {
                    "name": "question",
                    "upper": "theme",
                    "value": "judgement",
                    "heading": "Q*",
                },
                "values": {"judgement": {"Y": "sufficient", "N": "insufficient"}},
            },
            {
                "object": "inspection",
                "sheets": ["Inspection"],
                "shape": "form",
                "fields": {"inspection_id": ["Reference"], "yot": ["YOT"]},
            },
        ],
    )
    make = type(CUSTODY)
    inspection = make(
        "inspection",
        "",
        (column("inspection_id", "code", required=True), column("yot", "yot_name", required=True)),
        ("inspection_id",),
        None,
    )
    judgement = make(
        "judgement",
        "",
        (
            column("inspection_id", "code", required=True),
            column("case_id", "case_identifier", required=True),
            column("theme", "code", required=True),
            column("question", "code", required=True),
            column("judgement", "code", required=True, enum=("sufficient", "insufficient")),
        ),
        ("inspection_id", "case_id", "question"),
        None,
    )
    return by, source(inspection, judgement)


FORM = [[], [None, "Reference:", None, "SQS-1"], [None, "YOT", "Derby"]]
JUDGEMENTS = [
    ["Case ID", "Protecting the public", None, "Serving the sentence"],
    [None, "Q1", "Q2", "Q3"],
    ["C1", "Y", "N", "Y"],
    ["C2", "N", None, "Y"],
]


def test_a_form_carries_its_reference_into_the_table_beside_it(read: Read) -> None:
    by, contract = form_and_table()
    reading = read({"Inspection": FORM, "Judgements": JUDGEMENTS}, by, contract)
    frame = reading.objects["judgement"]
    assert reading.objects["inspection"].loc[0, "yot_id"] == "derby"
    assert list(frame["source_cell"]) == ["B3", "C3", "D3", "B4", "D4"]
    assert set(frame["theme"]) == {"Protecting the public", "Serving the sentence"}
    assert set(frame["inspection_id"]) == {"SQS-1"}
    assert frame.loc[0, "cell.inspection_id"] == "Inspection!D2"
    assert list(frame["judgement"])[:2] == ["sufficient", "insufficient"]
    assert [(f.code, f.found) for f in reading.findings] == [("answer_missing", "1 not given")]
    assert accounted(reading)


def test_a_missing_label_of_a_form_is_named(read: Read) -> None:
    by, contract = form_and_table()
    form = [[], [None, "Ref. number", None, "SQS-1"], [None, "YOT", "Derby"]]
    reading = read({"Inspection": form, "Judgements": JUDGEMENTS}, by, contract)
    assert "column_missing" in codes(reading)
    assert reading.objects["judgement"]["refused"].all()
    assert accounted(reading)


def test_a_csv_names_line_and_column(tmp_path: Path, names: NameResolver) -> None:
    path = tmp_path / "custody.csv"
    head = "Custodial sentences\n" + ",".join(HEADER) + "\n"
    path.write_text(head + "Derby,East Midlands,2013/14,x,26000,0.46\n")
    reading = read_delivery(path, "c.csv", source(CUSTODY), [TABLE], names)
    assert reading.findings[0].message.startswith('c.csv, line 3, column D: "x" is not a number')
    assert reading.findings[0].cell == "D3"
    assert reading.understood == "utf-8, separated by comma"


def test_a_file_of_no_layout_is_refused_in_words(read: Read) -> None:
    with pytest.raises(FindingError) as refused:
        read([["Something else"], ["a", "b"], [1, 2]])
    assert refused.value.finding.code == "file_not_recognised"
    assert "*custodial sentences*" in refused.value.finding.message


def test_guess_names_the_nearest_miss(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("YOT,Numbr\nDerby,1\n")
    by = layout(
        recognise={"headings": ["yot", "sentences"]},
        parts=[{"object": "custody", "columns": {"yot": ["YOT"], "sentences": ["Number"]}}],
    )
    chosen, reasons = guess(path, [by])
    assert chosen is None
    assert 'no column is headed "sentences"; nearest is "Numbr"' in reasons[0]


def test_a_reading_is_the_same_after_being_kept(read: Read, tmp_path: Path) -> None:
    reading = read([TITLE, HEADER, DERBY, ["Derbey", "x", "2013/14", "*", None, None],
                    ["England and Wales", None, "2013/14", 12, 26000, 0.46]])  # fmt: skip
    reading.write(tmp_path / "kept")
    again = Reading.load(tmp_path / "kept")
    for name, frame in reading.objects.items():
        pd.testing.assert_frame_equal(frame, again.objects[name])
    for name, frame in reading.totals.items():
        pd.testing.assert_frame_equal(frame, again.totals[name])
    pd.testing.assert_frame_equal(reading.counts, again.counts)
    assert again.findings == reading.findings


CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", "*", "-", "n/a", "Derby", "Sefton", "Wessex", "2013/14", "Source: x",
                     "England and Wales", "East Midlands", "YOT", "Note", "36%"]),
    st.integers(-5, 10**6),
    st.floats(0, 1000, allow_nan=False),
    st.text("abc ,()*-", max_size=8),
)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=8), max_size=8))
def test_whatever_stands_in_a_table_every_record_is_accounted_for(
    read: Read, lines: list[list[object]]
) -> None:
    reading = read([TITLE, HEADER, *lines])
    assert accounted(reading)


def test_one_cell_that_serves_many_records_is_told_once(read: Read) -> None:
    by, contract = form_and_table()
    form = [[], [None, "Reference:", None, "SQS-1"], [None, "YOT", "Derbey"]]
    wrong = [*JUDGEMENTS[:2], [None, "Y", "N", "Y"]]
    reading = read({"Inspection": form, "Judgements": wrong}, by, contract)
    told = [(f.code, f.sheet, f.cell, f.rows_refused) for f in reading.findings]
    assert told == [
        ("yot_unknown", "Inspection", "C3", 1),
        ("key_missing", "Judgements", "A3", 3),
    ]


def test_a_total_may_be_larger_than_any_teams_figure(read: Read) -> None:
    bounded = replace(
        CUSTODY,
        columns=tuple(
            replace(c, maximum=100) if c.name == "sentences" else c for c in CUSTODY.columns
        ),
    )
    rows = [
        TITLE,
        HEADER,
        ["Derby", "East Midlands", "2012/13", 60, "", ""],
        ["Sefton", "North West", "2012/13", 70, "", ""],
        ["England and Wales", "", "2012/13", 130, "", ""],
        ["East Midlands", "", "2012/13", "13O", "", ""],
    ]
    reading = read({"Custody": rows}, TABLE, source(bounded))
    assert list(reading.totals["custody"]["sentences"].fillna(-1)) == [130, -1]
    assert [(f.code, f.cell, f.rows_refused) for f in reading.findings] == [
        ("value_not_a_number", "D6", 0)
    ]
