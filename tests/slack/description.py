"""Slack's own description of its methods, as an oracle: which arguments, tokens and scopes, how often.

It is looked for in `slack` where `LOCUM_TEST_SPECS` says, else in `../shared/specs` beside the checkout. Where it
isn't, nothing is held against it, scopes neither, which is said once.
"""

import json
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

#: arguments that the description forgot, though Slack takes them from its libraries
FORGOTTEN: Mapping[str, frozenset[str]] = {
    "chat.postMessage": frozenset({"client_msg_id"}),
    "conversations.open": frozenset({"force"}),
}
#: every call may bring these; the library adds its `team_id` to each within an app of bolt's
ALWAYS = frozenset({"token", "pretty", "team_id"})
#: methods for which the description names no scope, and what calls them
KINDS: Mapping[str, frozenset[str]] = {
    "apps.connections.open": frozenset({"app"}),
    "auth.test": frozenset({"bot", "user", "app"}),
    "apps.manifest.validate": frozenset({"bot", "user", "app"}),
}
#: scopes that it doesn't name
SCOPES: Mapping[str, frozenset[str]] = {"apps.connections.open": frozenset({"connections:write"})}
#: how the tiers are called in words
TIERS: Mapping[str, str] = {
    "Tier 1": "Tier1", "Tier 2": "Tier2", "Tier 3": "Tier3", "Tier 4": "Tier4",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Method:
    """What is known of one method."""

    #: its name
    name: str
    #: arguments that it takes; None where nobody described them
    takes: Mapping[str, Any] | None = None
    #: those that it needs
    needs: frozenset[str] = frozenset()
    #: scopes by the token's kind: one is enough
    scopes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: how often
    tier: str = "Tier3"

    def off(self, arguments: Mapping[str, Any]) -> Sequence[str]:
        """Return which arguments it doesn't know or take in this form, in words."""
        if self.takes is None:
            return []
        known = self.takes.keys() | ALWAYS | FORGOTTEN.get(self.name, frozenset())
        wrong = [f"{name} is no argument" for name in arguments if name not in known]
        for name, value in arguments.items():
            kind = self.takes.get(name, {}).get("type")
            if kind is not None and not _fits(kind, value):
                wrong.append(f"{name} is no {kind}")
        return [f"{self.name}: {one}" for one in wrong]

    def missing(self, arguments: Mapping[str, Any]) -> Sequence[str]:
        """Return the arguments that it needs and doesn't get."""
        return sorted(name for name in self.needs if arguments.get(name) in (None, ""))

    def kinds(self) -> frozenset[str]:
        """Return the kinds of tokens that may call it."""
        if self.name in KINDS:
            return KINDS[self.name]
        return frozenset(self.scopes) or frozenset({"bot", "user"})

    def lacks(self, kind: str, scopes: set[str]) -> str:
        """Return the scopes of which a token needs one and has none; empty where it has."""
        needed = SCOPES.get(self.name, self.scopes.get(kind, ()))
        return "" if not needed or scopes & set(needed) else ",".join(needed)


def _fits(kind: str, value: Any) -> bool:
    """Return whether a value of a form, or of JSON, is of a kind."""
    match kind:
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in {"true", "false", "1", "0"}
        case "number" | "integer":
            return not isinstance(value, bool) and str(value).isascii() and str(value).removeprefix("-").isdigit()
        case "string":
            # structures come as text or, in JSON, as they are
            return isinstance(value, str | list | dict)
    return True


def described_in() -> Path:
    """Return where the description is, or would be."""
    folder = os.environ.get("LOCUM_TEST_SPECS", str(Path(__file__).parents[3] / "shared" / "specs"))
    return Path(folder) / "slack"


@cache
def _tiers() -> Mapping[str, str] | None:
    path = described_in() / "rate_limit_tiers.json"
    if not path.is_file():
        warnings.warn(f"no description of Slack's API in {path.parent}: calls aren't held against it", stacklevel=2)
        return None
    found: Mapping[str, str] = json.loads(path.read_text("utf-8"))
    return found


@cache
def described(name: str) -> Method:
    """Return what is known of a method, read once; little where there is no description."""
    tiers = _tiers()
    path = described_in() / "methods" / f"{name}.json"
    if tiers is None or not path.is_file():
        return Method(name=name)
    known = json.loads(path.read_text("utf-8"))
    label = known.get("rate_limit", {}).get("label", "").partition(":")[0]
    takes = known.get("args", {})
    return Method(
        name=name, takes=takes, needs=frozenset(one for one, about in takes.items() if about.get("required")),
        scopes={kind: [one["name"] for one in scopes] for kind, scopes in known.get("scopes", {}).items()},
        # the description of the methods is the younger one
        tier=TIERS.get(label) or tiers.get(name, "Tier3"),
    )  # fmt: skip
