"""How often may be asked, and what the library makes of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import discord
import pytest

from tests.discord.asking import Asker
from tests.discord.limits import Limits
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord

POST = "POST", "/channels/{channel_id}/messages"
HERE: Mapping[str, str] = {"channel_id": "1"}


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_route_lets_so_many_through_and_then_says_how_long_to_wait() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    answers = [limits.ask(*POST, HERE) for _ in range(6)]
    assert [one.wait for one in answers] == [None] * 5 + [5.0]
    assert answers[0].headers["X-RateLimit-Remaining"] == "4"
    assert answers[5].headers["X-RateLimit-Remaining"] == "0"
    clock.now += 5
    assert limits.ask(*POST, HERE).wait is None


def test_each_channel_has_a_window_of_its_own_under_the_same_name() -> None:
    limits = Limits(clock=Clock())
    here = [limits.ask(*POST, HERE) for _ in range(5)][-1]
    there = limits.ask(*POST, {"channel_id": "2"})
    assert there.wait is None
    assert there.headers["X-RateLimit-Remaining"] == "4"
    assert there.headers["X-RateLimit-Bucket"] == here.headers["X-RateLimit-Bucket"]


def test_fifty_requests_a_second_pass_in_all_and_interactions_beside_them() -> None:
    limits = Limits(clock=Clock())
    for channel in range(50):
        assert limits.ask(*POST, {"channel_id": str(channel)}).wait is None
    late = limits.ask(*POST, {"channel_id": "late"})
    assert (late.wait, late.scope) == (1.0, "global")
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    assert limits.ask("POST", callback, {"interaction_id": "7"}).wait is None


def test_a_shared_resource_makes_wait_without_blame() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    limits.share(*POST, HERE, 2.0)
    met = limits.ask(*POST, HERE)
    assert (met.wait, met.scope) == (2.0, "shared")
    limits.answered(429, met.scope)
    assert limits.invalid_in_all == 0
    clock.now += 2
    assert limits.ask(*POST, HERE).wait is None


def test_too_many_invalid_requests_lock_everybody_out_for_ten_minutes() -> None:
    clock = Clock()
    limits = Limits(clock=clock, too_many_invalid=3)
    for status in (401, 403, 429):
        assert not limits.ask(*POST, HERE).banned
        limits.answered(status)
    assert limits.ask(*POST, HERE).banned
    clock.now += 601
    assert not limits.ask(*POST, HERE).banned


async def test_the_library_waits_out_a_window_and_sends_again(server: LoopbackDiscord, client: discord.Client) -> None:
    server.limits.routes[POST] = 2, 0.2
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
    room = await client.fetch_channel(int(guild.add_channel("general")["id"]))
    assert isinstance(room, discord.TextChannel)
    for number in range(5):
        await room.send(str(number))
    assert len(server.record.did("message_created")) == 5


async def test_the_library_waits_for_all_when_everything_is_too_much(
    server: LoopbackDiscord, client: discord.Client
) -> None:
    server.limits.everything = 3
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
    for _ in range(4):
        await client.fetch_guild(int(guild.id))
    statuses = [one.status for one in server.record.asked("GET", "/guilds/{guild_id}")]
    assert statuses.count(200) == 4


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_refusal_says_how_long_and_why(server: LoopbackDiscord, ask: Asker, scope: str) -> None:
    server.limits.on = True
    guild = server.world.add_guild("Harbour", permissions=0)
    path = f"/guilds/{guild.id}"
    match scope:
        case "user":
            server.limits.routes["GET", "/guilds/{guild_id}"] = 0, 3
        case "global":
            server.limits.everything = 0
        case _:
            server.limits.share("GET", "/guilds/{guild_id}", {"guild_id": guild.id}, 3)
    met = await ask("GET", path)
    assert met.status == 429
    assert met.headers["X-RateLimit-Scope"] == scope
    assert met.headers["Via"]
    assert int(met.headers["Retry-After"]) >= met.body["retry_after"] > 0
    assert met.body["global"] is (scope == "global")
    assert ("X-RateLimit-Global" in met.headers) is (scope == "global")
    assert server.limits.invalid_in_all == (0 if scope == "shared" else 1)
