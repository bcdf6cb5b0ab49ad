"""What is raised for a person's mistake; no traceback is shown for it."""

from __future__ import annotations


class PlainError(Exception):
    """What went wrong, in words for the person at the screen; no traceback is shown for it."""


class MistakeError(PlainError, ValueError):
    """A person asked for something that cannot be; the message is one plain sentence."""
