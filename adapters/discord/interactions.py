"""What somebody did on Discord, as an invocation: commands with what they name, menus, presses, choices and forms."""

import re
from dataclasses import dataclass
from typing import Any

from adapters.discord.forms import filled_in
from adapters.discord.translate import Json, account_ref
from bot.commands.command import Command
from bot.commands.naming import menus, paths
from bot.commands.table import find_command
from bot.domain.command import Option, OptionKind
from bot.domain.message import AccountRef
from bot.i18n import LANGUAGES, say

COMMAND, COMPONENT, COMPLETION, MODAL = 2, 3, 4, 5
_CHAT, _USER, _MESSAGE = 1, 2, 3
_SUBCOMMAND = 1
#: in front of what a button in a direct message says stands which server it is about
_SERVER = re.compile(r"(\d{1,20})/(.*)", re.DOTALL)
#: a link to a message, or its id
_LINK = re.compile(r"(?:https?://\S*/channels/(?P<server>\d{1,20})/(?P<channel>\d{1,20})/)?(?P<message>\d{15,20})")

#: a mention of somebody, or their id
_USER_ID = re.compile(r"(?:<@!?)?(\d{1,20})>?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody wants, before what they name is looked up."""

    #: `mod.warn`; what a button says
    command: str
    #: the table's row; None for a command that there is no more
    row: Command | None
    #: what was given by the options' names, as Discord says it
    given: dict[str, Any]
    #: the option that is being typed, and what was typed of it; COMPLETION alone
    typing: tuple[str, str] | None = None


def asked(data: Json) -> Asked | None:
    """Return what an interaction wants; None for a kind that isn't ours."""
    match data.get("type"):
        case 2 | 4:
            return _command(data["data"])
        case 3:
            return _press(data["data"])
        case 5:
            inner = data["data"]
            return _said(str(inner["custom_id"]), dict(filled_in(inner.get("components"))))
        case _:
            return None


def server_of(data: Json) -> str | None:
    """Return which server an interaction is about; None for one in a direct message that doesn't say it."""
    if data.get("guild_id"):
        return str(data["guild_id"])
    found = _SERVER.fullmatch(str((data.get("data") or {}).get("custom_id") or ""))
    return None if found is None else found[1]


def user_of(data: Json) -> Json:
    """Return who it was: of a server, Discord says it within the member."""
    member = data.get("member") or {}
    user: Json = member.get("user") or data["user"]
    return user


def language_of(data: Json) -> str:
    """Return the reader's language, as far as we have it: English otherwise."""
    spoken = str(data.get("locale") or data.get("guild_locale") or "").partition("-")[0]
    return spoken if spoken in LANGUAGES else "en"


def found_message(value: str, server: str) -> tuple[str, str] | None:
    """Return the channel, perhaps empty, and the id of a message that somebody named by its link or id.

    A link to another server leads nowhere.
    """
    found = _LINK.fullmatch(value.strip())
    if found is None or found["server"] not in (None, server):
        return None
    return found["channel"] or "", found["message"]


def found_user(value: str) -> str | None:
    """Return the id of somebody who was named by it, or by a mention; None for anything else."""
    found = _USER_ID.fullmatch(value.strip())
    return None if found is None else found[1]


def account_of(server: str, data: Json) -> AccountRef:
    """Return whose interaction it was, as the core names it."""
    return account_ref(server, str(user_of(data)["id"]))


def _command(inner: Json) -> Asked | None:
    kind = inner.get("type", _CHAT)
    if kind in (_USER, _MESSAGE):
        option = OptionKind.MEMBER if kind == _USER else OptionKind.MESSAGE
        row = menus().get((option, str(inner["name"])))
        if row is None:
            return None
        wanted = next(one for one in row.options if one.kind is option)
        return Asked(command=row.name, row=row, given={wanted.name: inner["target_id"]})
    options = inner.get("options") or ()
    word = ""
    if options and options[0].get("type") == _SUBCOMMAND:
        word, options = str(options[0]["name"]), options[0].get("options") or ()
    row = paths().get((str(inner["name"]), word))
    if row is None:
        return None
    names = {say(f"options.{one.name}", "en"): one for one in row.options}
    given: dict[str, Any] = {}
    typing = None
    for one in options:
        option_row = names.get(str(one["name"]))
        if option_row is None:
            continue
        if one.get("focused"):
            typing = (option_row.name, str(one.get("value") or ""))
        given[option_row.name] = one.get("value")
    return Asked(command=row.name, row=row, given=given, typing=typing)


def _press(inner: Json) -> Asked:
    values = inner.get("values") or ()
    return _said(str(inner["custom_id"]), {"value": str(values[0])} if values else {})


def _said(custom_id: str, given: dict[str, Any]) -> Asked:
    """Return what a button, a menu or a form says: `command:subject:version`."""
    found = _SERVER.fullmatch(custom_id)
    name, _, rest = (custom_id if found is None else found[2]).partition(":")
    subject, _, version = rest.partition(":")
    row = find_command(name)
    known = {"value"} | ({one.name for one in row.options} if row is not None else set())
    options = {"subject": subject, "version": version} | {one: given[one] for one in given if one in known}
    return Asked(command=name, row=row, given={one: value for one, value in options.items() if value})


def option_named(row: Command | None, name: str) -> Option | None:
    """Return an option of a command."""
    return None if row is None else next((one for one in row.options if one.name == name), None)
