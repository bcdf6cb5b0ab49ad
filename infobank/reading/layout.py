"""Where things stand in a delivered file: layouts as data, one YAML file per release.

A layout says how a file of its kind is recognised, which sheets hold which records, and under
which headings. Keys that are not understood are refused, so a slip of the pen cannot pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, RootModel, model_validator

from infobank.domain.paths import schemas_root
from infobank.domain.settings import Settings, SettingsError, kept, load

MISSING_REASONS = ("suppressed", "missing", "not_applicable", "not_yet_available")


class LayoutError(SettingsError):
    """A layout or marker file of ours is wrong; the sentence names the file and the key."""


def _as_list(raw: object) -> object:
    return (raw,) if isinstance(raw, str | int | float) else raw


def _as_texts(raw: object) -> object:
    raw = _as_list(raw)
    return tuple(str(t) for t in raw) if isinstance(raw, tuple) else raw


Globs = Annotated[tuple[str, ...], BeforeValidator(_as_texts)]


class MarkerSet(Settings):
    """What the signs of one publisher mean, where a figure is not given.

    Attributes:
        source: where this meaning is stated, or "assumption".
        blank: the reason an empty cell stands for.
        suppressed, missing, not_applicable, not_yet_available: the signs for each reason.
        zero: signs that are the figure nought.
    """

    source: str
    blank: Literal["missing", "not_applicable", "not_yet_available"] = "missing"
    suppressed: Globs = ()
    missing: Globs = ()
    not_applicable: Globs = ()
    not_yet_available: Globs = ()
    zero: Globs = ()

    def reason_by_sign(self) -> dict[str, str]:
        """Each sign (case-folded) and what it means; ``zero`` for the figure nought."""
        reasons = (*MISSING_REASONS, "zero")
        return {sign.casefold(): reason for reason in reasons for sign in getattr(self, reason)}


class Recognise(Settings):
    """What must hold for a file to be of a layout: every condition given."""

    sheet: Globs = ()
    text: Globs = ()
    headings: Globs = ()


class Repeat(Settings):
    """Column groups that repeat across a sheet, each under a label in an upper header row."""

    label: str
    columns: dict[str, Globs]


class Unpivot(Settings):
    """Columns that each become a record: the heading and the value under it."""

    name: str
    value: str
    upper: str | None = None
    heading: Globs = ("*",)
    except_: Globs = ()

    @model_validator(mode="before")
    @classmethod
    def _except_is_a_keyword(cls, raw: object) -> object:
        if isinstance(raw, dict) and "except" in raw:
            raw = dict(raw)
            raw["except_"] = raw.pop("except")
        return raw


class Totals(Settings):
    """How a line that is a published total is told from a record."""

    column: str
    regions: bool = False
    national: Globs = ()


class PeriodFrom(Settings):
    """The period stands in a title, not in a column: the glob of that title."""

    cell_text: str


class Blocks(Settings):
    """How a sheet of stacked blocks is read (shape ``disposal_blocks``).

    Attributes:
        sections: the labels that divide a block.
        section: the section whose lines are summed.
        figure: the contract column the sum goes to.
        total_line: what the line of a block's total begins with.
        total_column: the heading of the column that totals a line.
        subtotal_line: globs of the label of a line that totals a section.
        national: names of the block of the whole country.
        missing_note: globs of the words in a name cell that say the figures are missing.
    """

    sections: Globs
    section: str
    figure: str
    total_line: Globs = ("TOTAL",)
    total_column: Globs = ("TOTAL",)
    subtotal_line: Globs = ("*total*", "all *")
    national: Globs = ("National",)
    missing_note: Globs = ("*missing*", "*not available*", "*unavailable*", "*no data*")


class Part(Settings):
    """The sheets that hold one kind of record, and where its columns stand in them.

    Attributes:
        object: the contract's object.
        sheets: globs of sheet names; all sheets where none is given.
        shape: ``table``, ``form`` or ``disposal_blocks``.
        header_rows: how many lines the header takes.
        within: the header or title stands in the first so many lines.
        columns: contract column -> headings accepted.
        repeat, unpivot: see there.
        values: contract column -> {spelling: the contract's value}.
        constants: contract column -> value of every record.
        carry: contract column -> object whose one record (a form of the same file) gives it.
        period_from: see there.
        totals: see there.
        ends: globs of a first cell that ends the data.
        ignore: globs of headings that are known and not read.
        leave_out: contract column -> globs; a line whose cell matches is known and not read.
        fill_down: columns whose value stands only on the first line of a group.
        percentages_as_fractions: columns stored as 0.36 and shown as 36% by the spreadsheet.
        fields: contract column -> labels accepted (shape ``form``).
        blocks: see there (shape ``disposal_blocks``).
        optional: whether a file without such a sheet is whole all the same.
    """

    object: str
    sheets: Globs = ("*",)
    shape: Literal["table", "form", "disposal_blocks"] = "table"
    header_rows: int = 1
    within: int = 20
    columns: dict[str, Globs] = Field(default_factory=dict)
    repeat: Repeat | None = None
    unpivot: Unpivot | None = None
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    carry: dict[str, str] = Field(default_factory=dict)
    period_from: PeriodFrom | None = None
    totals: Totals | None = None
    ends: Globs = ()
    ignore: Globs = ()
    leave_out: dict[str, Globs] = Field(default_factory=dict)
    fill_down: Globs = ()
    percentages_as_fractions: Globs = ()
    fields: dict[str, Globs] = Field(default_factory=dict)
    blocks: Blocks | None = None
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _spellings_are_text(cls, raw: Any) -> Any:
        """YAML reads Y, N and 1 as it likes; spellings are always compared as text."""
        if not isinstance(raw, dict):
            return raw
        keys: dict[str, Any] = {**raw}
        if isinstance(keys.get("values"), dict):
            keys["values"] = {
                column: {_yaml_text(k): _yaml_text(v) for k, v in spellings.items()}
                for column, spellings in keys["values"].items()
                if isinstance(spellings, dict)
            }
        if isinstance(keys.get("constants"), dict):
            keys["constants"] = {k: _yaml_text(v) for k, v in keys["constants"].items()}
        return keys

    def spellings_of(self, column: str) -> dict[str, str]:
        """The spellings this file uses for a column's values."""
        return self.values.get(column, {})

    @model_validator(mode="after")
    def _shape_has_its_keys(self) -> Part:
        needed = {"table": "columns", "form": "fields", "disposal_blocks": "blocks"}[self.shape]
        if not getattr(self, needed):
            msg = f"a part of shape {self.shape} needs the key {needed}"
            raise ValueError(msg)
        if strange := sorted(set(self.leave_out) - set(self.columns)):
            msg = f"leave_out names {strange[0]}, which is not among its columns"
            raise ValueError(msg)
        return self


def _yaml_text(raw: object) -> str:
    return {True: "yes", False: "no"}.get(raw, str(raw)) if isinstance(raw, bool) else str(raw)


class Layout(Settings):
    """One release of one source's files.

    Attributes:
        layout: unique id.
        contract: id of the source contract.
        formats: file formats it comes in.
        recognise: what must hold for a file to be of this layout.
        markers: name of a marker set.
        ignore_sheets: sheets known and not read.
        parts: what is read.
        marker_set: the set named by ``markers``, filled in when layouts are loaded.
        version: raise it when a change of the layout changes what is read.
    """

    layout: str
    contract: str
    formats: Globs
    recognise: Recognise
    parts: tuple[Part, ...]
    markers: str = "common"
    ignore_sheets: Globs = ()
    description: str = ""
    version: str = "1"
    marker_set: MarkerSet = MarkerSet(source="none")


class Markers(RootModel[dict[str, MarkerSet]]):
    """The marker sets of ``schemas/markers.yaml``, by name."""

    model_config = ConfigDict(frozen=True)


def load_markers(root: Path | None = None) -> dict[str, MarkerSet]:
    """The marker sets of ``schemas/markers.yaml``, by name.

    Raises:
        LayoutError: the file is not as it should be.
    """
    return dict(load(Markers, (root or schemas_root()) / "markers.yaml", LayoutError).root)


def load_layouts(root: Path | None = None) -> list[Layout]:
    """Every layout under ``schemas/layouts``, by id; parsed anew only after a file has changed.

    Args:
        root: another folder of schemas (holding ``layouts/`` and ``markers.yaml``).

    Raises:
        LayoutError: a layout is not as it should be, or two have the same id.
    """
    folder = root or schemas_root()
    places = (folder / "layouts", folder / "markers.yaml")
    return list(kept((Layout, folder), places, lambda: _read(folder)))


def _read(folder: Path) -> tuple[Layout, ...]:
    markers = load_markers(folder)
    layouts: dict[str, Layout] = {}
    for path in sorted((folder / "layouts").rglob("*.yaml")):
        layout = load(Layout, path, LayoutError)
        if layout.markers not in markers:
            known = ", ".join(sorted(markers))
            msg = f'{path.name}: there is no marker set "{layout.markers}"; there are {known}.'
            raise LayoutError(msg)
        if layout.layout in layouts:
            msg = f'{path.name}: the layout id "{layout.layout}" is taken by another file.'
            raise LayoutError(msg)
        filled = layout.model_copy(update={"marker_set": markers[layout.markers]})
        layouts[layout.layout] = filled
    return tuple(layouts[name] for name in sorted(layouts))
