from __future__ import annotations

import yaml

from flows.serve import SCHEDULE, TIMEZONE
from infobank.places import project_root


def test_the_deployments_for_work_pools_have_the_served_schedule() -> None:
    told = yaml.safe_load((project_root() / "prefect.yaml").read_text(encoding="utf-8"))
    by_name = {d["name"]: d for d in told["deployments"]}
    (schedule,) = by_name["run-the-quarter"]["schedules"]
    assert (schedule["cron"], schedule["timezone"]) == (SCHEDULE, TIMEZONE)
    for deployment in told["deployments"]:
        file, flow = deployment["entrypoint"].split(":")
        assert f"def {flow}(" in (project_root() / file).read_text(encoding="utf-8")
