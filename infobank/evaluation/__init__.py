"""How well the ranking does, in worlds whose truth is known and on real outcomes."""

from infobank.evaluation.backtest import Backtest, backtest
from infobank.evaluation.run import evaluate

__all__ = ["Backtest", "backtest", "evaluate"]
