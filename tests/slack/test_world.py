"""What happens in a workspace, and which apps are told of it."""

import json

import pytest

from tests.slack.clients import described_only
from tests.slack.description import described_in
from tests.slack.events import SCOPES as SCOPES_OF_EVENTS
from tests.slack.events import Occurrence
from tests.slack.harbour import SCOPES, Harbour, harbour
from tests.slack.things import JSON
from tests.slack.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def place(world: World) -> Harbour:
    return harbour(world)


def told(world: World) -> list[tuple[str, str | None]]:
    return [(one.event["type"], one.event.get("subtype")) for one in world.published]


def last(world: World) -> Occurrence:
    return world.published[-1]


def test_a_message_is_told_as_slack_tells_it(world: World, place: Harbour) -> None:
    said = place.workspace.post(place.room, place.kim, "Hello", client_msg_id="m1")
    payload = last(world).payload()
    assert payload["event"] == {
        "type": "message", "channel": place.room, "channel_type": "channel", "user": place.kim, "text": "Hello",
        "ts": said.ts, "event_ts": said.ts, "team": place.workspace.id, "client_msg_id": "m1",
    }  # fmt: skip
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
        "event_callback", place.workspace.id, place.app.id,
    )  # fmt: skip
    assert payload["authorizations"] == [
        {"enterprise_id": None, "team_id": place.workspace.id, "user_id": place.bot, "is_bot": True,
         "is_enterprise_install": False},
    ]  # fmt: skip


def test_an_edit_is_told_with_what_was_there_and_a_preview_without_an_editor(world: World, place: Harbour) -> None:
    said = place.workspace.post(place.room, place.kim, "https://x.example")
    place.workspace.edit(place.room, said.ts, unfurled=True, attachments=[{"title": "X"}])
    event = last(world).event
    assert (event["subtype"], event["hidden"]) == ("message_changed", True)
    assert "edited" not in event["message"]
    assert "attachments" not in event["previous_message"]
    place.workspace.edit(place.room, said.ts, text="else")
    event = last(world).event
    assert event["message"]["edited"]["user"] == place.kim
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("else", "https://x.example")


def test_a_deletion_names_what_was_there_and_not_who_did_it(world: World, place: Harbour) -> None:
    said = place.workspace.post(place.room, place.kim, "Hello")
    place.workspace.delete(place.room, said.ts, by=place.admin)
    event = last(world).event
    assert (event["subtype"], event["deleted_ts"], event["hidden"]) == ("message_deleted", said.ts, True)
    assert event["previous_message"]["text"] == "Hello"
    assert place.admin not in str(event)


def test_what_was_told_before_does_not_change_afterwards(world: World, place: Harbour) -> None:
    said = place.workspace.post(place.room, place.kim, "Hello", blocks=[{"type": "divider"}])
    event = last(world).event
    place.workspace.edit(place.room, said.ts, text="else", blocks=[])
    place.workspace.react(place.room, said.ts, place.robin, "eyes")
    assert (event["text"], event["blocks"]) == ("Hello", [{"type": "divider"}])


def test_an_app_hears_only_what_it_asked_for_where_its_bot_is(world: World, place: Harbour) -> None:
    quiet = place.workspace.add_channel("quiet", told=False)
    place.workspace.post(quiet.id, place.kim, "Nobody hears")
    assert told(world) == []
    place.workspace.join(quiet.id, place.bot)
    place.workspace.post(quiet.id, place.kim, "Somebody hears")
    assert told(world) == [("message", "channel_join"), ("member_joined_channel", None), ("message", None)]
    place.app.bot_events.discard("message.channels")
    place.workspace.post(quiet.id, place.kim, "Nobody listens")
    assert len(told(world)) == 3


@pytest.mark.parametrize("kind", ["public", "private", "direct", "among several"])
def test_each_kind_of_conversation_has_its_event_and_scope(world: World, place: Harbour, kind: str) -> None:
    workspace = place.workspace
    channel = {
        "public": lambda: workspace.channels[place.room],
        "private": lambda: workspace.add_channel("hidden", is_private=True, members=[place.bot]),
        "direct": lambda: workspace.open_direct(place.bot, place.kim),
        "among several": lambda: workspace.open_direct(place.bot, place.kim, place.robin),
    }[kind]()
    workspace.post(channel.id, place.kim, "Hello")
    assert last(world).event["channel_type"] == channel.kind
    world.install(place.app, workspace.id, scopes=SCOPES - {f"{channel.scopes}:history"})
    workspace.post(channel.id, place.kim, "Unheard")
    assert last(world).event["text"] == "Hello"


def test_events_in_the_name_of_a_user_follow_that_user(world: World, place: Harbour) -> None:
    quiet = place.workspace.add_channel("quiet", members=[place.kim], told=False)
    place.app.user_events.add("message.channels")
    world.authorise(place.app, place.workspace.id, place.kim, scopes={"channels:history"})
    place.workspace.post(quiet.id, place.robin, "Hello")
    (one,) = world.published
    assert [(who["user_id"], who["is_bot"]) for who in one.authorizations] == [(place.kim, False)]
    place.workspace.post(place.room, place.robin, "Both are here")
    assert len(world.published) == 2


def test_a_mention_of_the_bot_is_told_beside_the_message(world: World, place: Harbour) -> None:
    place.app.bot_events.add("app_mention")
    world.install(place.app, place.workspace.id, scopes=SCOPES | {"app_mentions:read"})
    place.workspace.post(place.room, place.kim, f"<@{place.bot}> hello")
    assert told(world) == [("message", None), ("app_mention", None)]


def test_a_broadcast_reply_brings_what_it_answers(world: World, place: Harbour) -> None:
    parent = place.workspace.post(place.room, place.kim, "parent")
    reply = place.workspace.post(place.room, place.robin, "reply", thread_ts=parent.ts)
    loud = place.workspace.post(place.room, place.robin, "loud", thread_ts=reply.ts, broadcast=True)
    event = last(world).event
    assert (event["subtype"], event["thread_ts"], event["root"]["text"]) == ("thread_broadcast", parent.ts, "parent")
    assert (loud.is_reply, event["root"]["reply_count"]) == (True, 2)


def test_what_becomes_of_people_is_told_to_everybody(world: World, place: Harbour) -> None:
    place.workspace.add_user("lee")
    place.workspace.change_user(place.kim, display_name="Captain")
    assert last(world).event["user"]["profile"]["display_name"] == "Captain"
    place.workspace.change_user(place.kim, by=place.admin, deleted=True)
    assert last(world).event["user"]["deleted"]
    assert told(world) == [("team_join", None), ("user_change", None), ("user_change", None)]


def test_an_app_that_loses_its_tokens_is_told_and_then_hears_nothing(world: World, place: Harbour) -> None:
    user = world.authorise(place.app, place.workspace.id, place.admin, scopes={"chat:write"})
    world.revoke(user.text)
    assert last(world).event["tokens"] == {"oauth": [place.admin], "bot": []}
    world.uninstall(place.app, place.workspace.id)
    assert told(world)[1:] == [("app_uninstalled", None), ("tokens_revoked", None)]
    place.workspace.post(place.room, place.kim, "Unheard")
    assert len(world.published) == 3
    assert place.bot not in place.workspace.channels[place.room].members


def test_of_two_apps_each_hears_for_itself(world: World, place: Harbour) -> None:
    other = world.add_app("Gull", bot_events={"message.channels"})
    bot = world.install(other, place.workspace.id, scopes={"channels:history"}).user_id
    place.workspace.join(place.room, bot)
    place.workspace.post(place.room, place.kim, "Hello")
    heard = [one for one in world.published if one.event.get("text") == "Hello"]
    assert {one.app.id for one in heard} == {place.app.id, other.id}
    assert len({one.event_id for one in heard}) == 2


def test_nothing_crosses_from_one_workspace_to_another(world: World, place: Harbour) -> None:
    elsewhere = world.add_workspace("elsewhere")
    kim = elsewhere.add_user("kim")
    room = elsewhere.add_channel("help", members=[kim.id])
    elsewhere.post(room.id, kim.id, "Hello")
    assert told(world) == []
    assert world.user(kim.id)[0] is elsewhere


def test_a_shared_channel_says_so(world: World, place: Harbour) -> None:
    place.workspace.change_channel(place.room, is_ext_shared=True, connected_team_ids=["T0ELSEWHERE"])
    stranger = place.workspace.add_user("rowan", team_id="T0ELSEWHERE", is_stranger=True)
    place.workspace.join(place.room, stranger.id)
    place.workspace.post(place.room, stranger.id, "Hello", more={"user_team": "T0ELSEWHERE"})
    assert last(world).is_ext_shared_channel
    assert last(world).event["user_team"] == "T0ELSEWHERE"


def test_the_same_story_has_the_same_ids(world: World) -> None:
    def story() -> JSON:
        other = harbour(World())
        return {"people": list(other.workspace.users), "channels": list(other.workspace.channels), "app": other.app.id}

    assert story() == story()


def everything(place: Harbour) -> None:
    """Let all happen of which an app can be told."""
    workspace, world = place.workspace, place.workspace.world
    room = workspace.add_channel("x").id
    for user in (place.kim, place.bot):
        workspace.join(room, user, inviter=place.admin)
    said = workspace.post(room, place.kim, f"<@{place.bot}> hi", blocks=[{"type": "divider"}], client_msg_id="1")
    workspace.post(room, place.robin, "y", thread_ts=said.ts, broadcast=True)
    workspace.edit(room, said.ts, text="z")
    workspace.react(room, said.ts, place.kim, "eyes")
    workspace.pin(room, said.ts, place.kim)
    file = workspace.add_file(place.kim, "a.png", b"x")
    shown = workspace.post(room, place.kim, files=[file.id], subtype="file_share")
    workspace.delete_file(file.id, by=place.kim)
    workspace.post(room, place.bot, "bot", app_id=place.app.id, bot_id=place.app.bots[workspace.id].id)
    for one in (shown, said):
        workspace.delete(room, one.ts, by=place.admin)
    for change in ({"name": "y"}, {"topic": "t"}, {"is_archived": True}):
        workspace.change_channel(room, by=place.kim, **change)
    workspace.change_user(place.robin, display_name="Robin")
    workspace.add_user("lee")
    workspace.leave(room, place.kim)
    workspace.leave(room, place.bot, by=place.admin)
    world.uninstall(place.app, workspace.id)


#: what Slack sends, though its samples leave it out
LEFT_OUT = {"context_team_id", "context_enterprise_id", "event_ts", "team", "parent_user_id", "app_id"}


@described_only
def test_events_have_no_fields_but_those_of_slack_s_samples(world: World, place: Harbour) -> None:
    place.app.bot_events |= {name for name in SCOPES_OF_EVENTS if name != "message"}
    scopes = SCOPES | {scope for scope in SCOPES_OF_EVENTS.values() if "*" not in scope}
    world.install(place.app, place.workspace.id, scopes=scopes)
    everything(place)
    seen = set()
    for one in world.published:
        payload = one.payload()
        event = payload["event"]
        name = str(event["type"]) + "_" + str(event.get("subtype", "")).removeprefix("message_")
        words = "".join(word.title() for word in name.split("_"))
        sample = json.loads((described_in() / "events" / f"{words}Payload.json").read_text("utf-8"))
        assert payload.keys() - sample.keys() <= LEFT_OUT, words
        assert event.keys() - sample["event"].keys() <= LEFT_OUT, words
        seen.add(words)
    assert len(seen) == 23
