"""What a judgement wants to know is asked outside; the message is judged again with the answer, whatever happens."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.judgement import Want, WantKind
from bot.services.intake.reading_back import catch_up
from tests.services.intake.house import House, author, policies_of

RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: invites, when: {invites: {allow: ["123456789012345678"]}}, severity: high, then: [delete]}
  - {id: newcomer, when: {all: [{account_age: {under: 7d}}, {words: [offer]}]}, severity: high, then: [{strike: 1}]}
"""
POLICIES = policies_of(("guidelines/respect.yaml", RULES))
INVITE = "come to discord.gg/abcdef"


@dataclass(kw_only=True)
class Oracle:
    """Answers what it was told, once it is let."""

    #: answers by subject
    knows: Mapping[str, str] = field(default_factory=dict)
    #: what was asked
    asked: list[Want] = field(default_factory=list)
    #: set once it may answer
    open: asyncio.Event = field(default_factory=asyncio.Event)
    #: raised instead of an answer
    fault: Exception | None = None

    async def resolve(self, wants: Sequence[Want]) -> Mapping[Want, str]:
        """Return what is known."""
        self.asked.extend(wants)
        await self.open.wait()
        if self.fault is not None:
            raise self.fault
        return {want: self.knows[want.subject] for want in wants if want.subject in self.knows}


async def _begin(house: House, oracle: Oracle, *, opened: bool = True) -> None:
    await house.crash()
    house.policies, house.lookup = POLICIES, oracle
    if opened:
        oracle.open.set()
    await house.open()


async def test_an_answer_that_condemns_leads_to_what_the_rule_asks_for(house: House) -> None:
    oracle = Oracle(knows={"abcdef": "12345"})
    await _begin(house, oracle)
    house.say(INVITE)
    await house.settle()
    assert [action["kind"] for action in await house.rows("actions")] == ["delete"]
    assert oracle.asked == [Want(kind=WantKind.INVITE, subject="abcdef")]
    assert not (await house.rows("seen"))[0]["waiting"]


async def test_an_answer_that_clears_leads_to_nothing(house: House) -> None:
    await _begin(house, Oracle(knows={"abcdef": "123456789012345678"}))
    house.say(INVITE)
    await house.settle()
    assert await house.count("actions") == 0


async def test_an_answer_that_never_comes_leaves_the_fact_unknown(house: House) -> None:
    for oracle in (Oracle(), Oracle(fault=RuntimeError())):
        await _begin(house, oracle)
        house.say(INVITE)
        await house.settle()
        assert await house.count("actions") == 0
    assert [row["waiting"] for row in await house.rows("seen")] == [False, False]


async def test_a_member_is_asked_for_by_the_id_on_the_platform(house: House) -> None:
    made = (house.clock.now() - timedelta(days=1)).isoformat()
    oracle = Oracle(knows={"u5": json.dumps({"created_at": made})})
    await _begin(house, oracle)
    house.say("an offer", author=author("u5"))
    await house.settle()
    assert [want.subject for want in oracle.asked] == ["u5"]
    assert await house.count("strikes") == 1


async def test_messages_go_on_while_an_answer_is_awaited(house: House) -> None:
    oracle = Oracle(knows={"abcdef": "12345"})
    await _begin(house, oracle, opened=False)
    assert house.intake is not None
    house.say(INVITE)
    house.say("hello")
    await house.intake.judge([])
    await house.until(lambda: house.health.judged == 2)
    assert await house.count("actions") == 0
    oracle.open.set()
    await house.settle()
    assert await house.count("actions") == 1


async def test_what_was_awaited_is_asked_again_after_a_restart(house: House) -> None:
    await _begin(house, Oracle(), opened=False)
    assert house.intake is not None
    house.say(INVITE)
    house.say(INVITE, user="u2")
    await house.until(lambda: house.health.pending == 2)
    await house.crash()
    assert [row["waiting"] for row in await house.rows("seen")] == [True, True]
    gone = (await house.rows("seen"))[1]["message"]
    house.world.erase(house.message(id=gone).ref)
    await _begin(house, Oracle(knows={"abcdef": "12345"}))
    assert house.intake is not None
    await catch_up(house.intake, house.platform)
    await house.settle()
    assert [row["waiting"] for row in await house.rows("seen")] == [False, False]
    assert await house.count("actions") == 1


async def test_an_answer_that_no_one_can_read_is_none(house: House) -> None:
    for said in ("{", "[]", '{"created_at": 7, "roles": "x", "earlier_messages": -1}', '{"created_at": "yesterday"}'):
        await _begin(house, Oracle(knows={"u5": said}))
        house.say("an offer", author=author("u5"))
        await house.settle()
    assert await house.count("strikes") == 0
