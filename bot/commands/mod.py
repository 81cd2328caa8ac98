"""`/mod`: what moderators do to members, messages and places."""

from dataclasses import replace
from datetime import timedelta

from bot.commands.acting import about_member, give_and_say, message_surrogate, scope_here
from bot.commands.command import Call, Command, option
from bot.commands.mod_forms import FORM_COMMANDS, asked_form
from bot.commands.mod_lifting import LIFT_COMMANDS
from bot.commands.mod_looking import LOOK_COMMANDS
from bot.commands.mod_purging import PURGE_COMMANDS
from bot.domain.authority import NOBODY
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.message import Channel, Message
from bot.domain.order import Order
from bot.domain.place import Connection, stream_of
from bot.domain.right import Right
from bot.services.staff.knowing import target_of
from bot.store.channels import add_channels

_MEMBER = option("member", OptionKind.MEMBER)
_GUIDELINE = option("guideline", OptionKind.GUIDELINE, required=False)
_FOR = option("for", OptionKind.DURATION, required=False)
_WHY = option("why", OptionKind.TEXT, required=False)
_CASE = option("case", OptionKind.CASE, required=False)


async def remind(call: Call) -> Reply:
    """Remind a member of a guideline: nothing follows from it."""
    return await _to_member(call, Right.NOTICE)


async def warn(call: Call) -> Reply:
    """Warn a member: a notice, and a strike."""
    return await _to_member(call, Right.WARN)


async def timeout(call: Call) -> Reply:
    """Keep a member from writing for a while."""
    return await _to_member(call, Right.TIMEOUT, needs_length=True)


async def quarantine(call: Call) -> Reply:
    """Let a member see only a part of the community."""
    return await _to_member(call, Right.QUARANTINE)


async def kick(call: Call) -> Reply:
    """Remove a member, who may come back."""
    return await _to_member(call, Right.KICK)


async def ban(call: Call) -> Reply:
    """Keep a member out, for a while or for good."""
    return await _to_member(call, Right.BAN)


async def _to_member(call: Call, right: Right, *, needs_length: bool = False) -> Reply:
    lasts = call.perhaps("for", timedelta)
    # what a menu doesn't say is asked for
    if call.perhaps("guideline", str) is None or (needs_length and lasts is None):
        return await asked_form(call, right, needs_length=needs_length)
    order, target, scope = await about_member(call, right)
    return await give_and_say(call, replace(order, lasts=lasts), target, scope)


async def delete(call: Call) -> Reply:
    """Remove one message; its author is told where a guideline is named."""
    message = call.given("message", Message)
    author, connection = message.author, Connection(platform=message.ref.platform, workspace=message.ref.workspace)
    order = Order(
        right=Right.DELETE,
        account=author.key if author.account is not None else "",
        connection=connection.name,
        messages=(await message_surrogate(call, message),),
        guideline=call.perhaps("guideline", str) or "",
    )
    target = await target_of(call.work, author.key, call.caller, author)
    return await give_and_say(call, order, target, await scope_here(call, channel=message.channel))


async def slow(call: Call) -> Reply:
    """Set the pause between a channel's messages; without one, end it."""
    channel = call.given("channel", Channel)
    stream = stream_of(channel)
    number = (await add_channels(call.work.tx, call.work.community, [stream], call.work.now))[stream]
    order = Order(
        right=Right.SLOW_MODE,
        connection=stream.connection.name,
        channel=number,
        every=call.perhaps("every", timedelta),
        lasts=call.perhaps("for", timedelta),
    )
    return await give_and_say(call, order, NOBODY, await scope_here(call, channel=channel))


COMMANDS: tuple[Command, ...] = (
    Command(
        name="mod.remind", audience=Audience.MODERATORS, options=(_MEMBER, _GUIDELINE, _WHY, _CASE), run=remind,
        right=Right.NOTICE,
    ),
    Command(
        name="mod.warn", audience=Audience.MODERATORS, options=(_MEMBER, _GUIDELINE, _WHY, _CASE), run=warn,
        right=Right.WARN, menu=OptionKind.MEMBER,
    ),
    Command(
        name="mod.delete", audience=Audience.MODERATORS,
        options=(option("message", OptionKind.MESSAGE), _GUIDELINE, _WHY), run=delete, right=Right.DELETE,
        menu=OptionKind.MESSAGE,
    ),
    *PURGE_COMMANDS,
    Command(
        name="mod.timeout", audience=Audience.MODERATORS, options=(_MEMBER, _FOR, _GUIDELINE, _WHY, _CASE),
        run=timeout, right=Right.TIMEOUT, menu=OptionKind.MEMBER,
    ),
    Command(
        name="mod.quarantine", audience=Audience.MODERATORS, options=(_MEMBER, _GUIDELINE, _FOR, _WHY, _CASE),
        run=quarantine, right=Right.QUARANTINE,
    ),
    Command(
        name="mod.kick", audience=Audience.MODERATORS, options=(_MEMBER, _GUIDELINE, _WHY, _CASE), run=kick,
        right=Right.KICK,
    ),
    Command(
        name="mod.ban", audience=Audience.MODERATORS, options=(_MEMBER, _GUIDELINE, _FOR, _WHY, _CASE), run=ban,
        right=Right.BAN,
    ),
    *LIFT_COMMANDS,
    Command(
        name="mod.slow", audience=Audience.MODERATORS,
        options=(
            option("channel", OptionKind.CHANNEL), option("every", OptionKind.DURATION, required=False), _FOR, _WHY,
        ),
        run=slow, right=Right.SLOW_MODE,
    ),
    *LOOK_COMMANDS,
    *FORM_COMMANDS,
)  # fmt: skip
