"""What stands in the workspace when the story begins, the community's policies, and what each member does in it."""

from typing import Any

from adapters.slack.manifest import manifest
from tests.crash.wire.scenes import Scene, mixed

WORKSPACE, HELP, GAMING, LEADS = "T0A", "C0HELP", "C0GAMING", "C0LEADS"
APP, BOT, KEEPER = "A0LOCUM", "U0LOCUM", "U0KEEPER"
#: what the app is given, as the server writes tokens
TOKENS = {
    "bot": f"xoxb-{WORKSPACE}-{APP}", "app": f"xapp-1-{APP}", "admin": f"xoxp-{WORKSPACE}-{APP}-{KEEPER}",
}  # fmt: skip
#: who only talks
TALKERS = ("U7001", "U7002", "U7003")

COMMUNITY = f"""\
community: acme
zone: UTC
languages: [en]
mode: live
act_within: 30m
slack: {WORKSPACE}
channels:
  help: {{slack: {WORKSPACE}/{HELP}}}
  gaming: {{slack: {WORKSPACE}/{GAMING}}}
  leads: {{slack: {WORKSPACE}/{LEADS}}}
automation:
  may: [delete, kick, ban, quarantine, {{timeout: {{up_to: 7d}}}}]
  asks: {{}}
queues:
  hate: {{served_by: [internal]}}
"""

RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: slur, when: {regex: blockhead}, severity: high, then: [delete, {notice: respect}, {strike: 1}, {case: hate}]}
  - {id: plain, when: {regex: rascal}, severity: low, then: [delete]}
  - {id: out, when: {regex: outcast}, severity: critical, then: [delete, ban]}
  - {id: door, when: {regex: trespass}, severity: high, then: [delete, kick]}
  - {id: raid, when: {regex: cheapcoins}, severity: critical, then: [delete, quarantine]}
"""

#: words of messages that don't stay
BANNED_WORDS = ("blockhead", "rascal", "outcast", "trespass", "cheapcoins")


def beginning() -> list[dict[str, Any]]:
    """Return what is done in the workspace before anybody connects to it: Locum's app is as its manifest makes it."""

    def on(where: str, do: str, *given: Any, **named: Any) -> dict[str, Any]:
        return {"on": where, "do": do, "with": given, "named": named}

    made, here = manifest(), f"workspace:{WORKSPACE}"
    features, scopes = made["features"], made["oauth_config"]["scopes"]
    shortcuts = {one["callback_id"]: {"type": one["type"], "name": one["name"]} for one in features["shortcuts"]}
    everybody = [KEEPER, BOT, *TALKERS]
    return [
        on("world", "add_workspace", "harbour", id=WORKSPACE),
        on(here, "add_user", "keeper", id=KEEPER, is_admin=True),
        *(on(here, "add_user", f"talker {user}", id=user) for user in TALKERS),
        on(
            "world", "add_app", "Locum", id=APP,
            bot_events={"set": made["settings"]["event_subscriptions"]["bot_events"]}, shortcuts=shortcuts,
            commands={one["command"]: {"should_escape": one["should_escape"]} for one in features["slash_commands"]},
        ),
        on("world", "install", {"app": APP}, WORKSPACE, scopes=scopes["bot"], user_id=BOT),
        on("world", "authorise", {"app": APP}, WORKSPACE, KEEPER, scopes=scopes["user"]),
        on(here, "add_channel", "help", id=HELP, members=everybody),
        on(here, "add_channel", "gaming", id=GAMING, members=everybody),
        on(here, "add_channel", "leads", id=LEADS, members=[KEEPER, BOT], is_private=True),
        # a program that begins anew every few seconds asks for more sockets than Slack lets it for long
        {"on": "limits", "do": "methods", "to": {"apps.connections.open": 1_000}},
        # told again soon: what was told again is heard by whoever comes next
        {"on": "delivery", "do": "retries", "to": [0.0, 2.0, 6.0]},
    ]  # fmt: skip


def scene(kind: str, number: int) -> Scene:
    """Return one scene; `number` makes its people its own."""
    people = tuple(f"U{100_000 + 100 * number + one}" for one in range(3))
    match kind:
        case "raid":
            said = [(raider, f"cheapcoins {turn}") for turn in range(3) for raider in people]
            return _scene(kind, people, said, aims=("delete", "ack"))
        case "kick":
            return _scene(kind, people[:1], [(people[0], "I trespass here")], aims=("kick",))
        case "ban":
            return _scene(kind, people[:1], [(people[0], "an outcast speaks")], aims=("card", "delete"))
        case "notice":
            return _scene(kind, people[:1], [(people[0], "you blockhead")], aims=("notice", "card"))
        case "modal":
            return _scene(kind, people[:1], [(people[0], "you blockhead")])
        case "talk":
            return _scene(kind, (), [(TALKERS[one % 3], f"line {one}") for one in range(30)], aims=("ack",))
        case _:
            texts = (f"rascal {one}" if one % 10 == 0 else f"line {one}" for one in range(40))
            lines = mixed([(TALKERS[one % 3], text) for one, text in enumerate(texts)], (HELP, GAMING), TALKERS)
            return Scene(kind=kind, comes=(), lines=lines, unheard=True)


def _scene(kind: str, people: tuple[str, ...], said: list[tuple[str, str]], aims: tuple[str, ...] = ()) -> Scene:
    return Scene(kind=kind, comes=people, lines=mixed(said, (HELP, GAMING), TALKERS), aims=aims)
