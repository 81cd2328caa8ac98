"""Whatever Discord holds back for us, we would have deleted: the same rule, the same channel, the same member."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.prevention.hearing import mentions_of
from adapters.discord.prevention.native import Native, Trigger
from bot.domain.facts import NO_FACTS
from bot.domain.judgement import Mode
from bot.domain.message import Markup, Message
from bot.domain.outcome import OutcomeKind
from bot.policy.evaluate import evaluate
from bot.policy.policy_set import PolicySet
from tests.adapters.discord.prevention.communities import (
    COMMUNITY,
    GAMING,
    HELP,
    KNEIPE,
    NEW,
    ROLES,
    channel,
    compiled,
    holds_back,
    policies,
    somebody,
)
from tests.policy.make import message

RULES = """\
- {id: words, severity: high, when: {words: {terms: [moron, trottel*, "*wicht*", kill yourself, evil.com, ärsche]}},
   then: [delete]}
- {id: excused, when: {words: {terms: [dick, cock, ass, therapist], allow: [Moby Dick, peacock]}}, then: [delete]}
- {id: inside, when: {words: {terms: [idiot, 🖕, c++, a$$, k], contains: true}}, then: [delete, {strike: 1}]}
- {id: by-language, when: {words: {lists: {de: german, en: english}}}, then: [delete]}
- {id: scoped, in: [help, kneipe], when: {words: [anchor, пидор]}, then: [delete]}
- {id: but, in: {not: [help]}, by: {not: [trusted]}, when: {words: [rudder]}, then: [delete]}
- {id: overridden, when: {words: [keel, moron]}, then: [delete]}
- {id: either, when: {any: [{words: [hull]}, {caps: 0.9}]}, then: [delete]}
- {id: both, when: {all: [{words: [mast]}, {mentions: {people: 1}}]}, then: [delete]}
- {id: quoted, when: {words: [stern]}, unless: {quoted: true}, then: [delete]}
- {id: excusing, when: {words: [tiller]}, unless: {roles: [trusted]}, then: [delete]}
- {id: excusing-more, when: {words: [galley]}, unless: {any: [{roles: [trusted]}, {quoted: true}]}, then: [delete]}
- {id: at-night, when: {words: [bow]}, at: {hours: "22:00-06:00"}, then: [delete]}
- {id: for-some, by: [trusted], when: {words: [helm]}, then: [delete]}
- {id: watched, mode: shadow, when: {words: [jib]}, then: [delete]}
- {id: spared, when: {words: [boom]}, then: [{strike: 1}]}
- {id: many, when: {mentions: {people: 9, total: 4}}, then: [delete]}
- {id: people, when: {mentions: {people: 2}}, then: [delete]}
- {id: called, when: {name: {terms: [admin, "mod*"], allow: [modest]}}, then: [delete, quarantine]}
"""
PLACES = COMMUNITY + (
    "protected: [staff]\n"
    "overrides: [{rule: respect/overridden, in: [gaming], mode: off}, {rule: respect/overridden, in: [kneipe],"
    " mode: shadow}]\n"
)
LISTS = {"german": "schwein\narschloch*\n", "english": "pig\nschwein\n"}


@pytest.fixture(scope="module")
def natives() -> Sequence[Native]:
    # more room than there is, so that everything that could be held is tried
    return compiled(RULES, community=PLACES, lists=LISTS, room=dict.fromkeys(Trigger, 20)).natives


def judged() -> PolicySet:
    return policies(RULES, PLACES, tuple(LISTS.items()))


def words(natives: Sequence[Native]) -> list[str]:
    return sorted({keyword.strip("*") for native in natives for keyword in native.keywords})


#: how somebody may write a word
CASES: Sequence[Callable[[str], str]] = (str, str.upper, str.title, str.swapcase)
#: what can stand beside a word, or within what is let pass
BESIDE = st.one_of(
    st.sampled_from([
        "", " ", "\n", "-", "_", "'", "\u2019", "\u00a0", "🔥", "\u2764\ufe0f", "«", "||", "**", "`", "a", "ä",
        "\u0301", "\u200b", "€", "<:", ":1>", "](", "https://", "%20", "&amp;", "\\", "Moby ", "pea", "the ",
    ]),
    st.characters(exclude_categories=["Cs"]),
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn, known: Sequence[str]) -> str:
    """Return a text in which some words stand, in any case, beside anything."""
    pieces = []
    for word in draw(st.lists(st.sampled_from(known), min_size=1, max_size=4)):
        case = draw(st.sampled_from(CASES))
        pieces += [draw(BESIDE), case(word), draw(BESIDE)]
    return "".join(pieces)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_what_a_keyword_stops_the_same_policies_delete_in_the_same_channel_for_the_same_member(
    natives: Sequence[Native], data: st.DataObject
) -> None:
    keyword = [native for native in natives if native.trigger is Trigger.KEYWORD]
    text = data.draw(texts(words(keyword)))
    where = data.draw(st.sampled_from([HELP, GAMING, KNEIPE, NEW]))
    roles = data.draw(st.sets(st.sampled_from(sorted(ROLES))))
    if any(holds_back(native, text, where, roles) for native in keyword):
        written = message(text, channel=channel(where), author=somebody(*roles), markup=Markup.DISCORD)
        assert deletes(written), (text, where, roles)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["<@1>", "<@!1>", "<@2>", "<@3>", "<@&1>", "<@&7>", "@everyone", "x"]), max_size=12),
    st.sampled_from([HELP, GAMING, KNEIPE, NEW]),
)
def test_what_the_mention_limit_stops_is_deleted(natives: Sequence[Native], called: list[str], where: str) -> None:
    (native,) = [native for native in natives if native.trigger is Trigger.MENTION_SPAM]
    text = " ".join(called)
    if holds_back(native, text, where, ()):
        written = message(text, channel=channel(where), author=somebody(), mentions=mentions_of(text))
        assert deletes(written), text


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whoever_is_held_back_for_a_name_would_have_been_deleted_and_quarantined(
    natives: Sequence[Native], data: st.DataObject
) -> None:
    (native,) = [native for native in natives if native.trigger is Trigger.MEMBER_PROFILE]
    name = data.draw(texts(words([native])))
    if holds_back(native, name, "", ()):
        found = evaluate(
            judged(), message("ahoy", channel=channel(NEW), author=somebody(names=("Sailor", name))), NO_FACTS,
            judged().history(), message().at,
        )  # fmt: skip
        assert {OutcomeKind.DELETE, OutcomeKind.QUARANTINE} <= {one.kind for one in found.outcomes}, name


def deletes(written: Message) -> bool:
    """Return whether a live rule deletes a message."""
    known = judged()
    found = evaluate(known, written, NO_FACTS, known.history(), message().at)
    live = [one for one in found.findings if one.mode is Mode.LIVE]
    return bool(live) and any(one.kind is OutcomeKind.DELETE for one in found.outcomes)


def test_every_rule_that_can_be_held_is_and_no_other(natives: Sequence[Native]) -> None:
    by_kind = {trigger: [native for native in natives if native.trigger is trigger] for trigger in Trigger}
    keywords = {keyword for native in by_kind[Trigger.KEYWORD] for keyword in native.keywords}
    assert keywords == {
        "moron", "trottel*", "*wicht*", "kill yourself", "evil.com", "ärsche", "ass", "therapist", "*idiot*", "*🖕*",
        "schwein", "arschloch*", "pig", "anchor", "пидор", "rudder", "keel", "hull", "tiller",
    }  # fmt: skip
    assert [native.mentions for native in by_kind[Trigger.MENTION_SPAM]] == [3]
    assert [native.keywords for native in by_kind[Trigger.MEMBER_PROFILE]] == [("admin",)]
