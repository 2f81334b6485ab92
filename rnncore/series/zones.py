"""Offsets, zones and daylight-saving time: which wall clock the stamps of a file are on."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from rnncore.messages import Note, Refusal
from rnncore.series.dates import Stamps

# one zone for each rule and each hour at which clocks change in local time
KNOWN_ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland", "America/Halifax",
    "America/St_Johns", "America/Santiago", "America/Anchorage",
)  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """Stamps on one clock: nanoseconds are UTC where there is a zone, else the wall clock of the file."""

    nanoseconds: np.ndarray
    zone: str | None
    notes: list[Note]

    def wall(self) -> np.ndarray:
        """Nanoseconds of the wall clock."""
        if self.zone is None or self.zone == "UTC":
            return self.nanoseconds
        return pd.DatetimeIndex(self.nanoseconds, tz="UTC").tz_convert(self.zone).tz_localize(None).as_unit("ns").asi8

    def index(self, nanoseconds: np.ndarray) -> pd.DatetimeIndex:
        """Stamps of nanoseconds of this clock."""
        return (
            pd.DatetimeIndex(np.asarray(nanoseconds, "datetime64[ns]"), tz=None if self.zone is None else "UTC").tz_convert(
                self.zone
            )
            if self.zone
            else pd.DatetimeIndex(np.asarray(nanoseconds, "datetime64[ns]"))
        )


def set_clock(stamps: Stamps, wanted: str | None) -> Clock:
    """Bring all stamps onto one clock: the wanted zone, the zone their offsets belong to, UTC, or the naive one they have."""
    if wanted is not None:
        try:
            ZoneInfo(wanted)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Refusal("unknown_zone", zone=wanted) from None
    good = stamps.good
    if stamps.offsets is None:
        return _naive(stamps, wanted)
    offsets = stamps.offsets[good]
    if wanted is not None:
        return Clock(stamps.nanoseconds, wanted, [Note("zone_converted", 1, {"zone": wanted})])
    kinds = np.unique(offsets)
    if len(kinds) == 1:
        return Clock(stamps.nanoseconds, _fixed(int(kinds[0])), [])
    zone = _zone_of_offsets(stamps.nanoseconds[good], offsets)
    note = Note("offsets_differ", len(kinds), {"zone": zone or "UTC"}, {"zone": [zone, "UTC"] if zone else ["UTC"]})
    return Clock(stamps.nanoseconds, zone or "UTC", [note])


def _fixed(minutes: int) -> str:
    if minutes == 0:
        return "UTC"
    sign = "+" if minutes > 0 else "-"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _zone_of_offsets(nanoseconds: np.ndarray, offsets: np.ndarray) -> str | None:
    """The known zone whose offset from UTC is the written one at every stamp."""
    for zone in KNOWN_ZONES:
        utc = pd.DatetimeIndex(np.asarray(nanoseconds, "datetime64[ns]"), tz="UTC")
        wall = utc.tz_convert(zone).tz_localize(None).as_unit("ns").asi8
        if ((wall - nanoseconds) // 60_000_000_000 == offsets).all():
            return zone
    return None


def _naive(stamps: Stamps, wanted: str | None) -> Clock:
    """Stamps without an offset: read as local time of the wanted zone, which resolves repeated and skipped hours."""
    if wanted is None:
        return Clock(stamps.nanoseconds, None, [])
    wall = pd.DatetimeIndex(np.asarray(stamps.nanoseconds, "datetime64[ns]"))
    try:
        local = wall.tz_localize(wanted, ambiguous="infer", nonexistent="shift_forward")
    except ValueError:  # the order of the rows does not tell the two hours apart
        local = wall.tz_localize(wanted, ambiguous=np.zeros(len(wall), bool), nonexistent="shift_forward")
    return Clock(local.tz_convert("UTC").as_unit("ns").asi8, wanted, [Note("zone_taken", 1, {"zone": wanted})])


def switching_zone(repeated: np.ndarray, skipped: np.ndarray) -> tuple[str | None, np.ndarray, np.ndarray]:
    """The zone whose clock changes explain most of the repeated and skipped stamps of a naive wall clock.

    repeated, skipped: nanoseconds. Returns the zone, and which of the repeated and of the skipped stamps it explains.
    """
    best = (None, np.zeros(len(repeated), bool), np.zeros(len(skipped), bool))
    if not len(repeated) and not len(skipped):
        return best
    for zone in KNOWN_ZONES:
        twice = _ambiguous(repeated, zone)
        never = _nonexistent(skipped, zone)
        if twice.sum() + never.sum() > best[1].sum() + best[2].sum():
            best = (zone, twice, never)
    return best


def _ambiguous(nanoseconds: np.ndarray, zone: str) -> np.ndarray:
    index = pd.DatetimeIndex(np.asarray(nanoseconds, "datetime64[ns]"))
    return np.asarray(index.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna())


def _nonexistent(nanoseconds: np.ndarray, zone: str) -> np.ndarray:
    index = pd.DatetimeIndex(np.asarray(nanoseconds, "datetime64[ns]"))
    return np.asarray(index.tz_localize(zone, ambiguous=np.zeros(len(index), bool), nonexistent="NaT").isna())
