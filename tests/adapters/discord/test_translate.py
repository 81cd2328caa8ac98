"""What Discord tells of messages, members and joins, in its own words, as the core knows it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.discord.translate import author_of, join_of, member_of, message_of, text_of, time_of
from bot.domain.message import Channel, Markup, Mentions, MessageKind, PlatformName

ROLES = {"800": "staff"}
PLACE = Channel(platform=PlatformName.DISCORD, workspace="7", id="70", name="general", category="69")
KIM = {"id": "80351110224678912", "username": "kim", "global_name": "Kim", "discriminator": "0", "avatar": None}
#: https://docs.discord.com/developers/resources/message#message-object-example-message
HELLO: dict[str, Any] = {
    "id": "334385199974967042", "channel_id": "70", "type": 0, "content": "Supa Hot", "author": KIM, "attachments": [],
    "embeds": [], "mentions": [], "mention_roles": [], "mention_everyone": False, "pinned": False, "tts": False,
    "timestamp": "2017-07-11T17:27:07.299000+00:00", "edited_timestamp": None, "flags": 0, "components": [],
}  # fmt: skip
AUTHOR = member_of("7", KIM, {"roles": ["800"], "joined_at": "2015-04-26T06:26:56.936000+00:00", "nick": "K"}, ROLES)


def read(**changes: Any) -> Any:
    return message_of({**HELLO, **changes}, PLACE, AUTHOR)


def test_a_message_is_where_by_whom_when_and_what() -> None:
    message = read()
    assert (message.ref.message, message.ref.channel, message.ref.workspace) == ("334385199974967042", "70", "7")
    assert (message.text, message.markup, message.kind) == ("Supa Hot", Markup.DISCORD, MessageKind.MESSAGE)
    assert message.at == datetime(2017, 7, 11, 17, 27, 7, 299000, tzinfo=UTC)
    assert (message.edited_at, message.reply_to, message.forwarded, message.withheld) == (None, None, False, False)


def test_a_member_has_every_name_that_others_see_and_their_roles_by_id_and_name() -> None:
    assert AUTHOR.names == ("K", "Kim", "kim")
    assert AUTHOR.roles == frozenset({"800", "staff"})
    assert AUTHOR.joined_at == datetime(2015, 4, 26, 6, 26, 56, 936000, tzinfo=UTC)
    assert AUTHOR.created_at is not None
    assert AUTHOR.created_at.year == 2015


def test_of_an_author_without_a_member_object_nothing_is_said_of_roles() -> None:
    author = member_of("7", KIM, None, ROLES)
    assert (author.roles, author.joined_at, author.names) == (None, None, ("Kim", "kim"))


def test_a_program_is_one() -> None:
    assert member_of("7", KIM | {"bot": True}, None, ROLES).bot


@pytest.mark.parametrize("kind", [1, 3, 6, 7, 8, 12, 21, 22, 24, 25, 46])
def test_what_discord_itself_says_is_no_message(kind: int) -> None:
    assert read(type=kind) is None


@pytest.mark.parametrize("kind", [0, 19, 20, 23])
def test_what_people_write_is_one_in_whatever_way(kind: int) -> None:
    assert read(type=kind) is not None


def test_what_one_reader_alone_sees_is_nobody_s_business() -> None:
    assert read(flags=64) is None


def test_an_answer_names_what_it_answers_and_whom() -> None:
    message = read(
        type=19, message_reference={"type": 0, "message_id": "5", "channel_id": "70"},
        referenced_message={"id": "5", "author": {"id": "43"}},
    )  # fmt: skip
    assert (message.reply_to, message.reply_author) == ("5", "43")
    gone = read(type=19, message_reference={"message_id": "5"}, referenced_message=None)
    assert (gone.reply_to, gone.reply_author) == ("5", None)


def test_what_was_forwarded_is_read_with_its_files() -> None:
    file = {"id": "9", "filename": "note.txt", "size": 12, "content_type": "text/plain"}
    snapshot = {"message": {"content": "their words", "attachments": [file], "embeds": [], "type": 0}}
    message = read(content="", message_reference={"type": 1, "message_id": "5"}, message_snapshots=[snapshot])
    assert (message.text, message.forwarded, message.reply_to) == ("their words", True, None)
    assert [one.name for one in message.attachments] == ["note.txt"]


def test_files_and_stickers_are_named() -> None:
    message = read(
        attachments=[{"id": "9", "filename": "cat.png", "size": 3, "content_type": "image/png", "url": "https://x"}],
        sticker_items=[{"id": "10", "name": "wave", "format_type": 1}],
    )
    assert [(one.id, one.name, one.media_type, one.size) for one in message.attachments] == [
        ("9", "cat.png", "image/png", 3), ("10", "wave", "image/x-sticker", None)
    ]  # fmt: skip


def test_a_poll_is_read_with_its_answers() -> None:
    poll = {
        "question": {"text": "Who goes?"},
        "answers": [{"answer_id": 1, "poll_media": {"text": "You"}}, {"answer_id": 2, "poll_media": {"text": "Me"}}],
    }
    assert text_of(HELLO | {"content": "", "poll": poll}) == "Who goes?\nYou\nMe"


def test_boxes_and_components_are_read_where_nothing_else_was_written() -> None:
    box = {"type": "rich", "title": "T", "description": "D", "fields": [{"name": "N", "value": "V"}]}
    assert text_of(HELLO | {"content": "", "embeds": [box]}) == "T\nD\nN\nV"
    assert text_of(HELLO | {"embeds": [box]}) == "Supa Hot"
    inside = [{"type": 17, "components": [{"type": 10, "content": "words"}, {"type": 14}]}]
    assert text_of(HELLO | {"content": "", "components": inside}) == "words"


def test_what_programs_wrote_is_read_wherever_it_stands_also_forwarded() -> None:
    inside = [{"type": 17, "components": [{"type": 10, "content": "words"}]}]
    forwarded = {"content": "", "message_snapshots": [{"message": {"content": "", "components": inside}}]}
    assert text_of(HELLO | forwarded) == "words"
    assert text_of(HELLO | forwarded | {"content": "look"}) == "look\nwords"
    box = {"type": "rich", "author": {"name": "A"}, "title": "T", "footer": {"text": "F"}}
    assert text_of(HELLO | {"content": "", "embeds": [box]}) == "A\nT\nF"


def test_whom_a_message_pings_is_said_once_each() -> None:
    message = read(mentions=[{"id": "2"}, {"id": "2"}, {"id": "3"}], mention_roles=["8"], mention_everyone=True)
    assert message.mentions == Mentions(people=("2", "3"), roles=("8",), everyone=True)


def test_an_edit_says_when() -> None:
    assert read(edited_timestamp="2017-07-11T17:28:00+00:00").edited_at == datetime(2017, 7, 11, 17, 28, tzinfo=UTC)


def test_a_thread_s_title_is_named_by_the_thread_and_has_nothing_to_delete() -> None:
    told = read(type=18, content="You fools", message_reference={"type": 0, "channel_id": "900", "guild_id": "7"})
    assert (told.text, told.ref.message, told.ref.channel, told.withheld) == ("You fools", "900-title", "70", True)


def test_a_forum_post_is_its_title_and_its_first_message() -> None:
    message = message_of(HELLO, PLACE, AUTHOR, title="A question")
    assert message is not None
    assert (message.text, message.withheld) == ("A question\nSupa Hot", False)


def test_a_join_stands_in_no_channel_and_comes_anew_each_time() -> None:
    data = {"user": KIM, "roles": [], "joined_at": "2026-03-29T10:00:00+00:00", "guild_id": "7"}
    join, again = join_of("7", data, ROLES), join_of("7", data | {"joined_at": "2026-03-30T10:00:00+00:00"}, ROLES)
    assert join is not None
    assert again is not None
    assert (join.kind, join.text, join.channel.id, join.author.roles) == (MessageKind.JOIN, "", "7", frozenset())
    assert join.ref != again.ref
    assert join_of("7", {"roles": []}, ROLES) is None


@pytest.mark.parametrize(("value", "at"), [
    ("2026-03-29T10:00:00+00:00", datetime(2026, 3, 29, 10, tzinfo=UTC)),
    ("2026-03-29T12:00:00+02:00", datetime(2026, 3, 29, 10, tzinfo=UTC)),
    ("2026-03-29T10:00:00", datetime(2026, 3, 29, 10, tzinfo=UTC)), ("soon", None), (None, None), (7, None),
])  # fmt: skip
def test_times_are_read_as_discord_writes_them(value: Any, at: datetime | None) -> None:
    assert time_of(value) == at


def used(**changes: Any) -> dict[str, Any]:
    """Return what a program says that a user brought along, and used."""
    metadata = {"id": "1", "type": 2, "user": KIM, "authorizing_integration_owners": {"1": KIM["id"]}} | changes
    program = {"id": "90", "username": "says", "bot": True}
    return HELLO | {"type": 20, "author": program, "application_id": "90", "interaction_metadata": metadata}


def test_for_what_somebodys_own_program_says_they_answer() -> None:
    assert author_of(used()) == KIM


def test_for_what_the_servers_own_program_says_nobody_else_answers() -> None:
    assert author_of(used(authorizing_integration_owners={"0": "7", "1": KIM["id"]}))["id"] == "90"
    assert author_of(used(authorizing_integration_owners={"0": "7"}))["id"] == "90"


def test_whoever_presses_on_what_anothers_program_said_answers_for_nothing() -> None:
    assert author_of(used(type=3, user={"id": "44", "username": "curious"})) == {"id": KIM["id"]}


@pytest.mark.parametrize("owners", [None, {}, {"1": ""}, {"1": None}])
def test_a_program_of_which_nothing_is_said_answers_for_itself(owners: Any) -> None:
    assert author_of(used(authorizing_integration_owners=owners))["id"] == "90"


def test_whoever_answers_what_somebodys_program_said_answers_them() -> None:
    answer = read(type=19, message_reference={"type": 0, "message_id": "5"}, referenced_message=used())
    assert answer.reply_author == KIM["id"]
