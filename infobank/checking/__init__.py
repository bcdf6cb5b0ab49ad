"""The four gates a delivery passes: contract, expectations, arithmetic, history.

``check_source`` runs all four over the deliveries of one source. What they refuse and what they
only remark upon are findings; nothing is repaired and nothing is dropped.
"""

from infobank.checking.gates import CheckedSource, ReceivedReading, check_source

__all__ = ["CheckedSource", "ReceivedReading", "check_source"]
