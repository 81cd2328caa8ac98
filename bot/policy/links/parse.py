"""Parses addresses the way browsers do."""

import re
from typing import Final

import can_ada

#: longer names don't exist in the DNS
LONGEST_HOST: Final = 253

_BEHIND_HOST = re.compile(r"[^\w.\-:@%\[\]].*", re.DOTALL)


def parse(target: str) -> can_ada.URL | None:
    """Return the parsed address, cut behind its host when it can't be parsed whole; None when that fails too."""
    try:
        return can_ada.parse(target)
    except ValueError:
        pass
    scheme, _, rest = target.partition(":")
    try:
        return can_ada.parse(f"{scheme}://{_BEHIND_HOST.sub('', rest.lstrip('/' + chr(92)))}")
    except ValueError:
        return None


def ascii_host(name: str) -> str:
    """Return a host's lower-case ASCII form without a trailing dot, or an empty string when it can't be one."""
    try:
        host: str = can_ada.parse("http://" + name).hostname.rstrip(".")
    except (TypeError, ValueError):
        return ""
    return host if len(host) <= LONGEST_HOST else ""


def shown_host(host: str) -> str:
    """Return the host as a reader sees it, punycode written out."""
    if "xn--" not in host:
        return host
    shown: str = can_ada.idna_decode(host.encode())  # type: ignore[arg-type]  # its stub says str, it takes bytes
    return shown or host
