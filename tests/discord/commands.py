"""Commands as a client offers them, and what it sends to the bot when somebody gives one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.discord import permissions
from tests.discord.guild import JSON, Guild
from tests.discord.permissions import Permission
from tests.discord.resolving import ImpossibleError, Resolved
from tests.discord.world import World

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 9, 10, 11


def offered(world: World, guild: Guild | None, user: str, channel: JSON) -> Sequence[JSON]:
    """Return the commands that somebody is offered in a channel: those of the server before those of everywhere."""
    if guild is None:
        return [one for one in world.commands.values() if _works_in(one, 1)]
    granted = permissions.computed(guild, user, channel)
    if not granted & Permission.USE_APPLICATION_COMMANDS:
        return []
    everywhere = [one for one in world.commands.values() if _works_in(one, 0)]
    return [one for one in [*guild.commands.values(), *everywhere] if _may_see(one, permissions.computed(guild, user))]


def _works_in(command: Mapping[str, Any], context: int) -> bool:
    contexts = command.get("contexts")
    if contexts is None:
        return context == 0 or command.get("dm_permission", True) is not False
    return context in contexts


def _may_see(command: Mapping[str, Any], granted: int) -> bool:
    needed = command.get("default_member_permissions")
    if needed is None or granted & Permission.ADMINISTRATOR:
        return True
    return int(needed) != 0 and granted & int(needed) == int(needed)


def invocation(world: World, guild: Guild | None, command: JSON, name: str, given: Mapping[str, Any]) -> JSON:
    """Return what is sent when somebody gives a slash command, by its whole name, with all of its options."""
    steps = _steps(command, name)
    known = _options(steps[-1])
    resolved = Resolved(world=world, guild=guild)
    strange = given.keys() - {one["name"] for one in known}
    missing = [one["name"] for one in known if one.get("required") and one["name"] not in given]
    if strange or missing:
        raise ImpossibleError(f"{name}: unknown options {sorted(strange)}, missing ones {missing}")
    options = [
        {"name": one["name"], "type": one["type"], "value": _value(one, given[one["name"]], resolved)}
        for one in known
        if one["name"] in given
    ]
    return _data(command, steps, options, resolved)


def completion(
    world: World,
    guild: Guild | None,
    command: JSON,
    name: str,
    given: Mapping[str, Any],
    *,
    typed: tuple[str, str],
) -> JSON:
    """Return what is sent while somebody types into an option; what was `typed` stands in quotes, even a number."""
    focused, text = typed
    steps = _steps(command, name)
    known = {one["name"]: one for one in _options(steps[-1])}
    if not known.get(focused, {}).get("autocomplete"):
        raise ImpossibleError(f"{name}: {focused} has no completion")
    resolved = Resolved(world=world, guild=guild)
    options = [
        {"name": one, "type": known[one]["type"], "value": _value(known[one], value, resolved)}
        for one, value in given.items()
    ]
    options.append({"name": focused, "type": known[focused]["type"], "value": text, "focused": True})
    return _data(command, steps, options, resolved)


def on_message(command: JSON, message: JSON) -> JSON:
    """Return what is sent when somebody chooses a command from a message's menu."""
    return _named(command) | {"target_id": message["id"], "resolved": {"messages": {message["id"]: message}}}


def on_user(world: World, guild: Guild | None, command: JSON, user: str) -> JSON:
    """Return what is sent when somebody chooses a command from somebody's menu."""
    resolved = Resolved(world=world, guild=guild)
    return _named(command) | {"target_id": resolved.user(user), "resolved": resolved.found}


def _named(command: JSON) -> JSON:
    home = {"guild_id": command["guild_id"]} if command.get("guild_id") else {}
    return {"id": command["id"], "name": command["name"], "type": command["type"]} | home


def _data(command: JSON, steps: Sequence[JSON], options: list[JSON], resolved: Resolved) -> JSON:
    for step in reversed(steps[1:]):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data = _named(command) | {"options": options}
    return data | ({"resolved": resolved.found} if resolved.found else {})


def _steps(command: JSON, name: str) -> Sequence[JSON]:
    """Return a command, and the group and subcommand that its whole name leads to."""
    steps = [command]
    for word in name.split()[1:]:
        below = [one for one in steps[-1].get("options") or () if one["type"] in {SUBCOMMAND, GROUP}]
        steps += [one for one in below if one["name"] == word][:1] or [_no(name, word)]
    if any(one["type"] in {SUBCOMMAND, GROUP} for one in steps[-1].get("options") or ()):
        raise ImpossibleError(f"{name} isn't a whole command")
    return steps


def _no(name: str, word: str) -> JSON:
    raise ImpossibleError(f"{name}: there is no {word}")


def _options(command: JSON) -> Sequence[JSON]:
    return command.get("options") or ()


def _value(option: JSON, given: Any, resolved: Resolved) -> Any:
    """Return what is sent for an option; of choices their value, whose name people see."""
    choices = option.get("choices")
    if choices:
        for one in choices:
            if given in (one["name"], one["value"]):
                return one["value"]
        raise ImpossibleError(f"{option['name']}: {given!r} isn't among the choices")
    picked: Mapping[int, Callable[[Any], str]] = {
        USER: resolved.user,
        CHANNEL: resolved.channel,
        ROLE: resolved.role,
        MENTIONABLE: resolved.mentionable,
        ATTACHMENT: resolved.file,
    }
    if option["type"] in picked:
        return picked[option["type"]](given)
    _within(option, given)
    return given


def _within(option: JSON, given: Any) -> None:
    """Let a text, a number or a truth value pass that the option takes."""
    kinds: Mapping[int, type | tuple[type, ...]] = {
        STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float),
    }  # fmt: skip
    if not isinstance(given, kinds[option["type"]]):
        raise ImpossibleError(f"{option['name']}: {given!r} is of the wrong kind")
    size = len(given) if isinstance(given, str) else given
    least, most = ("min_length", "max_length") if isinstance(given, str) else ("min_value", "max_value")
    if not option.get(least, size) <= size <= option.get(most, 6000 if isinstance(given, str) else size):
        raise ImpossibleError(f"{option['name']}: {given!r} is too small or too large")
