"""From bytes to series: reading, cleaning, frequency, generators, samples."""

from rnncore.series.series import Series, pack, unpack

__all__ = ["Series", "pack", "unpack"]
