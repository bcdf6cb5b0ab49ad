"""Intelligence reports: severities that fade, added up; a concern never lowers a risk."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from infobank.ranking.method import Method
from infobank.ranking.observations import Floats, Series


def evidence_value(series: Series, method: Method) -> tuple[Floats, Floats]:
    """Value and variance of the intelligence component, one per YOT.

    A fresh report of the highest severity counts ``evidence.scale`` standard deviations; each
    half-life halves it; several add up, to ``evidence.most`` such reports at most. No report is 0.
    """
    half_life = series.measure.half_life_years or np.inf
    fade = np.where(series.seen, 0.5 ** (np.maximum(series.age, 0.0) / half_life), 0.0)
    severity = np.where(series.seen, series.events / series.exposure, 0.0)
    total = np.minimum((fade * severity).sum(axis=1), method.evidence_most)
    doubt = (fade**2).sum(axis=1) * method.evidence_severity_sd**2
    return method.evidence_scale * total, method.evidence_scale**2 * doubt


def missing_report_penalty(value: Floats, method: Method) -> float:
    """What a severity that is known to be missing adds to the component's value."""
    return float(norm.ppf(method.missing_quantile) * value.std())
