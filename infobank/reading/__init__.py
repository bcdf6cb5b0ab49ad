"""The reading room: from a delivered file to tidy frames whose every value knows its cell.

``read_delivery`` reads a file by its contract and layout; ``guess`` says which contract a file is
meant for; ``Reading.write`` and ``Reading.load`` keep a reading between runs.
"""

from infobank.reading.deliver import guess, read_delivery
from infobank.reading.grid import Grid, OpenedFile, open_delivery
from infobank.reading.layout import Layout, LayoutError, load_layouts, load_markers
from infobank.reading.result import Reading, layout_and_mark

__all__ = [
    "Grid",
    "Layout",
    "LayoutError",
    "OpenedFile",
    "Reading",
    "guess",
    "layout_and_mark",
    "load_layouts",
    "load_markers",
    "open_delivery",
    "read_delivery",
]
