"""Policy files as they were read: the model beside the log that knows where each part of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.policy.places import Document, Path
from bot.policy.problems import ProblemLog
from bot.policy.schema.community import CommunityFile
from bot.policy.schema.condition import Condition
from bot.policy.schema.escalation import EscalationFile
from bot.policy.schema.guideline import GuidelineFile, RuleModel
from bot.policy.schema.organisations import OrganisationModel
from bot.policy.schema.outcome import Step


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedRule:
    """One rule of a guideline file."""

    #: keys as validated
    model: RuleModel
    #: where in the document
    path: Path
    #: index among the model's rules
    number: int
    #: when it matches
    when: Condition | None
    #: what keeps it from matching
    unless: Condition | None
    #: what follows, responses still by name
    then: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedGuideline:
    """One guideline file."""

    #: file, with the policies folder in front
    file: str
    #: keys as validated; rules with errors are left out
    model: GuidelineFile
    #: values and places
    document: Document
    #: notes problems at the model's paths
    log: ProblemLog
    #: its rules, with conditions and outcomes read
    rules: tuple[LoadedRule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedCommunity:
    """A `community.yaml`."""

    #: keys as validated
    model: CommunityFile
    #: notes problems at the model's paths
    log: ProblemLog
    #: response name → its outcomes
    responses: Mapping[str, tuple[Step, ...]]
    #: number of strikes → what follows
    ladder: Mapping[int, tuple[Step, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedOrganisations:
    """An `organisations.yaml`."""

    #: organisations as validated
    models: tuple[OrganisationModel, ...]
    #: notes problems at the models' paths
    log: ProblemLog


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedEscalation:
    """An `escalation.yaml`."""

    #: keys as validated
    model: EscalationFile
    #: notes problems at the model's paths
    log: ProblemLog
