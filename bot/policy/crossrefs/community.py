"""`community.yaml`: overrides, queues, automation, responses and the ladder name things that exist."""

from bot.domain.outcome import OutcomeKind
from bot.i18n import phrase
from bot.policy.crossrefs.names import Names
from bot.policy.crossrefs.outcomes import check_outcomes
from bot.policy.crossrefs.powers import check_permissions
from bot.policy.loaded import LoadedCommunity
from bot.policy.powers import LIMITABLE
from bot.policy.problems import ProblemLog
from bot.policy.schema.community import POWERS, AutomationModel, CommunityFile

_PLATFORMS = ("discord", "discord_category", "slack")


def check_community(community: LoadedCommunity, names: Names) -> None:
    """Note what `community.yaml` names and nothing defines."""
    model, log = community.model, community.log
    _check_channels(model, log)
    _check_queues(model, names, log)
    _check_overrides(model, names, log)
    if model.automation is not None:
        _check_automation(model.automation, names, log)
    _check_workspace(model, log)
    for steps in community.responses.values():
        for step in steps:
            if step.use:
                log.error(phrase("check.use_in_response", name=step.use), step.path)
        check_outcomes(tuple(step for step in steps if not step.use), community, names, log)
    for steps in community.ladder.values():
        check_outcomes(steps, community, names, log)


def _check_channels(model: CommunityFile, log: ProblemLog) -> None:
    taken: dict[tuple[str, str], str] = {}
    for name, channel in model.channels.items():
        for platform in _PLATFORMS:
            place = getattr(channel, platform)
            if place is not None and taken.setdefault((platform, place), name) != name:
                other = taken[platform, place]
                log.error(phrase("check.same_channel", id=place, other=other), ("channels", name, platform))


def _check_workspace(model: CommunityFile, log: ProblemLog) -> None:
    """Note what names a workspace other than the community's own: it would be reached by nobody."""
    named = [(("channels", name, "slack"), one.slack) for name, one in model.channels.items()]
    named += [(("roles", name, "slack_group"), one.slack_group) for name, one in model.roles.items()]
    for path, id_ in named:
        workspace = "" if id_ is None else id_.partition("/")[0]
        if workspace and model.slack is not None and workspace != model.slack:
            log.error(phrase("check.other_workspace", found=workspace, own=model.slack), path)


def _check_queues(model: CommunityFile, names: Names, log: ProblemLog) -> None:
    for name, queue in model.queues.items():
        names.check_all("organisation", queue.served_by, ("queues", name, "served_by"), log)
        if "otherwise" in queue.model_fields_set:
            names.check("organisation", queue.otherwise, ("queues", name, "else"), log)


def _check_overrides(model: CommunityFile, names: Names, log: ProblemLog) -> None:
    readable = {rule.split("/")[0] for rule in names.rules}
    for index, override in enumerate(model.overrides):
        path = ("overrides", index)
        unreadable = names.guidelines - readable
        if override.rule.split("/")[0] not in unreadable:
            names.check("rule", override.rule, (*path, "rule"), log)
        names.check_all("channel", override.channels, (*path, "in"), log)
        if not {"mode", "severity"} & log.given(path):
            log.error(phrase("check.override_empty"), path)


def _check_automation(automation: AutomationModel, names: Names, log: ProblemLog) -> None:
    allowed = [power.value for power in POWERS]
    limitable = {power.value for power in LIMITABLE}
    check_permissions(automation.may, ("automation", "may"), allowed, limitable, log)
    for section in ("asks", "budgets"):
        for kind in getattr(automation, section):
            if kind not in POWERS:
                message = phrase("check.not_a_power", name=kind.value, expected=", ".join(allowed))
                log.error(message, ("automation", section, kind.value), key=True)
    for kind, organisation in automation.asks.items():
        names.check("organisation", organisation, ("automation", "asks", OutcomeKind(kind).value), log)
