"""Outside answers that are known when a message is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Answers to earlier wants; what is absent is unknown, never assumed."""

    #: invite code → id of the server or workspace it leads to
    invites: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    #: attachment id → SHA-256 in hexadecimal
    hashes: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    #: messages the author wrote before those the history knows, where known
    earlier_messages: int | None = None


NO_FACTS = Facts()
