"""The shape of `escalation.yaml`: who is paged, in which order, and who answers in the end."""

from typing import Annotated, Literal

from pydantic import Field

from bot.policy.schema.organisations import AbsenceModel
from bot.policy.schema.types import DayHours, EnvRef, Name, Names, PositiveDuration, SeverityWord, Shape, Zone

Medium = Literal["chat", "webhook", "email"]


class ContactModel(Shape):
    """How a named person is reached outside the platforms; secrets stay in the environment."""

    webhook: EnvRef | None = Field(default=None, description="Signed webhook, as `env:NAME`.")
    email: EnvRef | None = Field(default=None, description="E-mail address, as `env:NAME`.")
    person: Name | None = Field(default=None, description="Who of `organisations.yaml` this is: reached by chat, too.")
    absent: tuple[AbsenceModel, ...] = Field(default=(), description="Days on which they aren't there.")


class TargetModel(Shape):
    """Whom a step pages: people of a role, people on duty, a staff channel, or one contact."""

    role: Name | None = Field(default=None, description="People of this role.")
    of: Name | None = Field(default=None, description="Of `case` (the organisation working on it), or an organisation.")
    on_duty: Name | None = Field(default=None, description="Whoever is on duty for this organisation.")
    channel: Name | None = Field(default=None, description="A staff channel.")
    mention: Literal["on_duty", "role", "nobody"] | None = Field(default=None, description="Who is mentioned there.")
    person: Name | None = Field(default=None, description="One of the contacts.")


class StepModel(Shape):
    """One step of a path."""

    page: TargetModel = Field(description="Whom to page.")
    via: tuple[Medium, ...] = Field(default=("chat",), min_length=1, description="How: chat, webhook, email.")
    wait: PositiveDuration = Field(description="How long to wait for an answer before the next step.")
    hours: DayHours | None = Field(default=None, description="Part of the day in which the step pages.")
    zone: Zone | None = Field(default=None, description="Zone of these hours; the community's when absent.")
    otherwise: Literal["digest", "skip"] = Field(default="skip", description="What happens outside these hours.")


class FallbackModel(Shape):
    """Who answers when no step was answered."""

    person: Name = Field(description="One of the contacts.")
    via: tuple[Medium, ...] = Field(
        default=("webhook", "email"), min_length=1, description="How: chat, webhook, email."
    )


class PathModel(Shape):
    """Ordered steps, a repeat count and a named fallback."""

    steps: tuple[StepModel, ...] = Field(description="Steps, in order; at least one.")
    repeat: Annotated[int, Field(strict=True, ge=1, le=10)] = Field(
        default=1, description="How often the steps are gone through."
    )
    fallback: FallbackModel = Field(description="Who answers in the end.")


class RouteConditionModel(Shape):
    """Which cases take a route: all that is named must hold."""

    severity: SeverityWord | None = Field(default=None, description="The case is of this severity.")
    about: Literal["member", "moderator", "organisation"] | None = Field(
        default=None, description="Whom the case is about."
    )
    queue: Names = Field(default=(), description="The case is in one of these queues.")
    guideline: Names = Field(default=(), description="The case is about one of these guidelines.")


class RouteModel(Shape):
    """Which path a case takes."""

    condition: RouteConditionModel | None = Field(default=None, alias="if", description="Every case when absent.")
    path: Name = Field(description="One of the paths.")


class EscalationFile(Shape):
    """Whom to reach, on which paths, and which case takes which."""

    contacts: dict[Name, ContactModel] = Field(default={}, description="Named people outside the platforms.")
    paths: dict[Name, PathModel] = Field(default={}, description="Escalation paths by name.")
    routing: tuple[RouteModel, ...] = Field(default=(), description="First match wins.")
