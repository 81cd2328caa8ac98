"""What everybody may ask: who stands behind the scenes."""

from bot.commands.command import Call, Command
from bot.domain.card import Button, Card
from bot.domain.command import Audience, Reply
from bot.i18n import LANGUAGES, say
from bot.services.staff.teaming import Behind, who_stands_behind
from bot.store.appeals import latest_appealable


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


async def write(call: Call) -> Reply:
    """Say what can be done by writing to Locum itself; it isn't done where there is nothing that they could appeal."""
    language, work = call.language, call.work
    after = work.now - work.governance.appealing.within
    appealable = await latest_appealable(work.tx, work.community, call.caller.account, after) is not None
    card = Card(
        title=work.community,
        text=say("everyone.write_text", language),
        buttons=(
            Button(action="everyone.report", label=say("everyone.write_report", language)),
            Button(action="everyone.appeal", label=say("everyone.write_appeal", language)),
        ),
    )
    return Reply(card=card, done=appealable)


async def home(call: Call) -> Reply:
    """Say nothing; it is done where the asker moderates: only then is there more to be shown on a home of theirs."""
    return Reply(done=call.caller.person is not None)


COMMANDS: tuple[Command, ...] = (
    Command(name="everyone.team", audience=Audience.EVERYBODY, run=team, looks=True),
    Command(name="everyone.write", audience=Audience.EVERYBODY, run=write, typed=False, looks=True),
    Command(name="everyone.home", audience=Audience.EVERYBODY, run=home, typed=False, looks=True),
)  # fmt: skip
