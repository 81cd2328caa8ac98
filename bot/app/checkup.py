"""Looks at an installation from outside: settings, database, keys and policies, and at platforms that have tokens."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.keyfile import GivenKeys, KeyFile, KeyFileMissingError, open_key_file, read_given_keys
from bot.app.alone import database_file
from bot.app.clock import machine_clock
from bot.app.slack_checkup import look_at_slack
from bot.domain.capability import Capability
from bot.domain.checkup import Point, State, good, lacks, unknown, wrong
from bot.domain.message import PlatformName
from bot.errors import LocumError
from bot.i18n import catalogue, phrase
from bot.policy.checking import check_policies
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.source import community_names
from bot.ports import ConnectionRevokedError, PlatformUnavailableError
from bot.services.policies.keeping import in_mode
from bot.services.rotating import check_keys, check_signing, needs_older_keys, new_signing_key
from bot.settings import Settings, is_set, unknown_settings
from bot.store.engine import Store, open_store
from bot.store.errors import StoreError
from bot.store.migrate import check_schema
from bot.store.policies import active_policies
from bot.store.tripped import all_tripped

#: by community: the version of the active policies, their mode, rules that dropped to shadow
Modes = dict[str, tuple[str, str, frozenset[str]]]


@dataclass(kw_only=True, slots=True)
class Examined:
    """What a look at the whole came to."""

    #: in the order in which they are read
    points: list[Point] = field(default_factory=list)
    #: by the connection's name: how each thing can be done there
    capabilities: dict[str, list[Capability]] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether nothing is wrong, and whoever had to be asked has answered."""
        return not any(one.state in (State.WRONG, State.UNKNOWN) for one in self.points)


async def examine(settings: Settings) -> Examined:
    """Return everything there is to say; nothing is changed, and a program that runs isn't disturbed."""
    found = Examined()
    found.points += [lacks("setting", variable=name) for name in unknown_settings(os.environ)]
    modes: Modes = {}
    found.points += await _database(settings, modes)
    policies = _Policies()
    found.points += policies.look_at(settings)
    await _discord(settings, policies.sound, policies.active(modes), found)
    await look_at_slack(settings, policies.sound, found.points, found.capabilities)
    return found


async def _database(settings: Settings, modes: Modes) -> list[Point]:
    """Return how the database is, and whether its keys are there; `modes` is told what each community goes by."""
    file = database_file(settings)
    if file is not None and not file.exists():
        # whoever opens it would make it
        return [lacks("database")]
    try:
        store = open_store(settings.database.get_secret_value(), alone=False)
        try:
            await check_schema(store)
            async with store.reading() as tx:
                fallen = await all_tripped(tx)
                for community, (version, mode) in (await active_policies(tx)).items():
                    modes[community] = (version, mode, fallen.get(community, frozenset()))
            return [good("database"), await _keys(settings, store)]
        finally:
            await store.close()
    except StoreError as error:
        return [Point(code="database", state=State.WRONG, says=phrase(_named("store", error)))]


async def _keys(settings: Settings, store: Store) -> Point:
    try:
        keys: GivenKeys | KeyFile
        if settings.keys is not None:
            keys = read_given_keys(settings.keys.get_secret_value())
        else:
            keys = open_key_file(settings.key_file, machine_clock(), new_signing_key, make=False)
        await check_keys(store, keys)
        await check_signing(store, keys.contents.signing)
    except KeyFileMissingError:
        if not await needs_older_keys(store):
            return lacks("keys")
        return _told("keys", "run.key_file_missing")
    except StoreError:
        raise
    except LocumError as error:
        return _told("keys", _named("run", error))
    return good("keys")


def _told(code: str, key: str) -> Point:
    """Return what is wrong as the start of the program says it."""
    return Point(code=code, state=State.WRONG, says=phrase(key if key in catalogue("en") else f"doctor.{code}_wrong"))


def _named(room: str, error: LocumError) -> str:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return f"{room}.{name}"


@dataclass(kw_only=True, slots=True)
class _Policies:
    """The policies of the folder, as far as they can be used."""

    #: by community
    sound: dict[str, PolicySet] = field(default_factory=dict)
    #: digest of each one's files
    versions: dict[str, str] = field(default_factory=dict)

    def look_at(self, settings: Settings) -> Iterator[Point]:
        """Yield how each community's policies are, and keep those that can be used."""
        folder = settings.policies
        known = community_names(folder) if folder.is_dir() else ()
        wanted = settings.communities or known
        if not wanted:
            yield wrong("policies_none", folder=str(folder))
        for name in wanted:
            yield self._of(folder, name) if name in known else wrong("policies_missing", name, folder=str(folder))

    def _of(self, folder: Path, name: str) -> Point:
        checked = check_policies(folder, [name])
        loaded = load_policies(folder, name, live=True)
        if loaded.policies is not None and not checked.errors:
            self.sound[name], self.versions[name] = loaded.policies, loaded.version
        if checked.errors:
            return wrong("policies", name, count=checked.errors)
        if checked.warnings:
            return lacks("policies_warn", name, count=checked.warnings)
        return good("policies", name, count=checked.rules)

    def active(self, modes: Modes) -> Mapping[str, PolicySet]:
        """Return the policies that are active as the folder holds them, in their mode."""
        return {
            name: in_mode(self.sound[name], mode, tripped)
            for name, (version, mode, tripped) in modes.items()
            if self.versions.get(name) == version
        }


async def _discord(
    settings: Settings, policies: Mapping[str, PolicySet], active: Mapping[str, PolicySet], found: Examined
) -> None:
    """Add everything about Discord, where there is anything to say of it; `active` are policies as they judge now."""
    about = PlatformName.DISCORD.value
    homes = {name: one for name, one in policies.items() if one.discord is not None}
    if not is_set(settings.discord_token):
        found.points += [lacks("discord_no_token", about)] if homes else []
        return
    if not homes:
        found.points.append(lacks("discord_no_server", about))
    from adapters.discord.checking import (  # noqa: PLC0415 - a second that only whoever uses it waits for
        able,
        accounts,
        check_application,
        check_server,
        places,
    )
    from adapters.discord.prevention.checking import check_prevention  # noqa: PLC0415 - likewise
    from adapters.discord.probing import probing  # noqa: PLC0415 - likewise
    from bot.app.discord import access_of  # noqa: PLC0415 - likewise

    try:
        async with probing(access_of(settings)) as probe:
            found.points += check_application(probe.application)
            for home in homes.values():
                seen = await probe.server(str(home.discord), accounts(home), places(home))
                found.points += check_server(home, seen, probe.id)
                if home.community in active:
                    found.points += check_prevention(f"discord/{home.discord}", active[home.community], seen)
                found.capabilities[f"discord/{home.discord}"] = able(home, seen, probe.application)
    except ConnectionRevokedError:
        found.points.append(wrong("discord_token", about))
    except PlatformUnavailableError:
        found.points.append(unknown("discord", about))
