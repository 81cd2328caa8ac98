"""Cards, notices and replies as components: within Discord's limits, and pinging whom they name and nobody else."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.cards import message, plain, reference
from adapters.discord.interactions import asked, server_of
from adapters.discord.responding import body_of
from bot.domain.card import Button, ButtonStyle, Card, Choice, Field, Link, Quote
from bot.domain.command import File, Reply
from bot.domain.message import AccountRef, Markup, PlatformName
from bot.domain.severity import Severity
from tests.adapters.discord.described import check_post, texts
from tests.adapters.discord.test_text import ESCAPE, alive
from tests.discord.components import flat

_NOW = datetime(2026, 3, 29, 10, tzinfo=UTC)
_WORDS = st.one_of(
    st.text(max_size=300),
    st.sampled_from(["@everyone **loud**", "x" * 5_000, "\u200b" * 2_000, "*" * 3_000, "https://a.example/" * 90, ""]),
)
_SHORT = st.text(min_size=1, max_size=120)
_ACTIONS = st.integers(0, 10**6).map(lambda number: f"case.claim:{number:032x}:3")
_QUOTES = st.builds(
    Quote, author=_WORDS, text=_WORDS, at=st.sampled_from([None, _NOW]), files=st.lists(_SHORT, max_size=12).map(tuple),
    central=st.booleans(), hidden=st.booleans(),
    marks=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=4).map(lambda one: tuple(sorted(one))),
)  # fmt: skip
_CHOICES = st.builds(
    Choice, action=_ACTIONS, label=_SHORT,
    options=st.lists(st.tuples(st.text(max_size=110), _WORDS), max_size=40).map(tuple),
)  # fmt: skip
_CARDS = st.builds(
    Card, title=_WORDS, text=_WORDS,
    fields=st.lists(st.builds(Field, label=_SHORT, value=_WORDS), max_size=30).map(tuple),
    quotes=st.lists(_QUOTES, max_size=25).map(tuple),
    buttons=st.lists(
        st.builds(Button, action=_ACTIONS, label=_WORDS, style=st.sampled_from(ButtonStyle)), max_size=14
    ).map(tuple),
    choices=st.lists(_CHOICES, max_size=6).map(tuple), severity=st.sampled_from([None, *Severity]),
    due_at=st.sampled_from([None, _NOW]),
    mentions=st.lists(
        st.builds(
            AccountRef, platform=st.sampled_from([PlatformName.DISCORD, PlatformName.SLACK]), workspace=st.just("1"),
            user=st.integers(1, 2**60).map(str),
        ), max_size=120,
    ).map(tuple),
)  # fmt: skip


def dead(text: str) -> str:
    """Return a text of a card without what Locum itself puts into it."""
    lines = ESCAPE.sub("\ufffc", text).split("\n")
    lines = [line.removeprefix("### ").removeprefix("> ").removeprefix("-# ") for line in lines]
    for ours in ("__**", "**__", "**", "||", "▸ ", "*no text*"):
        lines = [line.replace(ours, "\ufffc") for line in lines]
    return "\n".join(line for line in lines if not line.startswith(("<t:", "<@")) and " · <t:" not in line)


@settings(deadline=None, max_examples=50)
@given(_CARDS, st.sampled_from(["", "a" * 32]), st.sampled_from(["", "1" * 20]))
def test_whatever_stands_on_a_card_discord_takes_it(card: Card, action: str, server: str) -> None:
    check_post(message(card, "en", action=action, server=server))


@settings(deadline=None, max_examples=50)
@given(_CARDS)
def test_a_card_pings_whom_it_mentions_and_nobody_else(card: Card) -> None:
    body = message(card, "en")
    on_discord = [one.user for one in card.mentions if one.platform is PlatformName.DISCORD]
    assert body["allowed_mentions"]["parse"] == []
    assert body["allowed_mentions"]["users"] == list(dict.fromkeys(on_discord))[:30]
    assert not set(body["allowed_mentions"]) - {"parse", "users"}


@settings(deadline=None, max_examples=50)
@given(_CARDS)
def test_nothing_that_stands_on_a_card_does_anything(card: Card) -> None:
    for text in texts(message(card, "en")):
        assert not alive(dead(text)), text


@settings(deadline=None, max_examples=50)
@given(
    st.one_of(st.none(), _CARDS), st.text(max_size=6_000), st.booleans(), st.sampled_from(["", "1" * 20]),
    st.integers(0, 10),
)  # fmt: skip
def test_whatever_is_replied_discord_takes_it(
    card: Card | None, text: str, public: bool, server: str, files: int
) -> None:
    handed = tuple(File(name=f"{one}.png", data=b"", picture=one % 2 == 0) for one in range(files))
    body = body_of(Reply(text=text, card=card, public=public, files=handed), "de", server=server)
    check_post(body)
    assert body["allowed_mentions"] == {"parse": []}
    # what is handed over is never anybody else's to see
    assert bool(body["flags"] & 64) is (not public or bool(files))


def test_a_reply_with_nothing_to_say_says_that_it_is_done() -> None:
    assert list(texts(body_of(Reply(), "en"))) == ["✓"]


def test_a_crowded_card_keeps_what_it_is_about() -> None:
    around = tuple(Quote(author="m-1", text=f"before {number} " + "x" * 2_000) for number in range(20))
    central = Quote(author="m-2", text="the one that counts", central=True)
    card = Card(
        title="A case", quotes=(*around, central), fields=tuple(Field(label="l", value="v" * 900) for _ in range(40)),
        buttons=(Button(action="case.claim:1:1", label="Claim"),),
    )  # fmt: skip
    body = message(card, "en")
    check_post(body)
    assert any("the one that counts" in text for text in texts(body))
    assert [one["custom_id"] for one in flat(body["components"]) if one["type"] == 2] == ["case.claim:1:1"]


def test_a_button_in_a_direct_message_says_which_server_it_is_about() -> None:
    body = plain("You were banned.", buttons=(Button(action="everyone.appeal:K7Q2", label="Appeal"),), server="77")
    check_post(body)
    (button,) = [one for one in flat(body["components"]) if one["type"] == 2]
    pressed = {"type": 3, "data": {"custom_id": button["custom_id"]}}
    assert server_of(pressed) == "77"
    wanted = asked(pressed)
    assert wanted is not None
    assert (wanted.command, wanted.given["subject"]) == ("everyone.appeal", "K7Q2")


def test_what_an_action_posted_bears_its_reference() -> None:
    action = "0123456789abcdef" * 2
    for body in (message(Card(title="t"), "en", action=action), plain("words", action=action)):
        assert f"-# {reference(action)}" in texts(body)


def test_what_says_the_same_twice_is_shown_once() -> None:
    twice = (Button(action="case.claim:1:1", label="Claim"), Button(action="case.claim:1:1", label="Claim it"))
    body = message(Card(title="t", buttons=twice), "en")
    check_post(body)
    assert [one["label"] for one in flat(body["components"]) if one["type"] == 2] == ["Claim it"]


def test_links_stand_on_a_card_whole_or_not_at_all() -> None:
    links = tuple(
        Link(label=f"Go to {number}", url=f"https://chat.example/archives/{number}/{'p' * 200}") for number in range(20)
    )
    for fields in (0, 30):
        crowded = Card(title="By hand", links=links, fields=(Field(label="x", value="y" * 900),) * fields)
        said = "\n".join(texts(message(crowded, "en")))
        shown = [link for link in links if f"[{link.label}](<{link.url}>)" in said]
        assert said.count("https://") == len(shown)
        assert shown or fields


def test_what_was_written_on_slack_is_quoted_as_its_readers_saw_it() -> None:
    quote = Quote(author="m-1", text="&lt;free&gt; <https://evil.example|here>", markup=Markup.SLACK)
    said = str(message(Card(title="A case", quotes=(quote,)), "en"))
    assert "&lt;" not in said
    assert "free" in said
    assert "evil" in said
