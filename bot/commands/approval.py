"""Commands of the group `approval`: the buttons of a request's card."""

from datetime import timedelta

from bot.commands.casework import told
from bot.commands.command import BadInputError, Call, Command, bad_input, option
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.milder import LADDER, milder_rights
from bot.domain.right import Right
from bot.domain.verdict import ApprovalState
from bot.i18n import say
from bot.services.approvals import answering
from bot.services.approvals.answering import Look, NotMilderError, StaleRequestError, UnknownRequestError
from bot.services.showing.approval import show_actor
from bot.store.approvals import Approval

#: characters of a reason at most
_LONGEST = 1_000


async def approve(call: Call) -> Reply:
    """Say yes to what was asked for."""
    look = await looked(call)
    with told():
        try:
            await answering.approve(call.work, look)
        except StaleRequestError:
            raise bad_input("commands.stale") from None
    return call.answer("approval.approved")


async def change(call: Call) -> Reply:
    """Say yes to something milder; the button asks for what, and the form says it."""
    look = await looked(call)
    choices = milder_rights(look.approval.order)
    if not choices:
        raise bad_input("approval.nothing_milder")
    chosen = call.perhaps("action", str)
    if chosen is None:
        return Reply(form=_change_form(call, choices))
    lasts = call.perhaps("for", timedelta)
    try:
        await answering.change(call.work, look, Right(chosen), lasts, reason=call.perhaps("why", str) or "")
    except NotMilderError:
        raise bad_input("approval.not_milder") from None
    except StaleRequestError:
        raise bad_input("commands.stale") from None
    return call.answer("approval.changed")


async def refuse(call: Call) -> Reply:
    """Say no; the button asks for the reason, and the form says it."""
    look = await looked(call)
    why = call.perhaps("why", str)
    if why is None:
        return Reply(form=_refuse_form(call))
    try:
        await answering.refuse(call.work, look, reason=why)
    except StaleRequestError:
        raise bad_input("commands.stale") from None
    return call.answer("approval.refused")


async def take_over(call: Call) -> Reply:
    """Take the case over."""
    look = await looked(call)
    with told():
        try:
            await answering.take_over(call.work, look)
        except StaleRequestError:
            raise bad_input("commands.stale") from None
    return call.answer("approval.taken_over")


async def looked(call: Call) -> Look:
    """Return the request that a button names; raises BadInputError, DeniedError."""
    try:
        return await answering.look_at(call.work, call.caller, str(call.options.get("subject", "")), version_of(call))
    except UnknownRequestError:
        raise bad_input("approval.unknown") from None
    except StaleRequestError as error:
        raise _meanwhile(call, error.approval) from None


def _meanwhile(call: Call, approval: Approval | None) -> BadInputError:
    """Return the error that says how a request was answered whose card is old."""
    if approval is None or approval.state is ApprovalState.OPEN:
        return _stale()
    how = say(f"approval.state_{approval.state.value}", call.language)
    if approval.answered_by is None:
        return bad_input("approval.stale", how=how)
    who = show_actor(approval.answered_by, call.work.governance.roster, call.language)
    return bad_input("approval.stale_by", how=how, who=who)


def version_of(call: Call) -> int:
    """Return the version that a button names; raises BadInputError for one that names none."""
    version = str(call.options.get("version", ""))
    if not (version.isascii() and version.isdecimal()) or len(version) > 9:
        raise _stale()
    return int(version)


def _stale() -> BadInputError:
    return bad_input("commands.stale")


def action_of(call: Call, word: str) -> str:
    """Return what a form says when it is sent: the same request at the same version."""
    return f"{word}:{call.options['subject']}:{call.options['version']}"


def why_field(call: Call, *, required: bool) -> FormField:
    """Return the field for the answerer's own words."""
    return FormField(
        name="why", label=say("approval.form_why", call.language), kind=FieldKind.PARAGRAPH, required=required,
        longest=_LONGEST,
    )  # fmt: skip


def _change_form(call: Call, choices: tuple[Right, ...]) -> Form:
    named = tuple((one.value, say(f"approval.right_{one.value}", call.language)) for one in choices)
    return Form(
        action=action_of(call, "approval.change"),
        title=say("approval.form_change", call.language),
        fields=(
            FormField(
                name="action", label=say("approval.form_action", call.language), kind=FieldKind.CHOICE, options=named
            ),
            FormField(name="for", label=say("approval.form_for", call.language), required=False, longest=20),
            why_field(call, required=False),
        ),
    )


def _refuse_form(call: Call) -> Form:
    return Form(
        action=action_of(call, "approval.refuse"),
        title=say("approval.form_refuse", call.language),
        fields=(why_field(call, required=True),),
    )


_WHY = option("why", OptionKind.TEXT, required=False, longest=_LONGEST)
_INSTEAD = option("action", OptionKind.CHOICE, required=False, choices=tuple(one.value for one in LADDER))
_FOR = option("for", OptionKind.DURATION, required=False)

COMMANDS: tuple[Command, ...] = (
    Command(name="approval.approve", audience=Audience.LEADS, run=approve, right=Right.APPROVE, typed=False),
    Command(
        name="approval.change", audience=Audience.LEADS, options=(_INSTEAD, _FOR, _WHY), run=change,
        right=Right.APPROVE, typed=False,
    ),
    Command(
        name="approval.refuse", audience=Audience.LEADS, options=(_WHY,), run=refuse, right=Right.APPROVE, typed=False
    ),
    Command(name="approval.take_over", audience=Audience.LEADS, run=take_over, right=Right.APPROVE, typed=False),
)  # fmt: skip
