"""The invented world behind the sample: each YOT's hidden quality, population and quarterly counts.

A rolling year in a delivery is the sum of four quarters of this world, so that deliveries agree
with one another but for what is recorded late.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from infobank.domain.quarters import Quarter
from infobank.domain.register import NameResolver, Register, load_register
from tools.sample.calendar import Year, quarters, steps
from tools.sample.sample_settings import Settings, facts_folder, stream

WESSEX = "wessex"
_FIRST = Quarter(2008, 1)
_LATE_AGES = 2
_MONTHS_TO_MIDDLE = 6


@dataclass(frozen=True)
class World:
    """The invented world.

    Attributes:
        seed: what the figures are drawn from.
        settings: ``schemas/sample.yaml``.
        register: the register of YOTs.
        yots: one row per YOT that acts in the sample (index yot_id): yot_name, region, country,
            quality (standard deviations).
        population: persons aged 10-17 by yot_id (rows) and mid-year (columns).
        quarters: the quarters simulated.
        counts: quarterly counts by name: entrants, sentences, cohort, reoffenders, reoffences,
            and ``late_...`` of the outcomes; each YOT (rows, as ``yots``) x quarter.
    """

    seed: int
    settings: Settings
    register: Register
    yots: pd.DataFrame
    population: pd.DataFrame
    quarters: list[Quarter]
    counts: dict[str, np.ndarray]

    def members(self, yot_id: str) -> tuple[str, ...]:
        """The YOTs whose figures make up a YOT's: its successors where it was split, or itself."""
        return self._members.get(yot_id, (yot_id,))

    def quality(self, yot_id: str) -> float:
        """A YOT's hidden quality; the mean of its members where there are several."""
        return float(self.yots.loc[list(self.members(yot_id)), "quality"].mean())

    def persons(self, yot_id: str, mid_year: int) -> int:
        """Population aged 10-17 at a mid-year."""
        return sum(self._persons[mid_year][member] for member in self.members(yot_id))

    def in_year(self, name: str, yot_id: str, year: Year) -> int:
        """The final count of twelve months."""
        first = steps(_FIRST, year.quarters[0])
        return int(self.counts[name][self._rows(yot_id), first : first + 4].sum())

    def known_in_year(self, name: str, yot_id: str, year: Year, newest: Quarter) -> int:
        """The count of twelve months as recorded when a quarter was the newest delivered.

        What is recorded late is missing from the newest quarter altogether and half missing from
        the one before.
        """
        total = self.in_year(name, yot_id, year)
        late = self.counts[f"late_{name}"][self._rows(yot_id)].sum(axis=0)
        for quarter in year.quarters:
            age = steps(quarter, newest)
            if age < _LATE_AGES:
                missing = int(late[steps(_FIRST, quarter)])
                total -= missing if age == 0 else missing // 2
        return total

    def _rows(self, yot_id: str) -> list[int]:
        return [self._places[member] for member in self.members(yot_id)]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {str(yot_id): place for place, yot_id in enumerate(self.yots.index)}

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        """The parts of every YOT that was split, and of every joint name."""
        parts: dict[str, tuple[str, ...]] = {}
        for row in self.register.lineage.sort_values("successor").itertuples():
            if row.kind != "merge":
                whole = str(row.predecessor)
                parts[whole] = (*parts.get(whole, ()), str(row.successor))
        return parts

    @cached_property
    def _persons(self) -> dict[int, dict[str, int]]:
        return {
            int(str(year)): {str(yot_id): int(value) for yot_id, value in column.items()}
            for year, column in self.population.items()
        }


def build_world(settings: Settings, seed: int) -> World:
    """Draw the world from its settings."""
    register = load_register()
    yots = _yots(register, settings, seed)
    last = Quarter.parse(settings["last_quarter"])
    span = quarters(_FIRST, last)
    population = _population(register, yots, settings, seed)
    counts: dict[str, np.ndarray] = {}
    for indicator, name in (("first_time_entrants", "entrants"), ("custody", "sentences")):
        counts |= _events(indicator, name, yots, population, span, settings, seed)
    counts |= _cohorts(yots, population, span, settings, seed)
    return World(seed, settings, register, yots, population, span, counts)


def _yots(register: Register, settings: Settings, seed: int) -> pd.DataFrame:
    """The YOTs in force in the last quarter, with a drawn quality."""
    last = Quarter.parse(settings["last_quarter"]).last_day
    yots = register.in_force(last).set_index("yot_id")[["yot_name", "region", "country"]].copy()
    rules = settings["quality"]
    drawn = stream(seed, "quality").normal(size=len(yots))
    yots["quality"] = drawn
    for yot_id, published in _published_quality(register.names, rules).items():
        if yot_id in yots.index:
            own = float(yots["quality"].loc[yot_id])
            yots.loc[yot_id, "quality"] = rules["pull"] * published + (1 - rules["pull"]) * own
    for yot_id, fixed in rules["fixed"].items():
        yots.loc[yot_id, "quality"] = fixed
    return yots


def _published_quality(names: NameResolver, rules: dict[str, Any]) -> dict[str, float]:
    """The mean of a YOT's latest published core case inspection, as standard deviations."""
    qualities: dict[str, float] = {}
    with (facts_folder() / "cci_published_2009_2012.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            written = [line[c] for c in line if c.endswith("_pct") and line[c]]
            yot_id = names.resolve(line["yot"]).yot_id
            if yot_id and written:
                mean = float(np.mean([float(value) for value in written]))
                qualities[yot_id] = (mean - rules["cci_centre"]) / rules["cci_scale"]
    return qualities


def _population(
    register: Register, yots: pd.DataFrame, settings: Settings, seed: int
) -> pd.DataFrame:
    """Mid-year populations: the register's figures scaled to the national level."""
    rules = settings["population"]
    known = register.yots.set_index("yot_id")["population_10_17"].reindex(yots.index)
    base = known.astype("float64").fillna(rules["fallback"]).to_numpy()
    base = base * rules["national_mid_2013"] / base.sum()
    change = rules["yearly_change"] + rules["change_spread"] * stream(seed, "population").normal(
        size=len(yots)
    )
    return pd.DataFrame(
        {
            year: np.rint(base * (1 + change) ** (year - 2013)).astype("int64")
            for year in range(2008, 2014)
        },
        index=yots.index,
    )


def _events(
    indicator: str,
    name: str,
    yots: pd.DataFrame,
    population: pd.DataFrame,
    span: list[Quarter],
    settings: Settings,
    seed: int,
) -> dict[str, np.ndarray]:
    """Quarterly counts of entrants or sentences, and how many of them are recorded late."""
    rules = settings[indicator]
    rng = stream(seed, indicator)
    level, drift = _own_levels(indicator, yots, rules, settings, rng)
    weights = population[2011].to_numpy(dtype="float64")
    national = _interpolated({date(y, 10, 1): v for y, v in rules["levels"].items()}, span)
    expected = np.empty((len(yots), len(span)))
    for column, quarter in enumerate(span):
        share = weights * np.exp(level + drift * _years(quarter))
        expected[:, column] = national[column] / 4 * share / share.sum()
    shape = 1 / rules["dispersion"]
    counts = rng.poisson(expected * rng.gamma(shape, 1 / shape, size=expected.shape))
    late = rng.binomial(counts, rules["late_share"])
    return {name: counts, f"late_{name}": late}


def _cohorts(
    yots: pd.DataFrame,
    population: pd.DataFrame,
    span: list[Quarter],
    settings: Settings,
    seed: int,
) -> dict[str, np.ndarray]:
    """Quarterly cohorts, how many of them reoffend, and how often."""
    rules = settings["reoffending"]
    rng = stream(seed, "reoffending")
    level, drift = _own_levels("reoffending", yots, rules, settings, rng)
    size = population[2011].to_numpy(dtype="float64") * np.exp(
        rng.normal(0, rules["cohort_spread"], size=len(yots))
    )
    national = _interpolated({date(y, 10, 1): v for y, v in rules["cohort_levels"].items()}, span)
    cohort = rng.poisson(np.outer(size / size.sum(), national / 4))
    binary = _interpolated(rules["binary_levels"], span, logarithmic=False) / 100
    chance = np.empty(cohort.shape)
    for column, quarter in enumerate(span):
        own = level + drift * _years(quarter)
        own = own - np.average(own, weights=size)
        chance[:, column] = 1 / (1 + np.exp(-(np.log(binary[column] / (1 - binary[column])) + own)))
    reoffenders = rng.binomial(cohort, chance)
    further = rules["reoffences_per_reoffender"] - 1
    reoffences = reoffenders + rng.poisson(reoffenders * further)
    late = rng.binomial(reoffenders, rules["late_share"])
    return {
        "cohort": cohort,
        "reoffenders": reoffenders,
        "reoffences": reoffences,
        "late_reoffenders": late,
        "late_reoffences": late,  # somebody found late has one reoffence at least
    }


def _own_levels(
    indicator: str,
    yots: pd.DataFrame,
    rules: dict[str, Any],
    settings: Settings,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """A YOT's own level and yearly drift against the nation."""
    region = yots["region"].map({r: v[indicator] for r, v in settings["regions"].items()})
    level = region.to_numpy(dtype="float64") + rules["quality_loading"] * yots["quality"].to_numpy()
    level = level + rng.normal(0, rules["spread"], size=len(yots))
    for yot_id, offsets in settings["quality"]["indicator_offsets"].items():
        level[yots.index.get_loc(yot_id)] += offsets.get(indicator, 0.0)
    return level, rng.normal(0, rules["drift"], size=len(yots))


def _interpolated(
    points: dict[date, float], span: list[Quarter], logarithmic: bool = True
) -> np.ndarray:
    """National levels at the middle of each quarter, between the days they are known for."""
    days = np.array([day.toordinal() for day in points], dtype="float64")
    values = np.array(list(points.values()), dtype="float64")
    wanted = [q.first_day.toordinal() + 45.0 for q in span]
    if logarithmic:
        return np.asarray(np.exp(np.interp(wanted, days, np.log(values))))
    return np.asarray(np.interp(wanted, days, values))


def _years(quarter: Quarter) -> float:
    """Years since the middle of 2011, where drift is none."""
    return steps(Quarter(2011, 3), quarter) / 4
