"""What members ask about their own data: a copy, or to be forgotten; whoever runs the program answers."""

from bot.commands.command import Call, Command, option
from bot.domain.command import Audience, OptionKind, Reply
from bot.services.subjects.asking import ask_about_data
from bot.store.requests import RequestKind


async def privacy(call: Call) -> Reply:
    """Take a request in, and return its receipt: until when it is answered, and what happens next."""
    kind = RequestKind(call.given("what", str))
    asked = await ask_about_data(call.work, call.caller, kind)
    request = asked.request
    said = "privacy.received" if asked.is_new else "privacy.received_before"
    parts = [call.answer(said, on=f"{request.received_at:%Y-%m-%d}").text]
    parts.append(call.answer("privacy.held" if asked.is_held else f"privacy.next_{kind.value}").text)
    parts.append(call.answer("privacy.due", due=f"{request.due_at:%Y-%m-%d}", request=request.id[:8].upper()).text)
    return Reply(text=" ".join(parts))


COMMANDS: tuple[Command, ...] = (
    Command(
        name="everyone.privacy",
        audience=Audience.EVERYBODY,
        options=(option("what", OptionKind.CHOICE, choices=tuple(kind.value for kind in RequestKind)),),
        run=privacy,
    ),
)
