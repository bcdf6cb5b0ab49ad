"""What the steps of a run leave for one another."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from infobank.steps.workspace import Workspace


def test_a_frame_that_no_step_has_kept_is_a_fault_though_a_contract_describes_it(
    tmp_path: Path,
) -> None:
    work = Workspace.begin(tmp_path)
    work.keep("core.population", pd.DataFrame({"yot_id": ["derby"]}))
    assert work.frame("core.population")["yot_id"].tolist() == ["derby"]
    with pytest.raises(KeyError, match=r"core\.delivery"):
        work.frame("core.delivery")
