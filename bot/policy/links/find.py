"""Turns a message's text into parsed links with their places."""

import re
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Final

from bot.domain.message import Markup
from bot.policy.links.candidates import PLAIN_HINT, Candidate, candidates, is_masked
from bot.policy.links.clear import ODD_HINT, Cleared, clear
from bot.policy.links.link import Link
from bot.policy.links.parse import LONGEST_HOST, parse, shown_host
from bot.policy.links.tlds import TLDS

#: RE2 pattern that matches every text in which a link could be seen, and little else
LINK_HINT: Final = f"{PLAIN_HINT}|{ODD_HINT}"

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_LABEL = 1_000
_LONGEST_TITLE = 200
#: `name dot com` is meant as a host, `name dot in` may be anything
_SURE_WHEN_SPOKEN = frozenset({"com", "org", "net", "gg"})
_NEVER_NAMES = frozenset({"this", "that", "early", "polka", "first", "post", "during", "before", "since", "whole"})


#: how many candidates are looked at in any message, and for how many characters of a long one there is one more;
#: what holds more is a flood of links whatever the others are
_MOST, _CHARACTERS_EACH = 100, 40


def find_links(text: str, markup: Markup) -> tuple[Link, ...]:
    """Return every link that a reader or the client takes for one, in order."""
    return tuple(link for link in find_sightings(text, markup) if link.certain)


def find_sightings(text: str, markup: Markup, endings: AbstractSet[str] = frozenset()) -> tuple[Link, ...]:
    """Return the links, and what is one only to somebody who looks for this very host (`certain` is False).

    Hosts under one of `endings`, which are no top-level domains, are such sightings, too. Of a flood of links only
    the first hundreds are returned, so that their number is a lower bound.
    """
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    cleared = clear(text)
    if cleared is not None:
        text = cleared.text
    links: list[Link] = []
    masking: Link | None = None
    for candidate in islice(candidates(text, markup, endings), max(_MOST, len(text) // _CHARACTERS_EACH)):
        link = _link(candidate, text, markup, cleared)
        if link is None:
            continue
        if link.masked:
            masking = link
            while links and links[-1].start >= link.start and links[-1].host == link.host:
                links.pop()
        elif masking is not None and link.end <= masking.end and link.host == masking.host:
            continue
        links.append(link)
    return tuple(links)


def _link(candidate: Candidate, text: str, markup: Markup, cleared: Cleared | None) -> Link | None:
    """Return the parsed link with its place in the original text, or None for what no browser would open."""
    url = parse(candidate.target)
    if url is None:
        return None
    host: str = url.hostname
    if host.endswith("."):
        host = host.rstrip(".")
    if not host or len(host) > LONGEST_HOST:
        return None
    start, end, certain, shown = candidate.start, candidate.end, candidate.certain, None
    if candidate.scheme_written:
        certain = certain or ("." in host and host[host.rfind(".") + 1 :] in TLDS)
        start, end, shown = _mask(candidate, text, markup)
    elif cleared is not None and certain:
        certain = not _doubtful(cleared, start, end, host)
    if cleared is not None:
        start, end = cleared.origin(start), cleared.origin(end - 1) + 1
    return Link(
        start=start,
        end=end,
        url=url.href,
        host=host,
        shown_host=shown_host(host),
        shown=shown,
        path=url.pathname,
        query=url.search,
        masked=shown is not None,
        scheme_written=candidate.scheme_written,
        certain=certain,
    )


def _mask(candidate: Candidate, text: str, markup: Markup) -> tuple[int, int, str | None]:
    """Return where the link's whole construct starts and ends, and the text it shows instead of its target."""
    start, end, resume = candidate.start, candidate.end, candidate.resume
    if start == 0 or text[start - 1] not in "(<":
        return start, end, None
    if text[resume : resume + 1] == "|" and markup is not Markup.DISCORD and text[start - 1] == "<":
        close = text.find(">", resume, resume + _LONGEST_LABEL)
        return (start - 1, close + 1, text[resume + 1 : close]) if close >= 0 else (start, end, None)
    if not is_masked(text, start, markup):
        return start, end, None
    bracket = text.rfind("]", max(0, start - 3), start)
    close = text.find(")", end, end + _LONGEST_TITLE)
    opening = text.rfind("[", max(0, start - _LONGEST_LABEL), bracket)
    for _ in range(3):
        label = text[opening + 1 : bracket]
        if opening < 0 or label.count("]") <= label.count("["):
            break
        opening = text.rfind("[", max(0, start - _LONGEST_LABEL), opening)
    else:  # so many open brackets make no label, and a long one for each link would be read again and again
        return start, end, None
    if opening < 0 or close < 0:
        return start, end, None
    return opening, close + 1, text[opening + 1 : bracket]


def _doubtful(cleared: Cleared, start: int, end: int, host: str) -> bool:
    """Return whether the link came about only by joining what may be ordinary prose."""
    joint = cleared.joined(start, end)
    if joint is None:
        return False
    if joint not in cleared.spoken or host[host.rfind(".") + 1 :] not in _SURE_WHEN_SPOKEN:
        return True
    name = cleared.text[start:joint].lower()
    return len(name) < 4 or name in _NEVER_NAMES
