"""The inspection programme: whom to visit, when and why; its checks, its meeting, its forecast."""

from infobank.programme.check import Violation, check_programme
from infobank.programme.decisions import Final, apply_decisions
from infobank.programme.propose import Proposal, propose
from infobank.programme.year_rules import Rules, load_rules

__all__ = [
    "Final",
    "Proposal",
    "Rules",
    "Violation",
    "apply_decisions",
    "check_programme",
    "load_rules",
    "propose",
]
