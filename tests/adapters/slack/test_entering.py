"""Coming into a workspace: whose tokens count, and what is said of those that don't."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import pytest_asyncio

from adapters.slack.access import Access
from adapters.slack.entering import ElsewhereError, enter
from adapters.slack.home import Home
from adapters.slack.manifest import manifest
from adapters.slack.scopes import ADMIN, BOT
from bot.ports import ConnectionRevokedError, PlatformUnavailableError
from tests.adapters.slack.ground import Installed, install, policies_of
from tests.fakes.clock import FakeClock
from tests.slack.faults import FaultKind
from tests.slack.server import LoopbackSlack
from tests.slack.world import World

Entered = tuple[bool, frozenset[str], frozenset[str]]


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(World()) as started:
        yield started
        assert not started.record.off, started.record.off


@pytest.fixture
def place(slack: LoopbackSlack) -> Installed:
    return install(slack)


async def entered(place: Installed, access: Access | None = None) -> Entered:
    """Return whether there is a door for an admin, and the scopes of both tokens."""
    workspace = place.workspace.id
    home = Home(
        community="acme", workspace=workspace, policies=lambda: policies_of(workspace), tell=lambda _error: None
    )
    door = await enter(home, access or place.access, FakeClock())
    try:
        assert door.own.user == place.bot
        return door.admin is not None, door.own.scopes, door.own.admin_scopes
    finally:
        await door.close()


async def test_both_tokens_count_with_the_scopes_that_the_manifest_asks_for(place: Installed) -> None:
    assert await entered(place) == (True, frozenset(BOT), frozenset(ADMIN))


async def test_without_an_admin_s_token_there_is_no_admin_s_door(place: Installed) -> None:
    assert await entered(place, replace(place.access, admin="", admin_user="")) == (False, frozenset(BOT), frozenset())


async def test_a_token_that_another_admin_installed_doesn_t_count(slack: LoopbackSlack, place: Installed) -> None:
    second = place.workspace.add_user("second")
    second.is_admin = True
    scopes = manifest()["oauth_config"]["scopes"]["user"]
    token = slack.world.authorise(place.app, place.workspace.id, second.id, scopes=scopes).text
    assert (await entered(place, replace(place.access, admin=token)))[0] is False


async def test_a_slack_that_names_no_scopes_is_taken_to_have_given_those_that_were_asked_for(
    slack: LoopbackSlack, place: Installed
) -> None:
    for token in (place.access.bot, place.access.admin):
        slack.world.tokens[token].names_scopes = False
    assert await entered(place) == (True, frozenset(BOT), frozenset(ADMIN))


async def test_a_token_without_any_scope_may_do_nothing(slack: LoopbackSlack, place: Installed) -> None:
    slack.world.tokens[place.access.admin].scopes.clear()
    assert await entered(place) == (True, frozenset(BOT), frozenset())


def demoted(_slack: LoopbackSlack, place: Installed) -> None:
    place.workspace.users[place.admin].is_admin = False


def deactivated(_slack: LoopbackSlack, place: Installed) -> None:
    place.workspace.change_user(place.admin, deleted=True)


def revoked(slack: LoopbackSlack, place: Installed) -> None:
    slack.world.revoke(place.access.admin)


def unknown(slack: LoopbackSlack, _place: Installed) -> None:
    slack.faults.fail(FaultKind.ERROR, "users.info", error="user_not_found")


@pytest.mark.parametrize("happens", [demoted, deactivated, revoked, unknown])
async def test_whoever_administers_it_no_longer_has_no_door_and_the_bot_goes_on(
    slack: LoopbackSlack, place: Installed, happens: Callable[[LoopbackSlack, Installed], None]
) -> None:
    happens(slack, place)
    assert (await entered(place))[0] is False


async def test_a_bot_s_token_that_was_revoked_is_told_apart_from_a_slack_that_is_away(
    slack: LoopbackSlack, place: Installed
) -> None:
    slack.faults.fail(FaultKind.REFUSED, "auth.test")
    with pytest.raises(PlatformUnavailableError):
        await entered(place)
    slack.world.revoke(place.access.bot)
    with pytest.raises(ConnectionRevokedError):
        await entered(place)


async def test_a_token_of_another_workspace_never_opens_this_one(slack: LoopbackSlack, place: Installed) -> None:
    other = install(slack, domain="werft")
    with pytest.raises(ElsewhereError):
        await entered(place, replace(place.access, bot=other.access.bot))
    assert (await entered(place, replace(place.access, admin=other.access.admin, admin_user=other.admin)))[0] is False
