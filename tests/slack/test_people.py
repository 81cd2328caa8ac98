"""People, groups and what an admin's app may do to them, by plan."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clients import calling, described_only, refusal
from tests.slack.harbour import SCOPES, Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.usergroups import add_group
from tests.slack.workspace import Usergroup
from tests.slack.world import World


@pytest_asyncio.fixture
async def bot(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    scopes = SCOPES | {"usergroups:read", "usergroups:write", "users.profile:read"}
    server.world.install(place.app, place.workspace.id, scopes=scopes)
    async with calling(server, place.token) as client:
        yield client


@pytest_asyncio.fixture
async def admin(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    scopes = {"admin.users:write", "admin.conversations:write"}
    token = server.world.authorise(place.app, place.workspace.id, place.admin, scopes=scopes).text
    async with calling(server, token) as client:
        yield client


async def test_a_person_is_shown_with_names_rights_and_zone(bot: AsyncWebClient, place: Harbour) -> None:
    place.workspace.change_user(
        place.kim, display_name="Kim", title="Sailor", status_text="at sea", locale="de-DE", email="kim@example.org"
    )
    found = (await bot.users_info(user=place.kim, include_locale=True))["user"]
    assert (found["profile"]["display_name"], found["profile"]["title"]) == ("Kim", "Sailor")
    assert (found["locale"], found["tz"], found["is_admin"], found["deleted"]) == (
        "de-DE",
        "Europe/Berlin",
        False,
        False,
    )
    assert "email" not in found["profile"]
    assert (await bot.users_info(user=place.admin))["user"]["is_admin"]
    assert await refusal(bot.users_info(user="U0NOBODY")) == "user_not_found"


@described_only
async def test_an_address_is_shown_only_to_who_may_see_it(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    place.workspace.change_user(place.kim, email="kim@example.org")
    assert await refusal(bot.users_lookupByEmail(email="kim@example.org")) == "missing_scope"
    server.world.install(place.app, place.workspace.id, scopes=SCOPES | {"users:read.email"})
    found = await bot.users_lookupByEmail(email="kim@example.org")
    assert (found["user"]["id"], found["user"]["profile"]["email"]) == (place.kim, "kim@example.org")


async def test_little_is_said_of_who_was_deactivated(bot: AsyncWebClient, place: Harbour) -> None:
    place.workspace.change_user(place.admin, deleted=True)
    found = (await bot.users_info(user=place.admin))["user"]
    assert found["deleted"]
    assert not {"is_admin", "tz", "real_name"} & found.keys()
    assert place.admin not in place.workspace.channels[place.room].members


async def test_everybody_is_listed_by_parts(bot: AsyncWebClient, place: Harbour) -> None:
    ids: list[str] = []
    async for part in await bot.users_list(limit=2):
        ids += [one["id"] for one in part["members"]]
    assert ids == list(place.workspace.users)
    assert (await bot.users_profile_get(user=place.kim))["profile"]["real_name"] == "Kim"


async def test_groups_are_for_plans_that_are_paid(bot: AsyncWebClient, place: Harbour) -> None:
    place.workspace.usergroups["S1"] = Usergroup(id="S1", handle="crew", users=[place.kim])
    assert (await bot.usergroups_users_list(usergroup="S1"))["users"] == [place.kim]
    assert [one["handle"] for one in (await bot.usergroups_list(include_users=True))["usergroups"]] == ["crew"]
    assert await refusal(bot.usergroups_users_list(usergroup="S2")) == "no_such_subteam"
    place.workspace.plan = "free"
    assert await refusal(bot.usergroups_list()) == "plan_upgrade_required"


async def test_who_is_in_a_group_is_said_as_a_whole_and_told_to_apps(
    world: World, bot: AsyncWebClient, place: Harbour
) -> None:
    group = add_group(place.workspace, "crew", [place.kim]).id
    place.app.bot_events |= {"subteam_members_changed", "subteam_updated"}
    await bot.usergroups_users_update(usergroup=group, users=f"{place.admin},{place.kim}")
    await bot.usergroups_users_update(usergroup=group, users=place.admin)
    assert (await bot.usergroups_users_list(usergroup=group))["users"] == [place.admin]
    told = [one.event for one in world.published if one.event["type"] == "subteam_members_changed"]
    assert [(one["added_users"], one["removed_users"]) for one in told] == [([place.admin], []), ([], [place.kim])]
    assert await refusal(bot.usergroups_users_update(usergroup=group, users=",")) == "no_users_provided"
    assert await refusal(bot.usergroups_users_update(usergroup=group, users="U0NOBODY")) == "invalid_users"
    assert await refusal(bot.usergroups_users_update(usergroup="S2", users=place.kim)) == "no_such_subteam"


async def test_an_admin_s_app_removes_people_in_an_enterprise_alone(
    server: LoopbackSlack, admin: AsyncWebClient, place: Harbour
) -> None:
    team = place.workspace.id
    assert await refusal(admin.admin_users_remove(team_id=team, user_id=place.kim)) == "feature_not_enabled"
    place.workspace.plan = "enterprise"
    await admin.admin_users_session_reset(user_id=place.kim)
    await admin.admin_users_remove(team_id=team, user_id=place.kim)
    assert place.workspace.users[place.kim].deleted
    assert server.record.did("user_changed", by=place.admin, target=place.kim)
    assert await refusal(admin.admin_users_remove(team_id=team, user_id=place.kim)) == "user_already_deleted"
    wrong = admin.admin_users_remove(team_id=team, user_id=place.workspace.owner)
    assert await refusal(wrong) == "cannot_modify_primary_owner"


async def test_a_channel_is_made_read_only_in_an_enterprise_and_then_takes_nothing_of_others(
    server: LoopbackSlack, admin: AsyncWebClient, bot: AsyncWebClient, place: Harbour
) -> None:
    place.workspace.plan = "enterprise"
    prefs = {"who_can_post": "type:admin"}
    await admin.admin_conversations_setConversationPrefs(channel_id=place.room, prefs=prefs)
    assert place.workspace.channels[place.room].read_only
    wrong = bot.chat_postMessage(channel=place.room, text="x")
    assert await refusal(wrong) == "restricted_action_read_only_channel"


@pytest.mark.parametrize("plan", ["free", "pro", "business"])
async def test_other_plans_have_nothing_of_the_kind(admin: AsyncWebClient, place: Harbour, plan: str) -> None:
    place.workspace.plan = plan
    assert await refusal(admin.admin_users_session_reset(user_id=place.kim)) == "feature_not_enabled"
