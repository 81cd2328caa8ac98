"""The world by itself: ids, what is told to whom, and what the audit log keeps."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.discord import snowflake
from tests.discord.harbour import MODERATING, Harbour, harbour
from tests.discord.intents import Intent
from tests.discord.permissions import Permission
from tests.discord.snowflake import Snowflakes
from tests.discord.world import World

#: what was told: event, data, intents
Told = list[tuple[str, Mapping[str, Any], Intent]]


@pytest.fixture
def port(world: World) -> Harbour:
    return harbour(world)


@pytest.fixture
def told(world: World, port: Harbour) -> Told:
    heard: Told = []
    world.emit = lambda event, data, _guild, *, intents: heard.append((event, data, intents))
    return heard


def names(told: Told) -> list[str]:
    return [event for event, _, _ in told]


def test_ids_are_unique_ordered_and_know_their_time() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    ids = Snowflakes(lambda: moment)
    later = [ids.next() for _ in range(1000)]
    others = [ids.of(moment) for _ in range(1000)]
    assert later == sorted(set(later), key=int)
    assert len({*later, *others}) == 2000
    assert {snowflake.at(one) for one in (*later, *others)} == {moment}


def test_a_clock_that_goes_back_gives_no_id_twice() -> None:
    moments = iter([datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)])
    ids = Snowflakes(lambda: next(moments))
    assert int(ids.next()) < int(ids.next())


def test_what_the_bot_can_t_see_it_isn_t_told(port: Harbour, world: World, told: Told) -> None:
    hidden = port.guild.add_channel("hidden")["id"]
    port.guild.overwrite(hidden, port.guild.members[port.bot]["roles"][0], deny=Permission.VIEW_CHANNEL)
    assert names(told)[-1] == "CHANNEL_DELETE"
    told.clear()
    world.post(hidden, port.member, "hello")
    assert told == []
    world.post(port.room, port.member, "hello")
    assert [(event, intents) for event, _, intents in told] == [("MESSAGE_CREATE", Intent.GUILD_MESSAGES)]
    assert told[0][1]["member"]["roles"] == []


def test_the_audit_log_is_told_to_who_may_read_it(world: World) -> None:
    port = harbour(world, MODERATING & ~Permission.VIEW_AUDIT_LOG)
    heard: list[str] = []
    world.emit = lambda event, *_, **__: heard.append(event)
    port.guild.ban(port.member, by=port.staff)
    assert heard == ["GUILD_BAN_ADD", "GUILD_MEMBER_REMOVE"]


def test_deletions_of_one_s_messages_by_one_hand_are_one_entry_and_told_once(
    port: Harbour, world: World, told: Told
) -> None:
    said = [world.post(port.room, port.member, "x")["id"] for _ in range(3)]
    told.clear()
    for one in said:
        world.delete(port.room, one, by=port.staff)
    assert names(told) == ["GUILD_AUDIT_LOG_ENTRY_CREATE", *["MESSAGE_DELETE"] * 3]
    assert port.guild.audit[-1]["options"] == {"channel_id": port.room, "count": "3"}


def test_what_the_bot_or_the_author_deletes_is_in_no_audit_log(port: Harbour, world: World) -> None:
    entries = len(port.guild.audit)
    for by in (port.bot, port.member):
        world.delete(port.room, world.post(port.room, port.member, "x")["id"], by=by)
    assert len(port.guild.audit) == entries


def test_a_ban_takes_the_messages_of_its_time_and_no_others() -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    world = World(now=lambda: now[0])
    port = harbour(world)
    old = world.post(port.room, port.member, "old")["id"]
    now[0] += timedelta(hours=2)
    world.post(port.room, port.member, "new")
    other = world.post(port.room, port.staff, "another's")["id"]
    port.guild.ban(port.member, by=port.staff, delete_seconds=3600)
    assert list(world.messages[port.room]) == [old, other]


def test_a_bot_that_is_sent_away_hears_that_and_nothing_more(port: Harbour, world: World, told: Told) -> None:
    port.guild.kick(port.bot, by=port.guild.data["owner_id"])
    world.post(port.room, port.member, "hello")
    assert names(told)[-1] == "GUILD_DELETE"
    told.clear()
    port.guild.join(port.bot)
    assert names(told) == ["GUILD_CREATE"]


def test_a_reply_calls_whom_it_answers_and_a_forward_shows_what_it_carries(port: Harbour, world: World) -> None:
    said = world.post(port.room, port.member, "hello")["id"]
    at = {"channel_id": port.room, "message_id": said}
    reply = world.post(port.room, port.staff, "yes", reference=at)
    assert (reply["type"], reply["referenced_message"]["id"]) == (19, said)
    assert [one["id"] for one in reply["mentions"]] == [port.member]
    forward = world.post(port.room, port.staff, reference={**at, "type": 1})
    assert forward["message_snapshots"][0]["message"]["content"] == "hello"
    assert "referenced_message" not in forward


def test_what_was_told_stays_as_it_was(port: Harbour, world: World, told: Told) -> None:
    said = world.post(port.room, port.member, "first")["id"]
    world.edit(port.room, said, content="second")
    contents = [data["content"] for event, data, _ in told if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}]
    assert contents == ["first", "second"]


def test_a_renamed_account_is_told_to_its_servers(port: Harbour, world: World, told: Told) -> None:
    world.rename(port.member, global_name="Deckhand")
    ((event, data, intents),) = told
    assert (event, data["user"]["global_name"], intents) == ("GUILD_MEMBER_UPDATE", "Deckhand", Intent.GUILD_MEMBERS)


def test_a_message_of_an_earlier_time_stands_before_later_ones(port: Harbour, world: World) -> None:
    later = world.post(port.room, port.member, "later")["id"]
    earlier = world.post(port.room, port.member, "earlier", id=world.ids.of(world.now() - timedelta(days=15)))["id"]
    assert list(world.messages[port.room]) == [earlier, later]
    assert [one["id"] for one in world.latest(port.room)] == [later, earlier]


def test_a_pause_ends_by_itself() -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    world = World(now=lambda: now[0])
    port = harbour(world)
    port.guild.change(by=port.bot, incidents_data={"invites_disabled_until": "2026-01-01T01:00:00+00:00"})
    assert port.guild.paused("invites_disabled_until")
    assert not port.guild.paused("dms_disabled_until")
    now[0] += timedelta(hours=1)
    assert not port.guild.paused("invites_disabled_until")
