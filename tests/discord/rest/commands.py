"""The bot's commands: everywhere and in one guild, one by one and all at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import re2
from aiohttp import web

from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON
from tests.discord.rest.access import Handler, guild_of
from tests.discord.rest.reading import answer, body_of, nothing
from tests.discord.world import World

#: slash, user's and message's menu: how many of each a place may have
MOST: Mapping[int, int] = {1: 100, 2: 15, 3: 15}
#: commands with new names that a place may get in a day
CREATED_A_DAY = 200
#: characters of a slash command with all that it says
LONGEST = 8000
#: how a slash command and its options are called; how long is counted apart, for within the pattern it takes megabytes
NAME = re2.compile(r"^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]+$")
LONGEST_NAME = 32


def _place(world: World, request: web.Request) -> tuple[dict[str, JSON], str | None]:
    """Return the commands that a route is about, and their guild."""
    if request.match_info["application_id"] != world.application_id:
        raise Refused(10002)
    if "guild_id" in request.match_info:
        guild = guild_of(world, request)
        return guild.commands, guild.id
    return world.commands, None


async def commands(world: World, request: web.Request) -> web.Response:
    """List the commands of a place."""
    held, _ = _place(world, request)
    bare = request.query.get("with_localizations") not in {"true", "1"}
    return answer([_bare(one) if bare else one for one in held.values()])


def _bare(command: JSON) -> JSON:
    return {name: value for name, value in command.items() if not name.endswith("_localizations")}


async def overwrite(world: World, request: web.Request) -> web.Response:
    """Replace all commands of a place; those of the same kind and name keep their ids."""
    held, guild_id = _place(world, request)
    asked: Sequence[JSON] = (await body_of(request)).json or []
    _check_all(asked)
    before = {_key(one): one for one in held.values()}
    _count_created(world, guild_id, [one for one in asked if _key(one) not in before])
    made = [_made(world, guild_id, one, before.get(_key(one))) for one in asked]
    held.clear()
    held.update({one["id"]: one for one in made})
    world.note("commands_set", guild_id or world.application_id, world.bot["id"], guild_id, count=len(made))
    return answer(made)


async def add(world: World, request: web.Request) -> web.Response:
    """Add a command, or replace the one of the same kind and name."""
    held, guild_id = _place(world, request)
    asked = (await body_of(request)).json
    before = next((one for one in held.values() if _key(one) == _key(asked)), None)
    _check_all([*(one for one in held.values() if one is not before), asked])
    _count_created(world, guild_id, [] if before is not None else [asked])
    made = held_id = _made(world, guild_id, asked, before)
    held[held_id["id"]] = made
    world.note("command_set", made["id"], world.bot["id"], guild_id, name=made["name"])
    return answer(made, 201 if before is None else 200)


async def command(world: World, request: web.Request) -> web.Response:
    """Show a command."""
    held, _ = _place(world, request)
    return answer(_one(held, request))


async def change(world: World, request: web.Request) -> web.Response:
    """Change a command."""
    held, guild_id = _place(world, request)
    old = _one(held, request)
    wanted = old | (await body_of(request)).json
    _check_all([*(one for one in held.values() if one is not old), wanted])
    held[old["id"]] = _made(world, guild_id, wanted, old)
    return answer(held[old["id"]])


async def remove(world: World, request: web.Request) -> web.Response:
    """Remove a command."""
    held, guild_id = _place(world, request)
    gone = _one(held, request)
    del held[gone["id"]]
    world.note("command_removed", gone["id"], world.bot["id"], guild_id, name=gone["name"])
    return nothing()


async def shown(world: World, request: web.Request) -> web.Response:
    """List to whom a guild's administrators show commands: those of which they said anything."""
    if request.match_info["application_id"] != world.application_id:
        raise Refused(10002)
    guild = guild_of(world, request)
    own = {"application_id": world.application_id, "guild_id": guild.id}
    return answer([{"id": id_, "permissions": entries} | own for id_, entries in guild.shown_to.items()])


def _one(held: Mapping[str, JSON], request: web.Request) -> JSON:
    found = held.get(request.match_info["command_id"])
    if found is None:
        raise Refused(10063)
    return found


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return command.get("type") or 1, command["name"]


def _made(world: World, guild_id: str | None, asked: JSON, before: JSON | None) -> JSON:
    """Return a command as Discord keeps it; its version is new whenever something changed."""
    found: JSON = {
        "id": world.ids.next() if before is None else before["id"], "application_id": world.application_id,
        "type": asked.get("type") or 1, "name": asked["name"], "description": asked.get("description") or "",
        "name_localizations": asked.get("name_localizations"),
        "description_localizations": asked.get("description_localizations"), "options": asked.get("options") or [],
        "default_member_permissions": _digits(asked.get("default_member_permissions")),
        "nsfw": bool(asked.get("nsfw")),
    }  # fmt: skip
    if guild_id is not None:
        found["guild_id"] = guild_id
    else:
        found["dm_permission"] = asked.get("dm_permission") is not False
        found["contexts"] = asked.get("contexts")
        found["integration_types"] = asked.get("integration_types") or [0]
    same = before is not None and all(before.get(name) == value for name, value in found.items())
    return found | {"version": before["version"] if before is not None and same else world.ids.next()}


def _digits(permissions: int | str | None) -> str | None:
    return None if permissions is None else str(permissions)


def _count_created(world: World, guild_id: str | None, new: Sequence[JSON]) -> None:
    """Count commands with new names, of which a place gets only so many in a day."""
    today = [
        one for one in world.created_commands
        if one[0] == (guild_id or "") and (world.now() - one[1]).total_seconds() < 86_400
    ]  # fmt: skip
    if len(today) + len(new) > CREATED_A_DAY:
        raise Refused(30034)
    world.created_commands += [(guild_id or "", world.now()) for _ in new]


def _check_all(asked: Sequence[JSON]) -> None:
    for kind, most in MOST.items():
        if sum(1 for one in asked if (one.get("type") or 1) == kind) > most:
            raise Refused(30032)
    if len({_key(one) for one in asked}) < len(asked):
        raise invalid("name", "Application command names must be unique", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    for index, one in enumerate(asked):
        _check(one, str(index))


def _check(command: JSON, at: str) -> None:
    if (command.get("type") or 1) != 1:
        if command.get("description") or command.get("options"):
            raise invalid(f"{at}.description", "Context menu commands cannot have this", "CONTEXT_MENU_DESCRIPTION")
        return
    _check_named(command, at)
    _check_options(command.get("options") or (), at)
    if sum(_texts(command)) > LONGEST:
        raise invalid(at, f"Command exceeds maximum size ({LONGEST})", "APPLICATION_COMMAND_TOO_LARGE")


def _check_named(one: JSON, at: str) -> None:
    """Hold names and descriptions, translated ones too, against how they may be."""
    for name in [one["name"], *(one.get("name_localizations") or {}).values()]:
        if not NAME.search(name) or len(name) > LONGEST_NAME or name != name.lower():
            raise invalid(f"{at}.name", "Command name is invalid", "APPLICATION_COMMAND_INVALID_NAME")
    for text in [one.get("description") or "", *(one.get("description_localizations") or {}).values()]:
        if not 1 <= len(text) <= 100:
            raise invalid(f"{at}.description", "Must be between 1 and 100 in length.")


def _check_options(options: Sequence[JSON], at: str) -> None:
    if len(options) > 25:
        raise invalid(f"{at}.options", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if len({one["name"] for one in options}) < len(options):
        message = "Option name must be unique"
        raise invalid(f"{at}.options", message, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID")
    seen_optional = False
    for index, one in enumerate(options):
        path = f"{at}.options.{index}"
        _check_named(one, path)
        if one["type"] not in {1, 2}:
            if one.get("required") and seen_optional:
                message = "Required options must be placed before non-required options"
                raise invalid(path, message, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")
            seen_optional = seen_optional or not one.get("required")
        _check_choices(one, path)
        _check_options(one.get("options") or (), path)


def _check_choices(option: JSON, at: str) -> None:
    choices = option.get("choices") or ()
    if len(choices) > 25:
        raise invalid(f"{at}.choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if choices and option.get("autocomplete"):
        raise invalid(at, "Choices and autocomplete exclude each other", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE")
    for choice in choices:
        if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
            raise invalid(f"{at}.choices", "Must be between 1 and 100 in length.")


def _texts(one: JSON) -> Iterable[int]:
    """Yield the lengths of what counts: names, descriptions and values, each in its longest translation."""
    for name in ("name", "description"):
        yield max(map(len, [one.get(name) or "", *(one.get(f"{name}_localizations") or {}).values()]))
    for choice in one.get("choices") or ():
        yield max(map(len, [choice["name"], *(choice.get("name_localizations") or {}).values()]))
        yield len(str(choice["value"]))
    for option in one.get("options") or ():
        yield from _texts(option)


_EVERYWHERE = "/applications/{application_id}/commands"
_HERE = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES: Mapping[tuple[str, str], Handler] = {
    (method, place + rest): handler
    for place in (_EVERYWHERE, _HERE)
    for method, rest, handler in (
        ("GET", "", commands), ("PUT", "", overwrite), ("POST", "", add), ("GET", "/{command_id}", command),
        ("PATCH", "/{command_id}", change), ("DELETE", "/{command_id}", remove),
    )
} | {("GET", f"{_HERE}/permissions"): shown}  # fmt: skip
