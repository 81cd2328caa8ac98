"""A replay counts what judges say, follows what would have come of it, and compares two judges."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Failure, Judgement, Want, WantKind
from bot.domain.ladder import Ladder
from bot.domain.message import Member, Message, MessageKind
from bot.domain.reading import Skipped, Unit
from bot.domain.severity import Severity
from bot.i18n import phrase
from bot.services.replay.compare import Trait
from bot.services.replay.run import Replay, judge_all, new_replay
from bot.services.replay.summary import summary
from tests.services.replay_fakes import (
    ASK_BAN,
    CASE,
    DELETE,
    HOUR,
    NOTICE,
    START,
    STRIKE,
    TIMEOUT,
    Rules,
    judge_words,
    post,
)

INSULT: Rules = {"respect/insult": ("fool", (DELETE, NOTICE, STRIKE, CASE))}
SHOUT: Rules = {"spam/shout": ("AAAA", (NOTICE,))}
LADDER = Ladder(expires=timedelta(days=90), steps=((2, TIMEOUT), (4, ASK_BAN)))
BROKEN = Skipped(file="a.json", unit=Unit.ENTRY, position=7, reason=phrase("archive.no_author"))
ENDS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

Judge = Callable[[Message], Judgement]


def run(
    items: Iterable[Message | Skipped], judge: Judge, against: Judge | None = None
) -> tuple[Replay, list[dict[str, object]]]:
    """Return what a replay found, and its lines."""
    found = new_replay(UTC, LADDER, comparing=against is not None)
    return found, list(judge_all(items, judge, found, against))


def test_clean_messages_are_counted_and_say_nothing() -> None:
    found, lines = run([post(1, "hello"), post(2, "good morning")], judge_words(INSULT))
    assert lines == []
    assert (found.tallies.messages, found.tallies.flagged) == (2, 0)
    assert found.complete


def test_a_flagged_message_gets_one_line_with_rules_outcomes_and_spans() -> None:
    _, lines = run([post(1, "you fool")], judge_words(INSULT))
    assert lines == [
        {
            "message": "1",
            "rules": ["respect/insult"],
            "outcomes": ["delete", "notice respect", "strike 1", "case conduct"],
            "spans": [[4, 8, "respect/insult"]],
        }
    ]


def test_a_shadow_finding_is_listed_and_nothing_follows_from_it() -> None:
    judge = judge_words(SHOUT, shadow=frozenset(SHOUT))
    found, lines = run([post(1, "AAAA")], judge)
    assert lines == [
        {
            "message": "1",
            "rules": ["spam/shout"],
            "outcomes": [],
            "spans": [[0, 4, "spam/shout"]],
            "shadow": ["spam/shout"],
        }
    ]
    assert (found.tallies.flagged, found.tallies.shadow_only, found.aftermath.incidents) == (1, 1, 0)


def test_lines_come_in_the_order_of_the_input() -> None:
    items = [post(number, "fool", after=-number * HOUR) for number in range(5)]
    assert [line["message"] for line in run(items, judge_words(INSULT))[1]] == ["0", "1", "2", "3", "4"]


def test_an_outburst_is_one_incident_with_one_notice_one_strike_and_one_case() -> None:
    items = [post(number, "fool", after=timedelta(seconds=number)) for number in range(10)]
    found, _ = run(items, judge_words(INSULT))
    assert (found.aftermath.incidents, found.aftermath.strikes) == (1, 1)
    assert found.aftermath.follows == {DELETE: 10, NOTICE: 1, STRIKE: 1, CASE: 1}
    assert found.tallies.outcomes[NOTICE] == 10


def test_strikes_of_several_incidents_climb_the_ladder() -> None:
    items = [post(number, "fool", after=number * HOUR) for number in range(5)]
    found, _ = run(items, judge_words(INSULT))
    assert found.aftermath.steps == {TIMEOUT: 1, ASK_BAN: 1}
    member = found.tallies.members["m1"]
    assert (member.flagged, member.incidents, member.strikes, member.sanctions, member.asked) == (5, 5, 5, 1, 1)


def test_one_member_s_strikes_are_not_another_s() -> None:
    items = [post(number, "fool", author=f"m{number}") for number in range(4)]
    found, _ = run(items, judge_words(INSULT))
    assert not found.aftermath.steps
    assert found.aftermath.incidents == 4


def test_joins_are_counted_apart_from_messages() -> None:
    found, _ = run([post(1, "", kind=MessageKind.JOIN), post(2, "hi")], judge_words(INSULT))
    assert (found.tallies.messages, found.tallies.joins) == (1, 1)


def test_a_skipped_input_makes_the_replay_incomplete_and_the_run_goes_on() -> None:
    found, lines = run([post(1, "fool"), BROKEN, post(2, "fool")], judge_words(INSULT))
    assert len(lines) == 2
    assert (found.tallies.skipped, found.tallies.skipped_count) == ([BROKEN], 1)
    assert not found.complete


def test_skipped_inputs_are_listed_up_to_a_bound() -> None:
    found, _ = run([BROKEN] * 10_050, judge_words(INSULT))
    assert (len(found.tallies.skipped), found.tallies.skipped_count) == (10_000, 10_050)
    assert len(summary(found, community="c", version="v")["skipped"]["first"]) == 10_000


def test_nothing_to_judge_makes_the_replay_incomplete() -> None:
    assert not run([], judge_words(INSULT))[0].complete


def test_a_message_that_was_there_before_counts_once() -> None:
    again = [post(1, "fool"), post(2, "fool"), post(1, "fool"), post(1, "fool", channel="other")]
    found, lines = run(again, judge_words(INSULT))
    assert (found.tallies.messages, found.tallies.repeated, len(lines)) == (3, 1, 3)
    assert summary(found, community="c", version="v")["repeated"] == 1
    assert found.complete


def test_an_edited_message_is_judged_again() -> None:
    edited = replace(post(1, "hi"), edited_at=START + HOUR)
    found, _ = run([post(1, "hi"), edited, post(1, "fool"), edited], judge_words(INSULT))
    assert (found.tallies.messages, found.tallies.repeated) == (3, 1)


def test_programs_are_judged_only_on_request() -> None:
    program = replace(post(1, "fool"), author=Member(key="b", bot=True))
    found, lines = run([program, post(2, "hi")], judge_words(INSULT))
    assert (found.tallies.messages, found.tallies.programs, lines) == (1, 1, [])
    asked = new_replay(UTC, LADDER, bots=True)
    assert len(list(judge_all([program], judge_words(INSULT), asked))) == 1
    assert (asked.tallies.messages, asked.tallies.programs) == (1, 0)


def test_a_failed_rule_makes_the_replay_incomplete() -> None:
    judge = judge_words(INSULT, failures=(Failure(rule="spam/odd", reason="ValueError: no"),))
    found, _ = run([post(1, "hi"), post(2, "hi")], judge)
    assert found.tallies.failures == {("spam/odd", "ValueError: no"): 2}
    assert not found.complete


def test_unanswered_wants_are_counted_with_their_different_subjects() -> None:
    judge = judge_words(INSULT, wants=(Want(kind=WantKind.INVITE, subject="abc"),))
    found, _ = run([post(1, "hi"), post(2, "hi")], judge)
    unknown = found.tallies.unknown[WantKind.INVITE]
    assert (unknown.wanted, unknown.subjects) == (2, {"abc"})
    assert found.complete


def test_messages_that_both_policy_sets_judge_alike_carry_no_difference() -> None:
    found, lines = run([post(1, "fool")], judge_words(INSULT), judge_words(INSULT))
    assert "against" not in lines[0]
    assert found.comparison is not None
    assert found.comparison.changed == 0


def test_a_message_that_only_the_other_set_flags_gets_a_line_too() -> None:
    found, lines = run([post(1, "AAAA"), post(2, "hi")], judge_words(INSULT), judge_words(SHOUT))
    assert lines == [
        {
            "message": "1",
            "rules": [],
            "outcomes": [],
            "spans": [],
            "against": {"rules": ["spam/shout"], "outcomes": ["notice respect"]},
        }
    ]
    assert found.tallies.flagged == 0
    assert found.comparison is not None
    assert (found.comparison.changed, found.comparison.flagged_against) == (1, 1)


def test_a_comparison_counts_each_rule_s_matches_here_there_and_in_both() -> None:
    items = [post(1, "fool"), post(2, "AAAA fool"), post(3, "AAAA")]
    found, _ = run(items, judge_words(INSULT | SHOUT), judge_words(SHOUT))
    assert found.comparison is not None
    insult, shout = found.comparison.rules["respect/insult"], found.comparison.rules["spam/shout"]
    assert (insult.both, insult.only_now, insult.only_against) == (0, 2, 0)
    assert (shout.both, shout.only_now, shout.only_against) == (2, 0, 0)
    assert [change.only_now for change in found.comparison.examples] == [("respect/insult",), ("respect/insult",)]


def test_the_same_rules_with_other_outcomes_are_a_change() -> None:
    milder: Rules = {"respect/insult": ("fool", (CASE,))}
    found, lines = run([post(1, "fool")], judge_words(INSULT), judge_words(milder))
    assert lines[0]["against"] == {
        "rules": ["respect/insult"],
        "outcomes": ["case conduct"],
        "turns": [["respect/insult", "outcomes", "case conduct, delete, notice respect, strike 1", "case conduct"]],
    }
    assert found.comparison is not None
    assert found.comparison.same_rules == 1


def test_a_rule_that_only_watched_in_the_other_set_is_a_change_with_its_reason() -> None:
    found, lines = run([post(1, "fool")], judge_words(INSULT), judge_words(INSULT, shadow=frozenset(INSULT)))
    assert lines[0]["against"] == {
        "rules": ["respect/insult"],
        "outcomes": [],
        "shadow": ["respect/insult"],
        "turns": [["respect/insult", "mode", "live", "shadow"]],
    }
    told = summary(found, community="c", version="v")["against"]
    assert told["rules"]["respect/insult"]["turns"] == [
        {"what": "mode", "now": "live", "against": "shadow", "count": 1}
    ]


def test_another_severity_is_a_change() -> None:
    judge = judge_words(INSULT)

    def graver(message: Message) -> Judgement:
        judgement = judge(message)
        return judgement._replace(
            findings=tuple(replace(one, severity=Severity.CRITICAL) for one in judgement.findings)
        )

    found, _ = run([post(1, "fool")], judge, graver)
    assert found.comparison is not None
    (turn,) = found.comparison.rules["respect/insult"].turns
    assert (turn.trait, turn.now, turn.against) == (Trait.SEVERITY, "medium", "critical")
    assert found.comparison.same_rules == 1


def test_what_both_sets_lead_to_is_summed_up() -> None:
    items = [post(number, "fool", after=number * HOUR) for number in range(3)]
    found = new_replay(UTC, LADDER, comparing=True, ladder_against=None)
    list(judge_all(items, judge_words(SHOUT), found, judge_words(INSULT)))
    against = summary(found, community="c", version="v")["against"]
    assert (against["flagged"], against["incidents"], against["strikes"], against["ladder"]) == (3, 3, 3, {})
    laddered = new_replay(UTC, None, comparing=True, ladder_against=LADDER)
    list(judge_all(items, judge_words(SHOUT), laddered, judge_words(INSULT)))
    assert summary(laddered, community="c", version="v")["against"]["ladder"] == {"timeout 1h": 1}


@given(st.lists(st.sampled_from(["hi", "fool", "AAAA", "AAAA fool"])), st.booleans(), st.booleans())
def test_the_kinds_of_change_add_up(texts: list[str], shadow: bool, both: bool) -> None:
    items = [post(number, text) for number, text in enumerate(texts)]
    here = judge_words(INSULT | SHOUT if both else INSULT)
    there = judge_words(SHOUT | INSULT, shadow=frozenset(SHOUT) if shadow else frozenset())
    comparison = run(items, here, there)[0].comparison
    assert comparison is not None
    kinds = (comparison.flagged_now, comparison.flagged_against, comparison.other_rules, comparison.same_rules)
    assert comparison.changed == sum(kinds)


def test_a_rule_keeps_few_samples_and_prefers_different_and_short_ones() -> None:
    texts = ["fool " + "x" * length for length in range(40, 0, -1)]
    found, _ = run([post(number, text) for number, text in enumerate(texts)], judge_words(INSULT))
    samples = found.tallies.rules["respect/insult"].samples.kept()
    assert len(samples) == 5
    assert samples[0].length == 6


def test_the_summary_says_everything_and_survives_lone_surrogates() -> None:
    items: list[Message | Skipped] = [post(1, "fool \ud800", author="m\udfff", channel="\ud812"), BROKEN]
    found, _ = run(items, judge_words(INSULT), judge_words(SHOUT))
    told = summary(found, community="harbour", version="v1", against="v0")
    written = json.loads(json.dumps(told))
    assert (written["messages"], written["flagged"], written["skipped"]["count"]) == (1, 1, 1)
    assert written["rules"] == {"respect/insult": {"severity": "medium", "live": 1, "shadow": 0}}
    assert written["days"] == {"2026-03-02": {"messages": 1, "flagged": 1}}
    assert written["from"] == START.isoformat().replace("+00:00", "Z")
    assert written["against"]["changed"] == 1


def test_messages_from_the_ends_of_the_calendar_are_judged_like_others() -> None:
    first, last = (replace(post(at, "fool"), at=time) for at, time in enumerate(ENDS))
    found, lines = run([first, last, replace(post(3, "fool"), at=ENDS[0])], judge_words(INSULT))
    assert (len(lines), found.aftermath.incidents) == (3, 3)
    assert summary(found, community="harbour", version="v1")["from"] == "0001-01-01T00:00:00Z"


@given(st.lists(st.tuples(st.sampled_from(["hi", "fool", "AAAA fool"]), st.integers(0, 3), st.integers(0, 400))))
def test_every_table_adds_up_to_the_messages_judged(posts: list[tuple[str, int, int]]) -> None:
    items = [
        post(number, text, author=f"m{who}", channel=f"c{who % 2}", after=minutes * HOUR)
        for number, (text, who, minutes) in enumerate(posts)
    ]
    found, lines = run(items, judge_words(INSULT | SHOUT))
    tallies = found.tallies
    flagged = sum("fool" in text for text, _, _ in posts)
    assert tallies.messages == len(posts) == sum(tallies.hours_all)
    assert tallies.messages == sum(share.messages for share in tallies.days.values())
    assert tallies.messages == sum(share.messages for share in tallies.channels.values())
    assert flagged == len(lines) == tallies.flagged == sum(tallies.hours)
    assert flagged == sum(share.flagged for share in tallies.days.values())
    assert flagged == sum(member.flagged for member in tallies.members.values())
