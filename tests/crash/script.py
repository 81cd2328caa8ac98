"""What happens in the world while processes come and go: members write, repeat themselves, and edit."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.place import Connection
from tests.fakes.clock import START

SERVER = Connection(platform=PlatformName.DISCORD, workspace="W1")

COMMUNITY = """\
community: acme
zone: UTC
languages: [en]
mode: live
act_within: 30m
channels:
  help: {discord: "4101"}
  gaming: {discord: "4102"}
  leads: {discord: "4109"}
automation:
  may: [delete, kick, ban, quarantine, {timeout: {up_to: 7d}}, slow_mode, raid_mode]
  asks: {}
ladder: {expires: 90d, steps: {2: {timeout: 1h}}}
queues:
  hate: {served_by: [internal]}
"""

RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: slur, when: {words: [blockhead]}, severity: high, then: [delete, {notice: respect}, {strike: 1}, {case: hate}]}
  - {id: harsh, when: {words: [nitwit]}, severity: medium, then: [{timeout: 10m}]}
  - {id: plain, when: {words: [rascal]}, severity: low, then: [delete]}
  - {id: out, when: {words: [outcast]}, severity: critical, then: [delete, ban]}
  - {id: raid, when: {words: [cheapcoins]}, severity: critical, then: [delete, {ban: {purge: 1h}}]}
  - {id: door, when: {words: [trespass]}, severity: high, then: [kick]}
  - {id: watched, mode: shadow, when: {words: [goose]}, severity: low, then: [delete, {strike: 1}]}
  - {id: shouted, when: {flood: {messages: 3, within: 10s}}, severity: low, then: [{case: hate}]}
"""

CARE = """\
guideline: support
care: true
title: {en: Look after each other}
text: {en: We help}
rules:
  - {id: despair, when: {words: [despairing]}, severity: high, then: [{notice: support}, {case: hate}]}
"""

#: member, channel, what is written, seconds after the one before; `!` edits what the member wrote last
_LINES = (
    ("ada", "4101", "good morning", 1),
    ("cyn", "4101", "what a nitwit", 1),
    ("eve", "4102", "one more outcast", 1),
    ("bob", "4102", "you blockhead", 1),
    ("bob", "4102", "and a rascal too", 2),
    ("dan", "4102", "hello there", 1),
    ("dan", "4102", "!hello you rascal", 1),
    ("fay", "4102", "a silly goose", 1),
    ("gus", "4101", "I am despairing", 1),
    ("gus", "4101", "you blockhead", 1),
    ("bob", "4102", "again a blockhead", 300),
    ("hal", "4102", "I trespass here", 1),
    ("jon", "4101", "get cheapcoins here", 1),
    ("jon", "4101", "a word between", 11),
    ("jon", "4101", "more cheapcoins there", 11),
    ("ivy", "4101", "one", 1),
    ("ivy", "4101", "two", 1),
    ("ivy", "4101", "three", 1),
)


def prologue() -> list[Message]:
    """Return what was written before the story begins: one message in each channel."""
    at = START - timedelta(minutes=5)
    return [_message("ada", channel, f"p{channel}", "hello", at) for channel in ("4101", "4102")]


def _message(user: str, channel: str, identifier: str, text: str, at: datetime) -> Message:
    return Message(
        ref=MessageRef(platform=PlatformName.DISCORD, workspace="W1", channel=channel, message=identifier),
        author=Member(key=user, account=account(user), names=(user,)),
        channel=Channel(platform=PlatformName.DISCORD, workspace="W1", id=channel),
        at=at,
        text=text,
    )


def steps() -> list[Message]:
    """Return every delivery in order: new messages and edits."""
    made: list[Message] = []
    last: dict[str, Message] = {}
    at = START
    for number, (user, channel, text, after) in enumerate(_LINES):
        at += timedelta(seconds=after)
        if text.startswith("!"):
            message = replace(last[user], text=text[1:], edited_at=at)
        else:
            message = _message(user, channel, f"m{number}", text, at)
        last[user] = message
        made.append(message)
    return made


def account(user: str) -> AccountRef:
    """Return a member's account."""
    return AccountRef(platform=PlatformName.DISCORD, workspace="W1", user=user)


#: a time after everything was written
END = steps()[-1].at + timedelta(seconds=5)
