"""Slack's tokens as somebody gives them: typed unseen at a terminal, or as lines on standard input; never arguments."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import click

from adapters.slack.access import Access
from bot.errors import LocumError
from bot.i18n import say

#: what is given in place of a token so that none is kept any more
_NONE = "-"
#: characters that are read at most: four tokens and their names
_LARGEST = 16_384
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,1000}")
NAMES = ("bot", "app", "signing", "admin")


class UnreadableLineError(LocumError):
    """A line holds none of `bot=…`, `app=…`, `signing=…`, `admin=…`, or one of them once more."""

    def __init__(self, number: int) -> None:
        super().__init__()
        #: which one; what it says may be secret
        self.number = number


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was given; None for what wasn't, and empty for what is to be kept no longer."""

    #: the bot's token
    bot: str | None = field(default=None, repr=False)
    #: the app's own
    app: str | None = field(default=None, repr=False)
    #: the signing secret
    signing: str | None = field(default=None, repr=False)
    #: the token of whoever administers the workspace
    admin: str | None = field(default=None, repr=False)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was given."""
        return all(getattr(self, name) is None for name in NAMES)

    def over(self, before: Access) -> Access:
        """Return what a workspace is reached with once this is taken over."""
        said = {name: value for name in NAMES if (value := getattr(self, name)) is not None}
        after = replace(before, **said)
        return replace(after, admin_user="") if self.admin == "" else after


def read_tokens(language: str, *, wanted: Sequence[str]) -> Given:
    """Return what is given: `wanted` are asked for at a terminal; raise UnreadableLineError."""
    if not sys.stdin.isatty():
        return read_lines(sys.stdin.buffer.read(_LARGEST).decode("utf-8", "replace"))
    click.echo(say("setup.hidden", language))
    return Given(**{name: _asked(name, language) for name in wanted})


def read_lines(text: str) -> Given:
    """Return what lines such as `bot=xoxb-…` give; raise UnreadableLineError."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        name, sign, value = (part.strip() for part in line.partition("="))
        if not name or name.startswith("#"):
            continue
        if not sign or name not in NAMES or name in found or not _TOKEN.fullmatch(value):
            raise UnreadableLineError(number)
        found[name] = "" if value == _NONE else value
    return Given(**found)


def _asked(name: str, language: str) -> str | None:
    """Return what is typed, unseen; None where nothing is."""
    while True:
        said = click.prompt(
            say(f"setup.ask_{name}", language), hide_input=True, default="", show_default=False, err=True
        )
        value = str(said).strip()
        if not value:
            return None
        if _TOKEN.fullmatch(value):
            return "" if value == _NONE else value
        click.echo(say("setup.no_such_token", language), err=True)
