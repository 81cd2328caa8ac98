"""Incidents: what one outburst adds up to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Incident, join_incident
from bot.domain.judgement import Features, Finding, Judgement, Mode
from bot.domain.message import MessageRef, PlatformName
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.severity import Severity

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DELETE = Outcome(kind=OutcomeKind.DELETE)
NOTICE = Outcome(kind=OutcomeKind.NOTICE, target="respect")
CASE = Outcome(kind=OutcomeKind.CASE, target="conduct")
TIMEOUT = Outcome(kind=OutcomeKind.TIMEOUT, duration=HOUR)
DAY_OUT = Outcome(kind=OutcomeKind.TIMEOUT, duration=24 * HOUR)
BAN = Outcome(kind=OutcomeKind.BAN)
WEEK_BAN = Outcome(kind=OutcomeKind.BAN, duration=168 * HOUR)
ASK_BAN = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN)
SLOW = Outcome(kind=OutcomeKind.SLOW_MODE, duration=timedelta(seconds=30))
SLOWER = Outcome(kind=OutcomeKind.SLOW_MODE, duration=timedelta(seconds=60))
RAID = Outcome(kind=OutcomeKind.RAID_MODE, duration=HOUR)


def strike(amount: int) -> Outcome:
    return Outcome(kind=OutcomeKind.STRIKE, amount=amount)


def escalate(path: str) -> Outcome:
    return Outcome(kind=OutcomeKind.ESCALATE, target=path)


def judged(
    *outcomes: Outcome,
    rule: str = "respect/insult",
    severity: Severity = Severity.MEDIUM,
    channel: str = "help",
    mode: Mode = Mode.LIVE,
    care: bool = False,
) -> Judgement:
    finding = Finding(
        rule=rule,
        guideline=rule.partition("/")[0],
        severity=severity,
        mode=mode,
        spans=(),
        notes=(),
        outcomes=outcomes,
        care=care,
    )
    return Judgement(
        ref=MessageRef(platform=PlatformName.EXPORT, workspace="", channel=channel, message="1"),
        version="v",
        findings=(finding,),
        outcomes=outcomes,
        shadow=(),
        wants=(),
        failures=(),
        features=Features(message="1", at=START.timestamp(), member="m", channel=channel),
    )


def outburst(*judgements: Judgement) -> tuple[Incident, list[tuple[Outcome, ...]]]:
    """Return the incident after judgements a second apart, and what newly followed from each."""
    incident, first = join_incident(None, judgements[0], START)
    newly = [first]
    for seconds, judgement in enumerate(judgements[1:], start=1):
        incident, new = join_incident(incident, judgement, START + timedelta(seconds=seconds))
        newly.append(new)
    return incident, newly


def test_the_first_finding_opens_an_incident_and_all_of_it_follows() -> None:
    incident, newly = join_incident(None, judged(DELETE, NOTICE, CASE), START)
    assert (incident.member, incident.opened_at, incident.rules) == ("m", START, ("respect/insult",))
    assert newly == (DELETE, NOTICE, CASE)


def test_a_second_finding_brings_no_second_notice_and_no_second_case() -> None:
    other = Outcome(kind=OutcomeKind.NOTICE, target="spam"), Outcome(kind=OutcomeKind.CASE, target="spam")
    _, newly = outburst(judged(NOTICE, CASE), judged(*other, rule="spam/flood"))
    assert newly[1] == ()


def test_every_message_is_deleted() -> None:
    assert outburst(judged(DELETE), judged(DELETE))[1] == [(DELETE,), (DELETE,)]


def test_a_second_strike_of_the_same_weight_adds_nothing() -> None:
    assert outburst(judged(strike(1)), judged(strike(1)))[1] == [(strike(1),), ()]


def test_a_larger_strike_adds_the_difference() -> None:
    assert outburst(judged(strike(1)), judged(strike(3)), judged(strike(2)))[1] == [(strike(1),), (strike(2),), ()]


def test_a_stronger_sanction_follows_and_a_weaker_does_not() -> None:
    sequence = [judged(outcome) for outcome in (TIMEOUT, DAY_OUT, TIMEOUT, WEEK_BAN, BAN, DAY_OUT)]
    assert outburst(*sequence)[1] == [(TIMEOUT,), (DAY_OUT,), (), (WEEK_BAN,), (BAN,), ()]


def test_asking_for_a_ban_leaves_a_timeout_standing() -> None:
    incident, newly = outburst(judged(ASK_BAN), judged(TIMEOUT), judged(ASK_BAN))
    assert newly == [(ASK_BAN,), (TIMEOUT,), ()]
    assert set(incident.follows) == {ASK_BAN, TIMEOUT}


def test_nobody_is_asked_for_what_is_already_done() -> None:
    assert outburst(judged(BAN), judged(ASK_BAN))[1] == [(BAN,), ()]


def test_different_things_asked_for_are_each_asked_once() -> None:
    ask_delete = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.DELETE)
    ask_strike = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.STRIKE, amount=1)
    sequence = [judged(outcome) for outcome in (ask_delete, ask_strike, ask_delete)]
    assert outburst(*sequence)[1] == [(ask_delete,), (ask_strike,), ()]


def test_each_escalation_path_is_taken_once() -> None:
    sequence = [judged(escalate(path)) for path in ("safety", "safety", "standard")]
    assert outburst(*sequence)[1] == [(escalate("safety"),), (), (escalate("standard"),)]


def test_each_channel_is_slowed_once_and_more_when_more_is_asked() -> None:
    sequence = [judged(SLOW), judged(SLOW), judged(SLOW, channel="gaming"), judged(SLOWER)]
    assert outburst(*sequence)[1] == [(SLOW,), (), (SLOW,), (SLOWER,)]


def test_raid_mode_is_for_the_whole_community() -> None:
    assert outburst(judged(RAID), judged(RAID, channel="gaming"))[1] == [(RAID,), ()]


def test_the_incident_cites_all_rules_and_is_as_grave_as_the_gravest() -> None:
    incident, _ = outburst(judged(CASE), judged(CASE, rule="hate/slurs", severity=Severity.HIGH), judged(CASE))
    assert (incident.rules, incident.severity) == (("respect/insult", "hate/slurs"), Severity.HIGH)


def test_shadow_findings_are_not_cited() -> None:
    incident, _ = outburst(judged(CASE), judged(rule="spam/caps", mode=Mode.SHADOW))
    assert incident.rules == ("respect/insult",)


def test_two_minutes_after_the_first_finding_a_new_incident_begins() -> None:
    incident, _ = join_incident(None, judged(CASE), START)
    same, _ = join_incident(incident, judged(CASE), START + timedelta(minutes=2))
    later, newly = join_incident(incident, judged(CASE), START + timedelta(minutes=2, seconds=1))
    assert same.opened_at == START
    assert later.opened_at == START + timedelta(minutes=2, seconds=1)
    assert newly == (CASE,)


def test_the_two_minutes_count_from_the_first_notice_once_there_is_one() -> None:
    incident, _ = join_incident(None, judged(CASE), START)
    incident, _ = join_incident(incident, judged(NOTICE), START + timedelta(seconds=100))
    assert incident.takes(START + timedelta(seconds=220))
    assert not incident.takes(START + timedelta(seconds=221))


def test_a_second_notice_does_not_prolong_the_incident() -> None:
    incident, _ = join_incident(None, judged(NOTICE), START)
    incident, _ = join_incident(incident, judged(NOTICE), START + timedelta(seconds=100))
    assert not incident.takes(START + timedelta(seconds=121))


def test_a_finding_from_a_little_before_the_first_still_belongs() -> None:
    incident, _ = join_incident(None, judged(CASE), START)
    assert incident.takes(START - timedelta(minutes=2))
    assert not incident.takes(START - timedelta(minutes=3))


OUTCOMES = st.sampled_from(
    [DELETE, NOTICE, CASE, TIMEOUT, DAY_OUT, BAN, WEEK_BAN, ASK_BAN, SLOW, RAID, strike(1), strike(4), escalate("a")]
)


@given(st.lists(st.lists(OUTCOMES, max_size=4, unique=True), min_size=1, max_size=20))
def test_one_outburst_has_at_most_one_notice_one_case_and_the_largest_strike(asked: list[list[Outcome]]) -> None:
    _, newly = outburst(*(judged(*outcomes) for outcomes in asked))
    followed = [outcome for new in newly for outcome in new]
    kinds = [outcome.kind for outcome in followed]
    largest = max((outcome.amount for outcomes in asked for outcome in outcomes), default=0)
    assert kinds.count(OutcomeKind.NOTICE) <= 1
    assert kinds.count(OutcomeKind.CASE) <= 1
    assert sum(outcome.amount for outcome in followed) == largest


@given(st.lists(st.lists(OUTCOMES, max_size=4, unique=True), min_size=1, max_size=20))
def test_judging_an_outburst_again_adds_nothing_but_deletions(asked: list[list[Outcome]]) -> None:
    incident, _ = outburst(*(judged(*outcomes) for outcomes in asked))
    for outcomes in asked:
        again, newly = join_incident(incident, judged(*outcomes), START)
        assert [outcome for outcome in newly if outcome.kind is not OutcomeKind.DELETE] == []
        assert again.follows == incident.follows


def test_nothing_punishing_newly_follows_once_somebody_needs_help() -> None:
    cry = judged(NOTICE, CASE, rule="care/crisis", care=True)
    incident, newly = outburst(judged(TIMEOUT), cry, judged(DELETE, DAY_OUT, strike(2), ASK_BAN, SLOW))
    assert newly == [(TIMEOUT,), (NOTICE, CASE), (DELETE, SLOW)]
    assert incident.care


def test_help_that_is_only_rehearsed_keeps_nobody_from_punishment() -> None:
    cry = judged(rule="care/crisis", care=True, mode=Mode.SHADOW)
    incident, newly = outburst(cry, judged(TIMEOUT))
    assert newly[1] == (TIMEOUT,)
    assert not incident.care


def test_help_protects_within_its_own_outburst() -> None:
    incident, _ = join_incident(None, judged(CASE, rule="care/crisis", care=True), START)
    _, newly = join_incident(incident, judged(TIMEOUT), START + HOUR)
    assert newly == (TIMEOUT,)
