"""`/appeal`, which every member may give, and the buttons of an appeal's card."""

from datetime import timedelta

from bot.commands.approval import action_of, version_of, why_field
from bot.commands.command import BadInputError, Call, Command, bad_input, option
from bot.domain.actor import Actor, ActorKind
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.right import Right
from bot.domain.verdict import AppealState
from bot.i18n import say
from bot.services.appeals import hearing
from bot.services.appeals.hearing import Hearing
from bot.services.appeals.opening import LONGEST, AppealError, appeal_by_code, appeal_latest
from bot.services.showing.approval import show_actor
from bot.store.appeals import Appeal

#: a member, who acts outside of every mandate
_MEMBER = Actor(kind=ActorKind.OUTSIDE, who="member")


async def appeal(call: Call) -> Reply:
    """Appeal against the newest sanction, or the one whose notice gave the code; without words, ask for them.

    A notice's own button brings the code along.
    """
    statement, along = call.perhaps("statement", str), str(call.options.get("subject", ""))
    if statement is None:
        return Reply(form=_form(call, along))
    code = call.perhaps("code", str) or along or None
    try:
        if code is None:
            await appeal_latest(call.work, _MEMBER, call.caller.account, statement)
        else:
            await appeal_by_code(call.work, _MEMBER, code, statement, account=call.caller.account)
    except AppealError as error:
        raise bad_input(f"appeal.cant_{error.code}") from None
    return call.answer("appeal.opened", within=call.work.governance.appealing.resolve_within)


async def stands(call: Call) -> Reply:
    """Decide that what was decided stands."""
    held = await _looked(call)
    if held.moot:
        return await _moot(call, held)
    await hearing.stands(call.work, held, reason=call.perhaps("why", str) or "")
    return call.answer("appeal.heard_stands")


async def reduced(call: Call) -> Reply:
    """Make the sanction shorter; the button asks how long, and the form says it."""
    held = await _looked(call)
    if held.moot:
        return await _moot(call, held)
    lasts = call.perhaps("for", timedelta)
    if lasts is None:
        return Reply(form=_reduce_form(call))
    try:
        await hearing.reduced(call.work, held, lasts, reason=call.perhaps("why", str) or "")
    except hearing.NotShorterError:
        raise bad_input("appeal.not_shorter") from None
    return call.answer("appeal.heard_reduced")


async def lifted(call: Call) -> Reply:
    """Take back what was decided, with all that came of it."""
    held = await _looked(call)
    if held.moot:
        return await _moot(call, held)
    await hearing.lifted(call.work, held, reason=call.perhaps("why", str) or "")
    return call.answer("appeal.heard_lifted")


async def _moot(call: Call, held: Hearing) -> Reply:
    await hearing.end_moot(call.work, held)
    return call.answer("appeal.heard_moot")


async def _looked(call: Call) -> Hearing:
    try:
        return await hearing.look_at(call.work, call.caller, str(call.options.get("subject", "")), version_of(call))
    except hearing.UnknownAppealError:
        raise bad_input("appeal.unknown") from None
    except hearing.StaleAppealError as error:
        raise _meanwhile(call, error.appeal) from None


def _meanwhile(call: Call, appeal: Appeal | None) -> BadInputError:
    """Return the error that says how an appeal was heard whose card is old, and by whom; or who is to hear it now."""
    if appeal is None:
        return bad_input("commands.stale")
    roster = call.work.governance.roster
    if appeal.state is AppealState.OPEN:
        hears = roster.organisations.get(appeal.heard_by)
        return bad_input("appeal.stale_moved", hears=appeal.heard_by if hears is None else hears.name)
    if appeal.state is AppealState.MOOT or appeal.answered_by is None:
        return bad_input("appeal.stale_moot")
    who = show_actor(appeal.answered_by, roster, call.language)
    return bad_input(f"appeal.stale_{appeal.state.value}", who=who)


def _form(call: Call, along: str) -> Form:
    language = call.language
    statement = FormField(
        name="statement", label=say("appeal.form_statement", language), kind=FieldKind.PARAGRAPH, longest=LONGEST
    )
    code = FormField(name="code", label=say("appeal.form_code", language), required=False, longest=20)
    return Form(
        action=f"everyone.appeal:{along}" if along else "everyone.appeal",
        title=say("appeal.form_title", language),
        fields=(statement,) if along else (statement, code),
    )


def _reduce_form(call: Call) -> Form:
    label = say("appeal.form_for", call.language)
    return Form(
        action=action_of(call, "appeal.reduced"),
        title=say("appeal.form_reduced", call.language),
        fields=(FormField(name="for", label=label, longest=20), why_field(call, required=False)),
    )


_WHY = option("why", OptionKind.TEXT, required=False)

COMMANDS: tuple[Command, ...] = (
    Command(
        name="everyone.appeal", audience=Audience.EVERYBODY,
        options=(
            option("statement", OptionKind.TEXT, required=False, longest=LONGEST),
            option("code", OptionKind.TEXT, required=False, longest=40),
        ),
        run=appeal,
    ),
    Command(
        name="appeal.stands", audience=Audience.LEADS, options=(_WHY,), run=stands, right=Right.HEAR, typed=False
    ),
    Command(
        name="appeal.reduced", audience=Audience.LEADS,
        options=(option("for", OptionKind.DURATION, required=False), _WHY), run=reduced, right=Right.HEAR, typed=False,
    ),
    Command(
        name="appeal.lifted", audience=Audience.LEADS, options=(_WHY,), run=lifted, right=Right.HEAR, typed=False
    ),
)  # fmt: skip
