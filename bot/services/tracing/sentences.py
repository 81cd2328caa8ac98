"""Says in one line what an entry of the ledger records, for whoever watches it grow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards.notice import show_moment
from bot.domain.entry_kind import EntryKind
from bot.domain.handle import handle_of
from bot.domain.judgement import Mode
from bot.domain.outside import DeedKind
from bot.domain.staff import Roster
from bot.i18n import catalogue, say
from bot.ledger.entries import Entry
from bot.services.tracing.attributing import show_level
from bot.services.tracing.linking import outcome_word, said_of_outcomes

#: stands where an entry says nothing
_NOTHING = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What surrogates and ids are called."""

    #: who moderates
    roster: Roster
    #: numbers of cases by surrogate
    cases: Mapping[str, str]
    #: IANA zone in which times are told
    zone: str = "UTC"


def sentence(entry: Entry, names: Names, language: str) -> str:
    """Return what an entry records; of a kind that nobody knows, its name."""
    try:
        kind = EntryKind(entry.kind)
    except ValueError:
        return entry.kind
    details: Mapping[str, Any] = entry.details
    values = dict.fromkeys(_PLACEHOLDERS, _NOTHING) | {
        name: value for name, value in _values(entry, kind, names, language).items() if value
    }
    count = max(entry.refused, 1) if kind is EntryKind.REFUSED else 0
    return say(f"tracing.entry_{kind.value}{_variant(kind, details)}", language, **values, count=count)


def _variant(kind: EntryKind, details: Mapping[str, Any]) -> str:
    """Return which of a kind's sentences is said."""
    match kind:
        case EntryKind.DECISION if details.get("mode") == Mode.SHADOW.value:
            return "_shadow"
        case EntryKind.DECISION if details.get("undoes"):
            return "_undoes"
        case EntryKind.DECISION if not details.get("rules"):
            return "_plain"
        case EntryKind.SANCTION_CHANGED if not details.get("until"):
            return "_for_good"
        case EntryKind.QUEUE_CHOSEN if not details.get("on"):
            return "_no_longer"
        case _:
            return ""


_PLACEHOLDERS = (
    "case", "queue", "rule", "who", "organisation", "level", "before", "until", "what", "state", "cited", "path",
    "connection", "witness", "version",
)  # fmt: skip


def _values(entry: Entry, kind: EntryKind, names: Names, language: str) -> dict[str, str]:
    details: Mapping[str, Any] = entry.details
    who = str(details.get("person") or (details.get("subject") if details.get("of") == "person" else "") or "")
    organisation = str(
        details.get("organisation")
        or details.get("heard_by")
        or details.get("whom")
        or (details.get("subject") if details.get("of") == "organisation" else "")
        or ""
    )
    return {
        "case": _case(entry.case, names),
        "queue": str(details.get("queue", "")) or say("cards.queue_own", language),
        "rule": str(details.get("rule", "")),
        "who": _person(who, names) or _organisation(organisation, names),
        "organisation": _organisation(organisation, names),
        "level": show_level(str(details.get("level", "")), language),
        "before": show_level(str(details.get("before", "")), language),
        "until": _moment(details.get("until"), names, language),
        "what": _WHAT[kind](details, language) if kind in _WHAT else str(details.get("what", "")),
        "state": _STATE[kind](details, language) if kind in _STATE else str(details.get("state", "")),
        "cited": ", ".join(str(one) for one in details.get("rules", ())),
        "path": str(details.get("path", "")),
        "connection": str(details.get("connection", "")),
        "witness": str(details.get("witness", "")),
        "version": str(details.get("version") or entry.policy or "")[:8],
    }


def _case(case: str | None, names: Names) -> str:
    return "" if not case else names.cases.get(case) or handle_of(case)


def _person(person: str, names: Names) -> str:
    held = names.roster.people.get(person)
    return person if held is None else held.alias


def _organisation(organisation: str, names: Names) -> str:
    held = names.roster.organisations.get(organisation)
    return organisation if held is None else held.name


def _moment(said: Any, names: Names, language: str) -> str:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return ""
    return show_moment(at, names.zone, language) if at.tzinfo is not None else ""


def _known(key: str, language: str, otherwise: str) -> str:
    """Return an entry of the catalogue, or the code itself where there is none."""
    return catalogue(language).get(key, otherwise)


def _outcomes(details: Mapping[str, Any], language: str) -> str:
    return said_of_outcomes(details.get("outcomes", ()), str(details.get("asked") or ""), language)


def _effects(details: Mapping[str, Any], language: str) -> str:
    kinds = dict.fromkeys(str(one.get("kind", "")) for one in details.get("actions", ()))
    return ", ".join(_known(f"cards.kind_{kind}", language, kind) for kind in kinds)


def _right(details: Mapping[str, Any], language: str) -> str:
    right = str(details.get("right", ""))
    return _known(f"approval.right_{right}", language, right)


def _command(details: Mapping[str, Any], language: str) -> str:
    """Return a command as it is typed, or a button's word."""
    group, _, word = str(details.get("command", "")).partition(".")
    name = _known(f"{group}.name_{word}", language, word)
    called = catalogue(language).get(f"commands.group_{group}")
    return f"/{called} {name}" if called else name


def _deed(details: Mapping[str, Any], language: str) -> str:
    """Return what somebody did on the platform itself."""
    code = str(details.get("deed", "") or "")
    if code != DeedKind.STANDING.value:
        return _known(f"tracing.deed_{code}", language, code)
    sanction = outcome_word(str(details.get("sanction", "")), language)
    return say("tracing.deed_set" if details.get("held") else "tracing.deed_lifted", language, sanction=sanction)


def _worded(prefix: str, name: str) -> Callable[[Mapping[str, Any], str], str]:
    """Return what says a code of the details in words."""

    def words(details: Mapping[str, Any], language: str) -> str:
        code = str(details.get(name, "") or "")
        return _known(f"{prefix}_{code}", language, code)

    return words


#: what is said of a kind as `{what}`
_WHAT: Mapping[EntryKind, Callable[[Mapping[str, Any], str], str]] = {
    EntryKind.DECISION: _outcomes,
    EntryKind.ACTION: _worded("cards.kind", "kind"),
    EntryKind.PLANNED: _effects,
    EntryKind.REFUSED: _command,
    EntryKind.DONE_OUTSIDE: _deed,
    EntryKind.VIEWED: _worded("tracing.viewed", "what"),
    EntryKind.SUBJECT_REQUEST: _worded("commands.choice", "what"),
    EntryKind.APPROVAL_ASKED: _right,
    EntryKind.PROPOSED: _right,
    EntryKind.CASE_NOTED: _worded("case.kind", "kind"),
    EntryKind.MANUAL_STEP: _worded("tracing.step", "change"),
}
#: what is said of a kind as `{state}`
_STATE: Mapping[EntryKind, Callable[[Mapping[str, Any], str], str]] = {
    EntryKind.ACTION: _worded("tracing.action", "outcome"),
    EntryKind.SANCTION_ENDED: _worded("tracing.sanction", "reason"),
    EntryKind.CASE_CHANGED: _worded("tracing.case", "change"),
    EntryKind.CASE_CLOSED: _worded("cards.verdict", "verdict"),
    EntryKind.CONNECTION: _worded("tracing.connection", "state"),
    EntryKind.POLICY_APPLIED: _worded("words.mode", "mode"),
    EntryKind.APPROVAL_ANSWERED: _worded("approval.state", "state"),
    EntryKind.APPEAL_CLOSED: _worded("appeal.state", "state"),
    EntryKind.ESCALATION: _worded("tracing.escalation", "change"),
    EntryKind.PROPOSAL_COMPARED: _worded("tracing.compared", "result"),
    EntryKind.REVIEWED: _worded("tracing.reviewed", "result"),
}
