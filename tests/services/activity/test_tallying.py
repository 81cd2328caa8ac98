"""What entries of the ledger come to, counted by who did it and what became of it."""

from typing import Any

from bot.domain.entry_kind import EntryKind
from bot.i18n import LANGUAGES, catalogue
from bot.ledger.entries import Entry
from bot.services.activity.rows import Deed, Key, Result
from bot.services.activity.tallying import Tally

ROBIN = {"kind": "person", "who": "robin", "organisation": "nightwatch", "contract": "DPA-1", "mandate": "night"}
LEE = {"kind": "person", "who": "lee", "organisation": "internal"}
RULE = {"kind": "automation", "who": "respect/slur"}
TIMER = {"kind": "scheduler", "who": "expire"}
BAN: dict[str, Any] = {
    "decision": "d1", "mode": "live", "rules": ["respect"], "outcomes": [{"kind": "ban"}, {"kind": "notice"}],
    "actions": [{"id": "a1"}, {"id": "a2"}], "sanctions": [{"id": "s1"}], "strikes": [{"id": "x1"}],
}  # fmt: skip


def entry(kind: str, actor: dict[str, str], at: int = 50, *, action: str | None = None, **details: Any) -> Entry:
    return Entry(seq=0, at=at, kind=kind, actor=actor, details=details, action=action, refused=details.pop("times", 0))


def tally(*entries: Entry, organisation: str = "") -> dict[Key, int]:
    made = Tally(since=10, until=100, organisation=organisation)
    for one in entries:
        made.take(one)
    return dict(made.rows())


def done(action: str, outcome: str = "confirmed", at: int = 60) -> Entry:
    return entry(EntryKind.ACTION, ROBIN, at, action=action, outcome=outcome)


def results(*entries: Entry) -> list[str]:
    return [key.result for key in tally(entry(EntryKind.DECISION, ROBIN, **BAN), *entries)]


def test_a_decision_says_who_did_what_for_whom_under_which_contract() -> None:
    (key,) = tally(entry(EntryKind.DECISION, ROBIN, **BAN), done("a1"), done("a2"))
    assert key == Key(
        by="person", organisation="nightwatch", contract="DPA-1", mandate="night", who="robin", deed=Deed.DECISION,
        what="ban", guideline="respect", result="stands",
    )  # fmt: skip


def test_what_is_under_way_is_said_to_be() -> None:
    assert results() == results(done("a1")) == [Result.RUNNING]


def test_what_a_platform_or_authority_refused_failed() -> None:
    for outcome in ("failed", "dead", "refused"):
        assert results(done("a1", outcome), done("a2")) == [Result.FAILED]
    assert results(done("a1", "superseded"), done("a2")) == [Result.STANDS]


def test_what_was_ended_undone_or_appealed_against_is_told_even_when_it_came_after_the_time() -> None:
    over = (done("a1"), done("a2"))
    lifted = entry(EntryKind.SANCTION_ENDED, LEE, 500, sanction="s1", reason="lifted")
    expired = entry(EntryKind.SANCTION_ENDED, TIMER, 500, sanction="s1", reason="expired")
    assert results(*over, lifted) == [Result.LIFTED]
    assert results(*over, expired) == [Result.STANDS]
    assert results(*over, lifted, entry(EntryKind.STRIKE_REVOKED, LEE, 500, strike="x1")) == [Result.REVERSED]
    assert results(*over, entry(EntryKind.DECISION, LEE, 500, mode="live", undoes=["d1"])) == [Result.REVERSED]
    assert results(*over, entry(EntryKind.APPEAL_CLOSED, LEE, 500, decision="d1", state="reduced")) == [Result.REDUCED]
    assert results(*over, entry(EntryKind.APPEAL_CLOSED, LEE, 500, decision="d1", state="stands")) == [Result.STANDS]


def test_a_request_is_counted_once_with_its_answer() -> None:
    asked = entry(EntryKind.APPROVAL_ASKED, ROBIN, approval="p1", decision="d2", right="ban")
    decided = entry(
        EntryKind.DECISION, ROBIN, decision="d2", mode="live", rules=["respect"], approval="p1",
        outcomes=[{"kind": "ask", "right": "ban", "target": "internal"}],
    )  # fmt: skip
    (waiting,) = tally(asked, decided)
    assert (waiting.deed, waiting.what, waiting.guideline, waiting.result) == (Deed.ASKED, "ban", "respect", "open")
    answer = entry(EntryKind.APPROVAL_ANSWERED, LEE, approval="p1", state="approved")
    found = tally(asked, decided, answer)
    assert {(key.who, key.deed, key.what, key.result): count for key, count in found.items()} == {
        ("robin", Deed.ASKED, "ban", "approved"): 1,
        ("lee", Deed.ANSWERED, "ban", "approved"): 1,
    }


def test_what_a_rule_asks_for_beside_what_it_does_is_counted_beside_it() -> None:
    decided = entry(
        EntryKind.DECISION, RULE, decision="d2", mode="live", rules=["respect/slur"],
        outcomes=[{"kind": "delete"}, {"kind": "ask", "asked": "ban"}], actions=[{"id": "a1"}],
    )  # fmt: skip
    asked = entry(EntryKind.APPROVAL_ASKED, RULE, approval="p1", decision="d2", right="ban")
    assert {(key.deed, key.what) for key in tally(decided, asked)} == {(Deed.DECISION, "delete"), (Deed.ASKED, "ban")}


def test_refusals_that_were_recorded_as_one_are_counted_one_by_one() -> None:
    (found,) = tally(entry(EntryKind.REFUSED, ROBIN, command="mod.ban", reason="no_power", times=7)).items()
    assert (found[0].what, found[0].result, found[1]) == ("mod.ban", "no_power", 7)


def test_what_rules_only_watched_and_what_timers_did_is_nothing_done() -> None:
    shadow = entry(EntryKind.DECISION, RULE, decision="d3", mode="shadow", outcomes=[{"kind": "delete"}])
    assert tally(shadow, entry(EntryKind.SHIFT_ENDED, TIMER)) == {}


def test_what_was_done_outside_the_time_isnt_counted() -> None:
    early = entry(EntryKind.SHIFT_STARTED, ROBIN, 9)
    late = entry(EntryKind.SHIFT_STARTED, ROBIN, 100)
    assert tally(early, late) == {}
    assert sum(tally(entry(EntryKind.SHIFT_STARTED, ROBIN, 10)).values()) == 1


def test_of_one_organisation_nothing_of_others_is_counted() -> None:
    both = [entry(EntryKind.CASE_CLOSED, actor, verdict="violation") for actor in (ROBIN, LEE, RULE)]
    assert {key.who for key in tally(*both, organisation="nightwatch")} == {"robin"}


def test_a_person_does_nothing_that_isnt_counted() -> None:
    found = tally(entry(EntryKind.LEVEL_DECIDED, LEE, level="trusted"))
    assert [(key.deed, key.what) for key in found] == [(Deed.OTHER, "level_decided")]


def test_every_deed_and_result_has_a_word_in_every_language() -> None:
    wanted = [f"activity.deed_{one.value}" for one in Deed] + [f"activity.result_{one.value}" for one in Result]
    for language in LANGUAGES:
        assert not [key for key in wanted if key not in catalogue(language)]


def test_what_joined_a_request_that_waited_ends_as_that_does() -> None:
    asked = entry(EntryKind.APPROVAL_ASKED, RULE, approval="p1", decision="d1", right="delete")
    decided = entry(
        EntryKind.DECISION, RULE, decision="d2", mode="live", rules=["respect/slur"],
        outcomes=[{"kind": "ask", "asked": "delete", "target": "internal", "joined": "p1"}],
    )  # fmt: skip
    assert {key.result for key in tally(asked, decided)} == {Result.OPEN}
    answer = entry(EntryKind.APPROVAL_ANSWERED, LEE, approval="p1", state="refused")
    found = tally(asked, decided, answer)
    assert {key.result for key in found if key.deed is Deed.ASKED} == {"refused"}
