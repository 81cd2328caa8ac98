"""Compares hosts: below a listed domain, of one family, or not related at all."""

from collections.abc import Collection

from bot.policy.links.parse import ascii_host
from bot.policy.links.tlds import TLDS

#: second-level labels that registries use as a country's `com`, `org`, …
_REGISTRY_LABELS = frozenset(
    {"ac", "co", "com", "edu", "gob", "gov", "gv", "mil", "ne", "net", "nom", "or", "org", "sch"}
)


def host_of(entry: str) -> str:
    """Return the host that a policy or list entry names, in ASCII, or an empty string when it names none.

    `*.`, a scheme and a lone trailing slash are tolerated; a path is not, for hosts alone are compared.
    """
    name = entry.strip().lower()
    name = name[name.find("://") + 3 :] if "://" in name else name
    name = name.removeprefix("*.").removeprefix(".").removesuffix("/")
    if not name or any(character in "/\\?#@:* " for character in name):
        return ""
    plain = name.replace("-", "a").replace(".", "a")
    if plain.isascii() and plain.isalnum() and "xn--" not in name and not name[-1].isdigit():
        return name.rstrip(".") if len(name) <= 253 else ""
    return ascii_host(name)


def is_everybodys(entry: str, host: str) -> bool:
    """Return whether a host is a bare public suffix (`com`, `co.uk`) that isn't meant so: `*.com` says that it is."""
    if entry.strip().startswith(("*.", ".")):
        return False
    first, dot, last = host.partition(".")
    return host in TLDS if not dot else len(last) == 2 and last in TLDS and first in _REGISTRY_LABELS


def listed(host: str, domains: Collection[str]) -> str:
    """Return the domain among `domains` that this host is or lies below, or an empty string."""
    while host not in domains:
        _, dot, host = host.partition(".")
        if not dot:
            return ""
    return host


def family(host: str) -> str:
    """Return the part of a host that one owner is likely to hold: two labels, three where a registry takes two."""
    labels = host.split(".")
    three = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _REGISTRY_LABELS
    return ".".join(labels[-3:] if three else labels[-2:])
