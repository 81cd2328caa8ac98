"""Says a member's copy of their data in words, in their language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.i18n import catalogue, say
from bot.services.subjects.bundles import Bundle

_SHOWN = {"\n", "\t"}


def readable(bundle: Bundle, language: str) -> str:
    """Return the copy as a text; the JSON beside it says the same and more."""
    said = bundle.said
    parts = [_head(said, language)]
    for name, lines in (
        ("messages", [_message(one, language) for one in said["messages"]]),
        ("texts", [_text(one, language) for one in said["texts"]]),
        ("decisions", [_decision(one, language) for one in said["decisions"]]),
        ("sanctions", [_sanction(one, language) for one in said["sanctions"]]),
        ("strikes", [_strike(one, language) for one in said["strikes"]]),
        ("cases", [_case(one, language) for one in said["cases"]]),
        ("notices", [_notice(one, language) for one in said["notices"]]),
        ("requests", [_request(one, language) for one in said["requests"]]),
    ):
        parts.append(_section(name, lines, language))
    parts.append(_counts(said, language))
    return "\n\n".join(parts) + "\n"


def _head(said: Mapping[str, Any], language: str) -> str:
    account = said["account"]
    who = "/".join(account[name] for name in ("platform", "workspace", "user") if name in account)
    return say("subject.bundle_head", language, community=said["community"], account=who, at=_time(said["at"]))


def _section(name: str, lines: Iterable[str], language: str) -> str:
    listed = [f"- {line}" for line in lines] or [say("subject.bundle_nothing", language)]
    return "\n".join([say(f"subject.bundle_{name}", language), *listed])


def _message(one: Mapping[str, Any], language: str) -> str:
    found = ", ".join(sorted({finding["rule"] for finding in one["findings"]})) or "–"
    ref = one["message"] or say("subject.bundle_forgotten", language)
    where = "/".join(part for part in (one["platform"], one["workspace"], one["channel"], one["thread"]) if part)
    return say("subject.bundle_message", language, at=_time(one["at"]), where=where, ref=ref, rules=found)


def _text(one: Mapping[str, Any], language: str) -> str:
    return say(
        "subject.bundle_text", language, at=_time(one["at"]), text=_shown(one["text"]), until=_time(one["kept_until"])
    )


def _decision(one: Mapping[str, Any], language: str) -> str:
    by = say("subject.by_automation" if one["automated"] else _by(one), language)
    what = ", ".join(_word("outcome", outcome.get("kind", "?"), language) for outcome in one["outcomes"])
    return say(
        "subject.bundle_decision",
        language,
        at=_time(one["at"]),
        by=by,
        rules=", ".join(one["rules"]) or "–",
        outcomes=what or say("subject.outcome_none", language),
        mode=say(f"words.mode_{one['mode']}", language),
        policy=one["policy"],
    )


def _by(one: Mapping[str, Any]) -> str:
    return {"internal": "subject.by_internal", "partner": "subject.by_partner"}.get(
        one.get("side", ""), "subject.by_moderator"
    )


def _sanction(one: Mapping[str, Any], language: str) -> str:
    until = _time(one["until"]) if one["until"] else say("subject.for_good", language)
    lifted = say("subject.lifted", language, at=_time(one["lifted_at"])) if one["lifted_at"] else ""
    kind = _word("outcome", one["kind"], language)
    return say("subject.bundle_sanction", language, kind=kind, start=_time(one["start"]), until=until, lifted=lifted)


def _strike(one: Mapping[str, Any], language: str) -> str:
    revoked = say("subject.revoked", language, at=_time(one["revoked_at"])) if one["revoked_at"] else ""
    return say("subject.bundle_strike", language, at=_time(one["at"]), amount=one["amount"], revoked=revoked)


def _case(one: Mapping[str, Any], language: str) -> str:
    verdict = _word("verdict", one["verdict"] or "none", language)
    closed = _time(one["closed_at"]) if one["closed_at"] else "–"
    return say("subject.bundle_case", language, opened=_time(one["opened_at"]), closed=closed, verdict=verdict)


def _notice(one: Mapping[str, Any], language: str) -> str:
    state = say("subject.sent" if one["state"] == "confirmed" else "subject.not_sent", language)
    return say(
        "subject.bundle_notice", language, at=_time(one["planned_at"]), guideline=one["guideline"] or "–", state=state
    )


def _request(one: Mapping[str, Any], language: str) -> str:
    return say(
        "subject.bundle_request",
        language,
        at=_time(one["received_at"]),
        what=say(f"subject.kind_{one['kind']}", language),
        state=say(f"subject.state_{one['state']}", language),
        due=_time(one["due_at"]),
    )


def _counts(said: Mapping[str, Any], language: str) -> str:
    judged = say("subject.bundle_judged", language, count=len(said["judged"]))
    kept = say("subject.bundle_kept", language, count=len(said["kept_for_staff"]))
    return f"{judged}\n{kept}"


def _word(room: str, name: str, language: str) -> str:
    """Return our word for a code; a code that has none says itself."""
    key = f"subject.{room}_{name.replace(' ', '_')}"
    return catalogue(language).get(key, name)


def _words(value: Any) -> str:
    """Return a value as a text: what was written around something by itself, each file by name, size and digest."""
    if isinstance(value, Mapping):
        parts = (value.get(name) for name in ("text", "name", "size", "sha256"))
        return " · ".join(str(part) for part in parts if part)
    return "\n".join(map(_words, value)) if isinstance(value, list | tuple) else str(value)


def _shown(text: Any) -> str:
    """Return a text with what can't be seen made visible, so that nothing in it plays tricks on whoever reads it."""
    whole = _words(text)
    return "".join(mark if mark.isprintable() or mark in _SHOWN else f"\\u{ord(mark):04x}" for mark in whole).replace(
        "\n", "\n    "
    )


def _time(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M UTC")
