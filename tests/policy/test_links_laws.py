"""What holds for links in any text."""

from time import process_time

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import Markup
from bot.policy.links import LINK_HINT, find_links, find_sightings
from bot.policy.links.alike import imitation
from bot.policy.links.invitations import invitations
from bot.policy.links.nested import nested
from bot.policy.links.scripts import pretends

_MARKUP = st.sampled_from(list(Markup))
_PARTS = st.sampled_from(
    ["http", "https", "hxxp", "h**p", ":", "//", "/", "\\", "\\\\", "evil", "a", "com", "gg", "de", "рф", ".", "。",
     "．", "[.]", "(dot)", " dot ", " slash ", "[:]", "%2e", "\u200b", "\u00ad", "ⓔ", "ⓒⓞⓜ", "𝐜𝐨𝐦", "🅰", "@", " ",
     "  ", "\n",
     "[", "](", ")", "<", ">", "|", "||", "**", "&amp;", "?u=", "=", "#", "www", "discord", "invite", "xn--", "\ud800",
     "é", "日本", "0x7f", "1", "-", "_", ",", "!", '"', "`", "~~"]
)  # fmt: skip
#: parts alone hardly ever come to a link
_WHOLE = st.sampled_from(
    ["evil.com", "https://evil.com/a?u=http%3A%2F%2Fa.de", "hxxp://evil[.]com", "evil (dot) com", "http://xn--80ak6.рф",
     "discord.gg/abc", "[a.de](http://evil.com)", "<http://evil.com|a.de>", "http://0x7f.1/", "//ⓔvil.ⓒⓞⓜ/\u200b"]
)  # fmt: skip
_ANY = st.text(st.characters(exclude_categories=()), max_size=80)
_TEXTS = st.one_of(st.lists(st.one_of(_PARTS, _WHOLE), max_size=25).map("".join), _ANY)
_HINT = re2.compile(LINK_HINT)


@given(_TEXTS, _MARKUP)
def test_places_lie_inside_the_text_in_order_and_nothing_raises(text: str, markup: Markup) -> None:
    imitated = imitation(("discord.com", "steamcommunity.com"))
    for link in find_sightings(text, markup):
        assert 0 <= link.start < link.end <= len(text)
        assert link.host.isascii()
        assert link.host == link.host.lower()
        assert 0 < len(link.host) <= 253
        pretends(link.shown_host)
        imitated(link.host)
        list(invitations(link))
        nested(link)


@given(_TEXTS, _MARKUP)
def test_the_cheap_hint_matches_wherever_a_link_could_be_seen(text: str, markup: Markup) -> None:
    if find_sightings(text, markup):
        assert _HINT.search(text.encode("utf-8", "replace").decode()) is not None


@pytest.mark.parametrize(
    "text",
    ["Hello there. How are you?", "Ja... nein!", "so 3.5 or 10:30", "z.B. so; e.g. this", ":) :/ :P", "a/b and c"],
)
def test_plain_prose_does_not_wake_the_search(text: str) -> None:
    assert _HINT.search(text) is None


_WORST = [
    "[](", ".", "a.", "<", "a.aa ", "a.co", "http://", "[](http://a.b)", "](http://a.b", "https://a.co,",
    "https://a.co/((((", "https://a.co/))))", "aa.xx/", "\u200b", "[.]", " . ", "..aa", "a@b.co", "<http://a.b|",
    "a%2e", "\\.aa", "**.aa",
    ".gg / ", "a://", "[[][http://a.b](", "a.co/?", "https://a.co?u=http%3A", "\ud800", "。", "=http://",
]  # fmt: skip


@pytest.mark.parametrize("piece", _WORST)
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    def spent(length: int) -> float:
        text = (piece * length)[:length]
        times = []
        for _ in range(3):
            begun = process_time()
            for link in find_links(text, Markup.PLAIN):
                nested(link)
            times.append(process_time() - begun)
        return min(times)

    assert spent(40_000) < 5 + 40 * spent(2_000)
