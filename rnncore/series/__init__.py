"""From bytes to series: reading, cleaning, frequency, generators, samples."""

from rnncore.series.read import Reading, read, read_table, to_series
from rnncore.series.report import Report
from rnncore.series.series import Series, pack, unpack

__all__ = ["Reading", "Report", "Series", "pack", "read", "read_table", "to_series", "unpack"]
