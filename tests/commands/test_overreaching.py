"""Whoever reaches further than they may, by whatever way round, gets nothing more by it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.commands.table import COMMANDS
from bot.domain.case import About, CaseState
from bot.domain.handle import handle_of
from bot.domain.outcome import OutcomeKind
from bot.domain.staff import Shift
from bot.i18n import say
from bot.store.accounts import add_accounts
from bot.store.engine import Store
from bot.store.shifts import add_shift
from bot.store.tables import cases, reports
from tests.stage.policies import ORGANISATIONS
from tests.stage.stage import Stage, set_stage

#: in one channel messages are removed alone, in the other on asking
_APART = """\
- id: nightwatch
  kind: partner
  name: Nightwatch GmbH
  contract: {from: 2025-01-01, until: 2026-12-31, seats: 5, data_agreement: {signed: 2024-12-12, reference: DPA-1}}
  mandates:
    - {id: here, role: moderator, channels: [help], on_shift_only: true, may: [delete, warn, {timeout: {up_to: 24h}}]}
    - {id: there, role: moderator, channels: [gaming], on_shift_only: true, asks: {delete: internal}}
    - id: asking
      role: moderator
      channels: [help]
      on_shift_only: true
      asks: {ban: internal}
      meanwhile: {timeout: 24h}
  budgets: {timeout: 2 per 10m}
  people:
    - {id: robin, alias: Robin, role: moderator, starts_as: trusted, accounts: {discord: "910"}}
    - {id: wren, alias: Wren, role: partner_lead, starts_as: trusted, accounts: {discord: "912"}}
"""
_INTERNAL, _, _OTHERS = ORGANISATIONS.partition("- id: nightwatch")
_FARO = "- id: faro" + _OTHERS.partition("- id: faro")[2]


async def begin(store: Store, *files: tuple[str, str], on: tuple[tuple[str, str], ...]) -> Stage:
    stage = await set_stage(store, *files)
    now = stage.clock.now()
    async with store.writing() as tx:
        for person, organisation in on:
            until = now + timedelta(hours=9)
            await add_shift(
                tx, "acme", Shift(id=f"{person:-<32}", person=person, organisation=organisation, start=now, until=until)
            )  # fmt: skip
    return stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await begin(store, on=(("robin", "nightwatch"), ("heron", "nightwatch"), ("mo", "internal")))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def apart(store: Store) -> AsyncIterator[Stage]:
    made = await begin(
        store, ("organisations.yaml", _INTERNAL + _APART + _FARO), on=(("robin", "nightwatch"), ("mo", "internal"))
    )  # fmt: skip
    yield made
    await made.close()


def texts(stage: Stage) -> list[str]:
    """Return what is left of what members wrote."""
    return [one.text for held in stage.world.messages.values() for one in held.values()]


def is_out(stage: Stage, user: str, kind: OutcomeKind = OutcomeKind.TIMEOUT) -> bool:
    return stage.world.standing(stage.ref(user), kind).held


async def test_nobody_lifts_what_somebody_above_them_imposed(stage: Stage) -> None:
    stage.joined("u1")
    await stage.give("heron", "mod.timeout", member=stage.member("u1"), guideline="respect", for_="5h")
    (row,) = await stage.rows("sanctions")
    reply = await stage.give("robin", "mod.lift", sanction=handle_of(row["id"]), why="a friend")
    assert reply.text == say("authority.not_yours", "en")
    assert is_out(stage, "u1")
    assert [entry["details"]["reason"] for entry in await stage.entries("refused")] == ["not_yours"]


async def test_a_sanction_of_a_grave_case_is_lifted_by_those_whom_such_cases_are_for(stage: Stage) -> None:
    await stage.say("we sell freecoins", user="u1")
    (case,) = await stage.rows("cases")
    async with stage.store.writing() as tx:
        await tx.execute(cases.update().values(severity=4))
    (row,) = await stage.rows("sanctions")
    assert case["severity"] == 3
    reply = await stage.give("robin", "mod.lift", sanction=handle_of(row["id"]), why="a friend")
    assert not reply.done
    assert is_out(stage, "u1", OutcomeKind.QUARANTINE)


async def test_a_case_about_somebody_else_opens_no_way_to_a_member(stage: Stage) -> None:
    await stage.say("you blockhead", user="u1")
    (case,) = await stage.rows("cases")
    stage.joined("u2")
    reply = await stage.give(
        "robin", "mod.timeout", where="elsewhere", member=stage.member("u2"), guideline="respect", for_="1h",
        case=case["number"],
    )  # fmt: skip
    assert not reply.done
    assert not is_out(stage, "u2")
    assert await stage.rows("sanctions") == []


async def test_a_purge_removes_only_what_may_be_removed_alone_in_each_channel(apart: Stage) -> None:
    for number in range(2):
        await apart.say(f"hello {number}", user="u1", where="gaming")
        apart.clock.move(timedelta(seconds=1))
        await apart.say(f"hi {number}", user="u1", where="help")
        apart.clock.move(timedelta(seconds=1))
    await apart.give("robin", "mod.purge", member=apart.member("u1"), last="4")
    left = sorted(texts(apart))
    assert left == ["hello 0", "hello 1"]


async def test_a_confirmed_purge_is_judged_once_more_in_every_channel(apart: Stage) -> None:
    for number in range(12):
        await apart.say(f"hello {number}", user="u1", where="gaming" if number == 5 else "help")
        apart.clock.move(timedelta(seconds=1))
    shown = await apart.give("lee", "mod.purge", member=apart.member("u1"), last="12")
    assert shown.card is not None, shown.text
    await apart.press("robin", shown.card.buttons[0].action)
    assert len(texts(apart)) == 12
    await apart.press("lee", shown.card.buttons[0].action)
    assert not texts(apart)
    again = await apart.press("lee", shown.card.buttons[0].action)
    assert again.text == say("commands.expired", "en")


async def test_what_holds_meanwhile_counts_against_its_own_budget(apart: Stage) -> None:
    for number in range(6):
        apart.joined(f"v{number}")
        await apart.give("robin", "mod.ban", member=apart.member(f"v{number}"), guideline="respect")
    assert sum(is_out(apart, f"v{number}") for number in range(6)) == 2
    assert len(await apart.rows("approvals", state="open")) == 6


async def test_a_complaint_about_one_seat_protects_from_every_seat_of_the_same_human(stage: Stage) -> None:
    await stage.say("hello", user="u1")
    async with stage.store.writing() as tx:
        account = (await add_accounts(tx, "acme", [stage.ref("u1")], stage.clock.now()))[stage.ref("u1")]
        await tx.execute(
            cases.insert().values(
                id="c" * 32, community="acme", number="ABCD", queue="", severity=3, care=False, mode="live",
                about=About.MODERATOR.value, about_person="robin", about_organisation="nightwatch",
                state=CaseState.OPEN.value, opened_at=stage.clock.now(), version=1,
            )
        )  # fmt: skip
        await tx.execute(
            reports.insert().values(
                id="r" * 32, community="acme", reporter=account, case="c" * 32, state="open", at=stage.clock.now()
            )
        )  # fmt: skip
    await seated_twice(stage)
    reply = await stage.give("robin", "mod.warn", member=stage.member("u1"), guideline="respect")
    assert reply.text == say("authority.complaint", "en")


async def seated_twice(stage: Stage) -> None:
    """Let Robin sit at a second partner too, and be on shift there."""
    seated = await stage.give("gaivota", "partner.seat", account=stage.member("robin"), alias="Dodo")
    assert seated.done, seated.text
    await stage.give("robin", "shift.end", note="over")
    assert (await stage.give("robin", "shift.start", for_="faro")).done


async def test_members_hear_that_they_dont_moderate(stage: Stage) -> None:
    stage.joined("u1")
    reply = await stage.give("u1", "mod.may")
    assert reply.text == say("authority.not_staff", "en")


async def test_taking_back_what_somebody_did_lets_what_they_asked_for_lapse(stage: Stage) -> None:
    stage.joined("u1")
    await stage.give("robin", "mod.ban", member=stage.member("u1"), guideline="respect")
    card = stage.card_with("approval.approve")
    shown = await stage.give("lee", "lead.undo", by="robin", since="1h")
    assert shown.card is not None
    await stage.press("lee", shown.card.buttons[0].action)
    (row,) = await stage.rows("approvals")
    assert row["state"] == "lapsed"
    assert not is_out(stage, "u1")
    await stage.press("lee", stage.button(card, "Approve"))
    assert not is_out(stage, "u1", OutcomeKind.BAN)


async def test_a_proposal_is_compared_with_the_order_that_was_carried_out(stage: Stage) -> None:
    stage.joined("u1")
    await stage.give("finch", "shift.start")
    await stage.give("finch", "mod.warn", member=stage.member("u1"), guideline="respect")
    await stage.give("robin", "mod.timeout", member=stage.member("u1"), guideline="respect", for_="1h")
    (entry,) = await stage.entries("proposal_compared")
    assert entry["details"]["result"] == "milder"


async def test_one_human_holds_no_more_accounts_from_two_seats_than_from_one(stage: Stage) -> None:
    for person in ("merle", "finch"):
        assert (await stage.give("robin", "lead.freeze", person=person, why="strange")).done
    await seated_twice(stage)
    held = len(await stage.rows("restraints"))
    await stage.give("robin", "lead.freeze", person="onda", why="strange")
    assert len(await stage.rows("restraints")) == held


@pytest.mark.parametrize("who", ["lee", "robin", "u1"])
async def test_nothing_that_a_button_can_be_made_to_say_breaks_a_command(stage: Stage, who: str) -> None:
    await stage.say("you blockhead", user="u1")
    stage.waiting = True
    rubbish = ("", "0", "abc", "-1", "9" * 30, "x" * 300, "🙂\x00:", "1.5")
    broken: list[str] = []
    for command in COMMANDS:
        for word in rubbish:
            given = {one.name: word for one in command.options} | {"subject": word, "version": word, "value": word}
            try:
                await stage.give(who, command.name, **{**given, "strange": word})
            except Exception as error:  # noqa: BLE001 - each that breaks is told beside the others
                broken.append(f"{command.name} {word[:5]!r}: {error!r}"[:200])
    assert not broken, "\n".join(broken)
