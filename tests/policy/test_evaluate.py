"""The evaluator: which rules match, where, and what follows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.facts import Facts
from bot.domain.judgement import Mode, Want, WantKind
from bot.domain.message import Attachment, Channel, Mentions, MessageKind, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.policy.text.reader import Reader
from tests.policy.bench import COMMUNITY, Court, court
from tests.policy.make import NOON, member

INSULT = """
  - id: insult
    when: {words: [blockhead]}
    then: delete
"""


def test_a_message_that_breaks_no_rule_has_no_findings_and_no_outcomes(tmp_path: Path) -> None:
    judgement = court(tmp_path, INSULT).judge("good morning")
    assert (judgement.findings, judgement.outcomes, judgement.shadow) == ((), (), ())


def test_a_finding_says_where_in_the_original_text(tmp_path: Path) -> None:
    (finding,) = court(tmp_path, INSULT).judge("Grüße, du Bl0ckhead!").findings
    assert [(span.start, span.end) for span in finding.spans] == [(10, 19)]


def test_words_match_whole_words_only_unless_asked_otherwise(tmp_path: Path) -> None:
    judge = court(
        tmp_path,
        """
  - {id: whole, when: {words: [ass]}, then: case}
  - {id: inside, when: {words: {terms: [ass], contains: true}}, then: case}
  - {id: begun, when: {words: [mor*]}, then: case}
""",
    )
    assert judge.rules("a classic morning", id="1") == ["inside", "begun"]
    assert judge.rules("ass", id="2") == ["whole", "inside"]


def test_what_is_allowed_excuses_the_words_inside_it_and_no_others(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: rude, when: {words: {terms: [dick], allow: [Moby Dick]}}, then: case}\n")
    assert judge.rules("I love Moby Dick", id="1") == []
    assert judge.rules("Moby Dick, you dick", id="2") == ["rude"]


def test_a_language_list_applies_only_in_channels_with_that_language(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: rude, when: {words: {lists: {de: german}}}, then: case}\n", german="gift\n")
    assert judge.rules("what a gift", id="1") == ["rude"]
    gaming = Channel(platform=PlatformName.DISCORD, workspace="W", id="4777", category="4200")
    assert judge.rules("what a gift", id="2", where=gaming) == []


def test_a_channel_that_is_not_listed_falls_under_the_community_defaults(tmp_path: Path) -> None:
    assert court(tmp_path, INSULT).rules("blockhead", channel="9999") == ["insult"]


def test_a_rule_bound_to_channels_holds_in_no_other(tmp_path: Path) -> None:
    judge = court(
        tmp_path,
        """
  - {id: here, in: [help], when: {words: [blockhead]}, then: case}
  - {id: elsewhere, in: {not: [help]}, when: {words: [blockhead]}, then: case}
""",
    )
    assert judge.rules("blockhead", id="1") == ["here"]
    assert judge.rules("blockhead", id="2", channel="9999") == ["elsewhere"]


def test_a_slack_channel_is_known_by_workspace_and_id(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: here, in: [help], when: {words: [blockhead]}, then: case}\n")
    where = Channel(platform=PlatformName.SLACK, workspace="T0A", id="C0HELP")
    assert judge.rules("blockhead", where=where) == ["here"]


def test_an_export_without_ids_names_channels_by_name(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: here, in: [help], when: {words: [blockhead]}, then: case}\n")
    assert judge.rules("blockhead", where=Channel(platform=PlatformName.EXPORT, workspace="", id="help")) == ["here"]


def test_a_role_scope_with_unknown_roles_neither_fires_nor_passes_but_wants_to_know(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: guests, by: {not: [staff]}, when: {words: [blockhead]}, then: case}\n")
    assert judge.rules("blockhead", id="1", author=member(roles=frozenset())) == ["guests"]
    assert judge.rules("blockhead", id="2", author=member(roles=frozenset({"5001"}))) == []
    unknown = judge.judge("blockhead", id="3", author=member("m9"))
    assert unknown.findings == ()
    assert unknown.wants == (Want(kind=WantKind.MEMBER, subject="m9"),)


def test_a_message_without_the_words_wants_nothing_even_where_roles_are_unknown(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: guests, by: {not: [staff]}, when: {words: [blockhead]}, then: case}\n")
    assert judge.judge("hello", author=member("m9")).wants == ()


def test_hours_are_local_and_may_span_midnight(tmp_path: Path) -> None:
    night = "  - {id: night, at: {hours: '22:00-06:00'}, when: {words: [blockhead]}, then: case}\n"
    judge = court(tmp_path, night)  # noon is 13:00 in Berlin in March
    assert judge.rules("blockhead", id="1", seconds=0) == []
    assert judge.rules("blockhead", id="2", seconds=9 * 3600) == ["night"]
    assert judge.rules("blockhead", id="3", seconds=16 * 3600) == ["night"]
    assert judge.rules("blockhead", id="4", seconds=17 * 3600) == []


def test_days_of_hours_that_span_midnight_are_those_on_which_they_begin(tmp_path: Path) -> None:
    rule = "  - {id: night, at: {hours: '22:00-06:00', days: [mon]}, when: {words: [blockhead]}, then: case}\n"
    judge = court(tmp_path, rule)  # noon is that of a Monday
    assert judge.rules("blockhead", id="1", seconds=16 * 3600) == ["night"]
    assert judge.rules("blockhead", id="2", seconds=-9 * 3600) == []


def test_unless_excuses_what_it_holds_for(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: rude, when: {words: [blockhead]}, unless: {quoted: true}, then: case}\n")
    assert judge.rules("> blockhead\nwho wrote this?", id="1") == []
    assert judge.rules("> blockhead\nyou blockhead", id="2") == ["rude"]


def test_an_unknown_exception_keeps_the_rule_from_firing(tmp_path: Path) -> None:
    rule = "  - {id: rude, when: {words: [blockhead]}, unless: {account_age: {over: 30d}}, then: case}\n"
    judge = court(tmp_path, rule)
    judgement = judge.judge("blockhead", author=member("m1", roles=frozenset()))
    assert judgement.findings == ()
    assert judgement.wants == (Want(kind=WantKind.MEMBER, subject="m1"),)


def test_not_unknown_is_unknown(tmp_path: Path) -> None:
    rule = "  - {id: young, when: {all: [{words: [hello]}, {not: {account_age: {over: 30d}}}]}, then: case}\n"
    assert court(tmp_path, rule).rules("hello") == []


def test_an_unresolved_invite_is_wanted_and_settled_by_a_second_evaluation(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: advert, when: {invites: {allow: ['100000000000000777']}}, then: delete}\n")
    first = judge.judge("join discord.gg/abc", id="5")
    assert first.findings == ()
    assert first.wants == (Want(kind=WantKind.INVITE, subject="abc"),)
    assert judge.rules("join discord.gg/abc", id="5", facts=Facts(invites={"abc": "100000000000000888"})) == ["advert"]
    assert judge.rules("join discord.gg/abc", id="5", facts=Facts(invites={"abc": "100000000000000777"})) == []


def test_a_second_evaluation_counts_no_message_twice(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: flood, when: {flood: {messages: 3, within: 1m}}, then: delete}\n")
    judge.judge("a", id="1")
    judge.judge("b", id="2")
    assert judge.rules("b", id="2") == []
    assert judge.rules("c", id="3") == ["flood"]


def test_counting_goes_on_when_another_part_of_the_condition_fails(tmp_path: Path) -> None:
    rule = """
  - id: grumbling
    when:
      all:
        - {mentions: {people: 1}}
        - {count: {of: {words: [bah]}, at_least: 3, within: 10m}}
    then: case
"""
    judge = court(tmp_path, rule)
    assert judge.rules("bah", id="1") == []
    assert judge.rules("bah", id="2", seconds=1) == []
    assert judge.rules("bah", id="3", seconds=2, mentions=Mentions(people=("m2",))) == ["grumbling"]


def test_rules_of_a_community_in_shadow_are_found_in_shadow_and_nothing_follows(tmp_path: Path) -> None:
    judgement = court(tmp_path, INSULT, community=COMMUNITY + "mode: shadow\n", live=False).judge("blockhead")
    assert [finding.mode for finding in judgement.findings] == [Mode.SHADOW]
    assert judgement.outcomes == ()
    assert [outcome.kind for outcome in judgement.shadow] == [OutcomeKind.DELETE]


def test_an_override_changes_mode_and_severity_in_its_channels_only(tmp_path: Path) -> None:
    community = COMMUNITY + "overrides: [{rule: respect/insult, in: [help], mode: off}]\n"
    judge = court(tmp_path, INSULT, community=community)
    assert judge.rules("blockhead", id="1") == []
    assert judge.rules("blockhead", id="2", channel="9999") == ["insult"]


def test_what_automation_asks_for_is_asked(tmp_path: Path) -> None:
    (outcome,) = court(tmp_path, "  - {id: rude, when: {words: [blockhead]}, then: ban}\n").judge("blockhead").outcomes
    assert (outcome.kind, outcome.asked, outcome.target) == (OutcomeKind.ASK, OutcomeKind.BAN, "internal")


def test_a_message_judged_late_is_at_most_deleted_and_put_into_a_case(tmp_path: Path) -> None:
    rule = "  - {id: rude, when: {words: [blockhead]}, then: [delete, {timeout: 10m}, strike, notice, {case: hate}]}\n"
    judge = court(tmp_path, rule)
    late = judge.judge("blockhead", now=NOON + timedelta(minutes=31))
    assert [outcome.kind for outcome in late.outcomes] == [OutcomeKind.DELETE, OutcomeKind.CASE]


HATE = """
  - id: hate
    when: {words: [blockhead]}
    severity: critical
    then: [delete, {notice: respect}, strike, {timeout: 1h}, {case: hate}]
"""


def test_a_cry_for_help_beside_what_is_punished_is_answered_and_never_punished(tmp_path: Path) -> None:
    care = "  - {id: despair, when: {words: [i want to die]}, then: [notice, {case: conduct}]}\n"
    judgement = court(tmp_path, HATE, care=care).judge("blockhead, i want to die")
    assert [(finding.rule, finding.care) for finding in judgement.findings] == [
        ("respect/hate", False), ("care/despair", True),
    ]  # fmt: skip
    assert [(outcome.kind, outcome.target) for outcome in judgement.outcomes] == [
        (OutcomeKind.DELETE, ""), (OutcomeKind.NOTICE, "care"), (OutcomeKind.CASE, "conduct"),
    ]  # fmt: skip


def test_care_in_shadow_protects_from_nothing_that_is_done(tmp_path: Path) -> None:
    care = "  - {id: despair, mode: shadow, when: {words: [i want to die]}, then: notice}\n"
    judgement = court(tmp_path, HATE, care=care).judge("blockhead, i want to die")
    assert {OutcomeKind.STRIKE, OutcomeKind.TIMEOUT} <= {outcome.kind for outcome in judgement.outcomes}
    assert [outcome.kind for outcome in judgement.shadow] == [OutcomeKind.NOTICE]


def test_live_care_keeps_what_is_rehearsed_from_punishing_too(tmp_path: Path) -> None:
    care = "  - {id: despair, when: {words: [i want to die]}, then: notice}\n"
    rules = HATE.replace("severity: critical", "mode: shadow")
    shadow = court(tmp_path, rules, care=care).judge("blockhead, i want to die").shadow
    assert not {OutcomeKind.STRIKE, OutcomeKind.TIMEOUT} & {outcome.kind for outcome in shadow}


def test_findings_come_gravest_first(tmp_path: Path) -> None:
    judge = court(
        tmp_path,
        """
  - {id: mild, severity: low, when: {words: [blockhead]}, then: case}
  - {id: grave, severity: high, when: {words: [blockhead]}, then: case}
""",
    )
    assert judge.rules("blockhead") == ["grave", "mild"]


def test_a_broken_rule_is_recorded_and_silences_no_other(tmp_path: Path) -> None:
    early = "  - {id: early, when: {all: [{words: [blockhead]}, {first_messages: 3}]}, then: case}\n"
    judge = court(tmp_path, INSULT + early)
    unwatched = Court(policies=judge.policies, history=type(judge.history)())
    judgement = unwatched.judge("blockhead")
    assert [finding.rule for finding in judgement.findings] == ["respect/insult"]
    assert [(failure.rule, failure.reason) for failure in judgement.failures] == [("respect/early", "LookupError")]


def test_a_join_is_judged_by_name_and_age_and_not_by_text(tmp_path: Path) -> None:
    judge = court(tmp_path, INSULT + "  - {id: posing, when: {name: [moderator]}, then: case}\n")
    joining = member("m3", names=("M0derator",), roles=frozenset())
    assert judge.rules("", kind=MessageKind.JOIN, author=joining) == ["posing"]


def test_words_in_names_are_not_words_in_texts(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: posing, when: {name: [moderator]}, then: case}\n")
    assert judge.rules("ask a moderator") == []


def test_hashes_of_files_that_are_not_known_are_wanted(tmp_path: Path) -> None:
    digest = "a" * 64
    judge = court(tmp_path, f"  - {{id: known, when: {{attachments: {{sha256: ['{digest}']}}}}, then: delete}}\n")
    file = Attachment(id="f1", name="x.png")
    assert judge.judge("", attachments=(file,)).wants == (Want(kind=WantKind.FILE_HASH, subject="f1"),)
    assert judge.rules("", id="2", attachments=(file,), facts=Facts(hashes={"f1": digest})) == ["known"]


def test_near_finds_two_words_close_together_in_either_order(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: gift, when: {near: {first: [free], second: [nitro], within: 2}}, then: case}\n")
    assert judge.rules("get free discord nitro now", id="1") == ["gift"]
    assert judge.rules("nitro for fr33", id="2") == ["gift"]
    assert judge.rules("free parking, and much later some nitro", id="3") == []


def test_a_pattern_may_search_the_folded_text_and_still_says_where_in_the_original(tmp_path: Path) -> None:
    judge = court(tmp_path, "  - {id: pay, when: {regex: {pattern: 'free (nitro|gold)', folded: true}}, then: case}\n")
    (finding,) = judge.judge("get ＦＲＥＥ **gold**").findings
    assert [(span.start, span.end) for span in finding.spans] == [(4, 15)]


def test_an_edited_message_is_judged_again_with_its_new_text(tmp_path: Path) -> None:
    judge = court(tmp_path, INSULT)
    assert judge.rules("hello", id="1") == []
    assert judge.rules("blockhead", id="1", edited_at=NOON + timedelta(minutes=1)) == ["insult"]


ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(text=ANY_TEXT)
def test_any_text_is_judged_and_all_evidence_lies_inside_it(tmp_path: Path, text: str) -> None:
    judge = court(
        tmp_path,
        """
  - {id: terms, when: {words: {terms: [blockhead, ass, kill yourself, 'c++'], typos: true}}, then: case}
  - {id: inside, when: {words: {terms: [a, e], contains: true}}, then: case}
  - {id: raw, when: {regex: '[a-z]+'}, then: case}
  - {id: plain, when: {regex: {pattern: '[a-z]+', folded: true}}, then: case}
  - {id: linked, when: {links: true}, then: case}
  - {id: loud, when: {any: [{caps: 0.5}, {zalgo: true}, {emoji: {over: 1}}]}, then: case}
  - {id: again, when: {repeats: {characters: 3, words: 2}}, then: case}
""",
    )
    judgement = judge.judge(text)
    assert judgement.failures == ()
    for finding in judgement.findings:
        assert all(0 <= span.start < span.end <= len(text) for span in finding.spans)


class _Broken:
    """A finder of words that can't find any."""

    def find(self, text: str) -> list[object]:
        raise IndexError(text)


def test_a_broken_part_of_the_scan_is_recorded_and_silences_no_other(tmp_path: Path) -> None:
    rules = INSULT + "  - {id: pattern, when: {regex: 'block'}, then: case}\n"
    sound = court(tmp_path, rules)
    scanner = replace(sound.policies.scanner, reader=cast("Reader", _Broken()))
    judgement = Court(policies=replace(sound.policies, scanner=scanner), history=sound.history).judge("blockhead")
    assert [finding.rule for finding in judgement.findings] == ["respect/pattern"]
    assert [(failure.rule, failure.reason) for failure in judgement.failures] == [("words", "IndexError")]
