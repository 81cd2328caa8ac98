"""The chain: from what was written to who answered for what followed, as everybody was at that moment."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.actor import OPERATOR
from bot.domain.severity import Severity
from bot.ledger import entries
from bot.services.tracing.chain import Chain, Link, LinkKind, Tone
from bot.services.tracing.chaining import chain_of, marked, note_look
from bot.store.engine import Store
from bot.store.ledger.reading import bodies
from tests.services.tracing.looks import tracing
from tests.stage.policies import COMMUNITY
from tests.stage.stage import Stage, set_stage


def of_kind(chain: Chain, kind: LinkKind) -> list[Link]:
    return [link for link in chain.links if link.kind is kind]


def lines(link: Link) -> dict[str, str]:
    return {one.label: one.value for one in link.fields}


async def kind_of(stage: Stage, number: int | None) -> str:
    assert number is not None
    async with stage.store.reading() as tx:
        (body,) = await bodies(tx, "acme", number, number + 1)
    return entries.read(body).kind


async def test_nothing_followed_from_an_innocent_message(stage: Stage) -> None:
    message = await stage.say("what a lovely harbour")
    assert await chain_of(tracing(stage), message.ref, "en") == Chain()
    assert await marked(tracing(stage), [message.ref]) == ()


async def test_the_chain_leads_from_the_words_to_the_case(stage: Stage) -> None:
    message = await stage.say("well, you blockhead!")
    chain = await chain_of(tracing(stage), message.ref, "en")
    assert chain.text == "well, you blockhead!"
    assert [chain.text[start:end] for start, end in chain.marks] == ["blockhead"]
    assert [link.kind for link in chain.links] == sorted((link.kind for link in chain.links), key=list(LinkKind).index)
    (finding,) = of_kind(chain, LinkKind.FINDING)
    assert (finding.title, finding.severity, finding.tone) == ("Be respectful", Severity.HIGH, Tone.DONE)
    assert lines(finding)["Rule"] == "respect/slur"
    (decision,) = of_kind(chain, LinkKind.DECISION)
    assert decision.title == "message deleted, notice, case, strike"
    assert decision.by is not None
    assert (decision.by.kind, decision.by.line) == ("automation", "the rule respect/slur")
    actions = of_kind(chain, LinkKind.ACTION)
    assert {(link.title, link.state) for link in actions} == {("delete a message", "done"), ("send a notice", "done")}
    (case,) = of_kind(chain, LinkKind.CASE)
    assert (case.state, case.tone) == ("open", Tone.WAITING)
    assert case.due_at == stage.clock.now() + timedelta(minutes=15)


async def test_every_link_names_the_entry_of_the_ledger_that_records_it(stage: Stage) -> None:
    message = await stage.say("you nitwit")
    chain = await chain_of(tracing(stage), message.ref, "en")
    kinds = {link.kind: await kind_of(stage, link.entry) for link in chain.links}
    assert kinds == {
        LinkKind.FINDING: "decision",
        LinkKind.DECISION: "decision",
        LinkKind.ACTION: "action",
        LinkKind.SANCTION: "decision",
        LinkKind.CASE: "case_opened",
    }


async def test_a_shadow_decision_is_shown_and_says_that_nothing_follows(stage: Stage) -> None:
    message = await stage.say("silly goose")
    chain = await chain_of(tracing(stage), message.ref, "en")
    assert [link.kind for link in chain.links] == [LinkKind.FINDING, LinkKind.DECISION]
    assert {(link.tone, link.state) for link in chain.links} == {(Tone.QUIET, "only watched")}


async def test_a_sanction_counts_down_to_its_end_and_is_quiet_behind_it(stage: Stage) -> None:
    message = await stage.say("you nitwit")
    (holding,) = of_kind(await chain_of(tracing(stage), message.ref, "en"), LinkKind.SANCTION)
    assert (holding.title, holding.state, holding.tone) == ("timeout", "holds", Tone.DONE)
    assert holding.due_at == stage.clock.now() + timedelta(minutes=10)
    await stage.pass_time(timedelta(minutes=12))
    (over,) = of_kind(await chain_of(tracing(stage), message.ref, "en"), LinkKind.SANCTION)
    assert (over.state, over.tone, over.due_at) == ("has ended", Tone.QUIET, None)
    assert await kind_of(stage, over.entry) == "sanction_ended"


async def test_who_acted_for_whom_is_told_as_it_was_then(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    (case,) = await stage.rows("cases")
    await stage.give("robin", "case.claim", case=case["number"])
    said = await stage.give("robin", "case.decide", case=case["number"], verdict="violation", action="warn")
    assert said.done, said.text
    await stage.give("lee", "lead.level", person="robin", to="observing", why="We talked about it.")
    chain = await chain_of(tracing(stage), message.ref, "en")
    by = [link.by for link in of_kind(chain, LinkKind.DECISION) if link.by is not None and link.by.kind == "person"]
    assert {(one.who, one.organisation, one.side, one.level) for one in by} == {
        ("Robin", "Nightwatch GmbH", "partner", "trusted")
    }
    assert by[0].line == "Robin for Nightwatch GmbH (trusted)"


async def test_somebody_who_left_the_roster_is_still_named_by_their_id(stage: Stage) -> None:
    await stage.give("robin", "shift.start")
    message = await stage.say("hello")
    await stage.give("robin", "mod.delete", message=message, guideline="respect", why="Spam.")
    roster = stage.policies.governance.roster
    left = replace(roster, people={name: one for name, one in roster.people.items() if name != "robin"})
    stage.policies = replace(stage.policies, governance=replace(stage.policies.governance, roster=left))
    (decision,) = of_kind(await chain_of(tracing(stage), message.ref, "en"), LinkKind.DECISION)
    assert decision.by is not None
    assert decision.by.line == "robin for Nightwatch GmbH (trusted)"


async def test_a_request_shows_what_holds_meanwhile_and_who_answered(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    (case,) = await stage.rows("cases")
    await stage.give("robin", "case.claim", case=case["number"])
    asked = await stage.give("robin", "mod.ban", member=stage.joined("u1"), guideline="respect", case=case["number"])
    assert asked.done, asked.text
    (waiting,) = of_kind(await chain_of(tracing(stage), message.ref, "en"), LinkKind.APPROVAL)
    assert (waiting.title, waiting.state, waiting.tone) == ("Asked for: Ban for good", "waits for a yes", Tone.WAITING)
    assert waiting.due_at is not None
    assert lines(waiting)["Meanwhile"].startswith("timeout, until")
    assert await kind_of(stage, waiting.entry) == "approval_asked"
    card = stage.card_with("approval.approve")
    await stage.press("lee", stage.button(card, "approval.approve"))
    (answered,) = of_kind(await chain_of(tracing(stage), message.ref, "en"), LinkKind.APPROVAL)
    assert (answered.state, answered.due_at) == ("approved", None)
    assert lines(answered)["Answered by"] == "Lee for Acme association (trusted)"


async def test_an_escalation_says_whom_it_told_and_when_it_goes_on(stage: Stage) -> None:
    await stage.give("lee", "shift.start")
    message = await stage.say("I am an outlaw")
    await stage.pass_time(timedelta(minutes=2))
    (running,) = of_kind(await chain_of(tracing(stage), message.ref, "en"), LinkKind.ESCALATION)
    assert (running.title, running.state) == ("Escalation: safety", "running")
    assert running.due_at is not None
    assert "Lee (chat)" in lines(running)["Told"]
    assert await kind_of(stage, running.entry) == "escalation"


async def test_a_report_is_part_of_the_chain_and_never_says_who_told_it(stage: Stage) -> None:
    message = await stage.say("a quiet word")
    told = await stage.give("u9", "everyone.report", message=message, statement="They follow me everywhere.")
    assert told.done, told.text
    chain = await chain_of(tracing(stage), message.ref, "en")
    (report,) = of_kind(chain, LinkKind.REPORT)
    assert (report.state, report.by) == ("being looked at", None)
    assert len(of_kind(chain, LinkKind.CASE)) == 1
    assert "u9" not in repr(chain)


async def test_the_chain_is_told_in_the_readers_language(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    chain = await chain_of(tracing(stage), message.ref, "de")
    assert of_kind(chain, LinkKind.FINDING)[0].title == "Respektvoll bleiben"
    by = of_kind(chain, LinkKind.DECISION)[0].by
    assert by is not None
    assert by.line == "die Regel respect/slur"


async def test_what_is_erased_is_no_longer_shown_and_the_links_stand(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    async with stage.store.writing() as tx:
        await tx.exec_driver_sql("DELETE FROM subject_keys")
    chain = await chain_of(tracing(stage), message.ref, "en")
    assert chain.text == ""
    assert of_kind(chain, LinkKind.DECISION)


async def test_of_many_messages_those_are_marked_that_something_followed_from(stage: Stage) -> None:
    first, second, third = [await stage.say(text) for text in ("hello", "you blockhead", "silly goose")]
    assert await marked(tracing(stage), [first.ref, second.ref, third.ref]) == (second.ref, third.ref)


async def test_of_another_community_nothing_is_shown(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    elsewhere = replace(stage.policies, community="elsewhere")
    assert await chain_of(replace(tracing(stage), policies=elsewhere), message.ref, "en") == Chain()


async def test_a_look_at_what_was_said_is_recorded(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    await note_look(tracing(stage), message.ref, OPERATOR)
    (viewed,) = await stage.entries("viewed")
    assert (viewed["actor"], viewed["details"]["what"]) == ({"kind": "operator"}, "message")


async def test_what_joined_a_request_that_waited_shows_that_request(store: Store) -> None:
    few = ("community.yaml", COMMUNITY.replace("delete: 300 per 10m", "delete: 1 per 10m"))
    stage = await set_stage(store, few)
    await stage.say("blockhead", user="u1")
    first, second = [await stage.say("blockhead", user="u2") for _ in range(2)]
    (asked,), (joined,) = [
        of_kind(await chain_of(tracing(stage), one.ref, "en"), LinkKind.APPROVAL) for one in (first, second)
    ]
    assert (asked.title, asked.entry, asked.tone) == (joined.title, joined.entry, Tone.WAITING)
    assert await kind_of(stage, joined.entry) == "approval_asked"
    (decision,) = of_kind(await chain_of(tracing(stage), second.ref, "en"), LinkKind.DECISION)
    assert decision.title == "asked for: message deleted"
    await stage.close()
