"""`escalation.yaml`: every page reaches somebody, and every path ends in a person who is known."""

from bot.i18n import phrase
from bot.policy.crossrefs.names import Names
from bot.policy.loaded import LoadedEscalation
from bot.policy.places import Path
from bot.policy.problems import ProblemLog
from bot.policy.schema.escalation import EscalationFile, PathModel, TargetModel

_TARGETS = ("role", "on_duty", "channel", "person")
#: stands for the organisation that works on the case
_OF_CASE = "case"


def check_escalation(escalation: LoadedEscalation, names: Names) -> None:
    """Note what `escalation.yaml` names and nothing defines, and pages that reach nobody."""
    model, log = escalation.model, escalation.log
    for name in model.contacts:
        if not {"webhook", "email"} & log.given(("contacts", name)):
            log.error(phrase("check.contact_unreachable"), ("contacts", name), key=True)
    for name, path in model.paths.items():
        if log.raw(("paths", name, "steps")) == []:
            log.error(phrase("check.too_few", limit=1), ("paths", name, "steps"))
        for index, step in enumerate(path.steps):
            _check_target(step.page, ("paths", name, "steps", index, "page"), names, log)
        _check_fallback(path, model, ("paths", name, "fallback"), names, log)
    _check_routing(model, names, log)


def _check_target(target: TargetModel, path: Path, names: Names, log: ProblemLog) -> None:
    if len(log.given(path).intersection(_TARGETS)) != 1:
        log.error(phrase("check.one_target", expected=", ".join(_TARGETS)), path)
    if target.person is not None:
        names.check("contact", target.person, (*path, "person"), log)
    if target.channel is not None:
        names.check("channel", target.channel, (*path, "channel"), log, warn=True)
    if target.on_duty is not None:
        names.check("organisation", target.on_duty, (*path, "on_duty"), log)
    if target.of is not None and target.of != _OF_CASE:
        names.check("organisation", target.of, (*path, "of"), log)


def _check_fallback(path: PathModel, model: EscalationFile, place: Path, names: Names, log: ProblemLog) -> None:
    fallback = path.fallback
    names.check("contact", fallback.person, (*place, "person"), log)
    if fallback.person not in model.contacts or "via" not in fallback.model_fields_set:
        return
    for index, medium in enumerate(fallback.via):
        if medium != "chat" and medium not in log.given(("contacts", fallback.person)):
            message = phrase("check.contact_lacks", name=fallback.person, medium=medium)
            log.error(message, (*place, "via", index))


def _check_routing(model: EscalationFile, names: Names, log: ProblemLog) -> None:
    closed = False
    for index, route in enumerate(model.routing):
        path: Path = ("routing", index)
        names.check("route", route.path, (*path, "path"), log)
        if closed:
            log.warning(phrase("check.route_unreached"), path)
        if route.condition is None:
            closed = True
            continue
        names.check_all("queue", route.condition.queue, (*path, "if", "queue"), log, warn=True)
        names.check_all("guideline", route.condition.guideline, (*path, "if", "guideline"), log)
    if model.paths and not closed:
        log.warning(phrase("check.no_last_route"), ("routing",) if model.routing else ("paths",), key=True)
