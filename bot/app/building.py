"""Makes from the settings what the program is built of: keys, policies, witnesses, pagers."""

from collections.abc import Mapping, Sequence
from functools import partial

from adapters.keyfile import GivenKeys, KeyFile, open_key_file, read_given_keys
from adapters.pager import Directory, Heartbeat, MailPager, Security, WebhookPager, several
from adapters.pager.directory import Making
from adapters.witness import HttpWitness
from bot.errors import LocumError
from bot.ledger.keys import read_verifier
from bot.policy.problems import Problem
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

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        super().__init__(self.__doc__)
        #: every one of them, in the order in which they are read
        self.problems = tuple(problems)


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


def find_communities(settings: Settings) -> tuple[str, ...]:
    """Return the communities that the program moderates; raise NoCommunityError."""
    folder = settings.policies
    found = community_names(folder) if folder.is_dir() else ()
    wanted = settings.communities or found
    if not wanted or not set(wanted) <= set(found):
        raise NoCommunityError
    return tuple(wanted)


def find_witnesses(settings: Settings) -> tuple[Known, ...]:
    """Return who cosigns; raise KeyTextError, AddressError."""
    return tuple(
        Known(verifier=read_verifier(one.key), port=HttpWitness(one.url, private=settings.private_addresses))
        for one in settings.witnesses
    )


def find_pager(settings: Settings, clock: Clock, language: str, addresses: Mapping[str, str]) -> Directory | None:
    """Return where pages go, if anywhere; raise AddressError, MailboxError, UnsafeMailError.

    `addresses` is the environment, in which the contacts of policies have theirs: webhooks are signed with the one
    secret, and mail goes through the one server.
    """
    making: dict[str, Making] = {}
    if settings.pager_secret.get_secret_value():
        making["webhook"] = partial(_webhook, settings, clock)
    if settings.pager_mail_host:
        making["email"] = partial(_mail, settings, clock, language)
    default: list[Pager] = []
    if settings.pager_webhook:
        default.append(_webhook(settings, clock, settings.pager_webhook))
    if settings.pager_mail_to:
        default.append(_mail(settings, clock, language, settings.pager_mail_to))
    if not making:
        return None
    return Directory(default=several(default) if default else None, making=making, addresses=addresses)


def _webhook(settings: Settings, clock: Clock, url: str) -> Pager:
    secret = settings.pager_secret.get_secret_value().encode()
    return WebhookPager(url, secret, clock=clock, private=settings.private_addresses)


def _mail(settings: Settings, clock: Clock, language: str, to: str) -> Pager:
    return MailPager(
        host=settings.pager_mail_host,
        port=settings.pager_mail_port,
        tls=Security(settings.pager_mail_security),
        sender=settings.pager_mail_from,
        to=to,
        clock=clock,
        user=settings.pager_mail_user,
        password=settings.pager_mail_password.get_secret_value(),
        language=language,
    )


def find_heartbeat(settings: Settings) -> Heartbeat | None:
    """Return who is told that all is well, if anybody; raise AddressError."""
    if not settings.heartbeat_url:
        return None
    return Heartbeat(settings.heartbeat_url, private=settings.private_addresses)
