"""Delegations as partners' leads write them: `delete, timeout 1h, #help, queue scams, cases high`."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain.duration import parse_duration
from bot.domain.right import LIMITABLE, POWERS, Permission
from bot.domain.severity import Severity
from bot.domain.staff import Delegation, Mandate
from bot.errors import LocumError
from bot.i18n import Phrase, phrase

_POWERS = {power.value: power for power in POWERS}
_SEVERITIES = {severity.word: severity for severity in Severity}


class DelegationError(LocumError):
    """That can't be delegated."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.say())
        #: one clear sentence that says what to do
        self.said = said


def parse_delegation(text: str, own: Sequence[Mandate]) -> Delegation | None:
    """Return the part of own rights that `text` names; None for all of them, which an empty text stands for.

    `own` are the mandates of whoever delegates, narrowed to what they hold themselves. What isn't named of a sort
    (powers, channels, queues) stays whole. Raises DelegationError for what can't be read, and for what isn't theirs to
    give.
    """
    may: list[Permission] = []
    channels: set[str] = set()
    queues: set[str] = set()
    up_to: Severity | None = None
    for part in (one.strip() for one in text.split(",")):
        word, _, rest = part.partition(" ")
        if not part:
            continue
        if part.startswith("#"):
            channels.add(_known(part[1:].strip(), (name for one in own for name in one.channels), part))
        elif word.lower() == "queue":
            queues.add(_known(rest.strip(), (name for one in own for name in one.queues), part))
        elif word.lower() == "cases":
            up_to = _severity(rest.strip().lower(), own, part)
        else:
            may.append(_power(word.lower(), rest.strip(), own, part))
    if not (may or channels or queues or up_to):
        return None
    return Delegation(
        may=tuple(may) or None,
        channels=frozenset(channels) or None,
        queues=frozenset(queues) or None,
        cases_up_to=up_to,
    )


def _known(name: str, own: Iterable[str], part: str) -> str:
    if not name or any(sign.isspace() for sign in name):
        raise _unreadable(part)
    if name not in own:
        raise _wider(part)
    return name


def _severity(word: str, own: Sequence[Mandate], part: str) -> Severity:
    severity = _SEVERITIES.get(word)
    if severity is None:
        raise _unreadable(part)
    if not any(one.cases_up_to is not None and severity <= one.cases_up_to for one in own):
        raise _wider(part)
    return severity


def _power(word: str, rest: str, own: Sequence[Mandate], part: str) -> Permission:
    right = _POWERS.get(word)
    if right is None or (rest and right not in LIMITABLE):
        raise _unreadable(part)
    limit = _length(rest, part) if rest else None
    held = [one for mandate in own for one in mandate.may if one.right is right]
    asked = any(right in mandate.asks for mandate in own)
    # without a limit of its own a power is given for as long as whoever gives it has it
    covered = any(limit is None or one.covers(right, limit) for one in held)
    if not covered and not asked:
        raise _wider(part)
    return Permission(right=right, up_to=limit)


def _length(text: str, part: str) -> timedelta:
    try:
        length = parse_duration(text)
    except (ValueError, OverflowError):
        raise _unreadable(part) from None
    if not length:
        raise _unreadable(part)
    return length


def _unreadable(part: str) -> DelegationError:
    return DelegationError(phrase("partner.only_unreadable", part=_shown(part)))


def _wider(part: str) -> DelegationError:
    return DelegationError(phrase("partner.only_wider", part=_shown(part)))


def _shown(part: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in part)[:40]
