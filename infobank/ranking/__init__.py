"""The risk ranking: from indicator counts, inspections, surveys and intelligence to places."""

from infobank.ranking.components import component_title
from infobank.ranking.explain import Explanation, explain
from infobank.ranking.funnels import funnel_table, funnels_of
from infobank.ranking.method import Method, MethodError, load_method
from infobank.ranking.observations import ObservationsError
from infobank.ranking.rank import Ranking, rank, rank_detailed
from infobank.ranking.trends import trends

__all__ = [
    "Explanation",
    "Method",
    "MethodError",
    "ObservationsError",
    "Ranking",
    "component_title",
    "explain",
    "funnel_table",
    "funnels_of",
    "load_method",
    "rank",
    "rank_detailed",
    "trends",
]
