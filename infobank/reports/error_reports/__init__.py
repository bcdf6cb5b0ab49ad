"""Error reports: what was found in a delivery, in words for whoever sent it.

``ErrorReport`` puts findings into plain words; ``write_report`` makes the spreadsheet to send back
and the same as Parquet; ``write_reports`` does so for every delivery of a run, ``report_of`` says
it of one file checked on its own.
"""

from infobank.reports.error_reports.deliveries import report_of, write_reports
from infobank.reports.error_reports.error_report import ErrorReport
from infobank.reports.error_reports.files import write_report

__all__ = ["ErrorReport", "report_of", "write_report", "write_reports"]
