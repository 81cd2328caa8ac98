"""Whom a message pings, read from its text."""

import re
from collections.abc import Sequence

from bot.domain.message import NO_MENTIONS, Markup, Mentions

_DISCORD = re.compile(r"<@(?:(&)|!)?(\d{1,20})>|(@everyone\b|@here\b)")
_SLACK = re.compile(r"<(?:@([A-Z0-9]{1,24})|!subteam\^([A-Z0-9]{1,24})|(!(?:here|channel|everyone)))(?=[|>])")
_EITHER = re.compile(
    r"<@(?:!)?(\w{1,64})(?=[|>])|<(?:@&(\d{1,20})(?=>)|!subteam\^([A-Z0-9]{1,24})(?=[|>]))"
    r"|(@everyone\b|@here\b|<!(?:here|channel|everyone)(?=[|>]))"
)


def mentions_in(text: str, markup: Markup, people: Sequence[str] = ()) -> Mentions:
    """Return whom the text pings, together with those whom the export itself lists."""
    if "@" not in text and "<!" not in text:
        return Mentions(people=tuple(dict.fromkeys(people))) if people else NO_MENTIONS
    found = list(people)
    roles: list[str] = []
    everyone = False
    if markup is Markup.DISCORD:
        for group, identifier, all_of_them in _DISCORD.findall(text):
            everyone = everyone or bool(all_of_them)
            if identifier:
                (roles if group else found).append(identifier)
    else:
        pattern = _SLACK if markup is Markup.SLACK else _EITHER
        for match in pattern.finditer(text):
            person, *groups, all_of_them = match.groups()
            everyone = everyone or all_of_them is not None
            if person:
                found.append(person)
            roles.extend(group for group in groups if group)
    if not (found or roles or everyone):
        return NO_MENTIONS
    return Mentions(people=tuple(dict.fromkeys(found)), roles=tuple(dict.fromkeys(roles)), everyone=everyone)
