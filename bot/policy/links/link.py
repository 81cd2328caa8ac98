"""One link in a message, as a browser would open it and as a reader sees it."""

from typing import NamedTuple


class Link(NamedTuple):
    """A parsed link and where it stands in the original text; a tuple, for a message may hold hundreds."""

    #: first code point; for a masked link the whole construct counts
    start: int
    #: one behind the last
    end: int
    #: what a browser opens, normalised
    url: str
    #: lower-case ASCII form, without a trailing dot
    host: str
    #: the host as a reader sees it, in Unicode
    shown_host: str
    #: what a masked link shows instead of its target
    shown: str | None
    #: from the first slash on, still percent-encoded
    path: str
    #: with its question mark, still percent-encoded; empty when there is none
    query: str
    #: True for `[text](url)` and `<url|text>`
    masked: bool
    #: True when the text names http, https or another scheme
    scheme_written: bool
    #: False when only somebody who looks for this very host would take it for a link: `main.py`, `evil .com`
    certain: bool = True
