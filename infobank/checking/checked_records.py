"""The records of one source while they pass the gates.

One row is one record of one delivery, with what the reader gave it (contract columns, ``yot_id``,
periods, ``cell.<column>``, ``refused``) and where it came from (``source_file``, ``known_from``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from infobank.contracts.model import RecordContract
from infobank.domain.findings import Finding, Place, finding


@dataclass(frozen=True)
class Copied:
    """A record that stands in another file or sheet already, and is left out.

    Attributes:
        place: where it stands again.
        first: where it stands first.
        label: its key as people may see it.
    """

    place: Place
    first: Place
    label: str


@dataclass
class Records:
    """The records of one object of a source, and what the gates found about them.

    Attributes:
        source: id of the source contract.
        contract: the record contract they follow.
        frame: the records; the column ``refused`` only ever goes from False to True.
        findings: what has been found so far.
        copied: records left out because another file or sheet has them; told together.
    """

    source: str
    contract: RecordContract
    frame: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)

    def usable(self) -> pd.DataFrame:
        """The records not refused so far."""
        return self.frame[~self.frame["refused"]]

    def place_of(self, row: object, column: str) -> Place:
        """Where one value of a record stands; the record's own cell where it has none."""
        sheet = self.frame.at[row, "source_sheet"]
        return Place(
            str(self.frame.at[row, "source_file"]),
            sheet if isinstance(sheet, str) else "",
            self.cell_of(row, column),
        )

    def cell_of(self, row: object, column: str) -> str:
        """The address of one value of a record; the record's own cell where it has none."""
        name = f"cell.{column}"
        if name in self.frame.columns:
            address = self.frame.at[row, name]
            if isinstance(address, str) and address:
                return address
        own = self.frame.at[row, "source_cell"]
        return own if isinstance(own, str) else ""

    def report(
        self,
        row: object,
        column: str,
        code: str,
        *,
        found: object = "",
        expected: object = "",
        refuse: bool = False,
        **facts: Any,
    ) -> None:
        """Record a finding about one value, and refuse its record if asked to.

        Args:
            row: the record.
            column: the column of the value.
            code: the code of the finding.
            found: what stands there.
            expected: what should stand there.
            refuse: whether to refuse the record.
            facts: see :func:`infobank.domain.findings.finding`.
        """
        newly = refuse and not bool(self.frame.at[row, "refused"])
        self.findings.append(
            finding(
                code,
                self.place_of(row, column),
                source=self.source,
                found=as_text(found),
                expected=as_text(expected),
                rows_refused=int(newly),
                refused=refuse,
                **facts,
            )
        )
        if newly:
            self.frame.at[row, "refused"] = True


def as_floats(column: pd.Series) -> NDArray[np.float64]:
    """A column of figures as floats, NaN where one is missing."""
    return np.asarray(column.astype("Float64").to_numpy("float64", na_value=np.nan), np.float64)


def as_text(value: object) -> str:
    """A value as a person would write it: no ``.0`` on whole numbers, nothing for missing."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value)
