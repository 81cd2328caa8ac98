"""`/shift`: who is on duty for whom."""

from bot.commands.command import Call, Command, bad_input, option
from bot.commands.times import clock
from bot.commands.unfit import said
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.right import Right
from bot.i18n import say
from bot.services.authorising import require
from bot.services.staff.knowing import caller_as
from bot.services.staff.shifting import Left, choose, end_shift, open_claims, start_shift

#: characters of a handover note at most
_LONGEST_NOTE = 2_000


async def start(call: Call) -> Reply:
    """Begin a shift for one organisation, and say what was left for it."""
    wanted = call.perhaps("for", str)
    roster = call.work.governance.roster
    seats = [one for one in roster.with_account(call.caller.ref) if wanted in (None, one.organisation)]
    if not seats:
        # an account of nobody, or a lead who names an organisation at which they aren't seated
        await require(call.work, call.caller, Right.SHIFT)
        raise bad_input("shift.not_seated")
    if len(seats) > 1:
        raise bad_input("shift.which", organisations=", ".join(sorted(one.organisation for one in seats)))
    caller = await caller_as(call.work, call.caller, seats[0])
    await require(call.work, caller, Right.SHIFT)
    with said():
        started = await start_shift(call.work, caller)
    organisation = roster.organisations[seats[0].organisation].name
    lines = [say("shift.started", call.language, organisation=organisation, until=clock(call, started.shift.until))]
    lines += [_left(call, one) for one in started.left]
    return Reply(text="\n\n".join(lines))


def _left(call: Call, left: Left) -> str:
    text = say("shift.left", call.language, alias=left.alias, note=left.note)
    cases = say("shift.left_cases", call.language, cases=", ".join(left.cases)) if left.cases else ""
    return f"{text}\n{cases}" if cases else text


async def show(call: Call) -> Reply:
    """Say whether one is on shift, for whom and until when."""
    await require(call.work, call.caller, Right.SHIFT)
    standing, organisation = call.caller.standing, call.caller.organisation
    if standing is None or standing.shift is None or organisation is None:
        return call.answer("shift.on_none")
    shift = standing.shift
    return call.answer(
        "shift.shown", organisation=organisation.name, since=clock(call, shift.start), until=clock(call, shift.until)
    )


async def end(call: Call) -> Reply:
    """End the shift one is on; whoever still works on cases leaves a note."""
    await require(call.work, call.caller, Right.SHIFT)
    note, person = call.perhaps("note", str) or "", call.caller.person
    standing = call.caller.standing
    subject = call.perhaps("subject", str)
    if subject and (standing is None or standing.shift is None or standing.shift.id != subject):
        raise bad_input("commands.expired")
    if not note and person is not None and standing is not None and standing.shift is not None:
        claims = await open_claims(call.work, person.id)
        if claims:
            return Reply(form=_form(call, standing.shift.id, len(claims)), done=False)
    with said():
        cases = await end_shift(call.work, call.caller, note=note)
    return call.answer("shift.ended_with_cases" if cases else "shift.ended", count=cases)


def _form(call: Call, shift: str, claims: int) -> Form:
    return Form(
        action=f"shift.end:{shift}",
        title=say("shift.form", call.language),
        fields=(
            FormField(
                name="note",
                label=say("shift.form_note", call.language, count=claims),
                kind=FieldKind.PARAGRAPH,
                longest=_LONGEST_NOTE,
            ),
        ),
    )


async def choose_queue(call: Call) -> Reply:
    """Be given the cases of a queue by choice, or no longer."""
    await require(call.work, call.caller, Right.SHIFT)
    queue, on = call.given("queue", str), call.perhaps("state", str) != "off"
    with said():
        await choose(call.work, call.caller, queue, on=on)
    return call.answer("shift.chosen" if on else "shift.left_queue", queue=queue)


COMMANDS: tuple[Command, ...] = (
    Command(
        name="shift.start",
        audience=Audience.MODERATORS,
        options=(option("for", OptionKind.ORGANISATION, required=False),),
        run=start,
        right=Right.SHIFT,
    ),
    Command(name="shift.show", audience=Audience.MODERATORS, run=show, right=Right.SHIFT, looks=True),
    Command(
        name="shift.end",
        audience=Audience.MODERATORS,
        options=(option("note", OptionKind.TEXT, required=False, longest=_LONGEST_NOTE),),
        run=end,
        right=Right.SHIFT,
    ),
    Command(
        name="shift.choose",
        audience=Audience.MODERATORS,
        options=(
            option("queue", OptionKind.QUEUE),
            option("state", OptionKind.CHOICE, required=False, choices=("on", "off")),
        ),
        run=choose_queue,
        right=Right.SHIFT,
    ),
)
