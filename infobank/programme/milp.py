"""A small mixed-integer model, built column by column, solved by HiGHS through scipy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

INFINITY = float("inf")


@dataclass(frozen=True)
class Slack:
    """A column that lets a rule give way: which rule, for whom."""

    column: int
    rule: str
    member: str


@dataclass(frozen=True)
class Answer:
    """What the solver found.

    Attributes:
        feasible: whether there is any solution.
        found: the columns' values (empty when infeasible).
        objective: value of the maximised objective.
        gap: proven relative distance from the best possible.
        seconds: wall time of the solver; for people, never for the tables.
    """

    feasible: bool
    found: np.ndarray
    objective: float
    gap: float
    seconds: float


class SolverStoppedError(RuntimeError):
    """The solver ran out of time before it found any solution."""


@dataclass
class LinearModel:
    """Columns, rows and slacks of one model; the objective is maximised."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)
    slacks: list[Slack] = field(default_factory=list)
    _rows: list[Mapping[int, float]] = field(default_factory=list)
    _row_lower: list[float] = field(default_factory=list)
    _row_upper: list[float] = field(default_factory=list)

    def column(
        self, worth: float = 0.0, lower: float = 0.0, upper: float = 1.0, integer: bool = True
    ) -> int:
        """Add a column and return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        self.worth.append(worth)
        return len(self.lower) - 1

    def slack(self, rule: str, member: str = "", upper: float = 1.0, integer: bool = True) -> int:
        """Add a column that bends a rule; it stays at zero unless the rule is opened."""
        column = self.column(0.0, 0.0, upper, integer)
        self.slacks.append(Slack(column, rule, member))
        return column

    def row(
        self, terms: Mapping[int, float], lower: float = -INFINITY, upper: float = INFINITY
    ) -> None:
        """Add ``lower <= sum(terms) <= upper``."""
        self._rows.append(dict(terms))
        self._row_lower.append(lower)
        self._row_upper.append(upper)

    def maximise(
        self,
        *,
        open_rules: frozenset[tuple[str, str]] | None = frozenset(),
        worth: np.ndarray | None = None,
        extra_row: tuple[Mapping[int, float], float, float] | None = None,
        seconds: float = 30.0,
        gap: float = 0.0,
    ) -> Answer:
        """Solve the model.

        Args:
            open_rules: the (rule, member) pairs that may give way; None opens all.
            worth: another objective than the columns' own worth.
            extra_row: one more row, as (terms, lower, upper).
            seconds: time limit of the solver.
            gap: relative gap at which it may stop.

        Raises:
            SolverStoppedError: if no solution was found in time.
        """
        upper = np.array(self.upper)
        for s in self.slacks:
            if open_rules is not None and (s.rule, s.member) not in open_rules:
                upper[s.column] = 0.0
        objective = np.array(self.worth) if worth is None else worth
        started = time.perf_counter()
        result = milp(
            -objective,
            integrality=np.array(self.integer, dtype=int),
            bounds=Bounds(np.array(self.lower), upper),
            constraints=self._constraints(extra_row),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        spent = time.perf_counter() - started
        if result.x is None:
            if result.status == 2:
                return Answer(False, np.array([]), 0.0, 0.0, spent)
            raise SolverStoppedError(
                f"The solver found no programme in {seconds:.0f} s ({result.message})."
            )
        values = np.where(np.array(self.integer), np.round(result.x), result.x)
        found_gap = float(result.mip_gap) if result.mip_gap is not None else 0.0
        return Answer(True, values, float(objective @ values), found_gap, spent)

    def _constraints(
        self, extra: tuple[Mapping[int, float], float, float] | None
    ) -> LinearConstraint:
        rows, lows, highs = list(self._rows), list(self._row_lower), list(self._row_upper)
        if extra is not None:
            rows.append(extra[0])
            lows.append(extra[1])
            highs.append(extra[2])
        data, columns, starts = [], [], [0]
        for terms in rows:
            for column, weight in sorted(terms.items()):
                columns.append(column)
                data.append(weight)
            starts.append(len(columns))
        matrix = csr_array((data, columns, starts), shape=(len(rows), len(self.lower)))
        return LinearConstraint(matrix, np.array(lows), np.array(highs))
