"""The inspection programme: whom to visit, when and why; its checks, its meeting, its forecast."""

from infobank.programme.propose import Proposal, propose
from infobank.programme.rules import Rules, load_rules

__all__ = ["Proposal", "Rules", "load_rules", "propose"]
