"""Tells hosts that pass themselves off as a protected one: `dlscord.gift`, `paypa1.com`, `discord-nitro.gift`."""

from collections.abc import Callable, Collection
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.policy.links.hosts import family, listed
from bot.policy.links.own_hosts import own_hosts
from bot.policy.links.parse import shown_host
from bot.policy.text.fold import fold

_DIGITS = str.maketrans("01345789|", "oleastbgl")
#: letter pairs that read as one letter; applied to both sides
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
#: shorter names have too many neighbours among ordinary words
_SHORTEST_FUZZY = 6
_TWO_SLIPS_FROM = 8


def reading(label: str) -> str:
    """Return what a hasty reader takes a label for; equal for all its look-alikes."""
    text = fold(label).translate(_DIGITS)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text.replace("l", "i")


def imitation(protected: Collection[str]) -> Callable[[str], str]:
    """Return a function that names the protected host which a host imitates, or gives an empty string.

    A protected host, its brand's other known hosts and all below them imitate nothing. Another host does when one of
    its labels, or a part of one between hyphens, is the protected name, reads like it, or is a slip or two away from
    it.
    """
    names = {reading(_name(host)): host for host in reversed(tuple(protected))}
    genuine = own_hosts(protected)

    @lru_cache(maxsize=8_192)
    def imitated(host: str) -> str:
        if listed(host, genuine):
            return ""
        for label in shown_host(host).split(".")[:-1]:
            for part in _parts(reading(label)):
                found = names.get(part) or _slipped(part, names)
                if found:
                    return found
        return ""

    return imitated


def _name(host: str) -> str:
    """Return the label that people know a host by."""
    return family(host).partition(".")[0]


def _parts(label: str) -> tuple[str, ...]:
    return (label, label.replace("-", ""), *label.split("-")) if "-" in label else (label,)


def _slipped(part: str, names: dict[str, str]) -> str:
    """Return the host whose name is one slip away, or two when it is long.

    A short name with another first letter is mostly another word: `switch`.
    """
    length = len(part)
    if length < _SHORTEST_FUZZY - 1:
        return ""
    for name, host in names.items():
        if len(name) < _SHORTEST_FUZZY or abs(len(name) - length) > 2:
            continue
        most = 2 if len(name) >= _TWO_SLIPS_FROM else 1
        if part[0] != name[0] and (part[-1] != name[-1] or (most == 1 and length == len(name))):
            continue
        if OSA.distance(part, name, score_cutoff=most) <= most:
            return host
    return ""
