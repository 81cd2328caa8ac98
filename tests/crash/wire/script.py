"""What stands on the server when the story begins, the community's policies, and what each member does in it."""

from typing import Any

from tests.crash.wire.scenes import Line, Scene, mixed
from tests.discord.harbour import MODERATING

SERVER, HELP, GAMING, LEADS, QUARANTINE = "1000", "4101", "4102", "4109", "5002"
#: who only talks
TALKERS = ("7001", "7002", "7003")

COMMUNITY = f"""\
community: acme
zone: UTC
languages: [en]
mode: live
act_within: 30m
discord: "{SERVER}"
channels:
  help: {{discord: "{HELP}"}}
  gaming: {{discord: "{GAMING}"}}
  leads: {{discord: "{LEADS}"}}
roles: {{quarantine: {{discord: "{QUARANTINE}"}}}}
automation:
  may: [delete, ban, quarantine, {{timeout: {{up_to: 7d}}}}]
  asks: {{}}
queues:
  hate: {{served_by: [internal]}}
"""

#: patterns, for plain words Discord itself would keep from appearing
RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: slur, when: {regex: blockhead}, severity: high, then: [delete, {notice: respect}, {strike: 1}, {case: hate}]}
  - {id: plain, when: {regex: rascal}, severity: low, then: [delete]}
  - {id: out, when: {regex: outcast}, severity: critical, then: [delete, ban]}
  - {id: raid, when: {regex: cheapcoins}, severity: critical, then: [delete, quarantine]}
"""

#: words of messages that don't stay
BANNED_WORDS = ("blockhead", "rascal", "outcast", "cheapcoins")


def beginning() -> list[dict[str, Any]]:
    """Return what is done on the server before anybody connects to it."""

    def on(where: str, do: str, *given: Any, **named: Any) -> dict[str, Any]:
        return {"on": where, "do": do, "with": given, "named": named}

    guild = f"guild:{SERVER}"
    return [
        on("world", "add_guild", "Harbour", id=SERVER, permissions=int(MODERATING)),
        on(guild, "add_role", "quarantine", id=QUARANTINE, position=0),
        *(on(guild, "add_channel", name, id=id_) for name, id_ in (("help", HELP), ("gaming", GAMING))),
        on(guild, "add_channel", "leads", id=LEADS),
        *(on(guild, "add_member", f"talker {user}", id=user) for user in TALKERS),
    ]


def scene(kind: str, number: int) -> Scene:
    """Return one scene; `number` makes its people its own."""
    first = 100_000 + 100 * number
    match kind:
        case "raid":
            raiders = tuple(str(first + one) for one in range(6))
            lines = _mixed([(raider, f"cheapcoins {turn}") for turn in range(10) for raider in raiders])
            return Scene(kind=kind, comes=raiders, lines=lines)
        case "ban":
            people = tuple(str(first + one) for one in range(4))
            return Scene(kind=kind, comes=people, lines=_mixed([(one, "an outcast speaks") for one in people]))
        case "modal":
            return Scene(kind=kind, comes=(str(first),), lines=_mixed([(str(first), "you blockhead")]))
        case _:
            texts = (f"rascal {one}" if one % 5 == 0 else f"line {one}" for one in range(90))
            lines = _mixed([(TALKERS[one % 3], text) for one, text in enumerate(texts)])
            return Scene(kind=kind, comes=(), lines=lines, unheard=True)


def _mixed(said: list[tuple[str, str]]) -> tuple[Line, ...]:
    return mixed(said, (HELP, GAMING), TALKERS)
