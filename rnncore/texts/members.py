"""Members of the pool in words: kinds of networks by what they learn, and classical methods."""

from __future__ import annotations

from rnncore.texts import say


def member(language: str, name: str) -> str:
    """A kind of network, or a classical method such as "stl_theta_12"."""
    if "/" in name:
        return representation(language, name)
    base, lag = split_lag(name)
    return say(language, f"member.{base}", lag=lag)


def representation(language: str, name: str) -> str:
    """What a network learns, as `Representation.name` names it: "stl_12_log/36"."""
    kind, _, window = name.partition("/")
    base, lag = split_lag(kind.removesuffix("_log"))
    told = say(language, f"trained.{base}", lag=lag)
    told = say(language, "trained.log", kind=told) if kind.endswith("_log") else told
    return say(language, "trained.network", kind=told, window=int(window))


def split_lag(name: str) -> tuple[str, int]:
    """ "stl_theta_12" -> ("stl_theta", 12); 0 where there is no lag."""
    base, _, lag = name.rpartition("_")
    return (base, int(lag)) if lag.isdigit() else (name, 0)
