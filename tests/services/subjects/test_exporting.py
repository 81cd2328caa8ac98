"""A member's copy: everything of theirs, and nothing of anybody else."""

import json

import pytest

from bot.domain.entry_kind import EntryKind
from bot.ledger.errors import SealError
from bot.services.subjects.erasing import erase
from bot.services.subjects.exporting import export, handed_out
from bot.services.subjects.readable import readable
from bot.services.subjects.requests import UnknownSubjectError
from bot.store import tables
from bot.store.engine import Store
from bot.store.requests import RequestState
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import (
    HARBOUR,
    MODERATOR,
    action,
    begin,
    entries_of,
    member,
    put_decision,
    ref,
    row,
    sanction,
)


async def test_a_copy_holds_messages_findings_texts_decisions_and_what_followed(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys, text="get lost")
    await sanction(store, known, "timeout", START, START)
    await action(store, known, f"account:{known.account}", "notice", "confirmed")
    said = (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle.said
    assert said["account"]["user"] == known.ref.user
    (message,) = said["messages"]
    assert message["message"] == known.message_ref
    assert message["findings"] == [{"rule": "respect/slurs", "outcome": "delete", "mode": "live"}]
    (text,) = said["texts"]
    assert (text["text"], text["entry"]) == ("get lost", known.seq)
    (decision,) = said["decisions"]
    assert (decision["rules"], decision["policy"]) == (["respect/slurs"], "sha256:abc")
    assert (decision["by"], decision["automated"]) == ("automation", True)
    assert len(said["judged"]) == 2
    assert [one["kind"] for one in said["sanctions"]] == ["timeout"]
    assert [one["amount"] for one in said["strikes"]] == [1]
    assert [one["verdict"] for one in said["cases"]] == ["violation"]
    assert [one["guideline"] for one in said["notices"]] == ["respect"]
    assert [one["kind"] for one in said["requests"]] == ["export"]


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_copy_names_no_moderator_contract_queue_or_note(store: Store, language: str) -> None:
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys, actor=MODERATOR)
    bundle = (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle
    whole = bundle.written() + readable(bundle, language)
    for secret in (
        "nw-17",
        "nightwatch",
        "AVV-2025-17",
        "said by",
        '"hate"',
        known.account,
        known.case,
        known.decision,
    ):
        assert secret not in whole
    assert bundle.said["decisions"][0]["side"] == "partner"
    assert [one["retention"] for one in bundle.said["kept_for_staff"]] == ["reason"]


@pytest.mark.parametrize(
    ("written", "handed"),
    [
        ("<@111> and <@!111>, look", "@… and @…, look"),
        ("<@&4711> too", "@… too"),
        ("<@U0123|robin> in Slack", "@… in Slack"),
        ("<!subteam^S01|mods>", "@…"),
        ("I am <@42>", "I am <@42>"),
        ("a < b <@> c", "a < b <@> c"),
    ],
)
async def test_mentions_of_others_are_taken_out_of_texts(store: Store, written: str, handed: str) -> None:
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys, "42", text=written)
    said = (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle.said
    assert said["texts"][0]["text"] == handed


async def test_a_copy_holds_nothing_of_another_member(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    known, other = await member(store, keys), await member(store, keys)
    whole = (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle.written()
    assert not [one for one in (other.ref.user, other.message_ref, other.text, other.account) if one in whole]


async def test_the_text_can_be_read_in_both_languages_and_plays_no_tricks(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys, text="one\n- two\u202e\x1b[31m")
    bundle = (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle
    english, german = readable(bundle, "en"), readable(bundle, "de")
    assert "Decisions about you" in english
    assert "Entscheidungen über dich" in german
    assert "message deleted" in english
    assert "Nachricht gelöscht" in german
    assert "\x1b" not in english
    assert "\u202e" not in english
    assert "one\n    - two\\u202e\\u001b[31m" in english


async def test_a_copy_is_recorded_before_anybody_has_it_and_its_request_ends_when_they_do(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    exported = await export(store, keys, clock, HARBOUR, known.ref)
    (entry,) = await entries_of(store, EntryKind.EXPORTED)
    assert entry["details"] == {"request": exported.request.id, "account": known.account}
    assert (await row(store, tables.subject_requests, exported.request.id)).state == RequestState.OPEN
    await handed_out(store, clock, exported)
    assert (await row(store, tables.subject_requests, exported.request.id)).state == RequestState.DONE


async def test_a_copy_that_failed_on_the_way_is_made_again_under_the_same_clock(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    first = await export(store, keys, clock, HARBOUR, known.ref)
    second = await export(store, keys, clock, HARBOUR, known.ref)
    assert first.request == second.request
    assert len(await entries_of(store, EntryKind.SUBJECT_REQUEST)) == 1


async def test_nobody_known_gets_no_copy_and_leaves_no_trace(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys)
    for nobody in (ref("1"), ref("")):
        with pytest.raises(UnknownSubjectError):
            await export(store, keys, FakeClock(), HARBOUR, nobody)
    await erase(store, keys, FakeClock(), HARBOUR, known.ref)
    with pytest.raises(UnknownSubjectError):
        await export(store, keys, FakeClock(), HARBOUR, known.ref)
    assert not await entries_of(store, EntryKind.EXPORTED)


async def test_who_is_kept_only_for_a_ban_gets_a_copy_of_that(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    await sanction(store, known)
    await erase(store, keys, clock, HARBOUR, known.ref)
    bundle = (await export(store, keys, clock, HARBOUR, known.ref)).bundle
    assert bundle.said["texts"] == []
    assert [one["message"] for one in bundle.said["messages"]] == [None]
    assert len(bundle.said["sanctions"]) == 1
    assert "(no longer stored)" in readable(bundle, "en")


async def test_a_text_that_was_altered_in_the_database_is_not_handed_out_as_theirs(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    known, other = await member(store, keys), await member(store, keys)
    async with store.writing() as tx:
        moved = tables.sealed_values.update().where(
            tables.sealed_values.c.account == known.account, tables.sealed_values.c.field == "details.evidence"
        )
        await tx.execute(moved.values(salt=b"\0" * 32))
    with pytest.raises(SealError):
        await export(store, keys, FakeClock(), HARBOUR, known.ref)
    assert (await export(store, keys, FakeClock(), HARBOUR, other.ref)).bundle.said["texts"]


async def test_decisions_with_unusual_outcomes_still_say_what_they_can(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys)
    async with store.writing() as tx:
        await put_decision(tx, known.account, "d" * 32, MODERATOR, START)
        changed = tables.decisions.update().where(tables.decisions.c.id == "d" * 32)
        await tx.execute(changed.values(outcomes=json.dumps([{"kind": "exile", "amount": 3, "target": "secret"}])))
    bundle = (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle
    assert bundle.said["decisions"][-1]["outcomes"] == [{"kind": "exile", "amount": 3}]
    assert "exile" in readable(bundle, "de")
