"""What goes out to Slack pings nobody and hides nothing; what comes in is shown with where its links lead."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.text import cut, escaped, fitted, link, moment, person, plain
from bot.domain.decoding import decoded, decoded_with

_TRICKS = st.lists(
    st.sampled_from([
        "<!channel>", "<!here>", "<!everyone|x>", "@everyone", "@here", "@channel", "@ada", "#general", "<@U0123>",
        "<!subteam^S1>", "<#C1|x>", "<https://a.example|b>", "https://a.example", "a.example", "www.a.example",
        "mailto:a@b.example", ":wave:", "*b*", "_i_", "~s~", "`c`", "```", "&gt;", "&amp;", "&lt;!channel&gt;", "<",
        ">", "|", "&", "amp;", "!", "\n", "\r", "\u2028", "\u202e", "\u200b", "\u2060", "\x00", "\ud800", " ", "a", "é",
        "😀",
    ]),
    max_size=30,
).map("".join)  # fmt: skip
_WRITTEN = st.one_of(st.text(max_size=200), _TRICKS)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
#: what Slack makes something of in text, also where it is told to look for names and links
_ACTIVE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)|[@#]\w|://|\w\.[^\W\d_]{2}|:[\w+'-]{1,100}:|``")


def seen(text: str) -> str:
    """Return a text as somebody reads it who sees control characters spelt out."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text).replace("\u2060", "")


@given(_WRITTEN)
def test_nothing_that_a_member_writes_pings_links_or_hides(text: str) -> None:
    shown = escaped(text)
    assert _ACTIVE.search(shown) is None
    assert _CONTROLS.search(shown) is None


@given(_WRITTEN)
def test_what_is_escaped_is_read_as_it_was_written(text: str) -> None:
    assert decoded(escaped(text)).replace("\u2060", "") == seen(text)


@given(_WRITTEN)
def test_plain_text_differs_from_escaped_text_by_its_entities_alone(text: str) -> None:
    assert decoded(escaped(text)) == plain(text)


@given(_WRITTEN, st.integers(0, 120))
def test_a_text_that_is_cut_ends_in_no_half_of_anything(text: str, most: int) -> None:
    shown = fitted(text, most)
    assert len(shown) <= most
    assert _ACTIVE.search(shown) is None


@given(_WRITTEN)
def test_whatever_arrives_can_be_shown_and_then_does_nothing(text: str) -> None:
    assert _ACTIVE.search(escaped(decoded(text))) is None


@given(_WRITTEN, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=4))
def test_marks_stay_within_the_text_and_in_their_order(text: str, marks: list[tuple[int, int]]) -> None:
    marks = [(min(one, two, len(text)), min(max(one, two), len(text))) for one, two in marks]
    shown, moved = decoded_with(text, marks)
    assert shown == decoded(text)
    assert all(0 <= start <= end <= len(shown) for start, end in moved)


def test_a_mark_is_about_the_same_words_as_before() -> None:
    text = "so &lt;you&gt; <@U1|fool> see <https://a.example|this page>!"
    marks = [(text.index("you"), text.index("you") + 3), (text.index("fool"), text.index("fool") + 4), (0, len(text))]
    shown, moved = decoded_with(text, marks)
    assert shown == "so <you> @fool see this page (https://a.example)!"
    assert [shown[start:end] for start, end in moved] == ["you", "@fool", shown]


@pytest.mark.parametrize(("text", "shown"), [
    ("a &amp; b &lt;c&gt; &quot;", "a & b <c> &quot;"),
    ("&amp;lt;", "&lt;"),
    ("<@U0123|ada> <@U0123>", "@ada @U0123"),
    ("<#C1|help> <#C1|> <#C1>", "#help #C1 #C1"),
    ("<!subteam^S1|@team> <!subteam^S1>", "@team @S1"),
    ("<!here> <!channel> <!everyone|everyone>", "@here @channel @everyone"),
    ("<!date^1392734382^Posted {date_num} {time}^https://x.example|2014>", "2014 Posted (https://x.example)"),
    ("<https://x.example/?a=1&amp;b=2>", "https://x.example/?a=1&b=2"),
    ("<https://evil.example|https://good.example>", "https://good.example (https://evil.example)"),
    ("<https://x.example|>", "https://x.example"),
    ("<mailto:a@b.example|a@b.example>", "a@b.example"),
    ("<javascript:x|y>", "y (javascript:x)"),
    ("<!new^thing|word>", "word"),
    ("<> < a > <\n>", "<> " + " a  <\n>"),
    ("<<@U1>", "<@U1"),
])  # fmt: skip
def test_what_arrives_is_shown_with_whom_and_where_it_names(text: str, shown: str) -> None:
    assert decoded(text) == shown


def test_our_own_words_ping_whom_they_name_and_lead_where_they_say() -> None:
    assert person("U0123") == "<@U0123>"
    assert [person(bad) for bad in ("", "!channel", "U1>", "S01", "U1|x", "here")] == [""] * 6
    assert link("https://x.example/?a=1&b=2", "a <b>") == "<https://x.example/?a=1&amp;b=2|a &lt;b&gt;>"
    assert [link(bad, "x") for bad in ("javascript:x", "https://a|b", "https://a>", "https://a b", "")] == [""] * 5
    at = datetime(2024, 1, 1, tzinfo=UTC)
    assert moment(at, "1 January") == "<!date^1704067200^{date_short_pretty} {time}|1 January>"


def test_plain_words_are_cut_with_an_ellipsis() -> None:
    assert [cut("abcdef", most) for most in (0, 1, 4, 6)] == ["", "…", "abc…", "abcdef"]
