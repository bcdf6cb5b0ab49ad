"""A chart: its picture, and in words what it shows. One without words cannot be made."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


@dataclass(frozen=True)
class Chart:
    """A chart as SVG, the same bytes for the same figures.

    Attributes:
        svg: the picture, with the words in it for those who cannot see it.
        says: the words.

    Raises:
        ValueError: the picture has no words, or not these.
    """

    svg: str
    says: str

    def __post_init__(self) -> None:
        if not self.says.strip() or f'role="img" aria-label="{escape(self.says)}"' not in self.svg:
            raise ValueError("A chart must say in words what it shows, and its picture with it.")

    def __html__(self) -> str:
        """The picture as it stands in a page, where no namespace is needed; for templates."""
        return self.svg.replace(f" {_NAMESPACE}", "", 1)

    def image(self) -> str:
        """The picture as an image that a page holds itself."""
        held = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{escape(self.says)}" src="data:image/svg+xml;base64,{held}">'


def with_words(attributes: str, body: str, says: str) -> Chart:
    """A chart of an SVG element's attributes and its body.

    Raises:
        ValueError: it says nothing.
    """
    words = escape(says)
    return Chart(
        f'<svg {_NAMESPACE} {attributes} role="img" aria-label="{words}">'
        f"<title>{words}</title>{body}</svg>",
        says,
    )
