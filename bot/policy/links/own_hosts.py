"""Hosts that well-known brands hold beside their best-known one: to take them for imitations would be wrong."""

from collections.abc import Iterable
from importlib import resources
from typing import Final


def _brands() -> tuple[frozenset[str], ...]:
    """Return the hosts of each brand of the bundled table."""
    text = resources.files(__package__).joinpath("data/own-hosts.txt").read_text(encoding="utf-8")
    return tuple(frozenset(line.split()) for line in text.splitlines() if not line.startswith("#"))


_BRANDS: Final = _brands()


def own_hosts(protected: Iterable[str]) -> frozenset[str]:
    """Return the protected hosts and all that the same brands are known to hold."""
    known = frozenset(protected)
    return known.union(*(brand for brand in _BRANDS if brand & known))
