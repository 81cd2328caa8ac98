"""What was asked, answered, appealed against and heard stands in the ledger as it stands in the rows."""

from bot.services.ledger.checkpointing import sign_due
from bot.services.ledger.logs import signers
from bot.services.ledger.verifying import verify
from tests.services.approvals.house import House


async def test_the_ledger_and_the_rows_agree_after_a_ban_that_was_asked_for_approved_and_taken_back(
    house: House,
) -> None:
    stage = house.stage
    await stage.say("outlaw", user="u2")
    await house.ask_for_ban()
    for card in house.cards():
        reply = await stage.press("lee", stage.button(card, "Approve"))
        assert reply.done, reply.text
    await stage.give("u1", "everyone.appeal", statement="it was a joke")
    (appeal,) = [card for card in stage.cards() if card.title.startswith("Appeal")]
    reply = await stage.press("ada", stage.button(appeal, "Take back"))
    assert reply.done, reply.text
    await sign_due(stage.store, stage.keys, stage.clock, "acme")
    logs = [one.verifier for one in signers(stage.keys, "locum.test/acme")]
    report = await verify(stage.store, "acme", logs=logs)
    assert not report.problems
