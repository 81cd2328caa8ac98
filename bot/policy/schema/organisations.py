"""The shape of `organisations.yaml`: who moderates, under which contract and mandate."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, RootModel, StrictBool

from bot.policy.schema.community import PermissionForm
from bot.policy.schema.types import (
    BudgetTexts,
    Count,
    Day,
    DiscordId,
    Duration,
    Language,
    Name,
    SeverityWord,
    Shape,
    SlackId,
    Text,
    Texts,
)

#: what people can be allowed to do
Power = Literal["delete", "notice", "warn", "timeout", "quarantine", "kick", "ban", "slow_mode", "raid_mode"]
Level = Literal["observing", "supervised", "sampled", "trusted"]


class AgreementModel(Shape):
    """A data processing agreement."""

    signed: Day = Field(description="The day it was signed.")
    reference: Text = Field(description="Where it is filed.")


class ContractModel(Shape):
    """A partner's contract; its days are local and both inclusive."""

    start: Day = Field(alias="from", description="First day.")
    until: Day | None = Field(default=None, description="Last day; open-ended when absent.")
    wind_down: Duration = Field(
        default=timedelta(0), description="How long before the end no new cases go to the partner."
    )
    seats: Count | None = Field(default=None, description="People who may work for the partner at once.")
    data_agreement: AgreementModel | None = Field(
        default=None, description="The data processing agreement; no mandate starts without one."
    )


class MandateModel(Shape):
    """What a role of an organisation may do, where, and up to which severity."""

    id: Name = Field(description="The mandate's id, unique in the organisation.")
    role: Name = Field(default="moderator", description="The role that holds it.")
    channels: tuple[Name, ...] = Field(default=(), description="Channels it holds in; none when absent.")
    queues: tuple[Name, ...] = Field(default=(), description="Queues whose cases it opens.")
    cases_up_to: SeverityWord | None = Field(default=None, description="The gravest case it covers.")
    on_shift_only: StrictBool = Field(default=True, description="Whether it holds only while on shift.")
    may: tuple[PermissionForm, ...] = Field(default=(), description="What may be done alone.")
    asks: dict[Power, Name] = Field(default={}, description="What must be asked for, and whom.")
    meanwhile: PermissionForm | None = Field(default=None, description="What holds while an approval is open.")
    contain: PermissionForm | None = Field(default=None, description="What may be done at any severity.")
    start: Day | None = Field(default=None, alias="from", description="First day; the contract's when absent.")
    until: Day | None = Field(default=None, description="Last day; the contract's when absent.")


class AbsenceModel(Shape):
    """Days on which somebody isn't there; local and both inclusive."""

    start: Day = Field(alias="from", description="First day.")
    until: Day = Field(description="Last day.")


class AccountsModel(Shape):
    """A person's accounts."""

    discord: DiscordId | None = Field(default=None, description="Discord user id, in quotes.")
    slack: SlackId | None = Field(default=None, description="Slack workspace and user, such as `T0A/U0123`.")


class PersonModel(Shape):
    """One human who moderates."""

    id: Name = Field(description="The person's id, unique in the community.")
    alias: Text = Field(description="The name that members may see.")
    role: Name = Field(default="moderator", description="Role within the organisation.")
    starts_as: Level = Field(default="observing", description="Level at the start; it never raises a level later.")
    languages: tuple[Language, ...] = Field(default=(), description="Languages the person moderates in.")
    accounts: AccountsModel = Field(default=AccountsModel(), description="Accounts on the platforms.")
    absent: tuple[AbsenceModel, ...] = Field(default=(), description="Days on which the person isn't there.")


class OrganisationModel(Shape):
    """The owner's own team, or a partner."""

    id: Name = Field(description="The organisation's id.")
    kind: Literal["internal", "partner"] = Field(description="The owner's own team, or a partner.")
    name: Text = Field(description="Its full name, for staff.")
    shown_as: Texts | None = Field(default=None, description="Language → how members may be told of it.")
    contract: ContractModel | None = Field(default=None, description="Required of partners.")
    mandates: tuple[MandateModel, ...] = Field(default=(), description="What its roles may do.")
    budgets: dict[Power, BudgetTexts] = Field(
        default={}, description="How often, all its people together: `5 per 10m`, or a list of such."
    )
    budgets_each: dict[Power, BudgetTexts] = Field(
        default={},
        description="How often, each of its people; for a partner's bans 5 per 10m and 20 per 1d when absent.",
    )
    people: tuple[PersonModel, ...] = Field(default=(), description="Its people.")


class OrganisationsFile(RootModel[Annotated[tuple[OrganisationModel, ...], Field(description="Organisations.")]]):
    """A list of organisations."""
