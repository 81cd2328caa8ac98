"""The manifest says what the code does: nothing that it needs is missing, and nothing is there for nothing."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from adapters.slack import hearing
from adapters.slack.connected import WorkspaceConnected
from adapters.slack.manifest import manifest
from adapters.slack.menus import from_anywhere, on_messages
from adapters.slack.pacing import POST, TIERS
from adapters.slack.scopes import ADMIN, BOT, EVENTS, NEEDS, said
from bot.commands.naming import paths
from bot.i18n import LANGUAGES
from scripts.generate import generated
from tests.adapters.slack.ground import slack_ground
from tests.slack.api.manifest import wrong
from tests.slack.clients import described_only
from tests.slack.description import described, described_in

_SOURCE = Path(hearing.__file__).parent
#: what each kind of event asks for: https://docs.slack.dev/reference/events
_FOR_EVENTS = {
    "message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history",
    "team_join": "users:read", "user_change": "users:read", "member_joined_channel": "channels:read",
    "member_left_channel": "groups:read", "subteam_created": "usergroups:read",
}  # fmt: skip
#: scopes that no method names: what is typed, and the bytes of files
_BESIDE = frozenset({"commands", "files:read"})


@cache
def methods() -> dict[str, set[str]]:
    """Return every method of the Web API that the adapter names, with the tokens with which it asks."""
    known = {one.stem for one in (described_in() / "methods").glob("*.json")}
    found: dict[str, set[str]] = {}
    for path in sorted(_SOURCE.glob("*.py")):
        if path.stem != "pacing":
            for name, token in _called(ast.parse(path.read_text("utf-8")), known):
                found.setdefault(name, set()).add(token)
    return found


def _called(tree: ast.Module, known: set[str]) -> Iterator[tuple[str, str]]:
    beside = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in known}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        named = [one.value for one in call.args if isinstance(one, ast.Constant) and one.value in known]
        admin = next((one.value for one in call.keywords if one.arg == "admin"), None)
        for name in named:
            beside.discard(name)
            if not (isinstance(admin, ast.Constant) and admin.value is True):
                yield str(name), "app" if name == "apps.connections.open" else "bot"
            if admin is not None and not (isinstance(admin, ast.Constant) and admin.value is False):
                yield str(name), "user"
    # named apart from the call
    yield from ((str(name), "bot") for name in beside)


def test_slack_would_take_it_in_either_language_and_either_way() -> None:
    for language in LANGUAGES:
        for events in ("", "https://locum.example/slack"):
            assert not wrong(manifest(events=events, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stays_within_slack_s_limits(language: str) -> None:
    features = manifest(language=language)["features"]
    kinds = [one["type"] for one in features["shortcuts"]]
    assert len(kinds) <= 10
    assert len({one["callback_id"] for one in features["shortcuts"]}) == len(kinds)
    assert all(0 < len(one["name"]) <= 24 and 0 < len(one["description"]) <= 150 for one in features["shortcuts"])
    # nobody tells two entries of one menu apart by less than their names
    assert len({(one["type"], one["name"]) for one in features["shortcuts"]}) == len(kinds)
    assert len(features["slash_commands"]) <= 25
    for one in features["slash_commands"]:
        assert one["command"].startswith("/")
        assert len(one["command"]) <= 32
        assert one["should_escape"] is True
    told = manifest(language=language)["display_information"]
    assert len(told["description"]) <= 140
    assert 174 <= len(told["long_description"]) <= 4_000


def test_every_command_and_shortcut_of_the_table_is_there() -> None:
    features = manifest()["features"]
    assert {one["command"].removeprefix("/") for one in features["slash_commands"]} == {first for first, _ in paths()}
    assert {one["callback_id"] for one in features["shortcuts"]} == {*on_messages(), *from_anywhere()}


async def test_every_event_that_is_heard_is_subscribed_and_every_subscribed_one_is_heard() -> None:
    async with slack_ground() as ground:
        connected = ground.connected
        assert isinstance(connected, WorkspaceConnected)
        heard = set(connected.handlers)
    assert heard == {one.partition(".")[0] for one in EVENTS}
    assert manifest()["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


@described_only
def test_every_event_has_the_scope_that_it_asks_for() -> None:
    for event, scope in _FOR_EVENTS.items():
        assert event in EVENTS
        assert scope in BOT, event


@described_only
def test_every_method_that_is_asked_for_may_be_asked_for() -> None:
    granted = {"bot": set(BOT), "user": set(ADMIN), "app": {"connections:write"}}
    assert len(methods()) > 15
    for name, tokens in methods().items():
        for token in tokens:
            assert token in described(name).kinds(), (name, token)
            assert not described(name).lacks(token, granted[token]), (name, token)


@described_only
def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    for admin, token in ((False, "bot"), (True, "user")):
        needed = {scope for name, tokens in methods().items() if token in tokens
                  for scope in described(name).scopes.get(token, ())}  # fmt: skip
        if not admin:
            needed |= {*_FOR_EVENTS.values(), *_BESIDE}
        assert not {one.scope for one in NEEDS if one.admin is admin} - needed


@described_only
def test_nothing_is_asked_for_more_often_than_slack_promises() -> None:
    for name in methods():
        if name == POST:
            continue
        assert name in TIERS, name
        tier = described(name).tier
        if tier.removeprefix("Tier").isdigit():
            assert TIERS[name] <= int(tier.removeprefix("Tier")), name


@described_only
def test_nothing_is_paced_that_is_never_asked_for() -> None:
    assert set(TIERS) - set(methods()) == set()


def test_every_scope_says_what_it_is_for() -> None:
    for one in NEEDS:
        for language in LANGUAGES:
            assert said(one).say(language)


def test_what_is_published_is_what_the_code_makes() -> None:
    assert YAML(typ="safe").load(generated()["slack-manifest.yaml"]) == json.loads(json.dumps(manifest()))
