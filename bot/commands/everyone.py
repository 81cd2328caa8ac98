"""What everybody may ask: who stands behind the scenes."""

from bot.commands.command import Call, Command
from bot.domain.command import Audience, Reply
from bot.i18n import LANGUAGES, say
from bot.services.staff.teaming import Behind, who_stands_behind


async def team(call: Call) -> Reply:
    """Say who moderates here: organisations and what their people are called, never an account."""
    lines = [_line(call, one) for one in await who_stands_behind(call.work)]
    return Reply(text="\n".join([say("everyone.team", call.language), *lines]))


def _line(call: Call, one: Behind) -> str:
    called = next(
        (one.shown_as[language] for language in (call.language, *LANGUAGES) if language in one.shown_as),
        say("everyone.own_team" if one.internal else "everyone.outside", call.language),
    )
    return f"• {called}: {', '.join(one.aliases)}" if one.aliases else f"• {called}"


COMMANDS: tuple[Command, ...] = (
    Command(name="everyone.team", audience=Audience.EVERYBODY, run=team, looks=True),
)  # fmt: skip
