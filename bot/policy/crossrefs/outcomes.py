"""Outcomes: what they name must exist, and automation must be allowed to do them."""

from collections.abc import Mapping

from bot.domain.duration import show_duration
from bot.domain.outcome import CARING, Outcome, OutcomeKind
from bot.i18n import Phrase, phrase
from bot.policy.crossrefs.names import Names
from bot.policy.loaded import LoadedCommunity
from bot.policy.powers import Ruling, rule_on
from bot.policy.problems import ProblemLog
from bot.policy.schema.community import AutomationModel
from bot.policy.schema.outcome import Step

#: what an outcome's target is, by kind
_TARGETS = {OutcomeKind.NOTICE: "guideline", OutcomeKind.CASE: "queue", OutcomeKind.ESCALATE: "path"}


def check_outcomes(steps: tuple[Step, ...], community: LoadedCommunity | None, names: Names, log: ProblemLog) -> None:
    """Note names that lead nowhere and outcomes that automation may not bring about."""
    for step in steps:
        if step.outcome is None:
            names.check("response", step.use, step.path, log)
            continue
        target = _TARGETS.get(step.outcome.kind)
        if target == "path" and names.paths is not None and not names.paths:
            log.warning(phrase("check.nobody_paged"), step.path)
        elif target and step.outcome.target:
            names.check(target, step.outcome.target, step.path, log, warn=target != "guideline")
        if community is not None and (community.model.automation or "automation" not in community.log.given(())):
            _check_power(step.outcome, step, community.model.automation, log)


def check_care(steps: tuple[Step, ...], responses: Mapping[str, tuple[Step, ...]], log: ProblemLog) -> None:
    """Note what a `care` guideline may not do: anything but notice, case and escalate."""
    for step in steps:
        inner = (step,) if step.outcome is not None else responses.get(step.use, ())
        for kind in dict.fromkeys(part.outcome.kind for part in inner if part.outcome is not None):
            if kind not in CARING:
                log.error(phrase("check.care_only_helps", outcome=kind.value), step.path)


def _check_power(outcome: Outcome, step: Step, automation: AutomationModel | None, log: ProblemLog) -> None:
    ruling = rule_on(outcome, automation)
    name = outcome.kind.value
    if ruling is Ruling.TOO_LONG and automation is not None:
        limits = [power.up_to for power in automation.may if power.kind == outcome.kind and power.up_to]
        log.error(_too_long(outcome, show_duration(max(limits))), step.path)
    elif ruling is Ruling.MAY_NOT and automation is not None:
        log.error(phrase("check.power_missing", outcome=name), step.path)
    elif ruling is Ruling.MAY_NOT:
        log.warning(phrase("check.power_not_given", outcome=name), step.path)


def _too_long(outcome: Outcome, limit: str) -> Phrase:
    """Return that an outcome lasts longer than allowed, and what to write where it has no end at all."""
    name = outcome.kind.value
    if outcome.kind is OutcomeKind.SLOW_MODE and outcome.lasts is None and outcome.duration is not None:
        value = f"{{every: {show_duration(outcome.duration)}, for: {limit}}}"
    elif outcome.duration is None:
        value = limit
    else:
        return phrase("check.power_too_long", outcome=name, limit=limit)
    return phrase("check.power_unlimited", outcome=name, limit=limit, example=f"{{{name}: {value}}}")
