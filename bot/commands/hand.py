"""The buttons of manual steps: done by hand, or impossible."""

from bot.commands.casework import shown_version
from bot.commands.command import Call, Command, option
from bot.commands.unfit import said
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.right import Right
from bot.i18n import say
from bot.services.hands.answering import find_steps, say_done, say_impossible

#: characters of a reason at most
_LONGEST = 1_000


async def done(call: Call) -> Reply:
    """Say that what a card asks for was done by hand; what the platform shows is looked at first."""
    with said():
        count = await say_done(call.work, call.caller, _subject(call), shown_version(call))
    return call.answer("hand.said_done", count=count)


async def impossible(call: Call) -> Reply:
    """Say that it can't be done; the button asks why, and the form says it."""
    subject, version, why = _subject(call), shown_version(call), call.perhaps("why", str)
    with said():
        if why is None:
            await find_steps(call.work, call.caller, subject)
            return Reply(form=_form(call, subject, version))
        count = await say_impossible(call.work, call.caller, subject, version, why)
    return call.answer("hand.said_impossible", count=count)


def _subject(call: Call) -> str:
    return call.perhaps("subject", str) or ""


def _form(call: Call, subject: str, version: str) -> Form:
    why = FormField(
        name="why", label=say("options.why", call.language), kind=FieldKind.PARAGRAPH, longest=_LONGEST
    )  # fmt: skip
    return Form(
        action=f"hand.impossible:{subject}:{version}", title=say("hand.form_impossible", call.language), fields=(why,)
    )


COMMANDS: tuple[Command, ...] = (
    Command(name="hand.done", audience=Audience.LEADS, run=done, right=Right.CONFIRM, typed=False),
    Command(
        name="hand.impossible",
        audience=Audience.LEADS,
        options=(option("why", OptionKind.TEXT, required=False, longest=_LONGEST),),
        run=impossible,
        right=Right.CONFIRM,
        typed=False,
    ),
)
