"""What a command is: its name, its options, who it is offered to, and the function behind it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from bot.commands.desk import Desk
from bot.domain.card import Card
from bot.domain.command import Audience, Form, Invocation, Option, OptionKind, Reply
from bot.domain.message import Member
from bot.domain.right import Right
from bot.errors import LocumError
from bot.i18n import Phrase, catalogue, phrase, say
from bot.services.staff.knowing import Caller
from bot.services.work import Work

_Value = TypeVar("_Value")


class BadInputError(LocumError):
    """That can't be understood."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.say())
        #: one clear sentence that says what to do
        self.said = said


def bad_input(key: str, **values: str | int | timedelta) -> BadInputError:
    """Return the error that says the catalogue's entry of that key."""
    return BadInputError(phrase(key, **values))


@dataclass(kw_only=True, slots=True)
class Call:
    """One command under way, inside its transaction."""

    #: what the program offers to commands
    desk: Desk
    #: the transaction and what is known of the community
    work: Work
    #: who gave it
    caller: Caller
    #: as it came in
    invocation: Invocation
    #: options, parsed: what each kind becomes stands in `options.py`
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.caller.language

    def given(self, name: str, kind: type[_Value]) -> _Value:
        """Return an option that is there."""
        value = self.options[name]
        assert isinstance(value, kind)  # noqa: S101 - parsing made it so
        return value

    def perhaps(self, name: str, kind: type[_Value]) -> _Value | None:
        """Return an option that may be there."""
        value = self.options.get(name)
        assert value is None or isinstance(value, kind)  # noqa: S101 - likewise
        return value

    def member(self, name: str = "member") -> Member:
        """Return the member that an option names; its key is the account's surrogate."""
        return self.given(name, Member)

    def answer(self, key: str, *, card: Card | None = None, form: Form | None = None, **values: Any) -> Reply:
        """Return a reply in the reader's language."""
        return Reply(text=say(key, self.language, **values), card=card, form=form)


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One row of the table."""

    #: `group.name`; the catalogue `group.toml` has `name_NAME` and `help_NAME` in every language
    name: str
    #: who it is offered to
    audience: Audience
    #: what it takes
    options: tuple[Option, ...] = ()
    #: does it, inside a transaction
    run: Callable[[Call], Awaitable[Reply]]
    #: the right that it takes first of all; None where anybody may
    right: Right | None = None
    #: False for what only buttons and forms say
    typed: bool = True
    #: also offered on a message or a member
    menu: OptionKind | None = None
    #: carrying it out twice is no harm: looking at something
    looks: bool = False

    @property
    def group(self) -> str:
        """The first word of its name."""
        return self.name.partition(".")[0]

    @property
    def word(self) -> str:
        """The second word of its name."""
        return self.name.partition(".")[2]


def menu_name(command: Command, language: str) -> str:
    """Return what a command is called in a menu: `menu_NAME` of its catalogue, else as where it is typed."""
    key = f"{command.group}.menu_{command.word}"
    return say(key if key in catalogue(language) else f"{command.group}.name_{command.word}", language)


def option(name: str, kind: OptionKind, *, required: bool = True, **more: Any) -> Option:
    """Return an option of a command."""
    return Option(name=name, kind=kind, required=required, **more)
