"""From bytes to series: reading, cleaning, frequency, generators, samples."""

from rnncore.series.generators import Generated, generate
from rnncore.series.read import Reading, Table, read, read_table, to_series
from rnncore.series.report import Report
from rnncore.series.samples import Sample, samples
from rnncore.series.series import Covariate, Series, pack, unpack
from rnncore.series.windows import Split, Windows, training_windows, windows_at

__all__ = [
    "Covariate",
    "Generated",
    "Reading",
    "Report",
    "Sample",
    "Series",
    "Split",
    "Table",
    "Windows",
    "generate",
    "pack",
    "read",
    "read_table",
    "samples",
    "to_series",
    "training_windows",
    "unpack",
    "windows_at",
]
