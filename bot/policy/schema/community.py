"""The shape of `community.yaml`: where a community is, and what Locum may do there."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool

from bot.domain.budget import Budget
from bot.domain.judgement import Mode
from bot.domain.outcome import OutcomeKind
from bot.policy.schema.types import (
    BudgetText,
    BudgetTexts,
    Count,
    DiscordId,
    Language,
    Name,
    Names,
    PositiveDuration,
    RuleName,
    SeverityWord,
    Shape,
    SlackId,
    SlackWorkspace,
    Zone,
)

#: outcomes of automation that need its permission
POWERS = (
    OutcomeKind.DELETE,
    OutcomeKind.TIMEOUT,
    OutcomeKind.QUARANTINE,
    OutcomeKind.KICK,
    OutcomeKind.BAN,
    OutcomeKind.SLOW_MODE,
    OutcomeKind.RAID_MODE,
)


def _read_permission(value: Any) -> Any:
    if isinstance(value, str):
        return {"kind": value}
    if isinstance(value, dict) and len(value) == 1:
        kind, limits = next(iter(value.items()))
        return {"kind": kind, **limits} if isinstance(limits, dict) else {"kind": kind, "up_to": limits}
    return value


class Permission(Shape):
    """Something that may be done, perhaps only so long."""

    kind: Name = Field(description="What may be done.")
    up_to: PositiveDuration | None = Field(default=None, description="For at most so long.")


#: `delete`, or `{timeout: {up_to: 1h}}`
PermissionForm = Annotated[Permission, BeforeValidator(_read_permission)]


class ChannelModel(Shape):
    """Where a channel is on its platforms; a channel without ids is found by its name, which suits replays."""

    discord: DiscordId | None = Field(default=None, description="Discord channel id, in quotes.")
    discord_category: DiscordId | None = Field(
        default=None, description="Discord category id, in quotes: every channel of the category."
    )
    slack: SlackId | None = Field(default=None, description="Slack workspace and channel, such as `T0A/C0HELP`.")
    languages: tuple[Language, ...] = Field(
        default=(), description="Languages spoken there; the community's where none is named."
    )


class RoleModel(Shape):
    """Which platform role or group a role's name stands for."""

    discord: DiscordId | None = Field(default=None, description="Discord role id, in quotes.")
    slack_group: SlackId | None = Field(default=None, description="Slack workspace and user group, such as `T0A/S01`.")


class AutomationModel(Shape):
    """What automation may do by itself, and for what it asks people."""

    may: tuple[PermissionForm, ...] = Field(
        default=(), description="What it may do by itself: `delete`, or with a limit `{timeout: {up_to: 1h}}`."
    )
    asks: dict[OutcomeKind, Name] = Field(
        default={}, description="What it must ask for, and whom: `internal` or a partner's id."
    )
    budgets: dict[OutcomeKind, BudgetTexts] = Field(
        default={}, description="How often it may do so in a window: `300 per 10m`, or a list of such."
    )
    breaker: BudgetText | None = Field(
        default=Budget(limit=500, within=timedelta(minutes=10)),
        description="A rule that sanctions more members than this drops to shadow, and a lead is paged.",
    )


class LadderModel(Shape):
    """What follows from a member's active strikes."""

    expires: PositiveDuration = Field(default=timedelta(days=90), description="How long a strike counts.")
    steps: dict[Annotated[int, Field(ge=1, le=1_000)], Any] = Field(
        default={}, description="Number of active strikes → the outcomes that follow."
    )


class QueueModel(Shape):
    """Who works on a queue's cases, and how soon."""

    served_by: Names = Field(default=(), description="Organisations that serve the queue.")
    otherwise: Name = Field(
        default="internal", alias="else", description="Who serves it while none of these has anybody on duty."
    )
    claim_within: dict[SeverityWord, PositiveDuration] = Field(
        default={}, description="Severity → how soon a case is to be claimed."
    )
    resolve_within: dict[SeverityWord, PositiveDuration] = Field(
        default={}, description="Severity → how soon a case is to be resolved."
    )
    by_choice: StrictBool = Field(default=False, description="Whether only those who chose it are given its cases.")
    at_most: Count | None = Field(default=None, description="Cases of it that one person is given in a shift.")


class AppealsModel(Shape):
    """How members appeal against what was done to them; leads hear it, and never one who had a part in it."""

    within: PositiveDuration = Field(
        default=timedelta(days=183), description="How long after a sanction an appeal may begin."
    )
    resolve_within: PositiveDuration = Field(default=timedelta(days=7), description="How soon it is decided.")


class ApprovalsModel(Shape):
    """How what somebody must ask for is approved."""

    within: PositiveDuration = Field(
        default=timedelta(minutes=30), description="How long an answer is waited for before the escalation path starts."
    )
    by_another_organisation: tuple[Name, ...] = Field(
        default=(), description="Powers that another organisation than the asking one approves."
    )


class WavesModel(Shape):
    """When several members share a case: the same rule finds nearly the same text, or the same link, with each."""

    within: PositiveDuration = Field(
        default=timedelta(hours=1), description="At most so long after the last member whom the wave brought in."
    )


class OverrideModel(Shape):
    """How a rule differs in some channels."""

    rule: RuleName = Field(description="`guideline/rule`.")
    channels: Names = Field(default=(), alias="in", description="Channels; everywhere when absent.")
    mode: Mode | None = Field(default=None, description="`live`, `shadow` or `off` there.")
    severity: SeverityWord | None = Field(default=None, description="How grave it is there.")


class CommunityFile(Shape):
    """A community: its places, its languages, and what Locum may do there."""

    community: Name = Field(description="The community's id: the folder's name.")
    zone: Zone = Field(default="UTC", description="IANA time zone for dates and hours, such as `Europe/Berlin`.")
    languages: tuple[Language, ...] = Field(
        default=("en",), min_length=1, description="Languages of the community, the main one first."
    )
    mode: Mode = Field(default=Mode.SHADOW, description="`shadow` until a lead turns it `live`.")
    shared: tuple[Name, ...] = Field(
        default=(), description="Guidelines taken over from `shared/guidelines/`, by file name."
    )
    discord: DiscordId | None = Field(default=None, description="Id of its Discord server, in quotes.")
    slack: SlackWorkspace | None = Field(default=None, description="Id of its Slack workspace, such as `T0A`.")
    channels: dict[Name, ChannelModel] = Field(default={}, description="Channel names → where they are.")
    roles: dict[Name, RoleModel] = Field(default={}, description="Role names → what they stand for.")
    act_within: PositiveDuration = Field(
        default=timedelta(minutes=30),
        description="What is judged later than so long after it was posted is at most deleted and put into a case.",
    )
    waves: WavesModel | None = Field(
        default=WavesModel(),
        description="When several members share a case, on whatever platform: `{within: 1h}` unless said otherwise; "
        "with `null`, each has one of their own.",
    )
    automation: AutomationModel | None = Field(
        default=None, description="What Locum may do by itself; without it, delete messages and nothing more."
    )
    ladder: LadderModel | None = Field(default=None, description="What follows from strikes.")
    responses: dict[Name, Any] = Field(default={}, description="Named bundles of outcomes, for `use`.")
    queues: dict[Name, QueueModel] = Field(default={}, description="Where cases wait, and who serves them.")
    overrides: tuple[OverrideModel, ...] = Field(default=(), description="Rules that differ in some channels.")
    protected: Names = Field(default=(), description="Roles against whose holders nobody acts.")
    disclosure: Literal["organisation", "outside", "team"] = Field(
        default="organisation",
        description="What members are told of who stands behind a decision: the organisation as it is `shown_as`, "
        "that somebody outside helped, or the community's team alone.",
    )
    appeals: AppealsModel = Field(default=AppealsModel(), description="How members appeal.")
    approvals: ApprovalsModel = Field(default=ApprovalsModel(), description="How approvals are given.")
    claim_for: PositiveDuration = Field(
        default=timedelta(minutes=30), description="How long a claim holds before the case is free again."
    )
    review_share: Annotated[int, Field(strict=True, ge=0, le=100)] = Field(
        default=25, description="Percent of what `sampled` people do that somebody looks at again."
    )
