"""Policy sets out of the database: compiled from their kept files, in the mode that a lead gave the community."""

import asyncio
from collections.abc import Collection, Mapping

from bot.domain.judgement import Mode
from bot.errors import LocumError
from bot.policy.load import Loaded, load_files
from bot.policy.policy_set import PolicySet
from bot.policy.problems import has_errors
from bot.services.work import Work
from bot.store.engine import Tx
from bot.store.policies import active_mode
from bot.store.policy_versions import keep_files, kept_files


class VersionGoneError(LocumError):
    """The files of these policies aren't kept in the database, so they can't be the active ones."""


class VersionUnusableError(LocumError):
    """The kept policies can't be used by this version of Locum: run the earlier one, apply policies that suit both."""


async def keep(work: Work, loaded: Loaded) -> None:
    """Keep the files of a sound policy set under its digest; raise PoliciesTooLargeError."""
    await keep_files(work.tx, work.community, loaded.version, loaded.files, work.now)


async def load_version(tx: Tx, community: str, version: str, mode: str | None = None) -> PolicySet:
    """Return a kept policy set, compiled from its files, in a mode; None for the one that is active now.

    Raises VersionGoneError, VersionUnusableError, CorruptedError.
    """
    files = await kept_files(tx, community, version)
    if files is None:
        raise VersionGoneError
    chosen = await active_mode(tx, community) if mode is None else mode
    return sound(await asyncio.to_thread(compiled, files, community), version, chosen)


def compiled(files: Mapping[str, bytes], community: str) -> Loaded:
    """Return what kept files come to, the community's own mode set aside."""
    return load_files(files, community, live=True)


def sound(loaded: Loaded, version: str, mode: str) -> PolicySet:
    """Return the policies of kept files in a mode; raise VersionUnusableError where they aren't what they were."""
    if loaded.policies is None or has_errors(loaded.problems) or loaded.version != version:
        raise VersionUnusableError
    return in_mode(loaded.policies, mode)


def in_mode(policies: PolicySet, mode: str, tripped: Collection[str] = ()) -> PolicySet:
    """Return compiled policies as they judge: in shadow as a whole unless a lead turned them live, or some rules."""
    if mode != Mode.LIVE.value:
        return policies.shadowing([rule.name for rule in policies.rules])
    return policies.shadowing(tripped)
