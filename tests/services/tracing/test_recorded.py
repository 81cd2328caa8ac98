"""What the ledger says of a message is found at once, however much else it holds."""

from datetime import timedelta

from sqlalchemy import insert, select

from bot.domain.actor import automation
from bot.domain.message import Message
from bot.services.record import Draft, record
from bot.services.tracing.chain import LinkKind
from bot.services.tracing.chaining import chain_of
from bot.services.tracing.gathering import Gathered, gather
from bot.store.tables import accounts, ledger_entries, ledger_names
from bot.store.tracing import traced_messages
from tests.services.tracing.looks import tracing
from tests.stage.stage import Stage


async def long_story(stage: Stage) -> Message:
    """Return a message that everything followed from: findings, a report, a request, a case, a path, an appeal."""
    await stage.give("lee", "shift.start")
    await stage.give("robin", "shift.start")
    message = await stage.say("you blockhead")
    await stage.give("u9", "everyone.report", message=message, statement="Every day the same.")
    case = (await stage.rows("cases"))[0]["number"]
    await stage.give("robin", "case.claim", case=case)
    asked = await stage.give("robin", "mod.ban", member=stage.joined("u1"), guideline="respect", case=case)
    assert asked.done, asked.text
    await stage.press("lee", stage.button(stage.card_with("approval.approve"), "approval.approve"))
    escalated = await stage.give("robin", "case.escalate", case=case, why="This is more than I may do.")
    assert escalated.done, escalated.text
    await stage.pass_time(timedelta(minutes=2))
    appealed = await stage.give("u1", "everyone.appeal", statement="I only quoted somebody.")
    assert appealed.done, appealed.text
    await stage.press("ada", stage.button(stage.card_with("appeal.stands"), "appeal.stands"))
    return message


async def gathered(stage: Stage, message: Message) -> Gathered:
    """Return what followed from a message, as the database has it now."""
    async with stage.store.reading() as tx:
        traced = (await traced_messages(tx, "acme", [message.ref]))[message.ref]
        return await gather(tx, stage.policies, traced, stage.clock.now())


async def test_every_link_of_a_long_story_names_the_entry_that_records_it(stage: Stage) -> None:
    message = await long_story(stage)
    chain = await chain_of(tracing(stage), message.ref, "en")
    assert {link.kind for link in chain.links} == set(LinkKind)
    assert [link for link in chain.links if link.entry is None] == []


async def test_what_is_found_is_what_a_reading_of_the_whole_ledger_finds(stage: Stage) -> None:
    await stage.say("silly goose", user="u2")
    message = await long_story(stage)
    await stage.say("you nitwit", user="u3")
    found = await gathered(stage, message)
    names = [
        found.message.id, *(one.id for one in found.decisions), *(one.id for one in found.actions),
        *(one.sanction.id for one in found.sanctions), *(one.id for one in found.cases),
        *(one.id for one in found.approvals), *(one.id for one in found.appeals),
    ]  # fmt: skip
    async with stage.store.reading() as tx:
        whole = (await tx.execute(select(ledger_entries.c.seq, ledger_entries.c.body))).all()
    naming = {row.seq for row in whole if any(name.encode() in row.body for name in names)}
    assert len(naming) > 20
    assert naming <= set(found.recorded.read)


async def test_what_is_damaged_or_missing_is_left_out_and_the_rest_stands(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    whole = await chain_of(tracing(stage), message.ref, "en")
    (case,) = (await gathered(stage, message)).cases
    async with stage.store.writing() as tx:
        await tx.execute(insert(ledger_entries).values(community="acme", seq=9_999, body=b"damaged"))
        for seq in (9_999, 10_000):
            await tx.execute(insert(ledger_names).values(community="acme", name=case.id, seq=seq))
    assert await chain_of(tracing(stage), message.ref, "en") == whole


async def test_no_entry_is_found_under_anybodys_account(stage: Stage) -> None:
    await long_story(stage)
    async with stage.store.reading() as tx:
        everybody = set(await tx.scalars(select(accounts.c.id)))
        names = set(await tx.scalars(select(ledger_names.c.name)))
    assert everybody
    assert names
    assert not everybody & names


async def test_a_case_with_very_many_entries_is_told_by_its_first_ones(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    (case,) = (await gathered(stage, message)).cases
    more = Draft(kind="case_changed", actor=automation("respect/slur"), case=case.id, details={"change": "raised"})
    async with stage.store.writing() as tx:
        await record(tx, stage.keys, "acme", stage.clock.now(), [more] * 1_200)
    assert len((await gathered(stage, message)).recorded.read) == 1_000
    await stage.pass_time(timedelta(minutes=5))
    later = await stage.say("you blockhead")
    assert case.id in {one.id for one in (await gathered(stage, later)).cases}
    assert all(link.entry is not None for link in (await chain_of(tracing(stage), later.ref, "en")).links)
    chain = await chain_of(tracing(stage), message.ref, "en")
    assert all(link.entry is not None for link in chain.links)
