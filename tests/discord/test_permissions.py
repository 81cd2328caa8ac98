"""Who may do what where."""

from datetime import timedelta

import pytest

from tests.discord import permissions, shapes
from tests.discord.errors import Refused
from tests.discord.guild import Guild
from tests.discord.permissions import ALL, Permission
from tests.discord.world import World


@pytest.fixture
def guild(world: World) -> Guild:
    return world.add_guild("Harbour", everyone=Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)


def test_owners_and_administrators_may_do_everything(guild: Guild) -> None:
    crew = guild.add_role("crew", Permission.ADMINISTRATOR)
    captain = guild.add_member("Captain", roles=[crew["id"]])
    assert permissions.computed(guild, captain["user"]["id"]) == ALL
    assert permissions.computed(guild, guild.data["owner_id"]) == ALL


def test_who_is_no_member_may_do_nothing(guild: Guild, world: World) -> None:
    stranger = world.account("Stranger")
    assert permissions.computed(guild, stranger["id"]) == 0


def test_overwrites_go_from_everyone_over_roles_to_the_member(guild: Guild) -> None:
    crew = guild.add_role("crew")
    sailor = guild.add_member("Sailor", roles=[crew["id"]])["user"]["id"]
    room = guild.add_channel("bridge")["id"]

    def may_speak() -> bool:
        return bool(permissions.computed(guild, sailor, guild.channels[room]) & Permission.SEND_MESSAGES)

    assert may_speak()
    guild.overwrite(room, guild.id, deny=Permission.SEND_MESSAGES)
    assert not may_speak()
    guild.overwrite(room, crew["id"], allow=Permission.SEND_MESSAGES)
    assert may_speak()
    guild.overwrite(room, sailor, deny=Permission.SEND_MESSAGES)
    assert not may_speak()


def test_a_channel_that_isn_t_seen_leaves_no_right(guild: Guild) -> None:
    sailor = guild.add_member("Sailor")["user"]["id"]
    room = guild.add_channel("bridge")["id"]
    guild.overwrite(room, guild.id, deny=Permission.VIEW_CHANNEL)
    assert permissions.computed(guild, sailor, guild.channels[room]) == 0
    with pytest.raises(Refused, match="50001"):
        permissions.need(guild, sailor, Permission.SEND_MESSAGES, guild.channels[room])


def test_a_thread_is_as_open_as_its_channel_and_a_private_one_for_its_members(guild: Guild) -> None:
    sailor, mate = (guild.add_member(name)["user"]["id"] for name in ("Sailor", "Mate"))
    room = guild.add_channel("bridge")["id"]
    public, private = guild.open_thread(room, "open", by=mate), guild.open_thread(room, "secret", by=mate, kind=12)
    assert guild.sees(sailor, public)
    assert not guild.sees(sailor, private)
    assert guild.sees(mate, private)
    guild.overwrite(room, guild.id, deny=Permission.VIEW_CHANNEL)
    assert not guild.sees(sailor, public)


def test_somebody_in_a_timeout_can_only_look_until_it_ends(guild: Guild, world: World) -> None:
    sailor = guild.add_member("Sailor")["user"]["id"]
    guild.change_member(
        sailor, by=guild.data["owner_id"], communication_disabled_until=shapes.when(world.now() + timedelta(hours=1))
    )
    assert permissions.computed(guild, sailor) == Permission.VIEW_CHANNEL
    guild.change_member(
        sailor, by=guild.data["owner_id"], communication_disabled_until=shapes.when(world.now() - timedelta(hours=1))
    )
    assert permissions.computed(guild, sailor) & Permission.SEND_MESSAGES


def test_who_stands_higher_outranks_and_of_two_on_one_height_the_older_role_does(guild: Guild) -> None:
    older = guild.add_role("older", position=5)
    younger = guild.add_role("younger", position=5)
    high, low = (guild.add_member(one["name"], roles=[one["id"]])["user"]["id"] for one in (older, younger))
    plain = guild.add_member("Plain")["user"]["id"]
    assert permissions.outranks(guild, high, low)
    assert not permissions.outranks(guild, low, high)
    assert permissions.outranks(guild, low, plain)
    assert not permissions.outranks(guild, plain, plain)
    assert not permissions.outranks(guild, high, guild.data["owner_id"])
    assert permissions.outranks(guild, guild.data["owner_id"], high)
    assert permissions.above(guild, high, younger["id"])
    assert not permissions.above(guild, low, older["id"])
