"""The risk ranking: from indicator counts, inspections, surveys and intelligence to places."""

from infobank.ranking.method import Method, MethodError, load_method
from infobank.ranking.model import Ranking, rank, rank_detailed
from infobank.ranking.observations import ObservationsError

__all__ = [
    "Method",
    "MethodError",
    "ObservationsError",
    "Ranking",
    "load_method",
    "rank",
    "rank_detailed",
]
