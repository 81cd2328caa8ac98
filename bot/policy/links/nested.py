"""Looks into redirectors: the addresses inside a link's path, query and user part."""

import re
from collections.abc import Set as AbstractSet
from urllib.parse import unquote

from bot.policy.links.link import Link
from bot.policy.links.parse import LONGEST_HOST, parse, shown_host
from bot.policy.links.tlds import AMBIGUOUS, TLDS

_INSIDE = re.compile(
    r"(?:(?P<scheme>https?:[/\\]*+)|(?<=[=/&?#])//|(?P<bare>(?:=|/amp/s/|/url/)(?!https?:)))"
    r"(?P<rest>[^\s&<>\"'=/\\?#]++(?:[/\\][^\s&<>\"'?=]*+)?)",
    re.IGNORECASE,
)
_MOST = 8
_LONGEST = 4_096
_LAYERS = 3


def nested(link: Link, endings: AbstractSet[str] = frozenset()) -> tuple[Link, ...]:
    """Return the links that this one carries along, percent-decoded up to three times; they stand where it stands.

    Behind a scheme any dotted host is one, elsewhere only under a top-level domain or one of `endings`.
    """
    _, _, inside = link.url[:_LONGEST].partition(link.host)
    if "=" not in inside and "http" not in inside.lower() and "//" not in inside and "/amp/" not in inside:
        return ()
    found: dict[tuple[str, str], Link] = {}
    for _ in range(_LAYERS):
        for match in _INSIDE.finditer(inside):
            inner = _inner(link, match, endings)
            if inner is not None and inner.host != link.host:
                found.setdefault((inner.host, inner.path), inner)
            if len(found) >= _MOST:
                return tuple(found.values())
        decoded = unquote(inside)
        if decoded == inside:
            break
        inside = decoded
    return tuple(found.values())


def _inner(link: Link, match: re.Match[str], endings: AbstractSet[str]) -> Link | None:
    """Return the link that this part of another one names, or None for an ordinary value."""
    bare = match["bare"] is not None
    url = parse("http://" + match["rest"])
    if url is None:
        return None
    host = url.hostname.rstrip(".")
    last = host[host.rfind(".") + 1 :]
    plain = match["scheme"] is not None or last in TLDS or last in endings
    plain = plain and "." in host and len(host) <= LONGEST_HOST
    if not plain or (bare and last in AMBIGUOUS and url.pathname == "/"):
        return None
    return Link(
        start=link.start,
        end=link.end,
        url=url.href,
        host=host,
        shown_host=shown_host(host),
        shown=None,
        path=url.pathname,
        query=url.search,
        masked=False,
        scheme_written=not bare,
        certain=link.certain,
    )
