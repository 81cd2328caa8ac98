"""Capabilities: how one platform does one thing here and now, and what is in the way where it can't."""

from dataclasses import dataclass
from enum import StrEnum


class Ability(StrEnum):
    """One thing that Locum does through a platform."""

    #: sees what members write
    MESSAGES = "messages"
    #: sees who comes, and how members call themselves
    JOINS = "joins"
    #: reads back what it missed
    HISTORY = "history"
    #: sees what staff do by hand
    OUTSIDE = "outside"
    DELETE = "delete"
    TIMEOUT = "timeout"
    QUARANTINE = "quarantine"
    KICK = "kick"
    BAN = "ban"
    SLOW_MODE = "slow_mode"
    RAID_MODE = "raid_mode"
    #: keeps messages from appearing at all
    PREVENTION = "prevention"
    #: tells members something in private
    NOTICE = "notice"
    #: shows staff cards
    CARD = "card"
    #: opens threads at cards, in which staff talk a case over
    THREAD = "thread"
    #: takes commands, menus, buttons and forms
    COMMANDS = "commands"


class Way(StrEnum):
    """How something is done."""

    #: the platform has it
    DIRECT = "direct"
    #: it is put together from what the platform has
    EMULATED = "emulated"
    #: a person with the right does it by hand
    MANUAL = "manual"
    #: it can't be done as things stand
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Capability:
    """How one thing is done."""

    #: what
    ability: Ability
    #: how
    way: Way
    #: what is in the way of MISSING and MANUAL: a code, and what else it names, such as a permission
    cause: str = ""
    about: str = ""
