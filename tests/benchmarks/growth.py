"""How seconds grow with a size: the power of it, between every two neighbouring sizes that were measured."""

from __future__ import annotations

import math


def tell(found: dict[tuple, dict[str, float]], *names: str) -> None:
    """found: (label, size, ...) -> seconds of each method; names: of the sizes. For each size, and each pair of neighbours
    where all else is equal, the exponent p with which the seconds of each method grow, as size to the p."""
    for at, name in enumerate(names, start=1):
        for one, other in neighbours(list(found), at):
            powers = {
                method: math.log(found[other][method] / seconds) / math.log(other[at] / one[at])
                for method, seconds in found[one].items()
            }
            told = "  ".join(f"{method} {power:.2f}" for method, power in powers.items())
            label = ", ".join([one[0], *(f"{one[n]} {rest}" for n, rest in enumerate(names, start=1) if n != at)])
            print(f"{label}: from {one[at]} to {other[at]} {name}, seconds grow as {name} to the power of: {told}")


def neighbours(keys: list[tuple], at: int) -> list[tuple[tuple, tuple]]:
    """Pairs that differ in place `at` only, with none between them."""
    alike = [[key for key in keys if key[:at] + key[at + 1 :] == one[:at] + one[at + 1 :]] for one in keys]
    larger = [[key for key in group if key[at] > one[at]] for one, group in zip(keys, alike, strict=True)]
    return [(one, min(group, key=lambda key: key[at])) for one, group in zip(keys, larger, strict=True) if group]
