"""The shipped sample: synthetic deliveries laid out the way government bodies lay theirs out."""

from infobank.sample.generator import generate

__all__ = ["generate"]
