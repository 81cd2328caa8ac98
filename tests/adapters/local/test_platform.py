"""The chat as a platform, where it differs from others: direct rooms, mentions, and what it refuses."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.local.chat.chat import LOCUM
from adapters.local.translate import account_ref, message_ref
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.card import Button, Card
from bot.domain.message import Attachment, Markup, MessageKind, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.ports import Effect, HistoryLostError, PlatformUnavailableError
from tests.adapters.platform_grounds import LocalGround

GONE = [Result(answer=Answer.GONE)]


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[LocalGround]:
    ground = LocalGround(folder=tmp_path)
    yield ground
    ground.chat.close()


async def read_all(ground: LocalGround) -> list[str]:
    """Return the texts of a channel's history."""
    now = ground.clock.now()
    return [one.text async for page in ground.platform.history(ground.help, now, now) for one in page]


async def test_a_post_is_told_with_everything_that_is_known_of_it(ground: LocalGround) -> None:
    chat, now = ground.chat, ground.clock.now()
    first = chat.say("limpet", "help", "one")
    file = Attachment(id="f1", name="knot.png")
    chat.say("lee", "help", "aye @whelk @all", reply_to=first.id, attachments=[file])
    found = [one async for page in ground.platform.history(ground.help, now, now) for one in page]
    message = found[1]
    assert message.ref == message_ref("acme", chat.make_room("help"), message.ref.message)
    assert (message.reply_to, message.reply_author, message.attachments) == (first.id, "limpet", (file,))
    assert (message.mentions.people, message.mentions.everyone) == (("whelk",), True)
    assert (message.kind, message.markup, message.channel.name) == (MessageKind.MESSAGE, Markup.PLAIN, "help")
    assert (message.author.names, message.author.roles) == (("lee",), frozenset({"staff"}))
    assert (message.author.created_at, message.author.joined_at, message.author.bot) == (now, now, False)


async def test_who_joins_is_told_of_as_a_join(ground: LocalGround) -> None:
    ground.chat.leave("limpet")
    note = ground.chat.join("limpet", "help")
    ref = message_ref("acme", ground.chat.make_room("help"), note.id)
    (message,) = await ground.platform.read([(ground.help, ref)])
    assert message is not None
    assert (message.kind, message.text, message.author.joined_at) == (MessageKind.JOIN, "", note.at)


async def test_somebody_who_was_banned_still_reads_their_notice(ground: LocalGround) -> None:
    limpet = account_ref("acme", "limpet")
    ground.natively(limpet, OutcomeKind.BAN, Standing(held=True))
    notice = Effect(action="a1", kind=ActionKind.NOTICE, account=limpet, text="You were banned.")
    (sent,) = await ground.platform.enforce([notice])
    direct = ground.chat.direct("limpet")
    assert [post.id for post in ground.chat.posts(direct.id)] == [sent.posted]
    assert ground.chat.sees("limpet", direct)


async def test_what_a_member_may_press_hangs_at_their_notice(ground: LocalGround) -> None:
    button = Button(action="everyone.appeal:K7Q2", label="Appeal")
    notice = Effect(
        action="a1", kind=ActionKind.NOTICE, account=account_ref("acme", "limpet"), text="Hello.", buttons=(button,)
    )  # fmt: skip
    await ground.platform.enforce([notice])
    (post,) = ground.chat.posts(ground.chat.direct("limpet").id)
    assert post.text == "Hello."
    assert post.card is not None
    assert post.card.buttons == (button,)


async def test_a_notice_asked_for_twice_is_one(ground: LocalGround) -> None:
    notice = Effect(action="a1", kind=ActionKind.NOTICE, account=account_ref("acme", "limpet"), text="Hello.")
    assert len({(await ground.platform.enforce([notice]))[0].posted for _ in range(3)}) == 1
    assert ground.notices(account_ref("acme", "limpet")) == ["Hello."]


async def test_a_card_mentions_whom_it_names_and_nobody_else(ground: LocalGround) -> None:
    named = (account_ref("acme", "lee"), account_ref("acme", "nobody"))
    card = Card(title="@everyone", text="@whelk", mentions=named)
    effect = Effect(action="a1", kind=ActionKind.CARD, stream=ground.leads, card=card)
    notice = Effect(action="a2", kind=ActionKind.NOTICE, account=named[0], text="@whelk", card=card)
    await ground.platform.enforce([effect, notice])
    (post,), (told,) = ground.chat.posts("leads"), ground.chat.posts(ground.chat.direct("lee").id)
    assert (post.text, post.mentions, post.everyone) == ("@lee", ("lee",), False)
    assert (told.text, told.mentions, told.card) == ("@lee\n@whelk", ("lee",), card)


async def test_what_is_not_there_is_gone(ground: LocalGround) -> None:
    nobody, nowhere = account_ref("acme", "nobody"), replace(ground.help, channel="nowhere")
    elsewhere = replace(account_ref("acme", "limpet"), workspace="other")
    for effect in (
        Effect(action="a1", kind=ActionKind.NOTICE, account=nobody, text="Hello."),
        Effect(action="a1", kind=ActionKind.NOTICE, account=elsewhere, text="Hello."),
        Effect(action="a1", kind=ActionKind.KICK, account=nobody),
        Effect(action="a1", kind=ActionKind.RESTRICT, account=nobody, sanction=OutcomeKind.BAN),
        Effect(action="a1", kind=ActionKind.CARD, stream=nowhere, card=Card(title="A case")),
        Effect(action="a1", kind=ActionKind.SLOW_MODE, stream=nowhere, amount=5),
        Effect(action="a1", kind=ActionKind.DELETE, message=ground.ref(ground.help, "nonsense")),
        Effect(action="a1", kind=ActionKind.DELETE),
    ):
        assert await ground.platform.enforce([effect]) == GONE, effect.kind


async def test_a_message_is_only_found_in_its_own_place(ground: LocalGround) -> None:
    ref = ground.say(account_ref("acme", "limpet"), "one")
    others = [
        replace(ref, channel="gaming"), replace(ref, workspace="other"), replace(ref, platform=PlatformName.DISCORD),
    ]  # fmt: skip
    assert await ground.platform.read([(ground.help, one) for one in others]) == [None, None, None]
    for other in others:
        assert await ground.platform.enforce([Effect(action="a1", kind=ActionKind.DELETE, message=other)]) == GONE
    assert await read_all(ground) == ["one"]


async def test_a_direct_room_is_no_stream(ground: LocalGround) -> None:
    room = ground.chat.direct("limpet")
    post = ground.chat.say("limpet", room.id, "a secret")
    for stream in (replace(ground.help, channel=room.id), replace(ground.help, channel="nowhere")):
        with pytest.raises(HistoryLostError):
            async for _ in ground.platform.history(stream, ground.clock.now(), ground.clock.now()):
                pass
    direct = replace(ground.help, channel=room.id)
    assert await ground.platform.read([(direct, message_ref("acme", room, post.id))]) == [None]


async def test_locum_never_restricts_itself_and_pages_go_elsewhere(ground: LocalGround) -> None:
    own = account_ref("acme", LOCUM)
    effects = [
        Effect(
            action="a1", kind=ActionKind.RESTRICT, account=own, sanction=OutcomeKind.BAN, standing=Standing(held=True)
        ),
        Effect(action="a2", kind=ActionKind.KICK, account=own),
        Effect(action="a3", kind=ActionKind.PAGE, text="Wake up."),
    ]  # fmt: skip
    assert {result.answer for result in await ground.platform.enforce(effects)} == {Answer.FORBIDDEN}


async def test_a_chat_that_cannot_be_reached_is_asked_again_later(ground: LocalGround) -> None:
    ref = ground.say(account_ref("acme", "limpet"), "one")
    ground.chat.close()
    delete = Effect(action="a1", kind=ActionKind.DELETE, message=ref)
    (asked,), (looked,) = await ground.platform.enforce([delete]), await ground.platform.read_back([delete])
    assert (asked.answer, looked.answer) == (Answer.RETRY_AFTER, Answer.UNKNOWN)
    assert asked.after > 0 < looked.after
    with pytest.raises(PlatformUnavailableError):
        await ground.platform.read([(ground.help, ref)])
    with pytest.raises(PlatformUnavailableError):
        await read_all(ground)
