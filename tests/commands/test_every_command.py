"""Every command, by everybody, at every level, everywhere, on and off shift: nothing is ever done that isn't allowed.

The whole table runs on SQLite; on PostgreSQL every command runs once for each role, in the channel and at the level
where most is allowed. What is about something that has to be there first (a case, a request, a seat) is held here
against who may have any effect at all; what it comes to is told in stories.
"""

from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from bot.commands.command import Command
from bot.commands.table import COMMANDS
from bot.domain.command import OptionKind
from bot.domain.staff import Level
from bot.i18n import LANGUAGES, catalogue, say
from bot.store.engine import Store, open_store
from tests.commands.oracle import EFFECTIVE, LISTED, ROLES, SCOPES, Case, Role, expected, may_act
from tests.commands.table_stage import Outcome, Table, set_table
from tests.statements import share_compiled

#: how long a name of a command or option may be on every platform
_LONGEST = 32
#: commands that are tried in one transaction on PostgreSQL
_AT_ONCE = 10


@pytest.fixture
async def table(sqlite_database: str) -> AsyncIterator[Table]:
    async for made in _opened(sqlite_database):
        yield made


@pytest.fixture
async def table_on_postgresql(postgresql_database: str) -> AsyncIterator[Table]:
    async for made in _opened(postgresql_database):
        yield made


async def _opened(database: str) -> AsyncIterator[Table]:
    store: Store = share_compiled(open_store(database))
    made = await set_table(store)
    yield made
    await made.stage.close()
    await store.close()


def levels(role: Role) -> tuple[Level, ...]:
    """Return the levels that make a difference: members have none."""
    return tuple(Level) if role.rank else (Level.TRUSTED,)


def wrongs(case: Case, found: Outcome) -> Iterator[str]:
    """Yield what is wrong with what became of a command."""
    where = f"{case.command.name} by {case.role.who}, {case.level.word}, in {case.scope}, " + (
        "on shift" if case.on_shift else "off shift"
    )
    wanted = expected(case)
    if found.word.startswith("broken"):
        yield f"{where}: {found.word}"
    elif wanted is not None and found.word != wanted:
        yield f"{where}: {found.word} instead of {wanted} ({found.text})"
    if found.word in EFFECTIVE and not may_act(case):
        yield f"{where}: {found.word}, though they may not"
    denied = found.word.startswith("denied:")
    if found.entries["refused"] != int(denied):
        yield f"{where}: recorded {found.entries['refused']} times as refused, {found.word}"
    if denied and found.entries.total() != 1:
        yield f"{where}: denied, and left {dict(found.entries)} behind"
    if found.word == "bad" and found.entries.total():
        yield f"{where}: not understood, and left {dict(found.entries)} behind"
    if denied and not found.text.strip():
        yield f"{where}: denied without a word"


async def tried(
    table: Table, role: Role, level: Level, scopes: tuple[str, ...], *, on_shift: bool, commands: Sequence[Command]
) -> list[str]:
    found: list[str] = []
    async with table.as_role(role, level, on_shift=on_shift) as tx:
        for scope in scopes:
            for command in commands:
                if not command.typed and (scope, level) != (LISTED, Level.TRUSTED):
                    # a button of a card that is gone: neither place nor level is looked at
                    continue
                case = Case(command=command, role=role, level=level, scope=scope, on_shift=on_shift)
                found += wrongs(case, await table.outcome(tx, case))
    return found


@pytest.mark.parametrize("role", ROLES.values(), ids=list(ROLES))
async def test_every_command_comes_to_what_is_allowed_and_to_nothing_else(table: Table, role: Role) -> None:
    found: list[str] = []
    for level in levels(role):
        for on_shift in (True, False) if role.rank else (False,):
            found += await tried(table, role, level, SCOPES, on_shift=on_shift, commands=COMMANDS)
    assert not found, "\n".join(found)


async def test_every_command_comes_to_the_same_on_postgresql(table_on_postgresql: Table) -> None:
    found: list[str] = []
    for role in ROLES.values():
        on_shift = bool(role.rank)
        # a transaction that lasts is one that sweeps wait for, on the whole server
        for first in range(0, len(COMMANDS), _AT_ONCE):
            some = COMMANDS[first : first + _AT_ONCE]
            found += await tried(table_on_postgresql, role, Level.TRUSTED, (LISTED,), on_shift=on_shift, commands=some)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_a_name_and_help_in_every_language(command: Command, language: str) -> None:
    if not command.typed:
        return
    known = catalogue(language)
    name, help_text = f"{command.group}.name_{command.word}", f"{command.group}.help_{command.word}"
    assert name in known
    assert help_text in known
    spelt = say(name, language)
    assert spelt == spelt.lower()
    assert " " not in spelt
    assert 1 <= len(spelt) <= _LONGEST
    # the shorter limit of both platforms for what stands beside a command
    assert 1 <= len(say(help_text, language)) <= 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_commands_of_a_group_have_one_name(language: str) -> None:
    known = catalogue(language)
    names = [
        (command.group, known.get(f"{command.group}.name_{command.word}", command.name))
        for command in COMMANDS if command.typed
    ]  # fmt: skip
    assert sorted(set(names)) == sorted(names)


def test_every_command_stands_once_in_the_table() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_and_choice_has_a_name_in_every_language(language: str) -> None:
    known = catalogue(language)
    for command in COMMANDS:
        names = [say(f"options.{one.name}", language) for one in command.options]
        assert len(set(names)) == len(names), command.name
        assert all(name == name.lower() and len(name) <= _LONGEST and " " not in name for name in names), command.name
        for one in command.options:
            assert bool(one.choices) == (one.kind is OptionKind.CHOICE), (command.name, one.name)
            typed = one.choices if command.typed else ()
            missing = [word for word in typed if f"commands.choice_{word}" not in known]
            assert not missing, (command.name, missing)
