"""The shipped sample: synthetic deliveries laid out the way government bodies lay theirs out."""

from tools.sample.generator import generate

__all__ = ["generate"]
