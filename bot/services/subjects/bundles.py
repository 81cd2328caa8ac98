"""What a member is given about themselves: everything of theirs, and nothing of anybody else."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.actor import ActorKind
from bot.domain.message import AccountRef
from bot.domain.retention import Retention
from bot.ledger import canonical, entries, sealing
from bot.ledger.canonical import Plain
from bot.ledger.errors import SealError
from bot.ledger.sealing import Wrapped, WrappingKey
from bot.ports import Keys
from bot.store.bundles import Stored
from bot.store.requests import Request
from bot.store.subjects import Subject

_FORMAT = "locum-subject/1"
#: how Discord and Slack write a mention of somebody, and of a role or group
_MENTION = re.compile(r"<(?:@[!&]?|!subteam\^)([0-9A-Za-z]{1,64})(?:\|[^<>]{0,200})?>")
_SOMEBODY = "@…"
#: details of an outcome that say what was done, and nothing of whom it went to
_TOLD_OUTCOME = ("kind", "duration", "lasts", "until", "amount", "asked")
#: what a member says in an appeal or a report: kept as long as staff's notes, and their own all the same
_STATEMENT = "details.statement"
_PLACE = ("platform", "workspace", "channel", "thread", "message")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A member's copy of their data."""

    #: what it says, as it is written as JSON
    said: Mapping[str, Any]

    def written(self) -> str:
        """Return it as JSON."""
        return json.dumps(self.said, ensure_ascii=False, indent=2) + "\n"


def make_bundle(subject: Subject, stored: Stored, requests: Sequence[Request], keys: Keys, at: datetime) -> Bundle:
    """Return a member's copy of their data as it stood at that time."""
    own = subject.ref.user if subject.ref is not None else ""
    findings: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in stored.effects:
        findings[row["message"]].append(_plain(row, "rule", "outcome", "mode"))
    return Bundle(
        said={
            "format": _FORMAT,
            "at": at.isoformat(),
            "community": subject.community,
            "account": _account(subject.ref, subject.added_at),
            "messages": [_plain(row, *_PLACE, "at") | {"findings": findings[row["id"]]} for row in stored.messages],
            "texts": _opened(stored, keys, subject.account, own),
            "kept_for_staff": _kept(stored),
            "decisions": [_decision(row) for row in stored.decisions],
            "sanctions": [_plain(row, "kind", "start", "until", "lifted_at") for row in stored.sanctions],
            "strikes": [_plain(row, "amount", "at", "revoked_at") for row in stored.strikes],
            "cases": [_plain(row, "state", "mode", "verdict", "opened_at", "closed_at") for row in stored.cases],
            "notices": [_notice(row) for row in stored.notices],
            "judged": [_plain(row, *_PLACE, "at") for row in stored.seen],
            "requests": [_request(request) for request in requests],
        }
    )


def _account(ref: AccountRef | None, added_at: datetime) -> dict[str, Any]:
    if ref is None:
        return {"added_at": added_at.isoformat()}
    return {
        "platform": ref.platform.value,
        "workspace": ref.workspace,
        "user": ref.user,
        "added_at": added_at.isoformat(),
    }


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision without who took it: only whether a rule did, and whose side a moderator was on."""
    actor = json.loads(row["actor"])
    automated = actor.get("kind") in {ActorKind.AUTOMATION.value, ActorKind.SCHEDULER.value}
    outcomes = [
        {name: outcome[name] for name in _TOLD_OUTCOME if name in outcome} for outcome in json.loads(row["outcomes"])
    ]
    told = {
        "at": row["at"].isoformat(),
        "by": "automation" if automated else "a moderator",
        "automated": automated,
        "rules": json.loads(row["rules"]),
        "outcomes": outcomes,
        "mode": row["mode"],
        "severity": row["severity"],
        "policy": row["policy"],
    }
    return told | ({"side": actor["side"]} if "side" in actor else {})


def _is_own(row: Mapping[str, Any]) -> bool:
    """Return whether a value is the member's own words: what they wrote, reported, or said in an appeal."""
    return row["retention"] in (Retention.EVIDENCE.value, Retention.AROUND.value) or row["field"] == _STATEMENT


def _opened(stored: Stored, keys: Keys, account: str, own: str) -> list[dict[str, Any]]:
    """Return the member's own texts, opened, with everybody else's mentions taken out."""
    evidence = [row for row in stored.values if _is_own(row)]
    if stored.key is None or not evidence:
        return []
    at_hand = {secret.id: WrappingKey(id=secret.id, secret=secret.value) for secret in keys.wrapping()}
    key = sealing.unwrap(Wrapped(key_id=stored.key[0], data=stored.key[1]), at_hand, account)
    return [_text(row, key, own) for row in evidence]


def _text(row: Mapping[str, Any], key: bytes, own: str) -> dict[str, Any]:
    entry = entries.read(row["body"])
    value = canonical.read(sealing.unseal(row["sealed"], key, seq=row["seq"], field=row["field"]))
    committed = entries.commitments(entry).get(row["field"])
    if committed is None or not sealing.committed(row["salt"], value, committed):
        raise SealError
    return {
        "entry": row["seq"],
        "at": datetime.fromtimestamp(entry.at / 1000, tz=row["until"].tzinfo).isoformat(),
        "text": _masked(value, own),
        "kept_until": row["until"].isoformat(),
    }


def _masked(value: Plain, own: str) -> Plain:
    """Return the value with everybody's mentions but the member's own taken out."""
    if isinstance(value, str):
        return _MENTION.sub(lambda found: found[0] if found[1] == own else _SOMEBODY, value)
    if isinstance(value, Mapping):
        return {name: _masked(inner, own) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner, own) for inner in value]
    return value


def _kept(stored: Stored) -> list[dict[str, Any]]:
    """Return what else is kept about the member and until when, without what it says: staff wrote it, for staff."""
    return [_plain(row, "retention", "until") for row in stored.values if not _is_own(row)]


def _notice(row: Mapping[str, Any]) -> dict[str, Any]:
    details = json.loads(row["details"])
    return {"guideline": details.get("guideline", "")} | _plain(row, "state", "planned_at", "finished_at")


def _request(request: Request) -> dict[str, Any]:
    told = {"kind": request.kind.value, "state": request.state.value, "received_at": request.received_at.isoformat()}
    return told | {"due_at": request.due_at.isoformat()}


def _plain(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return parts of a row as JSON has them."""
    picked = {name: row[name] for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in picked.items()}
