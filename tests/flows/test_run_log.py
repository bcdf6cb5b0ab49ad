"""What the steps log stands in the log of the Prefect run."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("flows")

FILE = "raw/sample/youth_justice_spend/2014-04-11/youth_justice_spend_2012-13.csv"


def test_the_log_of_a_run_has_a_line_for_each_step(prefect_for_tests: None) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
    from prefect.logging.handlers import APILogHandler

    from flows.check_file import check_one_file

    run = check_one_file(FILE, return_state=True).state_details.flow_run_id
    APILogHandler().flush()
    mine = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
    with get_client(sync_client=True) as client:
        lines = [log.message for log in client.read_logs(mine)]
    starts = (
        "read youth_justice_spend_2012-13.csv: 157 records (",
        "check youth_justice_spend: 0 ",
    )
    for start in starts:
        assert [line for line in lines if line.startswith(start)], start
