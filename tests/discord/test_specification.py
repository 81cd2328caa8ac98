"""Requests and answers against Discord's own description."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.discord.asking import Asker
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.specification import Specification, specification

POST = "POST", "/channels/{channel_id}/messages"


@pytest.fixture
def described() -> Specification:
    found = specification()
    if found is None:
        pytest.skip("NO DESCRIPTION OF DISCORD'S API")
    return found


def off(described: Specification, body: Any, kind: str | None = "application/json") -> list[str]:
    parameters: Mapping[str, str] = {"channel_id": "1"}
    return list(described.asked(*POST, parameters=parameters, query=[], kind=kind, body=body))


@pytest.mark.parametrize(
    "body",
    [
        {"content": "hello"},
        {"content": None, "embeds": [{"title": "a"}], "allowed_mentions": {"parse": []}},
        {"content": "again", "nonce": "1", "enforce_nonce": True, "message_reference": {"message_id": 7}},
        {"flags": 32768, "components": [{"type": 17, "components": [{"type": 10, "content": "card"}]}]},
    ],
)
def test_what_is_described_passes(described: Specification, body: Any) -> None:
    assert off(described, body) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"content": 7}, "content"),
        ({"contents": "hello"}, "contents"),
        ({"content": "x" * 4001}, "content"),
        ({"allowed_mentions": {"parse": ["nobody"]}}, "allowed_mentions"),
        ({"components": [{"type": 99}]}, "components"),
        ({"message_reference": {"message_id": "seven"}}, "message_reference"),
    ],
)
def test_what_isn_t_described_is_named(described: Specification, body: Any, named: str) -> None:
    (found,) = off(described, body)
    assert named in found


def test_a_body_of_another_kind_or_none_is_off(described: Specification) -> None:
    assert off(described, "hello", "text/plain")
    assert off(described, None, None)
    assert described.asked("DELETE", f"{POST[1]}/{{message_id}}", parameters={}, query=[], kind=POST[0], body={})


def test_routes_and_parameters_that_nobody_described_are_off(described: Specification) -> None:
    assert described.asked("GET", "/nowhere", parameters={}, query=[], kind=None, body=None)
    for query in (("limit", "many"), ("limit", "101"), ("before", "yesterday"), ("page", "2")):
        assert described.asked("GET", POST[1], parameters={}, query=[query], kind=None, body=None), query
    assert described.asked("GET", POST[1], parameters={"channel_id": "here"}, query=[], kind=None, body=None)
    assert not described.asked("GET", POST[1], parameters={}, query=[("limit", "100")], kind=None, body=None)


def test_times_need_their_zone(described: Specification) -> None:
    route = "PATCH", "/guilds/{guild_id}/members/{user_id}"
    for until, wrong in (("2026-01-01T00:00:00+00:00", 0), ("2026-01-01T00:00:00", 1), ("tomorrow", 1)):
        body = {"communication_disabled_until": until}
        found = described.asked(*route, parameters={}, query=[], kind="application/json", body=body)
        assert len(found) == wrong, until


def test_answers_are_held_against_it_too(described: Specification) -> None:
    assert described.answered("GET", "/gateway", 200, {"url": "ws://127.0.0.1"}) == []
    assert described.answered("GET", "/gateway", 200, {})
    assert described.answered("GET", "/gateway", 204, None)


def test_where_it_isn_t_that_is_said_and_nothing_is_held_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCUM_TEST_SPECS", str(tmp_path))
    specification.cache_clear()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert specification() is None
        assert specification() is None
    specification.cache_clear()
    assert len(said) == 1
    assert "no description of Discord" in str(said[0].message)


async def test_a_request_off_it_is_refused_kept_and_does_nothing(
    server: LoopbackDiscord, ask: Asker, described: Specification
) -> None:
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
    room = guild.add_channel("general")["id"]
    met = await ask("POST", f"/channels/{room}/messages", {"contents": "hello"})
    assert (met.status, met.code) == (400, 50035)
    assert len(server.record.off) == 1
    assert server.record.did("message_created") == []
