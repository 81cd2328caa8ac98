"""Makes from the settings what the program is built of: keys, policies, witnesses, pagers."""

from pathlib import Path

from adapters.keyfile import GivenKeys, KeyFile, open_key_file, read_given_keys
from adapters.pager import MailPager, Security, WebhookPager, several
from adapters.witness import HttpWitness
from bot.errors import LocumError
from bot.ledger.keys import read_verifier
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.problems import has_errors
from bot.policy.source import community_names
from bot.ports import Clock, Keys, Pager
from bot.services.ledger.witnessing import Known
from bot.services.rotating import check_keys, check_signing, needs_older_keys, new_signing_key
from bot.settings import Settings
from bot.store.engine import Store


class NoCommunityError(LocumError):
    """There are no policies to moderate by: make a folder for each community, or name another folder."""


class BrokenPoliciesError(LocumError):
    """The policies have errors: `locum check` says where."""


async def find_keys(settings: Settings, store: Store, clock: Clock) -> Keys:
    """Return the keys outside the database; a file is made only where nothing stored needs older ones."""
    keys: GivenKeys | KeyFile
    if settings.keys is not None:
        keys = read_given_keys(settings.keys.get_secret_value())
    else:
        make = not await needs_older_keys(store)
        keys = open_key_file(settings.key_file, clock, new_signing_key, make=make)
    await check_keys(store, keys)
    await check_signing(store, keys.contents.signing)
    return keys


def find_policies(settings: Settings) -> dict[str, PolicySet]:
    """Return the policies of every community; raise NoCommunityError, BrokenPoliciesError that names the community."""
    folder = settings.policies
    names = _communities(settings, folder)
    return {name: _policies(folder, name) for name in names}


def _communities(settings: Settings, folder: Path) -> tuple[str, ...]:
    found = community_names(folder) if folder.is_dir() else ()
    wanted = settings.communities or found
    if not wanted or not set(wanted) <= set(found):
        raise NoCommunityError
    return tuple(wanted)


def _policies(folder: Path, community: str) -> PolicySet:
    loaded = load_policies(folder, community)
    if loaded.policies is None or has_errors(loaded.problems):
        raise BrokenPoliciesError
    return loaded.policies


def find_witnesses(settings: Settings) -> tuple[Known, ...]:
    """Return who cosigns; raise KeyTextError, AddressError."""
    return tuple(
        Known(verifier=read_verifier(one.key), port=HttpWitness(one.url, private=settings.private_addresses))
        for one in settings.witnesses
    )


def find_pager(settings: Settings, clock: Clock, language: str) -> Pager | None:
    """Return where pages go, if anywhere; raise AddressError, MailboxError, UnsafeMailError."""
    pagers: list[Pager] = []
    if settings.pager_webhook:
        secret = settings.pager_secret.get_secret_value().encode()
        pagers.append(WebhookPager(settings.pager_webhook, secret, clock=clock, private=settings.private_addresses))
    if settings.pager_mail_to:
        pagers.append(
            MailPager(
                host=settings.pager_mail_host,
                port=settings.pager_mail_port,
                tls=Security(settings.pager_mail_security),
                sender=settings.pager_mail_from,
                to=settings.pager_mail_to,
                clock=clock,
                user=settings.pager_mail_user,
                password=settings.pager_mail_password.get_secret_value(),
                language=language,
            )
        )
    return several(pagers) if pagers else None
