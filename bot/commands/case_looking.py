"""Looking at cases: the list of those that somebody may see, and one with its notes; every look is recorded."""

from dataclasses import replace

from bot.commands.casework import around, card_of, told, which
from bot.commands.command import Call, Command, option
from bot.domain.authority import NOBODY, Deny
from bot.domain.card import Quote
from bot.domain.case import Case, CaseState
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.entry_kind import EntryKind
from bot.domain.right import Deed, Right
from bot.i18n import say
from bot.services.authorising import require, rule_on
from bot.services.cases.holding import find_case, may
from bot.services.cases.noting import Readable, readable_notes, writer_of
from bot.services.cases.places import languages_of
from bot.services.cases.routing import scope_of
from bot.services.cases.seeing import is_own, visible
from bot.services.record import Draft
from bot.services.reports.reading import statements_on
from bot.services.showing.quoting import shortened
from bot.store.cases import waiting_cases

#: lines that one answer has room for
_LINES = 20


async def list_cases(call: Call) -> Reply:
    """Say which cases wait that the caller may see: the gravest first."""
    await require(call.work, call.caller, Right.VIEW)
    queue = call.perhaps("queue", str) or ""
    seen = [case for case in await waiting_cases(call.work.tx, call.work.community) if await _is_listed(call, case)]
    seen = [case for case in seen if queue in ("", case.queue)]
    if not seen:
        return call.answer("case.none_listed")
    lines = [_line(call, case) for case in seen[:_LINES]]
    if len(seen) > _LINES:
        lines.append(say("case.more", call.language, count=len(seen) - _LINES))
    return Reply(text="\n".join(lines))


async def _is_listed(call: Call, case: Case) -> bool:
    if not visible(case, call.caller, call.work.governance):
        return False
    scope = scope_of(call.work, case, await languages_of(call.work, case))
    return not isinstance(await rule_on(call.work, call.caller, Deed(right=Right.VIEW), NOBODY, scope), Deny)


def _line(call: Call, case: Case) -> str:
    severity = say(f"cards.severity_{case.severity.word}", call.language)
    queue = case.queue or say("cards.queue_own", call.language)
    return f"• {case.number} · {severity} · {queue} · {_standing(call, case)}"


def _standing(call: Call, case: Case) -> str:
    """Say where a case stands: others' claims are just being handled, whoever they are."""
    if case.state is not CaseState.CLAIMED:
        return say("case.list_open", call.language)
    return say("case.list_yours" if is_own(case, call.caller) else "case.list_handled", call.language)


async def show(call: Call) -> Reply:
    """Show one case with everything about it that the caller may see."""
    with told():
        case = await find_case(call.work, call.caller, await which(call))
    await may(call.work, call.caller, case, Right.VIEW)
    return await look_at(call, case)


async def look_at(call: Call, case: Case, text: str = "") -> Reply:
    """Return the answer that shows a case, and have the look recorded."""
    work = call.work
    lines = [text] if text else []
    notes = await readable_notes(work, call.caller, case)
    lines += [_note(call, one) for one in notes]
    card = await card_of(call, case)
    if card is not None and call.caller.organisation is not None and call.caller.organisation.is_internal:
        # who told it is nobody's to see; what they said is the own team's alone, and data like all that members write
        who = say("case.reporter", call.language)
        told = tuple(Quote(author=who, text=shortened(one)) for one in await statements_on(work, case))
        card = replace(card, quotes=(*told, *card.quotes))
    details = {"what": "case"} | ({"account": case.account} if case.account else {})
    work.record(
        Draft(
            kind=EntryKind.VIEWED,
            actor=call.caller.actor(),
            policy=work.policies.version,
            case=case.id,
            details=details,
        )
    )
    return Reply(text="\n".join(lines), card=card, around=await around(call, case))


def _note(call: Call, one: Readable) -> str:
    who = writer_of(one.note, call.caller, call.work) or say("case.somebody", call.language)
    text = say("cards.words_gone", call.language) if one.text is None else one.text
    kind = say(f"case.kind_{one.note.kind.value}", call.language)
    return f"{one.note.at:%Y-%m-%d %H:%M} UTC · {who} · {kind}: {text}"


LOOKING_COMMANDS: tuple[Command, ...] = (
    Command(
        name="case.list",
        audience=Audience.MODERATORS,
        options=(option("queue", OptionKind.QUEUE, required=False),),
        run=list_cases,
        right=Right.VIEW,
        looks=True,
    ),
    Command(
        name="case.show",
        audience=Audience.MODERATORS,
        options=(option("case", OptionKind.CASE, required=False),),
        run=show,
        right=Right.VIEW,
        looks=True,
    ),
)
