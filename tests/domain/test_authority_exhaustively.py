"""Authority against an oracle of its own: every right, rank, level, phase, shift, place and target."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest

from bot.domain.authority import Allow, Ask, Deny, Ruling, decide
from bot.domain.right import Deed, Right
from bot.domain.ruling import NOBODY, Scope, Target
from bot.domain.severity import Severity
from bot.domain.staff import Level, Standing
from tests.domain.authority_world import DAY, END, HOUR, NOON, ROSTER, START, WIND_DOWN, actor, facts, shift

WHEN = {
    "early": START - timedelta(microseconds=1),
    "first": START,
    "noon": NOON,
    "winding": WIND_DOWN,
    "last": END - timedelta(microseconds=1),
    "over": END,
}
SHIFTS = ("none", "own", "other", "over", "ahead")
SCOPES = {
    "nowhere": Scope(community="acme"),
    "help": Scope(community="acme", channel="help"),
    "other": Scope(community="acme", channel="gaming"),
    "unlisted": Scope(community="acme", channel=""),
    "case": Scope(community="acme", queue="hate", severity=Severity.HIGH),
    "grave": Scope(community="acme", queue="hate", severity=Severity.CRITICAL),
    "other queue": Scope(community="acme", queue="scams", severity=Severity.LOW),
    "own queue": Scope(community="acme", queue="", severity=Severity.LOW),
}
TARGETS = {
    "member": Target(account="m"),
    "protected": Target(account="m", protected=True),
    "complained": Target(account="m", complained=True),
    **{name: Target(account=name, people=(name,)) for name in ("ada", "lee", "mo", "heron", "robin", "onda")},
}
LASTS = (None, HOUR, DAY, 2 * DAY)


@dataclass(frozen=True)
class Asked:
    who: str
    right: Right
    level: Level
    when: str
    shift: str
    scope: str
    target: str
    lasts: timedelta | None


#: who, whether of the team, how high, holds which powers alone (longest), asks for which, and up to which severity
RANKS = {"ada": 5, "lee": 4, "mo": 3, "heron": 2, "robin": 1, "wren": 1, "onda": 1, "gull": 2}
ORGANISATION = dict.fromkeys(("ada", "lee", "mo"), "internal") | {
    "heron": "night", "robin": "night", "wren": "night", "onda": "dawn", "gull": "dawn",
}  # fmt: skip
EVERYTHING: dict[str, timedelta | None] = dict.fromkeys(
    ("delete", "warn", "notice", "timeout", "quarantine", "kick", "ban", "slow_mode", "raid_mode")
)
NIGHTLY: dict[str, timedelta | None] = {
    "delete": None,
    "warn": None,
    "notice": None,
    "timeout": DAY,
    "quarantine": None,
}
POWERS = set(EVERYTHING)
CASEWORK = {"view", "claim", "decide", "note", "consult", "escalate", "pass", "lift"}
LIMITED = {"timeout", "quarantine", "ban", "slow_mode", "raid_mode"}
LEADING = {"approve", "hear", "undo", "suspend", "level", "policy", "account", "confirm"}


def expected(asked: Asked) -> str:
    """Return what is right: allow, allow sampled, ask, propose or deny."""
    verdict = _before_level(asked)
    right = asked.right.value
    if right not in POWERS | CASEWORK or verdict == "deny":
        return verdict
    looking = right in {"view", "note", "consult", "escalate", "pass"}
    if asked.level is Level.OBSERVING and not looking:
        return "deny" if right == "claim" else "propose"
    if verdict == "ask":
        return "ask"
    if asked.level is Level.SUPERVISED and not looking and right not in {"claim", "notice"}:
        return "ask"
    if asked.level is Level.SAMPLED and right in POWERS | {"decide", "lift"}:
        return "sampled"
    return "allow"


def _before_level(asked: Asked) -> str:
    who, right = asked.who, asked.right.value
    team = ORGANISATION[who] == "internal"
    if not team and asked.when in ("early", "over"):
        return "deny"
    if right == "claim" and not team and asked.when in ("winding", "last"):
        return "deny"
    if asked.shift == "other" and right not in ("shift", "may"):
        return "deny"
    if _untouchable(asked):
        return "deny"
    return _by_role(asked, on_shift=asked.shift == "own")


def _by_role(asked: Asked, *, on_shift: bool) -> str:
    who, right = asked.who, asked.right.value
    if right in ("shift", "may"):
        return "allow"
    if right == "freeze":
        return "allow" if on_shift or who in ("ada", "lee") else "deny"
    if right in LEADING:
        return "allow" if who in ("ada", "lee") else "deny"
    if right in ("seat", "team"):
        return "allow" if who in ("ada", "lee", "heron", "gull") else "deny"
    if right == "break_glass":
        return "allow" if who == "ada" else "deny"
    return _by_mandate(asked, on_shift=on_shift)


def _untouchable(asked: Asked) -> bool:
    who, right, target = asked.who, asked.right.value, asked.target
    if right not in POWERS | {"lift", "hear", "freeze", "suspend", "level"} or target == "member":
        return False
    if target == "complained":
        return True
    if target == "protected":
        return right in POWERS
    if target == who:
        return True
    higher, equal = RANKS[target] > RANKS[who], RANKS[target] == RANKS[who]
    same = ORGANISATION[who] == ORGANISATION[target]
    if right == "freeze":
        return higher or not (same or ORGANISATION[who] == "internal")
    if right in ("suspend", "level"):
        return higher or equal
    return same or higher or equal


def _by_mandate(asked: Asked, *, on_shift: bool) -> str:
    found = {_one_mandate(asked, powers, on_shift=on_shift) for powers in _held(asked.who)}
    return next((verdict for verdict in ("allow", "ask") if verdict in found), "deny")


def _held(who: str) -> Iterator[str]:
    if who in ("ada", "lee"):
        yield "leading"
    if ORGANISATION[who] == "internal":
        yield "keeping"
    if ORGANISATION[who] == "night":
        yield "delegated" if who == "wren" else "night"
    if ORGANISATION[who] == "dawn":
        yield "day"


def _one_mandate(asked: Asked, held: str, *, on_shift: bool) -> str:
    right, lasts = asked.right.value, asked.lasts
    if asked.scope in ("other", "unlisted", "other queue"):
        return "deny"
    if asked.scope == "own queue" and held not in ("leading", "keeping"):
        return "deny"
    if asked.scope == "nowhere" and right in POWERS - {"raid_mode"}:
        return "deny"
    powers: dict[str, dict[str, timedelta | None]] = {
        "leading": EVERYTHING,
        "keeping": NIGHTLY,
        "night": NIGHTLY,
        "day": {"delete": None, "warn": None, "notice": None},
        "delegated": {"timeout": HOUR},
    }
    alone = powers[held]
    asks = {"kick", "ban"} if held in ("keeping", "night") else set()
    contains = held != "day" and right == "timeout" and on_shift and lasts is not None and lasts <= HOUR
    grave = asked.scope == "grave" and held not in ("leading", "keeping")
    free = held == "leading" or on_shift
    if contains:
        return "allow"
    if grave or not free:
        return "deny"
    if right in CASEWORK:
        return "allow"
    limit = alone.get(right, timedelta())
    if right in alone and (limit is None or right not in LIMITED or (lasts is not None and lasts <= limit)):
        return "allow"
    return "ask" if right in asks else "deny"


def told(ruling: Ruling) -> str:
    match ruling:
        case Allow(sampled=sampled):
            return "sampled" if sampled else "allow"
        case Ask():
            return "propose" if ruling.is_proposal else "ask"
        case Deny():
            return "deny"


def _shift(asked: Asked, now: datetime) -> Standing:
    own = ORGANISATION[asked.who]
    made = {
        "none": None,
        "own": shift(asked.who, own, start=now, until=now + HOUR),
        "other": shift(asked.who, "elsewhere", start=now - HOUR, until=now + HOUR),
        "over": shift(asked.who, own, start=now - HOUR, until=now),
        "ahead": shift(asked.who, own, start=now + timedelta(microseconds=1), until=now + HOUR),
    }
    return Standing(level=asked.level, shift=made[asked.shift])


def ruled(asked: Asked) -> Ruling:
    now = WHEN[asked.when]
    known = facts(asked.who, standing=_shift(asked, now))
    deed = Deed(right=asked.right, lasts=asked.lasts)
    target = NOBODY if asked.target == "member" else TARGETS[asked.target]
    return decide(actor(asked.who), deed, target, SCOPES[asked.scope], now, known)


@pytest.mark.parametrize("who", sorted(ROSTER.people))
def test_authority_says_what_the_oracle_says_for_every_right_level_phase_shift_and_place(who: str) -> None:
    places = [("noon", scope) for scope in SCOPES] + [(when, "help") for when in WHEN]
    for right, level, at, (when, scope) in product(Right, Level, SHIFTS, places):
        for lasts in LASTS if right.value in LIMITED else (None,):
            asked = Asked(who, right, level, when, at, scope, "member", lasts)
            assert told(ruled(asked)) == expected(asked), asked


@pytest.mark.parametrize("who", sorted(ROSTER.people))
def test_authority_says_what_the_oracle_says_for_every_right_and_target(who: str) -> None:
    for right, level, at, scope, target in product(Right, Level, SHIFTS, ("help", "case", "grave"), TARGETS):
        for lasts in (None, HOUR):
            asked = Asked(who, right, level, "noon", at, scope, target, lasts)
            assert told(ruled(asked)) == expected(asked), asked
