"""The registry: every signal that a policy can name."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.policy.signals import (
    account_age,
    attachments,
    caps,
    count,
    directed,
    duplicates,
    edited,
    emoji,
    first_messages,
    flood,
    forwarded,
    invites,
    joins,
    language,
    length,
    lines,
    links,
    member_age,
    mentions,
    name,
    near,
    quoted,
    regex,
    repeats,
    roles,
    thread,
    words,
    zalgo,
)
from bot.policy.signals.base import Signal

_ALL = (
    words.SIGNAL,
    near.SIGNAL,
    regex.SIGNAL,
    caps.SIGNAL,
    length.SIGNAL,
    lines.SIGNAL,
    emoji.SIGNAL,
    zalgo.SIGNAL,
    repeats.SIGNAL,
    language.SIGNAL,
    quoted.SIGNAL,
    directed.SIGNAL,
    links.SIGNAL,
    invites.SIGNAL,
    mentions.SIGNAL,
    attachments.SIGNAL,
    forwarded.SIGNAL,
    edited.SIGNAL,
    thread.SIGNAL,
    account_age.SIGNAL,
    member_age.SIGNAL,
    roles.SIGNAL,
    name.SIGNAL,
    first_messages.SIGNAL,
    flood.SIGNAL,
    duplicates.SIGNAL,
    joins.SIGNAL,
    count.SIGNAL,
)

#: name in YAML → signal, in the order of the reference
SIGNALS: Mapping[str, Signal] = MappingProxyType({signal.name: signal for signal in _ALL})
