"""What came out of one delivered file, and how it is kept between runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from infobank.domain.findings import Finding, findings_from

COUNT_COLUMNS = ("sheet", "object", "rows_read", "lines", "record_lines", "totals", "notes")


@dataclass(frozen=True)
class Reading:
    """One delivered file, read.

    Attributes:
        source: id of the source contract.
        source_file: the file, as findings name it.
        layout: id of the layout it was read by.
        synthetic: whether the file is declared synthetic (:mod:`infobank.domain.synthetic_files`).
        objects: one frame per kind of record. One row is one record: the contract's columns in
            their types, ``yot_id`` for a YOT's name, ``period_start`` and ``period_end`` for a
            period, ``source_sheet``, ``source_cell`` (the first figure's), ``refused``,
            ``missing_reason``, ``missing_note`` and ``cell.<column>`` for every column.
        totals: one frame per kind of record with the published totals set aside: the same
            columns, and ``total_of`` (a region of the register, or ``national``).
        counts: one row per sheet and kind of record: records read; lines filled between header
            and end, and how many of them hold records, totals, or notes. The last three add up
            to the lines.
        findings: what is wrong or worth a look.
        understood: how a text file was read (encoding, delimiter); "" otherwise.
    """

    source: str
    source_file: str
    layout: str
    synthetic: bool
    objects: dict[str, pd.DataFrame]
    totals: dict[str, pd.DataFrame]
    counts: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)
    understood: str = ""

    def write(self, folder: Path) -> None:
        """Keep the reading in a folder, as Parquet and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind, frames in (("objects", self.objects), ("totals", self.totals)):
            for name, frame in frames.items():
                frame.to_parquet(folder / f"{kind}.{name}.parquet", index=False)
        self.counts.to_parquet(folder / "counts.parquet", index=False)
        record = {
            "source": self.source,
            "source_file": self.source_file,
            "layout": self.layout,
            "synthetic": self.synthetic,
            "understood": self.understood,
            "objects": list(self.objects),
            "totals": list(self.totals),
            "findings": [asdict(finding) for finding in self.findings],
        }
        text = json.dumps(record, ensure_ascii=False, indent=1)
        (folder / "reading.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Reading:
        """A reading kept by :meth:`write`, the same in every type and value.

        Raises:
            FileNotFoundError: the folder does not hold a whole reading.
        """
        record = json.loads((folder / "reading.json").read_text(encoding="utf-8"))

        def frames(kind: str) -> dict[str, pd.DataFrame]:
            return {name: _frame(folder / f"{kind}.{name}.parquet") for name in record[kind]}

        return cls(
            source=record["source"],
            source_file=record["source_file"],
            layout=record["layout"],
            synthetic=record["synthetic"],
            understood=record["understood"],
            objects=frames("objects"),
            totals=frames("totals"),
            counts=_frame(folder / "counts.parquet"),
            findings=findings_from(record["findings"]),
        )


def layout_and_mark(folder: Path) -> tuple[str, bool]:
    """The layout a kept reading was read by, and whether its file says that it is synthetic.

    Raises:
        FileNotFoundError: the folder does not hold a whole reading.
    """
    record = json.loads((folder / "reading.json").read_text(encoding="utf-8"))
    return record["layout"], record["synthetic"]


def _frame(path: Path) -> pd.DataFrame:
    frame = pd.read_parquet(path, use_threads=False)  # small files: threads cost more
    for name, dtype in frame.dtypes.items():
        if str(dtype).startswith("datetime64") and str(dtype) != "datetime64[s]":
            frame[name] = frame[name].astype("datetime64[s]")
    return frame
