"""The buttons, menus and forms of cards about cases: each says the same as a command, by one press."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.commands.case_looking import look_at
from bot.commands.casework import shown_version, told, which
from bot.commands.command import Call, Command, bad_input, option
from bot.domain.command import Audience, FieldKind, Form, FormField, Option, OptionKind, Reply
from bot.domain.duration import parse_duration
from bot.domain.right import Right
from bot.domain.verdict import Verdict
from bot.i18n import say
from bot.services.cases.asking import answer, find_question
from bot.services.cases.claiming import next_case
from bot.services.cases.deciding import Decided, Deciding, decide_case
from bot.services.cases.holding import find_case, hold_case, may
from bot.store.notes import Note

_LONGEST = 2_000
_ASKED_FOR = {"kick": Right.KICK, "ban": Right.BAN}


async def decide_and_say(call: Call, deciding: Deciding) -> Reply:
    """Decide the case that is meant, and say what became of it."""
    named = await which(call)
    with told():
        done = await decide_case(call.work, call.caller, named, deciding, version=shown_version(call))
    return call.answer(_became(done), case=done.case.number)


def _became(done: Decided) -> str:
    if done.proposed:
        return "case.proposed"
    if done.waits:
        return "case.waits"
    if done.of_one:
        return "case.decided_one"
    return "case.contained" if done.verdict is None else "case.decided"


async def no_violation(call: Call) -> Reply:
    """Dismiss a case: nothing was broken."""
    return await decide_and_say(call, Deciding(verdict=Verdict.NO_VIOLATION))


async def violation(call: Call) -> Reply:
    """Find that something was broken; what follows is said elsewhere."""
    return await decide_and_say(call, Deciding(verdict=Verdict.VIOLATION))


async def remind(call: Call) -> Reply:
    """Remind the member of the guideline."""
    return await decide_and_say(call, Deciding(verdict=Verdict.VIOLATION, action=Right.NOTICE))


async def warn(call: Call) -> Reply:
    """Warn the member."""
    return await decide_and_say(call, Deciding(verdict=Verdict.VIOLATION, action=Right.WARN))


async def delete(call: Call) -> Reply:
    """Delete what of the case's messages still stands."""
    return await decide_and_say(call, Deciding(verdict=Verdict.VIOLATION, action=Right.DELETE))


async def timeout(call: Call) -> Reply:
    """Let the member pause for as long as was chosen."""
    try:
        lasts: timedelta = parse_duration(call.perhaps("value", str) or "")
    except (ValueError, OverflowError):
        raise bad_input("commands.missing", option=say("options.for", call.language)) from None
    return await decide_and_say(call, Deciding(verdict=Verdict.VIOLATION, action=Right.TIMEOUT, lasts=lasts))


async def ask_for(call: Call) -> Reply:
    """Ask why something grave is asked for, before it is."""
    wanted = call.perhaps("value", str) or ""
    if wanted not in _ASKED_FOR:
        raise bad_input("commands.unknown_choice", given=wanted[:60])
    with told():
        case = await hold_case(call.work, call.caller, await which(call), version=shown_version(call))
    language = call.language
    form = Form(
        action=f"case.send_ask:{case.id}:{case.version}",
        title=say("case.form_ask_for", language, case=case.number),
        fields=(
            FormField(
                name="action",
                label=say("options.action", language),
                kind=FieldKind.CHOICE,
                options=tuple((one, say(f"cards.ask_for_{one}", language)) for one in _ASKED_FOR),
                value=wanted,
            ),
            FormField(name="for", label=say("case.form_for", language), required=False, longest=20),
            FormField(name="why", label=say("options.why", language), kind=FieldKind.PARAGRAPH, longest=_LONGEST),
        ),
    )
    return Reply(form=form)


async def send_ask(call: Call) -> Reply:
    """Ask for what was chosen; who may do it alone does it."""
    return await decide_and_say(
        call,
        Deciding(
            verdict=Verdict.VIOLATION,
            action=_ASKED_FOR[call.given("action", str)],
            lasts=call.perhaps("for", timedelta),
            reason=call.given("why", str),
        ),
    )


async def ask_lead(call: Call) -> Reply:
    """Ask what the leads are to be asked."""
    with told():
        case = await find_case(call.work, call.caller, await which(call))
    await may(call.work, call.caller, case, Right.CONSULT)
    return Reply(form=_form(call, f"case.ask:{case.id}", "case.form_ask", "question", case.number))


async def answer_question(call: Call) -> Reply:
    """Answer a question on a case, or ask what the answer is."""
    question, text = call.perhaps("subject", str) or "", call.perhaps("answer", str)
    with told():
        if text is None:
            found, case = await find_question(call.work, call.caller, question)
            await may(call.work, call.caller, case, Right.CONSULT)
            return Reply(form=_answer_form(call, found, case.number))
        case = await answer(call.work, call.caller, question, text)
    return call.answer("case.answered", case=case.number)


def _answer_form(call: Call, question: Note, number: str) -> Form:
    return _form(call, f"case.answer:{question.id}", "case.form_answer", "answer", number)


def _form(call: Call, action: str, title: str, name: str, number: str) -> Form:
    field = FormField(
        name=name, label=say(f"options.{name}", call.language), kind=FieldKind.PARAGRAPH, longest=_LONGEST
    )  # fmt: skip
    return Form(action=action, title=say(title, call.language, case=number), fields=(field,))


async def take(call: Call) -> Reply:
    """Take on the next case of the queue whose digest was pressed."""
    with told():
        first = await find_case(call.work, call.caller, call.perhaps("subject", str) or "")
        case = await next_case(call.work, call.caller, first.queue)
    if case is None:
        return call.answer("case.none_waiting")
    return await look_at(call, case, say("case.claimed", call.language, case=case.number))


def _button(name: str, run: Callable[[Call], Awaitable[Reply]], right: Right, *options: Option) -> Command:
    return Command(
        name=f"case.{name}", audience=Audience.MODERATORS, run=run, right=right, options=options, typed=False
    )  # fmt: skip


BUTTON_COMMANDS: tuple[Command, ...] = (
    _button("no_violation", no_violation, Right.DECIDE),
    _button("violation", violation, Right.DECIDE),
    _button("remind", remind, Right.NOTICE),
    _button("warn", warn, Right.WARN),
    _button("delete", delete, Right.DELETE),
    _button("timeout", timeout, Right.TIMEOUT),
    _button("ask_for", ask_for, Right.DECIDE),
    _button(
        "send_ask", send_ask, Right.DECIDE,
        option("action", OptionKind.CHOICE, choices=tuple(_ASKED_FOR)),
        option("for", OptionKind.DURATION, required=False),
        option("why", OptionKind.TEXT, longest=_LONGEST),
    ),
    _button("lead", ask_lead, Right.CONSULT),
    _button(
        "answer", answer_question, Right.CONSULT, option("answer", OptionKind.TEXT, required=False, longest=_LONGEST)
    ),
    _button("take", take, Right.CLAIM),
)  # fmt: skip
