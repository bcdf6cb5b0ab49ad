"""The programme stated a second time, YOT by week by programme, for OR-Tools CP-SAT."""

from __future__ import annotations

from ortools.sat.python import cp_model

from infobank.programme.candidates import Candidate
from infobank.programme.weeks import InspectionYear
from infobank.programme.year_rules import Rules


def best_worth(
    candidates: list[Candidate],
    drawn: frozenset[str],
    year: InspectionYear,
    rules: Rules,
    joint: frozenset[str] | None = None,
) -> int | None:
    """The greatest worth of visits under the rules, or None if they cannot all hold.

    With ``joint`` an FJI is open to those YOTs alone.
    """
    m = cp_model.CpModel()
    weeks = range(len(year.mondays))
    y = {
        (c.yot_id, p, w): m.new_bool_var("")
        for c in candidates
        for p in ("FJI", "SQS")
        for w in c.weeks[p]
        if p == "SQS" or joint is None or c.yot_id in joint
    }

    def total(pick):  # type: ignore[no-untyped-def]
        return sum(v for k, v in y.items() if pick(*k))

    for c in candidates:
        mine = total(lambda i, p, w, c=c: i == c.yot_id)
        m.add(mine <= (0 if c.recent else 1))
        if c.must_cover and not c.recent:
            m.add(mine >= 1)
        if c.yot_id in drawn or c.reinspection:
            m.add(total(lambda i, p, w, c=c: i == c.yot_id and p == "SQS") == 1)
    by_id = {c.yot_id: c for c in candidates}
    m.add(sum(int(by_id[i].hours[p]) * v for (i, p, w), v in y.items()) <= int(rules.hours.budget))
    for p in ("FJI", "SQS"):
        r = rules.plan(p)
        m.add(total(lambda i, q, w, p=p: q == p) == r.count)
        for quarter in range(4):
            n = total(lambda i, q, w, p=p, z=quarter: q == p and year.quarter_of_week[w] == z)
            m.add(n >= r.quarter_least)
            m.add(n <= r.quarter_most)
    f = rules.plan("FJI")
    m.add(total(lambda i, p, w: p == "FJI" and by_id[i].worst) >= f.from_worst)
    m.add(total(lambda i, p, w: p == "FJI" and by_id[i].strong) >= f.strong)
    m.add(
        total(lambda i, p, w: p == "FJI" and by_id[i].country == "Wales" and not by_id[i].strong)
        >= f.countries.get("Wales", 0)
    )
    for band in range(1, rules.performance.bands + 1):
        n = total(lambda i, p, w, b=band: p == "SQS" and by_id[i].band == b)
        m.add(n >= rules.plan("SQS").least_per_band)
    for week in weeks:
        sqs = total(lambda i, p, w, k=week: p == "SQS" and w == k)
        fji = total(lambda i, p, w, k=week: p == "FJI" and w <= k <= w + 2)
        m.add(sqs <= rules.plan("SQS").at_once)
        m.add(fji <= f.at_once)
        m.add(fji <= sum("FJI" in t.programmes for t in rules.teams))
        m.add(fji + sqs <= len(rules.teams))
    m.maximize(sum(by_id[i].points[p] * v for (i, p, w), v in y.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_time_in_seconds = 120
    status = solver.solve(m)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return round(solver.objective_value)
