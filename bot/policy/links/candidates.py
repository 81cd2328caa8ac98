"""Finds the stretches of a text that may be links, in one pass from left to right."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final, NamedTuple

from bot.domain.message import Markup
from bot.policy.links.parse import LONGEST_HOST, ascii_host
from bot.policy.links.tlds import AMBIGUOUS, TLDS

#: RE2 pattern of the places where `candidates` looks closer
PLAIN_HINT: Final = r"(?:^|[^.\s])\.\pL\pL|(?:^|[^.])\.(?i:gg)/|:/[/\w\\]|:\\"

_ANCHOR = re.compile(r"[.:](?:(?<=\.)[^\W\d_]{2}|(?<=:)[/\\])")
_RUN = re.compile(r"[\w.-]*")
_HOST = re.compile(r"([\w.-]+)(?::\d{1,5}(?!\d))?")
_BODY = re.compile(r"[^\s<>\"`|\],;)]*+(?:[\],;)](?![(\[|]|h..ps?:)[^\s<>\"`|\],;)]*+)*+", re.IGNORECASE)
_MASKED_BODY = re.compile(r"[^\s<>\"`|()]*+(?:\([^\s<>\"`|()]*+\)[^\s<>\"`|()]*+)*+")
_HTTP = re.compile(r"h(?:tt|x{1,2}|tx|xt|ttt|[*_+#?!]{1,3})p(s?)$", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+-]{1,11}$", re.IGNORECASE)

_TRAILING = frozenset(".,:;!?'\"“”„‘’»«…。，！？、*_~")
_CLOSING = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "》": "《"}
_OPENS_PATH = frozenset("/\\?#")
#: in front of a bare name these make it a file's path, in most cases
_INSIDE_PATHS = frozenset("/\\~$")
_OPENS_CODE = frozenset("(=")
#: written with a capital behind a full stop these are still no words
_NEVER_WORDS = frozenset({"com", "org", "net", "gg", "ru"})
#: names of programs, not of hosts
_PRODUCTS = frozenset({"asp.net", "vb.net", "ado.net", "ml.net", "socket.io", "draw.io"})


class Candidate(NamedTuple):
    """A stretch of text that may be a link."""

    #: first character
    start: int
    #: one behind the last, without the punctuation of the sentence around it
    end: int
    #: where to go on looking
    resume: int
    #: what to give to the parser
    target: str
    #: True when a scheme was written
    scheme_written: bool
    #: True when nobody would take it for anything but a link
    certain: bool


def candidates(text: str, markup: Markup, endings: AbstractSet[str] = frozenset()) -> Iterator[Candidate]:
    """Yield what looks like a link; no part of the text is looked at more than a fixed number of times.

    A bare host is one when its last label is a top-level domain or one of `endings`; the latter is never certain.
    """
    done = 0
    for anchor in _ANCHOR.finditer(text):
        place = anchor.start()
        if place < done:
            continue
        if text[place] == ":":
            found = _with_scheme(text, place, done, markup)
        else:
            found = _bare(text, place, done, markup, endings)
        if isinstance(found, int):
            done = found
        else:
            done = found.resume
            yield found


def is_masked(text: str, start: int, markup: Markup) -> bool:
    """Return whether an address that starts here is the target of `[text](…`."""
    if start < 2 or text[start - 1] not in "(<" or markup is Markup.SLACK:
        return False
    return text[max(0, start - 3) : start].removesuffix("<").endswith("](")


def _with_scheme(text: str, colon: int, done: int, markup: Markup) -> Candidate | int:
    """Return the link whose scheme ends at this colon."""
    before = text[max(done, colon - 12) : colon]
    if before.endswith("https"):
        return _from_scheme(text, colon - 5, colon, markup, "https")
    http = _HTTP.search(before)
    if http is not None:
        return _from_scheme(text, colon - len(http[0]), colon, markup, "http" + http[1].lower())
    other = _OTHER_SCHEME.search(before) if text.startswith("//", colon + 1) else None
    if other is not None:
        return _from_scheme(text, colon - len(other[0]), colon, markup, "")
    return done


def _from_scheme(text: str, start: int, colon: int, markup: Markup, scheme: str) -> Candidate:
    """Return the link that starts here, `colon` ending its scheme; an empty scheme stands for any but http."""
    body = (_MASKED_BODY if is_masked(text, start, markup) else _BODY).match(text, colon + 1)
    behind = body.end() if body is not None else colon + 1
    end = _trimmed(text, start, behind)
    written = text[colon + 1 : end]
    if markup is not Markup.DISCORD and "&" in written:
        written = written.replace("&amp;", "&")
    target = f"{scheme or 'http'}:{written}"
    return Candidate(start, end, behind, target, scheme_written=True, certain=bool(scheme))


def _bare(text: str, dot: int, done: int, markup: Markup, endings: AbstractSet[str]) -> Candidate | int:
    """Return the link without a scheme around this dot, or where to go on looking."""
    back = text[max(done, dot - LONGEST_HOST - 2) : dot]
    run = _RUN.match(back[::-1])
    start = dot - (run.end() if run is not None else 0)
    while start < dot and text[start] in ".-_":
        start += 1
    before = text[start - 1] if start > done else ""
    if before == ":":
        http = _HTTP.search(text[max(done, start - 7) : start - 1])
        if http is not None:
            return _from_scheme(text, start - 1 - len(http[0]), start - 1, markup, "http" + http[1].lower())
    host = _HOST.match(text, start)
    behind, opening = (host.end(1), host.end()) if host is not None else (dot + 1, dot + 1)
    follower = text[opening : opening + 1]
    if before == "@" or follower == "@":
        return behind
    if start == dot and (text[dot:behind].lower() != ".gg" or before == "."):
        return behind
    last = known_ending(text[start:behind], endings)
    if last and follower in _OPENS_PATH and follower:
        body = _BODY.match(text, opening)
        resume = body.end() if body is not None else opening
        end = _trimmed(text, start, resume)
        if end > opening:
            target = text[start:end] if start < dot else "discord" + text[start:end]
            certain = before not in _INSIDE_PATHS and not (endings and last in endings)
            return Candidate(start, end, resume, "http://" + target, scheme_written=False, certain=certain)
    if not last or start == dot:
        return behind
    doubtful = before in _INSIDE_PATHS or follower in _OPENS_CODE
    if endings and last in endings:
        name = text[start:behind].rstrip(".-_")
        return Candidate(start, start + len(name), behind, "http://" + name, scheme_written=False, certain=False)
    return _bare_host(text, start, behind, last=last, in_code=doubtful)


def _bare_host(text: str, start: int, behind: int, *, last: str, in_code: bool) -> Candidate:
    """Return the link that is nothing but a host which ends in the label `last`."""
    name = text[start:behind].rstrip(".-_")
    lower = name.lower()
    written = name[-len(last) :]
    doubtful = (
        last in AMBIGUOUS
        or lower in _PRODUCTS
        or in_code
        or (written[:1].isupper() and written[1:].islower() and last not in _NEVER_WORDS)
        or lower[: -len(last) - 1].isdecimal()
    )
    certain = lower.startswith("www.") or not doubtful
    return Candidate(start, start + len(name), behind, "http://" + name, scheme_written=False, certain=certain)


def known_ending(host: str, endings: AbstractSet[str]) -> str:
    """Return the last label in lower case when it is a real top-level domain or an ending, or an empty string."""
    host = host.rstrip(".-_")
    last = host[host.rfind(".") + 1 :].lower()
    if last in TLDS or last in endings:
        return last if len(host) <= LONGEST_HOST and ".." not in host else ""
    return last if not last.isascii() and _foreign_ending(last) in TLDS else ""


@lru_cache(maxsize=4_096)
def _foreign_ending(last: str) -> str:
    return ascii_host("a." + last)[2:]


def _trimmed(text: str, start: int, end: int) -> int:
    """Return the end without the punctuation that belongs to the sentence around the link."""
    if text[end - 1].isalnum():
        return end
    counts: dict[str, int] = {}
    while end > start:
        last = text[end - 1]
        if last in _CLOSING:
            if last not in counts:
                counts[last] = text.count(last, start, end) - text.count(_CLOSING[last], start, end)
            if counts[last] <= 0:
                break
            counts[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end
