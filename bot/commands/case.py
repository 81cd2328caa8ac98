"""`/case`: taking cases on, looking at them, deciding them, and working on them together."""

from datetime import timedelta

from bot.commands.case_buttons import BUTTON_COMMANDS, decide_and_say
from bot.commands.case_files import FILE_COMMANDS
from bot.commands.case_looking import LOOKING_COMMANDS, look_at
from bot.commands.casework import shown_version, told, which
from bot.commands.command import Call, Command, bad_input, option
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.message import Member
from bot.domain.place import stream_of
from bot.domain.right import Right
from bot.domain.staff import Person
from bot.domain.verdict import Verdict
from bot.i18n import say
from bot.services.cases.asking import ask
from bot.services.cases.claiming import claim, next_case, release, skip
from bot.services.cases.deciding import Deciding
from bot.services.cases.discussing import discuss
from bot.services.cases.noting import note
from bot.services.cases.passing import escalate, merge, pass_on
from bot.store.notes import Audience as Readers

#: what a verdict can go with, and the power that it takes
ACTIONS = {
    "remind": Right.NOTICE, "warn": Right.WARN, "delete": Right.DELETE, "timeout": Right.TIMEOUT,
    "quarantine": Right.QUARANTINE, "kick": Right.KICK, "ban": Right.BAN,
}  # fmt: skip
#: characters of what somebody writes on a case
_LONGEST = 2_000


async def give_next(call: Call) -> Reply:
    """Take on the gravest case that waits, and see it."""
    queue = call.perhaps("queue", str) or ""
    with told():
        case = await next_case(call.work, call.caller, queue)
    if case is None:
        return call.answer("case.none_waiting")
    return await look_at(call, case, say("case.claimed", call.language, case=case.number))


async def claim_one(call: Call) -> Reply:
    """Take one case on."""
    with told():
        case = await claim(call.work, call.caller, await which(call), version=shown_version(call))
    return await look_at(call, case, say("case.claimed", call.language, case=case.number))


async def release_one(call: Call) -> Reply:
    """Give a case back to its queue."""
    with told():
        case = await release(call.work, call.caller, await which(call), version=shown_version(call))
    return call.answer("case.released", case=case.number)


async def skip_one(call: Call) -> Reply:
    """Pass on a case without a reason."""
    with told():
        case = await skip(call.work, call.caller, await which(call), version=shown_version(call))
    return call.answer("case.skipped", case=case.number)


async def decide(call: Call) -> Reply:
    """Close a case with a verdict, perhaps with what is to be done."""
    action = ACTIONS.get(call.perhaps("action", str) or "")
    lasts = call.perhaps("for", timedelta)
    if action is Right.TIMEOUT and lasts is None:
        raise bad_input("commands.missing", option=say("options.for", call.language))
    deciding = Deciding(
        verdict=Verdict(call.given("verdict", str)),
        action=action,
        lasts=lasts,
        guideline=call.perhaps("guideline", str) or "",
        reason=call.perhaps("why", str) or "",
        member="" if (member := call.perhaps("member", Member)) is None else member.key,
    )
    return await decide_and_say(call, deciding)


async def note_down(call: Call) -> Reply:
    """Note something on a case."""
    readers = Readers(call.perhaps("visible_to", str) or Readers.ORGANISATION.value)
    with told():
        case = await note(call.work, call.caller, await which(call), call.given("text", str), audience=readers)
    return call.answer("case.noted", case=case.number)


async def ask_leads(call: Call) -> Reply:
    """Ask the leads about a case, without escalating it."""
    with told():
        case = await ask(call.work, call.caller, await which(call), call.given("question", str))
    return call.answer("case.asked", case=case.number)


async def talk_over(call: Call) -> Reply:
    """Have a thread opened at a case's card, where its readers talk it over."""
    channel = call.invocation.channel
    where = None if channel is None else stream_of(channel)
    with told():
        case, is_new = await discuss(call.work, call.caller, await which(call), where)
    return call.answer("case.discussed" if is_new else "case.discussed_already", case=case.number)


async def escalate_one(call: Call) -> Reply:
    """Have the path of a case begin."""
    with told():
        case = await escalate(call.work, call.caller, await which(call), call.given("why", str))
    return call.answer("case.escalated", case=case.number)


async def pass_one(call: Call) -> Reply:
    """Hand a case over to somebody, with a note."""
    to = call.given("to", Person)
    with told():
        case = await pass_on(call.work, call.caller, await which(call), to, call.given("note", str))
    return call.answer("case.passed", case=case.number, alias=to.alias)


async def merge_two(call: Call) -> Reply:
    """Let one case take up another about the same member."""
    with told():
        kept = await merge(call.work, call.caller, call.given("case", str), call.given("to", str))
    return call.answer("case.merged", case=kept.number)


_CASE = option("case", OptionKind.CASE, required=False)
_QUEUE = option("queue", OptionKind.QUEUE, required=False)
_STAFF = Audience.MODERATORS


COMMANDS: tuple[Command, ...] = (
    Command(name="case.next", audience=_STAFF, options=(_QUEUE,), run=give_next, right=Right.CLAIM),
    *LOOKING_COMMANDS,
    Command(name="case.claim", audience=_STAFF, options=(_CASE,), run=claim_one, right=Right.CLAIM),
    Command(name="case.release", audience=_STAFF, options=(_CASE,), run=release_one, right=Right.VIEW),
    Command(name="case.skip", audience=_STAFF, options=(_CASE,), run=skip_one, right=Right.VIEW),
    Command(
        name="case.decide",
        audience=_STAFF,
        options=(
            option("verdict", OptionKind.CHOICE, choices=tuple(one.value for one in Verdict)),
            option("action", OptionKind.CHOICE, required=False, choices=tuple(ACTIONS)),
            option("for", OptionKind.DURATION, required=False),
            option("guideline", OptionKind.GUIDELINE, required=False),
            option("why", OptionKind.TEXT, required=False, longest=_LONGEST),
            option("member", OptionKind.MEMBER, required=False),
            _CASE,
        ),
        run=decide,
        right=Right.DECIDE,
    ),
    Command(
        name="case.note",
        audience=_STAFF,
        options=(
            option("text", OptionKind.TEXT, longest=_LONGEST),
            option("visible_to", OptionKind.CHOICE, required=False, choices=tuple(one.value for one in Readers)),
            _CASE,
        ),
        run=note_down,
        right=Right.NOTE,
    ),
    Command(
        name="case.ask",
        audience=_STAFF,
        options=(option("question", OptionKind.TEXT, longest=_LONGEST), _CASE),
        run=ask_leads,
        right=Right.CONSULT,
    ),
    Command(name="case.discuss", audience=_STAFF, options=(_CASE,), run=talk_over, right=Right.NOTE),
    Command(
        name="case.escalate",
        audience=_STAFF,
        options=(option("why", OptionKind.TEXT, longest=_LONGEST), _CASE),
        run=escalate_one,
        right=Right.ESCALATE,
    ),
    Command(
        name="case.pass",
        audience=_STAFF,
        options=(option("to", OptionKind.PERSON), option("note", OptionKind.TEXT, longest=_LONGEST), _CASE),
        run=pass_one,
        right=Right.PASS,
    ),
    Command(
        name="case.merge",
        audience=_STAFF,
        options=(option("case", OptionKind.CASE), option("to", OptionKind.CASE)),
        run=merge_two,
        right=Right.DECIDE,
    ),
    *BUTTON_COMMANDS,
    *FILE_COMMANDS,
)
