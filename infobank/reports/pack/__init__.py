"""The meeting pack: one page for the quarterly meeting, that works offline and on paper.

``gather_pack`` collects what was known on the as-of date from the published tables; ``pack_page``
writes it as one HTML page with its styles and charts inside, and ``keep_pack`` leaves that in the
warehouse.
"""

from infobank.reports.pack.gather import Pack, gather_pack
from infobank.reports.pack.page import keep_pack, pack_page

__all__ = ["Pack", "gather_pack", "keep_pack", "pack_page"]
