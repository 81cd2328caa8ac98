"""What may stand in the chat's file, and whom a text mentions: pure functions of text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.local.chat.types import Account, NothingSaidError, TooLongError
from bot.domain.message import Attachment

#: characters that a post has at most
LONGEST = 2_000
_LONGEST_NAME = 64
_LONGEST_ROOM = 100
_LONGEST_FILE, _MOST_FILES = 255, 10
_LONGEST_SIGN = 16
#: joins pictures to one picture
_JOINER = "\u200d"
#: what mentions everybody, whoever else may be called so
_EVERYBODY = ("everyone", "all")
_INSTEAD = "\ufffd"


def sound(text: str) -> str:
    """Return a text that the file takes: one kind of line end, no NUL, whole characters; all else stays as it was."""
    text = text.replace("\r\n", "\n").replace("\0", _INSTEAD)
    try:
        text.encode()
    except UnicodeEncodeError:
        # halves that belong together become one character, and a lone one a mark
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def sound_name(name: str, otherwise: str) -> str:
    """Return the name of an account as it is shown: in one line, and of bounded length."""
    return _in_one_line(name, _LONGEST_NAME) or sound(otherwise)


def said(text: str, *, files: bool) -> str:
    """Return what somebody says as it is kept; raise NothingSaidError, TooLongError."""
    text = sound(text)
    if not text.strip() and not files:
        raise NothingSaidError
    if len(text) > LONGEST:
        raise TooLongError
    return text


def sound_files(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Return the files of a post as they are kept."""
    return tuple(
        replace(file, id=sound(file.id), name=_in_one_line(file.name, _LONGEST_FILE)) for file in files[:_MOST_FILES]
    )  # fmt: skip


def sound_room(name: str) -> str:
    """Return the name of a room as it is shown; empty when there is nothing in it."""
    return _in_one_line(name, _LONGEST_ROOM).lstrip("# ")


def is_sign(text: str) -> bool:
    """Return whether a text can be a reaction: short, and everything in it can be seen."""
    return 0 < len(text) <= _LONGEST_SIGN and text.replace(_JOINER, "_").isprintable() and text.strip(_JOINER) == text


def _in_one_line(text: str, longest: int) -> str:
    return " ".join(sound(text).split())[:longest].strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """Who can be mentioned, made ready for looking: names without regard to case."""

    #: account by folded name
    by_name: Mapping[str, str]
    #: the lengths of those names, the longest first
    lengths: tuple[int, ...]


def called(accounts: Iterable[Account]) -> Called:
    """Return the names of those who are present; of two who are called alike, the one who came first is meant."""
    by_name: dict[str, str] = {}
    for account in sorted(accounts, key=lambda one: (one.created_at, one.id)):
        if account.joined_at is not None:
            by_name.setdefault(account.name.casefold(), account.id)
    return Called(by_name=by_name, lengths=tuple(sorted({len(name) for name in by_name}, reverse=True)))


def mentioned(text: str, people: Called) -> tuple[tuple[str, ...], bool]:
    """Return the accounts that a text mentions, each once, and whether it mentions everybody.

    `@Name` is the longest name that fits, as a word of its own; so an address of e-mail mentions nobody.
    """
    folded = text.casefold()
    found: dict[str, None] = {}
    everyone = False
    at = folded.find("@")
    while at >= 0:
        if at == 0 or not folded[at - 1].isalnum():
            if any(_stands(folded, at + 1, word) for word in _EVERYBODY):
                everyone = True
            else:
                found |= dict.fromkeys(_at(folded, at + 1, people))
        at = folded.find("@", at + 1)
    return tuple(found), everyone


def _at(folded: str, start: int, people: Called) -> Iterable[str]:
    for length in people.lengths:
        name = folded[start : start + length]
        if name in people.by_name and not folded[start + length : start + length + 1].isalnum():
            return (people.by_name[name],)
    return ()


def _stands(folded: str, start: int, word: str) -> bool:
    return folded.startswith(word, start) and not folded[start + len(word) : start + len(word) + 1].isalnum()
