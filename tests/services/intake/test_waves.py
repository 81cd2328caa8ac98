"""A wave that goes through several members and platforms is one case, and each member's own matter stays theirs."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.place import Connection
from bot.store.cards import cards_about
from bot.store.engine import Store
from bot.store.retention import forget_idle
from bot.store.subjects import delete_personal
from bot.store.tables import metadata
from bot.store.waves import trim_traces
from tests.services.intake.house import COMMUNITY, SECOND, House, build, policies_of

SLACK = Connection(platform=PlatformName.SLACK, workspace="T0A")
BAIT = "Claim your free gift card here before tonight, it is only for our members"
LINK = "https://gift.example/claim/77"
MINUTE = timedelta(minutes=1)

PLACES = COMMUNITY.replace('help: {discord: "4101"}', 'help: {discord: "4101", slack: T0A/C0HELP}') + (
    "  scams: {served_by: [internal]}\n  ads: {served_by: [internal]}\n"
)
SCAMS = """\
guideline: scams
title: {en: No scams}
text: {en: Nobody gives away money}
rules:
  - {id: gift, when: {words: [gift card]}, severity: high,
     then: [delete, {notice: scams}, {strike: 1}, {timeout: 1h}, {case: scams}]}
  - {id: lure, when: {words: [bargain]}, severity: low, then: [{case: ads}]}
"""
STAFF = """\
- id: internal
  kind: internal
  name: Acme
  shown_as: {en: the acme team}
  mandates: [{id: owning, role: owner}]
  people: [{id: ada, alias: Ada, role: owner, starts_as: trusted, accounts: {discord: "900"}}]
"""
FILES = (("community.yaml", PLACES), ("guidelines/scams.yaml", SCAMS))


@pytest.fixture
async def house(store: Store) -> Any:
    made = await build(store, policies=policies_of(*FILES))
    await made.open()
    yield made
    await made.crash()


async def said(house: House, text: str, user: str) -> Message:
    """Let somebody on Discord write, some time after the last outburst."""
    message = house.say(text, user=user)
    await house.settle()
    house.clock.move(5 * SECOND)
    return message


async def slacked(house: House, text: str, user: str) -> Message:
    """Let somebody on Slack write."""
    identifier = f"{house.clock.now().timestamp():.6f}"
    platform, workspace = SLACK.platform, SLACK.workspace
    message = Message(
        ref=MessageRef(platform=platform, workspace=workspace, channel="C0HELP", message=identifier),
        channel=Channel(platform=platform, workspace=workspace, id="C0HELP"),
        author=Member(key=user, account=AccountRef(platform=platform, workspace=workspace, user=user)),
        at=house.clock.now(),
        text=text,
    )
    assert house.intake is not None
    house.intake.offer(message)
    await house.settle()
    house.clock.move(5 * SECOND)
    return message


async def both(house: House) -> None:
    assert house.intake is not None
    house.intake.resumed(SLACK, house.clock.now())


async def accounts_in(house: House) -> dict[str, set[str]]:
    """Return the members whom each case is about, by its decisions."""
    found: dict[str, set[str]] = {}
    for one in await house.rows("decisions"):
        if one["case"] is not None:
            found.setdefault(one["case"], set()).add(one["account"])
    return found


async def test_a_wave_that_begins_on_discord_is_recognised_on_slack_in_one_case(house: House) -> None:
    await both(house)
    await said(house, f"{BAIT} {LINK}", "u1")
    await slacked(house, f"{BAIT}! https://elsewhere.example/x", "U0B")
    await slacked(house, f"my gift card came at once, look {LINK}", "U0C")
    (case,) = await house.rows("cases")
    assert case["account"] is None
    assert {len(members) for members in (await accounts_in(house)).values()} == {3}
    assert {one["platform"] for one in await house.rows("accounts")} == {"discord", "slack"}


async def test_each_member_of_a_wave_has_their_own_strike_notice_and_sanction(house: House) -> None:
    await both(house)
    await said(house, BAIT, "u1")
    await slacked(house, BAIT, "U0B")
    await said(house, BAIT, "u1")
    accounts = {one["id"] for one in await house.rows("accounts")}
    assert len(accounts) == 2
    for table in ("strikes", "sanctions"):
        assert sorted(one["account"] for one in await house.rows(table)) == sorted(accounts), table
    actions = await house.rows("actions")
    assert sorted(one["connection"] for one in actions if one["kind"] == "restrict") == ["discord/W1", "slack/T0A"]
    assert len([one for one in actions if one["kind"] == "notice"]) == 2


async def test_a_restart_in_the_middle_changes_nothing(house: House) -> None:
    await both(house)
    await said(house, BAIT, "u1")
    await house.crash()
    await house.open()
    await both(house)
    await slacked(house, BAIT, "U0B")
    assert await house.count("cases") == 1


async def test_a_wave_in_one_batch_is_one_case_from_the_start(house: House) -> None:
    for number in range(30):
        house.say(f"{BAIT} {number}", user=f"u{number}")
    await house.settle()
    (case,) = await house.rows("cases")
    assert (case["account"], case["guideline"]) == (None, "scams")
    assert len((await accounts_in(house))[case["id"]]) == 30
    assert await house.count("waves") <= 16


async def test_others_words_or_another_queue_are_no_part_of_a_wave(house: House) -> None:
    await said(house, BAIT, "u1")
    await said(house, "who wants my old gift card from the hardware store, still has ten on it?", "u2")
    await said(house, "a bargain for everybody who comes to the harbour tonight", "u3")
    cases = await house.rows("cases")
    assert len(cases) == 3
    assert None not in {one["account"] for one in cases}


async def test_what_comes_too_late_has_a_case_of_its_own(house: House) -> None:
    await said(house, BAIT, "u1")
    house.clock.move(timedelta(minutes=50))
    await said(house, BAIT, "u2")
    house.clock.move(timedelta(minutes=50))
    await said(house, BAIT, "u3")
    house.clock.move(timedelta(minutes=61))
    await said(house, BAIT, "u4")
    assert sorted(len(members) for members in (await accounts_in(house)).values()) == [1, 3]


async def test_policies_can_let_each_have_a_case_of_their_own(store: Store) -> None:
    apart = ("community.yaml", PLACES + "waves: null\n")
    made = await build(store, policies=policies_of(apart, FILES[1]))
    await made.open()
    await said(made, BAIT, "u1")
    await said(made, BAIT, "u2")
    assert await made.count("cases") == 2
    await made.close()


async def test_a_case_that_was_about_something_else_stays_its_members_alone(house: House) -> None:
    await said(house, "a gift card for whoever finds my cat, please have a look around your gardens", "u1")
    house.clock.move(10 * MINUTE)
    await said(house, BAIT, "u1")
    await said(house, BAIT, "u2")
    held = await accounts_in(house)
    assert sorted(len(members) for members in held.values()) == [1, 1]


async def test_whoever_needs_help_in_the_middle_of_a_wave_has_a_case_of_their_own(house: House) -> None:
    await said(house, BAIT, "u1")
    await said(house, BAIT, "u2")
    await said(house, "I am despairing", "u2")
    await said(house, "you blockhead, blockhead", "u2")
    cases = {one["queue"]: one for one in await house.rows("cases")}
    assert (cases["scams"]["care"], cases["scams"]["account"]) == (False, None)
    assert cases["care"]["care"]
    assert cases["care"]["account"] is not None
    struck = [one["account"] for one in await house.rows("strikes")]
    assert len(struck) == len(set(struck)) == 2


async def test_a_case_that_helps_never_becomes_that_of_a_wave(house: House) -> None:
    house.say(BAIT, user="u1")
    house.say("I am despairing", user="u1")
    await house.settle()
    await said(house, BAIT, "u2")
    held = {one["id"]: one for one in await house.rows("cases")}
    assert len(held) == 2
    assert None not in {one["account"] for one in held.values()}


async def test_what_a_wave_is_known_by_is_no_text_and_no_address(house: House) -> None:
    await said(house, f"{BAIT} {LINK}", "u1")
    (trace,) = await house.rows("waves")
    assert "gift.example" not in str(trace)
    assert len(json.loads(trace["signs"])) == 2


async def test_a_waves_card_is_about_each_of_its_members(house: House) -> None:
    await said(house, BAIT, "u1")
    await said(house, BAIT, "u2")
    (case,) = await house.rows("cases")
    accounts = [one["id"] for one in await house.rows("accounts")]
    async with house.store.writing() as tx:
        assert [[one.case for one in await cards_about(tx, account)] for account in accounts] == [[case["id"]]] * 2


async def test_nobody_of_an_open_wave_is_forgotten_for_being_quiet(house: House) -> None:
    await said(house, BAIT, "u1")
    await said(house, BAIT, "u2")
    far = house.clock.now() + timedelta(days=400)
    async with house.store.writing() as tx:
        for table in ("strikes", "sanctions", "sealed_values", "seen", "actions"):
            await tx.execute(delete(metadata.tables[table]))
        await tx.execute(update(metadata.tables["messages"]).values(message=None))
        assert await forget_idle(tx, "acme", far, far, far, 10) == 0
        await tx.execute(update(metadata.tables["cases"]).values(state="resolved"))
        assert await forget_idle(tx, "acme", far, far, far, 10) == 2


async def test_with_a_member_goes_what_their_case_alone_was_known_by(house: House) -> None:
    await said(house, BAIT, "u1")
    await said(house, BAIT, "u2")
    await said(house, "what a bargain, hurry and see for yourselves", "u3")
    shared, own = sorted(await house.rows("cases"), key=lambda one: one["account"] or "")
    assert {one["case"] for one in await house.rows("waves")} == {shared["id"], own["id"]}
    async with house.store.writing() as tx:
        for account in [one["id"] for one in await house.rows("accounts")]:
            await delete_personal(tx, account, ())
    assert {one["case"] for one in await house.rows("waves")} == {shared["id"]}


async def test_what_a_wave_was_known_by_is_let_go_of_once_its_case_is_resolved(house: House) -> None:
    await said(house, BAIT, "u1")
    async with house.store.writing() as tx:
        assert await trim_traces(tx, "acme") == 0
        await tx.execute(update(metadata.tables["cases"]).values(state="resolved"))
        assert await trim_traces(tx, "acme") == 1


async def test_what_comes_after_a_verdict_opens_a_case_anew(house: House) -> None:
    await said(house, BAIT, "u1")
    async with house.store.writing() as tx:
        await tx.execute(update(metadata.tables["cases"]).values(state="resolved"))
    await said(house, BAIT, "u2")
    await said(house, BAIT, "u3")
    assert sorted(len(members) for members in (await accounts_in(house)).values()) == [1, 2]


async def test_somebody_who_moderates_has_a_case_of_their_own(store: Store) -> None:
    made = await build(store, policies=policies_of(*FILES, ("organisations.yaml", STAFF)))
    await made.open()
    for user in ("u1", "900", "u3"):
        await said(made, BAIT, user)
    assert sorted((one["about"], one["account"] is None) for one in await made.rows("cases")) == [
        ("member", True), ("moderator", False),
    ]  # fmt: skip
    await made.close()
