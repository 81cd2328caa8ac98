"""Commands of the room `breakglass`: an owner's override, and somebody else's look at it."""

from datetime import timedelta

from bot.commands.command import Call, Command, bad_input, option
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.right import Right
from bot.services.breaking import (
    LONGEST,
    AlreadyBrokenError,
    NothingToReviewError,
    TooLongError,
    break_glass,
    review_override,
)


async def breakglass(call: Call) -> Reply:
    """Begin an override."""
    lasts = call.perhaps("for", timedelta) or LONGEST
    try:
        one = await break_glass(call.work, call.caller, call.given("why", str), lasts)
    except TooLongError:
        raise bad_input("breakglass.too_long", longest=LONGEST) from None
    except AlreadyBrokenError:
        raise bad_input("breakglass.already") from None
    return call.answer("breakglass.broken", lasts=one.until - one.start)


async def look(call: Call) -> Reply:
    """Say that one looked at an override."""
    override, words = str(call.options.get("subject", "")), call.perhaps("note", str) or ""
    try:
        await review_override(call.work, call.caller, override, words)
    except NothingToReviewError:
        raise bad_input("breakglass.nothing") from None
    return call.answer("breakglass.reviewed")


COMMANDS: tuple[Command, ...] = (
    Command(
        name="lead.breakglass",
        audience=Audience.LEADS,
        options=(
            option("why", OptionKind.TEXT),
            option("for", OptionKind.DURATION, required=False),
        ),
        run=breakglass,
        right=Right.BREAK_GLASS,
    ),
    Command(
        name="lead.review_override",
        audience=Audience.LEADS,
        options=(option("note", OptionKind.TEXT, required=False),),
        run=look,
        right=Right.APPROVE,
    ),
)
