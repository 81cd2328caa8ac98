"""Carries out what somebody asked for: finds who they are, parses, runs the command in one transaction, and answers.

Who is denied something leaves nothing behind but the record of the attempt; who asked wrongly, nothing at all.
"""

from contextlib import suppress
from dataclasses import replace

from bot.commands.around import completed
from bot.commands.command import BadInputError, Call, Command
from bot.commands.desk import Desk
from bot.commands.options import parse
from bot.commands.table import find_command
from bot.domain.command import Invocation, Reply
from bot.domain.entry_kind import EntryKind
from bot.i18n import say
from bot.services.authorising import DeniedError
from bot.services.record import Draft, refuse
from bot.services.staff.knowing import find_caller
from bot.services.work import begin_work
from bot.store.accounts import languages_of, note_languages
from bot.store.engine import Tx
from bot.store.errors import UnavailableError
from bot.store.invocations import is_new

#: a command that meets another one on the same rows may have to give way to it
_TRIES = 3


async def give(desk: Desk, invocation: Invocation) -> Reply:
    """Return the answer to a command, a press or a form; everything it did is committed by then.

    Raises UnavailableError when the database doesn't answer: nothing was done. A transaction that gave way to another
    is tried again as a whole.
    """
    for _ in range(_TRIES - 1):
        with suppress(UnavailableError):
            return await _give(desk, invocation)
    return await _give(desk, invocation)


async def _give(desk: Desk, invocation: Invocation) -> Reply:
    command = find_command(invocation.command)
    language = invocation.language
    if command is None:
        return Reply(text=say("commands.unknown", language), done=False)
    try:
        async with desk.store.writing() as tx:
            call = await _prepared(desk, tx, invocation)
            if call is None:
                return Reply(text=say("commands.no_community", language), done=False)
            if not command.looks and not await is_new(tx, invocation.community, invocation.id, call.work.now):
                return Reply(text=say("commands.done_already", language), done=False)
            policies = call.work.policies
            call.options = await parse(call, command)
            reply = await command.run(call)
            await call.work.finish()
    except BadInputError as error:
        return Reply(text=error.said.say(language), done=False)
    except DeniedError as error:
        await _record_refusal(desk, invocation, command, error)
        return Reply(text=error.reason.say(language), done=False)
    desk.wake()
    if call.work.policies is not policies:
        desk.changed(invocation.community)
    return await completed(desk, reply, invocation.community, call.language)


async def _prepared(desk: Desk, tx: Tx, invocation: Invocation) -> Call | None:
    policies = desk.policies(invocation.community)
    if policies is None:
        return None
    work = await begin_work(tx, desk.keys, policies, desk.clock.now())
    caller = await find_caller(work, invocation.account, invocation.language)
    if invocation.language:
        await note_languages(tx, {caller.account: invocation.language})
    else:
        known = await languages_of(tx, [caller.account])
        caller = replace(caller, language=known.get(caller.account, policies.languages[0]))
    return Call(desk=desk, work=work, caller=caller, invocation=invocation)


async def _record_refusal(desk: Desk, invocation: Invocation, command: Command, error: DeniedError) -> None:
    """Record the attempt: one entry for the first, and a counted one for those that repeat it."""
    async with desk.store.writing() as tx:
        call = await _prepared(desk, tx, invocation)
        if call is None:
            return
        code = error.denial.code
        draft = Draft(
            kind=EntryKind.REFUSED,
            actor=call.caller.actor(),
            policy=call.work.policies.version,
            details={
                "command": command.name, "reason": code, "right": error.right.value, "account": call.caller.account,
            },
        )  # fmt: skip
        key = f"{call.caller.account}:{command.name}:{code}"
        await refuse(tx, desk.keys, invocation.community, call.work.now, draft, key=key)
