"""What people do in the client: what is told of it, what they see, and what they may not."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.slack.elements import ImpossibleError
from tests.slack.errors import Refused
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack


def told(server: LoopbackSlack, kind: str) -> Sequence[Mapping[str, Any]]:
    """Return the events of a type or subtype."""
    every = [one.event for one in server.world.published]
    return [event for event in every if kind in {event["type"], event.get("subtype")}]


def words(server: LoopbackSlack, user: str, channel: str, **more: Any) -> list[str]:
    """Return the texts that somebody sees."""
    return [one["text"] for one in server.hands.sees(user, channel, **more)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("look at https://example.org/a?b=1&c=2.", "look at <https://example.org/a?b=1&amp;c=2>."),
        ("[the rules](https://example.org)", "<https://example.org|the rules>"),
        ("@here now", "<!here> now"),
        ("*big* _soft_ ~gone~ `code`", "*big* _soft_ ~gone~ `code`"),
        ("hello :wave:", "hello :wave:"),
        ("@nobody #nowhere", "@nobody #nowhere"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
async def test_what_is_typed_becomes_slacks_text(server: LoopbackSlack, place: Harbour, typed: str, text: str) -> None:
    server.hands.say(place.kim, place.room, typed)
    assert told(server, "message")[-1]["text"] == text


async def test_people_and_channels_are_named_by_their_ids(server: LoopbackSlack, place: Harbour) -> None:
    server.hands.say(place.kim, place.room, "@robin look into #help")
    event = told(server, "message")[-1]
    assert event["text"] == f"<@{place.robin}> look into <#{place.room}|help>"
    parts = event["blocks"][0]["elements"][0]["elements"]
    assert [one["type"] for one in parts] == ["user", "text", "channel"]


async def test_a_message_says_where_it_stands_and_who_wrote_it(server: LoopbackSlack, place: Harbour) -> None:
    ts = server.hands.say(place.kim, place.room, "hello")
    event = told(server, "message")[-1]
    assert (event["channel"], event["channel_type"], event["user"]) == (place.room, "channel", place.kim)
    assert (event["ts"], event["event_ts"], event["team"]) == (ts, ts, place.workspace.id)
    assert "subtype" not in event


async def test_a_reply_stands_in_its_thread_and_a_broadcast_in_the_channel_too(
    server: LoopbackSlack, place: Harbour
) -> None:
    first = server.hands.say(place.kim, place.room, "first")
    server.hands.say(place.robin, place.room, "quiet", thread=first)
    server.hands.say(place.robin, place.room, "loud", thread=first, broadcast=True)
    assert words(server, place.kim, place.room) == ["first", "loud"]
    assert words(server, place.kim, place.room, thread=first) == ["first", "quiet", "loud"]
    broadcast = told(server, "thread_broadcast")[-1]
    assert broadcast["root"]["ts"] == first


async def test_an_edit_tells_before_and_after_and_a_preview_nothing_of_an_edit(
    server: LoopbackSlack, place: Harbour
) -> None:
    ts = server.hands.say(place.kim, place.room, "see https://example.org")
    server.hands.unfurl(place.room, ts, "https://example.org", title="Example", text="An example")
    server.hands.edit(place.kim, place.room, ts, "never mind")
    preview, edit = told(server, "message_changed")
    assert "edited" not in preview["message"]
    assert preview["message"]["text"] == preview["previous_message"]["text"]
    assert preview["message"]["attachments"][0]["original_url"] == "https://example.org"
    assert edit["message"]["edited"]["user"] == place.kim
    assert (edit["previous_message"]["text"], edit["message"]["text"]) == ("see <https://example.org>", "never mind")


async def test_nobody_edits_what_others_said(server: LoopbackSlack, place: Harbour) -> None:
    ts = server.hands.say(place.kim, place.room, "mine")
    with pytest.raises(Refused, match="cant_update_message"):
        server.hands.edit(place.admin, place.room, ts, "yours")


async def test_authors_and_admins_delete_and_nobody_else(server: LoopbackSlack, place: Harbour) -> None:
    one, two = (server.hands.say(place.kim, place.room, text) for text in ("one", "two"))
    with pytest.raises(Refused, match="cant_delete_message"):
        server.hands.delete(place.robin, place.room, one)
    server.hands.delete(place.kim, place.room, one)
    server.hands.delete(place.admin, place.room, two)
    deleted = told(server, "message_deleted")
    assert [event["deleted_ts"] for event in deleted] == [one, two]
    assert "user" not in deleted[0]
    assert words(server, place.kim, place.room) == []


async def test_me_files_and_reactions_are_told_as_slack_does(server: LoopbackSlack, place: Harbour) -> None:
    server.hands.me(place.kim, place.room, "waves")
    ts = server.hands.say(place.kim, place.room, "look", files={"cat.png": b"png"})
    server.hands.react(place.robin, place.room, ts, "eyes")
    assert told(server, "me_message")[-1]["text"] == "waves"
    shared = told(server, "file_share")[-1]
    assert [file["name"] for file in shared["files"]] == ["cat.png"]
    assert [event["file_id"] for event in told(server, "file_shared")] == [shared["files"][0]["id"]]


async def test_nobody_speaks_where_they_are_not_or_may_not(server: LoopbackSlack, place: Harbour) -> None:
    elsewhere = place.workspace.add_channel("elsewhere", told=False).id
    with pytest.raises(Refused, match="not_in_channel"):
        server.hands.say(place.kim, elsewhere, "hello")
    server.hands.join(place.kim, elsewhere)
    place.workspace.channels[elsewhere].read_only = True
    with pytest.raises(Refused, match="restricted_action"):
        server.hands.say(place.kim, elsewhere, "hello")
    place.workspace.change_channel(place.room, by=place.admin, is_archived=True)
    with pytest.raises(Refused, match="is_archived"):
        server.hands.say(place.kim, place.room, "hello")


async def test_a_private_channel_is_seen_by_its_members_alone(server: LoopbackSlack, place: Harbour) -> None:
    hidden = place.workspace.add_channel("hidden", members=[place.kim], is_private=True, told=False).id
    server.hands.say(place.kim, hidden, "psst")
    assert words(server, place.kim, hidden) == ["psst"]
    assert words(server, place.admin, hidden) == []
    with pytest.raises(Refused, match="channel_not_found"):
        server.hands.join(place.robin, hidden)
    assert not [one for one in told(server, "message") if one["text"] == "psst"]


async def test_admins_remove_from_channels_and_who_was_removed_comes_back(
    server: LoopbackSlack, place: Harbour
) -> None:
    with pytest.raises(Refused, match="restricted_action"):
        server.hands.kick(place.robin, place.room, place.kim)
    server.hands.kick(place.admin, place.room, place.kim)
    server.hands.join(place.kim, place.room)
    assert [one["user"] for one in told(server, "member_left_channel")] == [place.kim]
    assert [one["user"] for one in told(server, "member_joined_channel")] == [place.kim]


async def test_who_is_deactivated_is_told_of_and_can_do_nothing(server: LoopbackSlack, place: Harbour) -> None:
    with pytest.raises(Refused, match="restricted_action"):
        server.hands.deactivate(place.robin, place.kim)
    with pytest.raises(Refused, match="restricted_action"):
        server.hands.deactivate(place.admin, place.workspace.owner)
    server.hands.deactivate(place.admin, place.kim)
    assert told(server, "user_change")[-1]["user"]["deleted"]
    with pytest.raises(ImpossibleError):
        server.hands.say(place.kim, place.room, "hello")
    server.hands.reactivate(place.admin, place.kim)
    server.hands.join(place.kim, place.room)
    server.hands.say(place.kim, place.room, "hello")


async def test_names_and_rights_that_change_are_told_of(server: LoopbackSlack, place: Harbour) -> None:
    server.hands.rename(place.kim, display_name="free gift cards")
    server.hands.promote(place.admin, place.robin)
    names, rights = (event["user"] for event in told(server, "user_change"))
    assert names["profile"]["display_name"] == "free gift cards"
    assert rights["is_admin"]


async def test_strangers_speak_in_shared_channels_and_admins_delete_nothing_of_theirs(
    server: LoopbackSlack, place: Harbour
) -> None:
    stranger = server.hands.meet(place.room, "sam")
    ts = server.hands.say(stranger, place.room, "hello from elsewhere")
    event = told(server, "message")[-1]
    assert (event["user_team"], event["source_team"]) == ("T0ELSEWHERE", "T0ELSEWHERE")
    assert event["user_profile"]["name"] == "sam"
    assert server.world.published[-1].is_ext_shared_channel
    with pytest.raises(Refused, match="cant_delete_message"):
        server.hands.delete(place.admin, place.room, ts)


async def test_guests_find_no_channels_by_themselves(server: LoopbackSlack, place: Harbour) -> None:
    guest = place.workspace.add_user("guest", is_restricted=True).id
    with pytest.raises(Refused, match="channel_not_found"):
        server.hands.join(guest, place.room)
    server.hands.invite(place.kim, place.room, guest)
    server.hands.say(guest, place.room, "hello")
    assert told(server, "member_joined_channel")[-1]["inviter"] == place.kim


async def test_who_writes_to_an_app_reaches_it_alone(server: LoopbackSlack, place: Harbour) -> None:
    server.hands.write_to(place.kim, place.app, "help me")
    event = told(server, "message")[-1]
    assert (event["channel_type"], event["text"]) == ("im", "help me")
    assert [one["text"] for one in server.hands.direct_messages(place.kim, place.app)] == ["help me"]


async def test_another_clients_text_is_sent_as_it_is(server: LoopbackSlack, place: Harbour) -> None:
    server.hands.say(place.kim, place.room, text="raw <!channel|x> &amp;", blocks=[])
    event = told(server, "message")[-1]
    assert event["text"] == "raw <!channel|x> &amp;"
    assert "blocks" not in event
