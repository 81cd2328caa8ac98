"""The ledger as it grows: every entry is told in one sentence, in both languages."""

import string

import pytest

from bot.domain.entry_kind import EntryKind
from bot.domain.staff import Roster
from bot.i18n import LANGUAGES, catalogue
from bot.ledger import tree
from bot.ledger.entries import Entry
from bot.services.tracing.entering import latest_entries
from bot.services.tracing.sentences import Names, sentence
from bot.store.ledger.reading import bodies
from tests.services.tracing.looks import tracing
from tests.stage.stage import Stage

NOBODY = Names(roster=Roster(), cases={})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_of_entry_has_a_sentence_even_where_it_says_nothing_more(kind: EntryKind, language: str) -> None:
    said = sentence(Entry(seq=1, at=0, kind=kind.value, actor={"kind": "operator"}), NOBODY, language)
    assert said
    assert not any(name for _, name, _, _ in string.Formatter().parse(said) if name)


def test_no_sentence_is_there_that_no_kind_says() -> None:
    kinds = {kind.value for kind in EntryKind}
    said = {key.removeprefix("tracing.entry_") for key in catalogue("en") if key.startswith("tracing.entry_")}
    ends = ("", "_shadow", "_undoes", "_plain", "_no_longer", "_one", "_for_good")
    assert said <= {f"{kind}{end}" for kind in kinds for end in ends}


def test_what_was_done_outside_is_told_in_words() -> None:
    def told(**details: str | int) -> str:
        return sentence(Entry(seq=1, at=0, kind=EntryKind.DONE_OUTSIDE, actor={}, details=details), NOBODY, "en")

    assert told(deed="standing", sanction="ban", held=0) == "Done without Locum: ban, lifted"
    assert told(deed="standing", sanction="timeout", held=1) == "Done without Locum: timeout, set or changed"
    assert told(deed="deletion", count=3) == "Done without Locum: messages deleted"


def test_a_kind_that_nobody_knows_is_told_by_its_name() -> None:
    assert sentence(Entry(seq=1, at=0, kind="moved_house", actor={}), NOBODY, "en") == "moved_house"


async def test_a_violation_is_told_entry_by_entry(stage: Stage) -> None:
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    found = await latest_entries(tracing(stage), -1, 100, "en")
    titles = [one.title for one in found]
    assert "Decided: message deleted, notice, case, strike (respect/slur)" in titles
    assert f"Case {case['number']} opened in hate" in titles
    assert "delete a message: done" in titles
    decided = next(one for one in found if one.kind == "decision")
    assert decided.by.line == "the rule respect/slur"


async def test_entries_about_cards_alone_are_routine_and_what_no_rule_did_is_nobodys_rule(stage: Stage) -> None:
    await stage.say("you blockhead")
    found = await latest_entries(tracing(stage), -1, 100, "en")
    titles = {one.title: one for one in found}
    assert {title for title, one in titles.items() if one.routine} == {"Planned: show a card", "show a card: done"}
    opened = next(one for one in found if one.kind == "case_opened")
    assert (opened.by.kind, opened.by.who, opened.by.line) == ("automation", "Locum by itself", "Locum by itself")


async def test_who_was_refused_what_is_told_by_their_alias(stage: Stage) -> None:
    await stage.give("robin", "mod.ban", member=stage.joined("u1"), guideline="respect")
    english, german = [await latest_entries(tracing(stage), -1, 100, language) for language in LANGUAGES]
    assert (english[-1].title, english[-1].by.line) == ("Refused: /mod ban", "Robin for Nightwatch GmbH (trusted)")
    assert german[-1].title.startswith("Abgelehnt: /mod ")


async def test_only_what_came_behind_a_number_is_told_and_of_that_the_newest(stage: Stage) -> None:
    for number in range(5):
        await stage.say(f"you blockhead {number}", user=f"u{number}")
    everything = [one.seq for one in await latest_entries(tracing(stage), -1, 500, "en")]
    assert everything == list(range(len(everything)))
    assert [one.seq for one in await latest_entries(tracing(stage), -1, 3, "en")] == everything[-3:]
    assert [one.seq for one in await latest_entries(tracing(stage), everything[-2], 3, "en")] == everything[-1:]
    assert not await latest_entries(tracing(stage), everything[-1], 3, "en")
    assert not await latest_entries(tracing(stage), everything[-1] + 10, 3, "en")
    assert not await latest_entries(tracing(stage), -1, 0, "en")


async def test_the_hash_that_is_shown_is_that_of_the_leaf(stage: Stage) -> None:
    await stage.say("you blockhead")
    found = await latest_entries(tracing(stage), -1, 100, "en")
    async with stage.store.reading() as tx:
        written = await bodies(tx, "acme", 0, len(found))
    assert [one.hash for one in found] == [tree.leaf_hash(body).hex()[:12] for body in written]
