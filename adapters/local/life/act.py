"""What somebody of the seeded community does, and when: values alone, whoever carries them out."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class ActKind(StrEnum):
    """What sort of act it is."""

    #: an account is made: somebody who is there already, or is about to join
    ENROL = "enrol"
    #: comes in
    JOIN = "join"
    #: goes
    LEAVE = "leave"
    #: writes
    SAY = "say"
    #: changes what they wrote
    EDIT = "edit"
    #: reacts to what somebody wrote
    REACT = "react"
    #: opens a thread at what somebody wrote
    THREAD = "thread"
    #: gives Locum a command
    GIVE = "give"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who takes part."""

    #: the chat's id of their account
    id: str
    #: what others see
    name: str
    #: what they write, the language they read first
    languages: tuple[str, ...]
    #: how old the account is
    account: timedelta
    #: how long they have been here; None for somebody who has yet to join
    member: timedelta | None
    #: names of roles
    roles: frozenset[str] = frozenset()
    #: how they type: `lower`, `capital`, or nothing special
    habit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing that somebody does."""

    #: seconds since the beginning of what it belongs to, at pace 1
    at: float
    #: what sort
    kind: ActKind
    #: the account
    who: str
    #: SAY and JOIN: the room; THREAD and GIVE: where they do it
    room: str = ""
    #: SAY and EDIT: what is written; REACT: the sign; THREAD: its name; GIVE: the command
    text: str = ""
    #: what it is remembered under, for the acts that come back to it
    name: str = ""
    #: the post that is answered, changed, reacted to, or that a thread begins at, by what it is remembered under
    to: str = ""
    #: SAY: the post in whose thread it is said, by what it is remembered under
    within: str = ""
    #: SAY: names of files
    files: tuple[str, ...] = ()
    #: GIVE: what goes along; `@ACCOUNT` stands for a member, `^NAME` for a remembered post
    options: tuple[tuple[str, str], ...] = ()
    #: GIVE: only where the command that is remembered under this name was carried out
    only_after: str = ""
    #: ENROL: who it is
    person: Person | None = field(default=None)
    #: the scene that it belongs to; empty for ordinary talk
    scene: str = ""
