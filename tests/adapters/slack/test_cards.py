"""Cards, notices and replies as blocks: within Slack's limits, and pinging whom they name and nobody else."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.cards import REVEAL, message, plain
from adapters.slack.responding import body_of
from bot.domain.card import Button, ButtonStyle, Card, Choice, Field, Link, Quote
from bot.domain.command import File, Reply
from bot.domain.message import AccountRef, Markup, PlatformName
from bot.domain.severity import Severity
from tests.adapters.slack.blocks_of import actions, shown, texts
from tests.slack.api import blocks as kit

_NOW = datetime(2026, 3, 29, 10, tzinfo=UTC)
_WORDS = st.one_of(
    st.text(max_size=300),
    st.sampled_from([
        "<!channel> *loud* <@U0KIM>", "x" * 5_000, "\u200b" * 2_000, "*" * 3_000, "https://a.example/" * 90, "",
        "&" * 3_000, " ", "\n\n", "\ud800", "<" * 160,
    ]),
)  # fmt: skip
_SHORT = st.text(min_size=1, max_size=120)
_ACTIONS = st.integers(0, 10**6).map(lambda number: f"case.claim:{number:032x}:3")
_QUOTES = st.builds(
    Quote, author=_WORDS, text=_WORDS, at=st.sampled_from([None, _NOW]), files=st.lists(_SHORT, max_size=12).map(tuple),
    central=st.booleans(), hidden=st.booleans(), markup=st.sampled_from(Markup),
    marks=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=4).map(lambda one: tuple(sorted(one))),
)  # fmt: skip
_CHOICES = st.builds(
    Choice, action=_ACTIONS, label=_SHORT,
    options=st.lists(st.tuples(st.text(max_size=160), _WORDS), max_size=120).map(tuple),
)  # fmt: skip
_CARDS = st.builds(
    Card, title=_WORDS, text=_WORDS,
    fields=st.lists(st.builds(Field, label=_SHORT, value=_WORDS), max_size=30).map(tuple),
    quotes=st.lists(_QUOTES, max_size=25).map(tuple),
    links=st.lists(
        st.builds(Link, label=_WORDS, url=st.sampled_from(["https://a.example/x?y=1&z=2", "javascript:x"])), max_size=20
    ).map(tuple),
    buttons=st.lists(
        st.builds(Button, action=_ACTIONS, label=_WORDS, style=st.sampled_from(ButtonStyle)), max_size=25
    ).map(tuple),
    choices=st.lists(_CHOICES, max_size=5).map(tuple), severity=st.sampled_from([None, *Severity]),
    due_at=st.sampled_from([None, _NOW]),
    mentions=st.lists(
        st.builds(
            AccountRef, platform=st.sampled_from([PlatformName.DISCORD, PlatformName.SLACK]), workspace=st.just("T1"),
            user=st.integers(1, 2**60).map(lambda number: f"U{number}"),
        ), max_size=120,
    ).map(tuple),
)  # fmt: skip
#: what Slack makes something of in `mrkdwn`
_ACTIVE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)|[@#]\w|://|:[\w+'-]{1,100}:|[*_~`](?!\u2060)")
#: what Locum itself puts there: mentions, times, links and emphasis around words of its own
_OURS = re.compile(r"<@U\w+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]*>|<https://a\.example/[^|>]*\||^\*|\*$")


def take(body: Any) -> None:
    """Hold a message against Slack's limits."""
    assert not kit.wrong(body["blocks"]), kit.wrong(body["blocks"])
    assert 0 < len(body["text"]) <= 4_000
    # whatever was written can be sent
    json.dumps(body).encode()
    for _, text in texts(body["blocks"]):
        text.encode()


def alive(text: str) -> bool:
    """Return whether anything in a line of `mrkdwn` does something that Locum didn't mean."""
    for line in text.split("\n"):
        rest = line
        for ours in ("▸ *", "* · ", " · "):
            rest = rest.replace(ours, "\ufffc")
        rest = _OURS.sub("\ufffc", rest).removeprefix("_").removesuffix("_").removesuffix("*").removesuffix(">")
        if _ACTIVE.search(rest):
            return True
    return False


@settings(deadline=None, max_examples=60)
@given(_CARDS)
def test_whatever_stands_on_a_card_slack_takes_it(card: Card) -> None:
    take(message(card, "en"))


@settings(deadline=None, max_examples=60)
@given(_CARDS)
def test_a_card_pings_whom_it_mentions_and_nobody_else(card: Card) -> None:
    there = [one.user for one in card.mentions if one.platform is PlatformName.SLACK]
    body = message(card, "en")
    marked = [text for kind, text in texts(body["blocks"]) if kind == "mrkdwn"]
    named = [one for text in [*marked, body["text"]] for one in re.findall(r"<@(\w+)>", text)]
    assert named == list(dict.fromkeys(there))[:30]


@settings(deadline=None, max_examples=60)
@given(_CARDS)
def test_nothing_that_stands_on_a_card_does_anything(card: Card) -> None:
    body = message(card, "en")
    for kind, text in texts(body["blocks"]):
        if kind == "mrkdwn":
            assert not alive(text), text
        if kind in ("plain_text", "text", "value"):
            # there nothing is markup; what looks like a link, a name or an emoji is broken up all the same
            assert not re.search(r"<[!@#]|[@#]\w|://|:[\w+'-]{1,100}:", text), text
    assert not alive(body["text"])


@settings(deadline=None, max_examples=60)
@given(_CARDS)
def test_every_action_of_a_card_can_be_pressed(card: Card) -> None:
    wanted = list(dict.fromkeys(one.action for one in card.buttons))
    found = [one for one in actions(message(card, "en")["blocks"]) if not one.startswith(REVEAL)]
    assert found[: len(wanted)] == wanted
    chosen = {one.action for one in card.choices if one.action not in wanted}
    chosen_from = {one.action for one in card.choices if any(0 < len(value) <= 150 for value, _ in one.options)}
    assert set(found[len(wanted) :]) <= chosen
    assert len(found) - len(wanted) >= len([one for one in chosen if one in chosen_from]) - _twice(card)


def _twice(card: Card) -> int:
    """Return how many menus say the same as another: one of them stands there."""
    return len(card.choices) - len({one.action for one in card.choices})


@settings(deadline=None, max_examples=60)
@given(_CARDS)
def test_what_is_covered_is_read_only_once_it_is_pressed(card: Card) -> None:
    covered = "what nobody wants to see"
    quotes = (Quote(author="m-1", text=covered, hidden=True, files=("a.png",)), *card.quotes[:3])
    body = message(Card(title="A case", quotes=quotes), "en")
    said = shown(body["blocks"]) + body["text"]
    assert covered not in said
    assert "a.png" not in said
    values = [text for kind, text in texts(body["blocks"]) if kind == "value"]
    assert values[0].startswith(covered)


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.none(), _CARDS), st.text(max_size=6_000), st.booleans(), st.integers(0, 2))
def test_whatever_is_replied_slack_takes_it(card: Card | None, text: str, public: bool, files: int) -> None:
    handed = tuple(File(name=f"{one}.png", data=b"") for one in range(files))
    take(body_of(Reply(text=text, card=card, public=public, files=handed), "de"))


@settings(deadline=None, max_examples=60)
@given(_WORDS, st.lists(st.builds(Button, action=_ACTIONS, label=_WORDS), max_size=9).map(tuple))
def test_whatever_a_notice_says_slack_takes_it(text: str, buttons: tuple[Button, ...]) -> None:
    take(plain(text, buttons))


def test_a_reply_with_nothing_to_say_says_that_it_is_done() -> None:
    assert shown(body_of(Reply(), "en")["blocks"]) == "✓"


def test_a_crowded_card_keeps_what_it_is_about() -> None:
    around = tuple(Quote(author="m-1", text=f"before {number} " + "x" * 2_000) for number in range(20))
    central = Quote(author="m-2", text="the one that counts", central=True)
    many = tuple((f"value {number} " + "v" * 120, "label " * 12) for number in range(100))
    card = Card(
        title="A case", quotes=(*around, central), fields=tuple(Field(label="l", value="v" * 900) for _ in range(40)),
        buttons=(Button(action="case.claim:1:1", label="Claim"),),
        choices=tuple(Choice(action=f"case.hand:{one}:1", label="Hand over", options=many) for one in range(3)),
    )  # fmt: skip
    body = message(card, "en")
    take(body)
    assert "the one that counts" in shown(body["blocks"])
    assert actions(body["blocks"]) == ["case.claim:1:1", *(f"case.hand:{one}:1" for one in range(3))]


def test_what_says_the_same_twice_is_shown_once() -> None:
    twice = (Button(action="case.claim:1:1", label="Claim"), Button(action="case.claim:1:1", label="Claim it"))
    body = message(Card(title="t", buttons=twice), "en")
    take(body)
    assert "Claim it" in shown(body["blocks"])
    assert actions(body["blocks"]) == ["case.claim:1:1"]


def test_links_stand_on_a_card_whole_or_not_at_all() -> None:
    links = tuple(
        Link(label=f"Go to {number}", url=f"https://chat.example/archives/{number}/{'p' * 200}") for number in range(20)
    )
    for fields in (0, 30):
        crowded = Card(title="By hand", links=links, fields=(Field(label="x", value="y" * 900),) * fields)
        body = message(crowded, "en")
        take(body)
        said = shown(body["blocks"])
        there = [link for link in links if f"<{link.url}|{link.label}>" in said]
        assert there
        assert said.count("https://") == len(there)


def test_a_link_longer_than_a_block_is_left_out() -> None:
    body = message(Card(title="By hand", links=(Link(label="Go", url="https://a.example/" + "p" * 3_000),)), "en")
    take(body)
    assert "https://" not in shown(body["blocks"])
