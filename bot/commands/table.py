"""The table of every command: a new one is a function and a row in its room's file."""

from bot.commands import (
    activity,
    appeal,
    approval,
    breakglass,
    case,
    escalation,
    everyone,
    hand,
    lead,
    massban,
    mod,
    partner,
    policies,
    privacy,
    report,
    review,
    shift,
    undo,
)
from bot.commands.command import Command

#: every command, room by room
COMMANDS: tuple[Command, ...] = (
    *mod.COMMANDS,
    *case.COMMANDS,
    *approval.COMMANDS,
    *escalation.COMMANDS,
    *shift.COMMANDS,
    *lead.COMMANDS,
    *hand.COMMANDS,
    *massban.COMMANDS,
    *review.COMMANDS,
    *undo.COMMANDS,
    *policies.COMMANDS,
    *activity.COMMANDS,
    *breakglass.COMMANDS,
    *partner.COMMANDS,
    *report.COMMANDS,
    *appeal.COMMANDS,
    *privacy.COMMANDS,
    *everyone.COMMANDS,
)

_BY_NAME = {command.name: command for command in COMMANDS}


def find_command(name: str) -> Command | None:
    """Return the command of that name, `group.name`."""
    return _BY_NAME.get(name)
