from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from infobank.reading import Reading

from .conftest import Read, layout

BLOCKS = layout(
    recognise={"text": ["*Disposals*", "Pre-court*"]},
    parts=[
        {
            "object": "custody",
            "shape": "disposal_blocks",
            "period_from": {"cell_text": "*Disposals*"},
            "blocks": {
                "sections": ["Pre-court*", "Community*", "Custod*"],
                "section": "custod*",
                "figure": "sentences",
            },
        }
    ],
)
HEADER: list[list[Any]] = [
    ["Regional Disposals 2013/14", "Age", None, None, "Gender"],
    [None, "10 - 14", 15, None, "Female", "Male", "TOTAL"],
]


def block(name: str, *lines: tuple[int, int], total: int | None = None) -> list[list[Any]]:
    """A block with a line before court and the rest in custody; ages 1 and the rest."""
    (first, second), *custody = lines
    both = [first + second, *(a + b for a, b in custody)]

    def line(label: str, young: int, old: int) -> list[Any]:
        return [label, young, old, None, young, old, young + old]

    rows = [[name + " "], [], ["Pre-court "], line("Reprimand", first, second), [], ["Custody"]]
    rows += [line(f"Section {90 + n} (*)", a, b) for n, (a, b) in enumerate(custody)]
    young = first + sum(a for a, _ in custody)
    last = line("TOTAL", young, sum(both) - young)
    if total is not None:
        last[-1] = total
    return [*rows, [], last, [], []]


def sheets(*yots: list[list[Any]], region: list[list[Any]]) -> dict[str, list[list[Any]]]:
    notes = [["(*) A note of the Board about these sections."], [], []]
    body = [line for yot in yots for line in yot]
    return {
        "National": [*HEADER, *block_named("National", region), *region, *notes],
        "North West": [*HEADER, *region, *body, *notes],
    }


def block_named(name: str, other: list[list[Any]]) -> list[list[Any]]:
    return [[name], *other[1:]]


REGION = block("North West", (4, 6), (2, 3), (1, 1))
DERBY = block("Derby", (1, 2), (2, 3), (0, 1))
NEWCASTLE = block("Newcastle", (3, 4), (0, 0), (1, 0))


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_custody_is_the_sum_of_the_total_column_under_its_section(read: Read) -> None:
    reading = read(sheets(DERBY, NEWCASTLE, region=REGION), BLOCKS)
    frame = reading.objects["custody"].set_index("yot_id")
    assert frame["sentences"].to_dict() == {"derby": 6, "newcastle-upon-tyne": 1}
    assert frame.loc["derby", "source_cell"] == "G21:G22"
    assert frame.loc["derby", "period"] == "2013/14"
    assert frame.loc["derby", "region"] == "North West"
    assert frame["population"].isna().all()
    assert reading.findings == []
    counts = reading.counts.set_index("sheet")
    assert counts["rows_read"].to_dict() == {"National": 0, "North West": 2}
    parts = counts[["record_lines", "totals", "notes"]].sum(axis=1)
    assert (counts["lines"] == parts).all()


def test_one_wrong_total_is_one_finding_with_its_cell_and_numbers(read: Read) -> None:
    wrong = block("Derby", (1, 2), (2, 3), (0, 1), total=8)
    reading = read(sheets(wrong, NEWCASTLE, region=REGION), BLOCKS)
    (finding,) = reading.findings
    assert (finding.code, finding.sheet, finding.cell) == ("parts_do_not_add", "North West", "G24")
    assert (finding.found, finding.expected, finding.severity) == ("8", "9", "warning")
    assert "Derby, TOTAL: the total is given as 8" in finding.message


def test_one_wrong_figure_of_a_line_is_one_finding_at_that_figure(read: Read) -> None:
    wrong = block("Derby", (1, 2), (2, 3), (0, 1))
    wrong[6][4] = 5  # girls of the first custodial line, 2 before
    reading = read(sheets(wrong, NEWCASTLE, region=REGION), BLOCKS)
    (finding,) = reading.findings
    assert (finding.sheet, finding.cell) == ("North West", "E21")
    assert "3 too high" in finding.message


def test_a_note_in_the_name_makes_noughts_missing_with_its_words(read: Read) -> None:
    name = "Sefton - Data is missing due to technical problems with their case management system"
    empty = block(name, (0, 0), (0, 0), (0, 0))
    reading = read(sheets(DERBY, NEWCASTLE, empty, region=REGION), BLOCKS)
    sefton = reading.objects["custody"].set_index("yot_id").loc["sefton"]
    assert pd.isna(sefton["sentences"])
    assert sefton["missing_reason"] == "missing"
    assert sefton["missing_note"].startswith("Data is missing due to technical problems")
    assert not sefton["refused"]
    assert codes(reading) == ["missing_recorded_as_zero"]


def test_noughts_without_a_note_are_missing_too(read: Read) -> None:
    empty = block("Sefton", (0, 0), (0, 0), (0, 0))
    reading = read(sheets(DERBY, NEWCASTLE, empty, region=REGION), BLOCKS)
    sefton = reading.objects["custody"].set_index("yot_id").loc["sefton"]
    assert pd.isna(sefton["sentences"])
    assert sefton["missing_reason"] == "missing"
    assert codes(reading) == ["missing_recorded_as_zero"]


def test_noughts_of_a_yot_no_longer_in_force_do_not_apply(read: Read) -> None:
    gone = block("Wessex", (0, 0), (0, 0), (0, 0))
    reading = read(sheets(DERBY, NEWCASTLE, gone, region=REGION), BLOCKS)
    wessex = reading.objects["custody"].set_index("yot_id").loc["wessex"]
    assert pd.isna(wessex["sentences"])
    assert wessex["missing_reason"] == "not_applicable"
    assert codes(reading) == ["yot_not_in_force"]


def test_an_unknown_yot_is_refused_and_counted(read: Read) -> None:
    reading = read(sheets(block_named("Derbee", DERBY), NEWCASTLE, region=REGION), BLOCKS)
    assert codes(reading) == ["yot_unknown"]
    assert list(reading.objects["custody"]["refused"]) == [True, False]


def test_text_among_the_figures_refuses_the_record(read: Read) -> None:
    wrong = block("Derby", (1, 2), (2, 3), (0, 1))
    wrong[6][6] = "five"
    reading = read(sheets(wrong, NEWCASTLE, region=REGION), BLOCKS)
    assert "value_not_a_number" in codes(reading)
    assert reading.objects["custody"].set_index("yot_id").loc["derby", "refused"]


def test_a_yot_left_out_of_a_sheet_is_told_once(read: Read) -> None:
    reading = read(sheets(DERBY, region=REGION), BLOCKS)
    assert codes(reading) == ["parts_do_not_add"]


def test_an_empty_total_is_taken_from_breakdowns_that_agree_and_told(read: Read) -> None:
    empty = block("Derby", (1, 2), (2, 3), (0, 1))
    empty[7][6] = None
    reading = read(sheets(empty, NEWCASTLE, region=REGION), BLOCKS)
    assert reading.objects["custody"].set_index("yot_id").loc["derby", "sentences"] == 6
    assert [(f.code, f.cell) for f in reading.findings] == [("value_not_a_number", "G22")]


def sentences(reading: Reading) -> dict[str, int]:
    frame = reading.objects["custody"]
    return frame[~frame["refused"]].set_index("yot_id")["sentences"].dropna().to_dict()


BOTH = {"derby": 6, "newcastle-upon-tyne": 1}


def renamed(lines: list[list[Any]], **names: str) -> list[list[Any]]:
    told = {old.strip(): new for old, new in names.items()}
    return [[told.get(str(line[0]).strip(), line[0]), *line[1:]] if line else [] for line in lines]


@pytest.mark.parametrize("spelt", ["All", "Sum of the above", "Total"])
def test_a_total_under_another_name_is_never_counted_as_a_sentence(read: Read, spelt: str) -> None:
    derby = block("Derby", (4, 2), (2, 3), (1, 1))
    told = [renamed(b, TOTAL=spelt) for b in (derby, REGION)]
    reading = read(sheets(told[0], region=told[1]), BLOCKS)
    assert sentences(reading) == {"derby": 7}


def test_a_block_without_any_total_is_not_used_and_told_once(read: Read) -> None:
    bare = [
        [line for line in b if not line or line[0] != "TOTAL"] for b in (DERBY, NEWCASTLE, REGION)
    ]
    reading = read(sheets(*bare[:2], region=bare[2]), BLOCKS)
    assert sentences(reading) == {}
    (finding,) = [f for f in reading.findings if f.code == "column_missing"]
    assert 'the block of Derby and 1 other blocks have no line "TOTAL"' in finding.message


def test_the_total_of_a_section_is_not_counted_twice(read: Read) -> None:
    def with_subtotal(lines: list[list[Any]]) -> list[list[Any]]:
        custody = lines[6:8]
        added = [sum(row[n] or 0 for row in custody) for n in range(1, 7)]
        return [*lines[:8], ["Custody total", *added], *lines[8:]]

    told = [with_subtotal(b) for b in (DERBY, NEWCASTLE, REGION)]
    reading = read(sheets(*told[:2], region=told[2]), BLOCKS)
    assert sentences(reading) == BOTH
    assert reading.findings == []
    told[0][8][6] += 1
    reading = read(sheets(*told[:2], region=told[2]), BLOCKS)
    assert sentences(reading) == BOTH
    assert "parts_do_not_add" in codes(reading)


def test_a_header_above_every_block_is_no_line_of_figures(read: Read) -> None:
    reading = read(sheets([*DERBY, *HEADER], NEWCASTLE, region=REGION), BLOCKS)
    assert sentences(reading) == BOTH
    assert reading.findings == []


def test_other_headings_further_down_refuse_the_sheet(read: Read) -> None:
    other = [HEADER[0], [None, "TOTAL", 15, None, "Female", "Male", "10 - 14"]]
    reading = read(sheets([*DERBY, *other], NEWCASTLE, region=REGION), BLOCKS)
    assert sentences(reading) == {}
    (finding,) = [f for f in reading.findings if f.code == "column_unexpected"]
    assert finding.severity == "critical"
    assert "are others than those at the top" in finding.message


def test_empty_lines_below_a_name_do_not_hide_its_block(read: Read) -> None:
    loose = [[b[0], [], [], [], *b[1:]] for b in (DERBY, NEWCASTLE, REGION)]
    assert sentences(read(sheets(*loose[:2], region=loose[2]), BLOCKS)) == BOTH


def test_a_column_that_is_no_part_of_the_sum_is_left_out_and_told(read: Read) -> None:
    def wider(lines: list[list[Any]]) -> list[list[Any]]:
        return [[*line, 0.5] if len(line) > 6 and line[0] else line for line in lines]

    told = sheets(wider(DERBY), wider(NEWCASTLE), region=wider(REGION))
    told = {name: [[*line] for line in lines] for name, lines in told.items()}
    for lines in told.values():
        lines[1] = [*lines[1], "% of all"]
    reading = read(told, BLOCKS)
    assert sentences(reading) == BOTH
    assert set(codes(reading)) == {"column_unexpected"}
    assert '"% of all"' in reading.findings[0].message


def test_figures_under_the_wrong_section_are_not_taken_for_custody(read: Read) -> None:
    """Two section labels that changed places leave every sum of the block whole."""
    swapped = block("Derby", (1, 2), (2, 3), (0, 1))
    labels = {"Pre-court ": "Custody", "Custody": "Pre-court "}
    swapped = [[labels.get(line[0], line[0]), *line[1:]] if line else [] for line in swapped]
    reading = read(sheets(swapped, NEWCASTLE, region=REGION), BLOCKS)
    frame = reading.objects["custody"].set_index("yot_id")
    assert pd.isna(frame.loc["derby", "sentences"])
    assert frame.loc["newcastle-upon-tyne", "sentences"] == 1
    told = [f for f in reading.findings if f.code == "column_unexpected"]
    assert [(f.sheet, f.found) for f in told] == [("North West", "custody")]
    assert 'Derby: "Reprimand" is under "custody"' in told[0].message
