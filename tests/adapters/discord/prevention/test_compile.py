"""What Discord is to hold for a community: what leaves alone whom, what comes first, and what doesn't fit."""

from dataclasses import replace
from typing import Any

from adapters.discord.prevention.compile import Ground, Why, compile_natives
from adapters.discord.prevention.native import MOST, PREFIX, Native, Trigger, body_of, is_ours, same
from tests.adapters.discord.prevention.communities import (
    COMMUNITY,
    CREW,
    GAMING,
    GROUND,
    HELP,
    KNEIPE,
    NEW,
    STAFF,
    TRUSTED,
    channel,
    compiled,
    policies,
)

WORDS = "- {id: words, when: {words: [moron, trottel*]}, then: [delete]}\n"
NAMES = "- {id: called, when: {name: [admin]}, then: [delete, quarantine]}\n"
ROOM = dict(MOST)


def only(rules: str, **more: Any) -> Native:
    (native,) = compiled(rules, **more).natives
    return native


def test_plain_words_become_keywords_of_one_rule() -> None:
    native = only(WORDS)
    assert (native.name, native.trigger, native.keywords) == ("Locum: words 1", Trigger.KEYWORD, ("moron", "trottel*"))
    assert (native.channels, native.roles) == (frozenset(), frozenset())


def test_a_community_in_shadow_has_nothing_held_back() -> None:
    assert compiled(WORDS + NAMES, community=COMMUNITY.replace("mode: live", "mode: shadow")).natives == ()


def test_a_rule_that_dropped_to_shadow_is_held_no_more() -> None:
    known = policies(WORDS)
    assert compile_natives(known, GROUND, ROOM).natives
    assert compile_natives(known.shadowing(["respect/words"]), GROUND, ROOM).natives == ()


def test_channels_in_which_a_rule_does_not_hold_are_left_alone() -> None:
    assert only("- {id: w, in: [help], when: {words: [moron]}, then: [delete]}").channels == {GAMING, KNEIPE, NEW}
    assert only("- {id: w, in: {not: [help]}, when: {words: [moron]}, then: [delete]}").channels == {HELP}


def test_channels_in_which_an_override_turns_it_off_are_left_alone() -> None:
    overridden = COMMUNITY + "overrides: [{rule: respect/words, in: [gaming], mode: shadow}]\n"
    assert only(WORDS, community=overridden).channels == {GAMING}


def test_words_of_a_language_are_looked_for_where_it_is_spoken() -> None:
    rules = "- {id: w, when: {words: {lists: {de: german}}}, then: [delete]}"
    assert only(rules, lists={"german": "trottel\n"}).channels == {GAMING}


def test_channels_that_locum_cannot_work_in_are_left_alone() -> None:
    (native,) = compiled(WORDS, replace(GROUND, closed=frozenset({NEW}))).natives
    assert native.channels == {NEW}


def test_protected_roles_and_those_that_a_rule_spares_are_left_alone_by_their_ids_and_names() -> None:
    rules = "- {id: w, by: {not: [trusted]}, when: {words: [moron]}, then: [delete]}"
    assert only(rules, community=COMMUNITY + "protected: [staff]\n").roles == {STAFF, TRUSTED}
    excused = "- {id: w, when: {words: [moron]}, unless: {any: [{roles: [trusted]}, {roles: [staff]}]}, then: [delete]}"
    assert only(excused).roles == {STAFF, TRUSTED}
    named = replace(GROUND, roles={CREW: "staff"})
    (native,) = compiled(WORDS, named, community=COMMUNITY + "protected: [staff]\n").natives
    assert native.roles == {CREW}


def test_what_differs_in_whom_it_leaves_alone_is_a_rule_of_its_own_and_the_gravest_comes_first() -> None:
    rules = WORDS + "- {id: grave, severity: high, in: [help], when: {words: [scum, moron]}, then: [delete]}\n"
    first, second = compiled(rules).natives
    assert (first.name, first.keywords) == ("Locum: words 1", ("scum",))
    assert (second.name, second.keywords) == ("Locum: words 2", ("moron", "trottel*"))


def test_a_word_that_is_looked_for_everywhere_is_not_looked_for_in_one_channel_once_more() -> None:
    rules = WORDS + "- {id: here, in: [help], when: {words: [moron]}, then: [delete]}\n"
    assert [native.keywords for native in compiled(rules).natives] == [("moron", "trottel*")]


def test_what_does_not_fit_is_said_and_the_gravest_is_kept() -> None:
    rules = WORDS + "- {id: grave, severity: high, in: [help], when: {words: [scum]}, then: [delete]}\n"
    found = compiled(rules, room=ROOM | {Trigger.KEYWORD: 1})
    assert [native.keywords for native in found.natives] == [("scum",)]
    assert found.left_out == (("respect/words", Why.FULL),)
    assert compiled(rules, room=ROOM | {Trigger.KEYWORD: 0}).natives == ()


def test_a_rule_holds_a_thousand_keywords_and_the_next_one_the_others() -> None:
    rules = "- {id: w, when: {words: {lists: [many]}}, then: [delete]}"
    words = "".join(f"moron{number}\n" for number in range(6_500))
    found = compiled(rules, lists={"many": words})
    assert [len(native.keywords) for native in found.natives] == [1_000] * 6
    assert found.left_out == (("respect/w", Why.FULL),)


def test_more_channels_than_a_rule_can_name_leave_it_to_us() -> None:
    crowded = Ground(channels=(channel(HELP), *(channel(str(number)) for number in range(1_000, 1_051))))
    found = compiled("- {id: w, in: [help], when: {words: [moron]}, then: [delete]}", crowded)
    assert (found.natives, found.left_out) == ((), (("respect/w", Why.EXEMPTIONS),))
    assert compiled(WORDS, crowded).natives


def test_a_keyword_is_no_longer_than_discord_takes_it() -> None:
    rules = f"- {{id: w, when: {{words: [{'x' * 60}, {'y' * 61}, {'z' * 60}*]}}, then: [delete]}}"
    assert only(rules).keywords == ("x" * 60,)


def test_the_limit_of_mentions_is_one_less_than_what_a_rule_counts_and_at_most_fifty() -> None:
    def limits(total: int) -> list[int]:
        rules = f"- {{id: m, when: {{mentions: {{total: {total}}}}}, then: [delete]}}"
        return [native.mentions for native in compiled(rules).natives]

    assert [limits(total) for total in (1, 2, 51, 52)] == [[], [1], [50], []]


def test_of_several_limits_of_mentions_the_gravest_is_held() -> None:
    rules = (
        "- {id: few, when: {mentions: {total: 5}}, then: [delete]}\n"
        "- {id: many, severity: high, when: {mentions: {total: 10}}, then: [delete]}\n"
    )
    found = compiled(rules)
    assert [native.mentions for native in found.natives] == [9]
    assert found.left_out == (("respect/few", Why.FULL),)


def test_names_are_held_where_the_rule_deletes_and_quarantines_for_good_everywhere() -> None:
    assert only(NAMES).trigger is Trigger.MEMBER_PROFILE
    for less in (
        NAMES.replace("[delete, quarantine]", "[delete]"),
        NAMES.replace("[delete, quarantine]", "[quarantine]"),
        NAMES.replace("when:", "in: [help], when:"),
        NAMES.replace("quarantine]", "{quarantine: 1h}]"),
    ):
        assert compiled(less).natives == ()


def test_names_are_held_whatever_channels_locum_cannot_see() -> None:
    assert compiled(NAMES, replace(GROUND, closed=frozenset({NEW}))).natives


def test_names_are_not_held_while_somebody_who_moderates_holds_no_protected_role() -> None:
    protected = COMMUNITY + "protected: [staff]\n"
    covered = replace(GROUND, staff=(frozenset({STAFF, CREW}),))
    assert compiled(NAMES, covered, community=protected).natives
    found = compiled(NAMES, replace(GROUND, staff=(frozenset({CREW}),)), community=protected)
    assert (found.natives, found.left_out) == ((), (("respect/called", Why.STAFF),))


def test_every_rule_is_in_step_with_what_discord_shows_of_it() -> None:
    mentions = "- {id: m, when: {mentions: {total: 5}}, then: [delete]}\n"
    for native in compiled(WORDS + NAMES + mentions, community=COMMUNITY + "protected: [staff]\n").natives:
        body = body_of(native, "de")
        assert is_ours(body)
        assert len(body["actions"][0]["metadata"].get("custom_message", "")) <= 150
        shown = body | {"id": "1", "exempt_roles": [*reversed(body["exempt_roles"])], "creator_id": "2"}
        assert same(shown, body)
        assert not same(shown | {"enabled": False}, body)
        assert not same(shown | {"exempt_channels": ["7"]}, body)


def test_a_rule_of_somebody_else_is_not_taken_for_ours() -> None:
    assert not is_ours({"name": "our words"})
    assert is_ours({"name": f"{PREFIX}words 9"})
