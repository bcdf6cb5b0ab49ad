from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.tables import Readings, code_version, reading_key, run_id

SHA = st.text("0123456789abcdef", min_size=4, max_size=4)


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.dictionaries(st.text(), SHA))
def test_the_order_of_parameters_and_deliveries_does_not_matter(
    parameters: dict[str, int | str], inputs: dict[str, str]
) -> None:
    backwards = dict(reversed(parameters.items()))
    assert run_id(parameters, inputs.items(), "c") == run_id(
        backwards, reversed(inputs.items()), "c"
    )


def test_parameters_deliveries_and_code_each_change_the_run_id() -> None:
    ids = {
        run_id({"quarter": "2014-Q1"}, [("a", "1")], "c"),
        run_id({"quarter": "2013-Q4"}, [("a", "1")], "c"),
        run_id({"quarter": "2014-Q1"}, [("a", "2")], "c"),
        run_id({"quarter": "2014-Q1"}, [("b", "1")], "c"),
        run_id({"quarter": "2014-Q1"}, [("a", "1")], "d"),
        run_id({"quarter": "2014-Q1", "as_of": date(2014, 7, 1)}, [("a", "1")], "c"),
    }
    assert len(ids) == 6


def test_a_parameter_without_one_spelling_is_a_fault() -> None:
    with pytest.raises(TypeError, match="text, numbers, dates"):
        run_id({"yots": {"a", "b"}}, [], "c")


def _code(root: Path) -> Path:
    for name in ("infobank/a.py", "flows/b.py", "schemas/ranking.yaml", "requirements.lock"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    return root


@pytest.mark.parametrize("name", ["infobank/a.py", "schemas/ranking.yaml", "requirements.lock"])
def test_code_schemas_and_lock_file_make_the_code_version(tmp_path: Path, name: str) -> None:
    before = code_version(_code(tmp_path), tmp_path / "schemas")
    (tmp_path / name).write_text("2")
    assert code_version(tmp_path, tmp_path / "schemas") != before


def test_caches_and_other_files_do_not_change_the_code_version(tmp_path: Path) -> None:
    before = code_version(_code(tmp_path), tmp_path / "schemas")
    for name in ("infobank/__pycache__/a.py", "infobank/notes.txt", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert code_version(tmp_path, tmp_path / "schemas") == before


def test_a_reading_is_found_under_its_key_once_complete(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    key = reading_key({"sha256": "a", "layout": "1"})
    assert readings.find(key) is None
    with readings.store(key) as folder:
        (folder / "counts.json").write_text("{}")
        assert readings.find(key) is None
    found = readings.find(key)
    assert found is not None
    assert (found / "counts.json").is_file()
    assert (tmp_path / "readings").stat().st_mode & 0o777 == 0o700


def test_a_reading_that_failed_leaves_nothing(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    with pytest.raises(OSError, match="unreadable"), readings.store("k") as folder:
        (folder / "half.parquet").write_text("")
        raise OSError("unreadable")
    assert readings.find("k") is None
    assert list((tmp_path / "readings").iterdir()) == []


def test_two_tasks_may_read_the_same_delivery(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    with readings.store("k") as first, readings.store("k") as second:
        (first / "a").write_text("1")
        (second / "a").write_text("1")
    assert [p.name for p in (tmp_path / "readings").iterdir()] == ["k"]
