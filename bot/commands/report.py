"""`/report`: any member tells the moderation of another, of a message, or of those who moderate."""

from bot.commands.casework import told
from bot.commands.command import Call, Command, bad_input, option
from bot.domain.command import Audience, FieldKind, Form, FormField, OptionKind, Reply
from bot.domain.message import Member, Message
from bot.i18n import say
from bot.services.reports.reporting import Told, report

_LONGEST = 2_000


async def tell(call: Call) -> Reply:
    """Take a report in, and give a receipt at once; whoever says nothing in a direct message is asked."""
    if not call.options and call.invocation.channel is None:
        return Reply(form=_form(call))
    member, message = call.perhaps("member", Member), call.perhaps("message", Message)
    organisation = _organisation(call)
    if message is not None:
        member = message.author
    if member is None and not organisation:
        raise bad_input("report.whom")
    if member is not None and member.account is None:
        raise bad_input("commands.unknown_message")
    said = Told(
        member=member,
        message=message,
        organisation="" if member is not None else organisation,
        guideline=call.perhaps("guideline", str) or "",
        statement=call.perhaps("statement", str) or "",
        connection=call.invocation.connection,
    )
    with told():
        case = await report(call.work, call.caller, said)
    return call.answer("report.receipt", number=case.number)


def _form(call: Call) -> Form:
    language = call.language
    return Form(
        action="everyone.report",
        title=say("report.form_title", language),
        fields=(
            FormField(
                name="statement", label=say("report.form_statement", language), kind=FieldKind.PARAGRAPH,
                longest=_LONGEST,
            ),
            FormField(name="message", label=say("report.form_message", language), required=False, longest=200),
            FormField(name="member", label=say("report.form_member", language), required=False, longest=100),
        ),
    )  # fmt: skip


def _organisation(call: Call) -> str:
    """Return the organisation that is named by its id, its name, or what members are told it is called."""
    given = (call.perhaps("organisation", str) or "").casefold()
    if not given:
        return ""
    for one in call.work.governance.roster.organisations.values():
        if given in {name.casefold() for name in (one.id, one.name, *one.shown_as.values())}:
            return one.id
    raise bad_input("commands.unknown_organisation", given=given[:60])


COMMANDS: tuple[Command, ...] = (
    Command(
        name="everyone.report",
        audience=Audience.EVERYBODY,
        options=(
            option("member", OptionKind.MEMBER, required=False),
            option("message", OptionKind.MESSAGE, required=False),
            option("guideline", OptionKind.GUIDELINE, required=False),
            option("statement", OptionKind.TEXT, required=False, longest=_LONGEST),
            option("organisation", OptionKind.TEXT, required=False, longest=100),
        ),
        run=tell,
        menu=OptionKind.MESSAGE,
    ),
)
