"""`locum escalation simulate`: who would be told when about a case, and who is skipped why, until the fallback."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.cli.language import SpokenGroup, language_of
from bot.domain.escalation import CaseFacts, EscalationPath, find_path
from bot.domain.governance import Governance
from bot.domain.reach import NOBODY, OPERATOR, Around, Outcome
from bot.domain.severity import Severity
from bot.i18n import LANGUAGES, say, show_time
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.problems import has_errors
from bot.policy.source import community_names
from bot.services.escalating.simulating import Line, simulate

_SEVERITIES = [severity.word for severity in Severity]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What is asked about."""

    #: the community's policies
    policies: PolicySet
    #: the path that the case takes
    path: EscalationPath
    #: the case
    case: CaseFacts
    #: who is there
    around: Around
    #: when it begins
    at: datetime
    #: the reader's language
    language: str


@click.group("escalation", cls=SpokenGroup, help="escalation.group_help")
def escalation() -> None:
    """Hold what can be asked about escalation."""


@escalation.command("simulate", help="escalation.simulate_help")
@click.option(
    "--policies",
    default="policies",
    show_default=True,
    type=click.Path(path_type=Path),
    help="escalation.option_policies",
)
@click.option("--community", default="", help="escalation.option_community")
@click.option(
    "--severity", type=click.Choice(_SEVERITIES), default="high", show_default=True, help="escalation.option_severity"
)
@click.option("--queue", default="", help="escalation.option_queue")
@click.option("--guideline", default="", help="escalation.option_guideline")
@click.option("--about", default="", help="escalation.option_about")
@click.option("--organisation", default="", help="escalation.option_case_of")
@click.option("--at", "begins", default="", help="escalation.option_at")
@click.option("--on-duty", default="", help="escalation.option_on_duty")
@click.option("--json", "as_json", is_flag=True, help="escalation.option_json")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def simulate_command(
    context: click.Context,
    *,
    policies: Path,
    community: str,
    severity: str,
    queue: str,
    guideline: str,
    about: str,
    organisation: str,
    begins: str,
    on_duty: str,
    as_json: bool,
    language: str | None,
) -> None:
    """Print who is told when, as a table or as JSON; nobody is told, and nothing is stored."""
    spoken = language or language_of(context)
    loaded = _policies(policies, community, spoken)
    governance = loaded.governance
    _known(queue, governance.queues, "escalation.unknown_queue", spoken)
    _known(guideline, loaded.guidelines, "escalation.unknown_guideline", spoken)
    served = governance.queues[queue].served_by if queue else ()
    whom = _about(about, governance, spoken)
    case = CaseFacts(
        severity=Severity[severity.upper()],
        queue=queue,
        guideline=guideline,
        about=whom[0],
        about_person=whom[1],
        about_organisation=whom[2],
        organisation=_organisation(organisation, governance, spoken) or (served[0] if served else _own(governance)),
    )
    escalations = governance.escalations
    path = None if escalations is None else find_path(case, escalations)
    if escalations is None or path is None:
        raise click.UsageError(say("escalation.no_paths", spoken))
    around = Around(
        roster=governance.roster, contacts=escalations.contacts, on_duty=_duty(on_duty, governance, spoken)
    )  # fmt: skip
    at = _moment(begins, loaded.zone, spoken)
    asked = _Asked(policies=loaded, path=path, case=case, around=around, at=at, language=spoken)
    lines = list(simulate(path, case, around, at))
    click.echo(_json(asked, lines) if as_json else _table(asked, lines))


def _policies(folder: Path, wanted: str, language: str) -> PolicySet:
    names = community_names(folder) if folder.is_dir() else ()
    if not names:
        raise click.UsageError(say("check.no_community", language, folder=str(folder)))
    if wanted and wanted not in names:
        raise click.UsageError(say("escalation.unknown_community", language, name=wanted, names=", ".join(names)))
    if not wanted and len(names) > 1:
        raise click.UsageError(say("escalation.no_community", language, names=", ".join(names)))
    loaded = load_policies(folder, wanted or names[0])
    if loaded.policies is None or has_errors(loaded.problems):
        raise click.UsageError(say("escalation.broken", language))
    return loaded.policies


def _known(name: str, known: Collection[str], key: str, language: str) -> None:
    if name and name not in known:
        raise click.UsageError(say(key, language, name=name, names=", ".join(sorted(known))))


def _own(governance: Governance) -> str:
    return "" if governance.roster.internal is None else governance.roster.internal.id


def _about(name: str, governance: Governance, language: str) -> tuple[str, str, str]:
    """Return what a case is about, and whom."""
    person = governance.roster.people.get(name)
    if person is not None:
        return "moderator", person.id, person.organisation
    return ("organisation", "", _organisation(name, governance, language)) if name else ("member", "", "")


def _organisation(name: str, governance: Governance, language: str) -> str:
    if name and name not in governance.roster.organisations:
        raise click.UsageError(say("escalation.unknown_name", language, name=name))
    return name


def _duty(names: str, governance: Governance, language: str) -> frozenset[tuple[str, str]]:
    """Return the people on duty: those who are named, and everybody of an organisation that is."""
    found = set()
    for name in filter(None, map(str.strip, names.split(","))):
        person = governance.roster.people.get(name)
        team = [person] if person is not None else governance.roster.of(_organisation(name, governance, language))
        found |= {(one.id, one.organisation) for one in team}
    return frozenset(found)


def _moment(given: str, zone: str, language: str) -> datetime:
    if not given:
        return datetime.now(UTC).replace(second=0, microsecond=0)
    try:
        at = datetime.fromisoformat(given)
        return (at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.UsageError(say("escalation.bad_time", language, given=given[:40])) from None


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _step(line: Line, language: str) -> str:
    if line.is_fallback:
        return say("escalation.step_fallback", language)
    return f"{line.position.round + 1}.{line.position.step + 1}"


def _whom(whom: str, language: str) -> str:
    kind, _, name = whom.partition(":")
    if kind in (NOBODY, OPERATOR):
        return say(f"escalation.whom_{kind}", language)
    return f"#{name}" if kind == "channel" else name


def _outcome(line: Line, asked: _Asked) -> str:
    outcome = line.telling.outcome
    if outcome is Outcome.DIGEST and line.opens_at is not None:
        at = _local(line.opens_at, asked.policies.zone)
        return say("escalation.outcome_digest", asked.language, at=at)
    return say(f"escalation.outcome_{outcome.value}", asked.language)


def _table(asked: _Asked, lines: Sequence[Line]) -> str:
    language, zone = asked.language, asked.policies.zone
    heads = ("at", "after", "step", "whom", "via", "outcome")
    rows = [tuple(say(f"escalation.head_{head}", language) for head in heads)]
    rows += [
        (
            _local(line.at, zone),
            show_time(line.at - asked.at, language),
            _step(line, language),
            _whom(line.telling.whom, language),
            say(f"escalation.via_{line.telling.via}", language),
            _outcome(line, asked),
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    head = say("escalation.simulated", language, path=asked.path.name, at=_local(asked.at, zone), zone=zone)
    return "\n".join([head, "", *shown, "", say("escalation.then_again", language)])


def _json(asked: _Asked, lines: Sequence[Line]) -> str:
    told = [
        {
            "at": line.at.isoformat(),
            "after": int((line.at - asked.at).total_seconds()),
            "round": line.position.round + 1,
            "step": "fallback" if line.is_fallback else line.position.step + 1,
            "whom": line.telling.whom,
            "via": line.telling.via,
            "outcome": line.telling.outcome.value,
            "told_at": None if line.opens_at is None else line.opens_at.isoformat(),
        }
        for line in lines
    ]
    return json.dumps({"path": asked.path.name, "at": asked.at.isoformat(), "told": told}, ensure_ascii=False)
