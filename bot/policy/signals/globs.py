"""File name patterns (`*`, `?`, `[abc]`), matched in linear time however they are written."""

import re
from collections.abc import Callable

import re2

_PIECES = re.compile(r"\*+|\?|\[(!?)(\]?[^\]]*)\]|[^*?\[]+|\[")


def one_of(globs: tuple[str, ...], faulty: Callable[[int], None]) -> Callable[[str], bool]:
    """Return whether a name, in lower case, fits one of the patterns; `faulty` is told of those that can't be read."""
    options = re2.Options()
    options.log_errors = False
    patterns = []
    for at, glob in enumerate(globs):
        try:
            patterns.append(re2.compile(f"(?s:{_PIECES.sub(_piece, _valid(glob.casefold()))})", options))
        except re2.error:
            faulty(at)

    def fits(name: str) -> bool:
        whole = _valid(name)
        return any(pattern.fullmatch(whole) is not None for pattern in patterns)

    return fits


def _valid(text: str) -> str:
    """Return the text without lone surrogates, which RE2 doesn't take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _piece(match: re.Match[str]) -> str:
    piece: str = match[0]
    if piece.startswith("*"):
        return ".*"
    if piece == "?":
        return "."
    if match[2]:
        inner = re.sub(r"([\\\[\]^&~|])", r"\\\1", match[2])
        return f"[{'^' if match[1] else ''}{inner}]"
    escaped: str = re2.escape(piece)
    return escaped
