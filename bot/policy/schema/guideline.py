"""The shape of a guideline file: what is asked of members, and the rules that check it."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from bot.domain.judgement import Mode
from bot.domain.message import Markup
from bot.domain.severity import Severity
from bot.policy.schema.types import (
    Count,
    DayHours,
    Duration,
    Language,
    Name,
    Names,
    PositiveDuration,
    SeverityWord,
    Shape,
    Text,
    Texts,
    Zone,
    short_form,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ScopeModel(Shape):
    """Names that are meant, or all but these."""

    only: Names = Field(default=(), description="Only these.")
    but: Names = Field(default=(), alias="not", description="All but these.")


#: `[help, gaming]`, `help`, or `{not: [help]}`
Scope = Annotated[ScopeModel, short_form("only")]


class AtModel(Shape):
    """When a rule holds."""

    hours: DayHours = Field(description="Part of the day, such as `22:00-06:00`.")
    days: tuple[Weekday, ...] = Field(default=(), description="Days on which the hours begin; every day when absent.")
    zone: Zone | None = Field(default=None, description="IANA time zone; the community's when absent.")


class MentionsExample(Shape):
    """Whom an example pings."""

    people: Count = Field(default=0, description="People mentioned.")
    roles: Count = Field(default=0, description="Roles mentioned.")
    everyone: StrictBool = Field(default=False, description="Whether everyone is pinged.")


class AttachmentExample(Shape):
    """A file of an example."""

    name: Text = Field(description="File name.")
    media_type: str | None = Field(default=None, description="MIME type.")
    size: Count | None = Field(default=None, description="Bytes.")
    sha256: str | None = Field(default=None, description="SHA-256 in hexadecimal.")


class ExampleModel(Shape):
    """A message that a rule is tried on."""

    text: str = Field(default="", description="What was written.")
    channel: Name | None = Field(default=None, description="Where; a channel that the rule covers when absent.")
    language: Language | None = Field(default=None, description="The only language of the channel.")
    markup: Markup = Field(default=Markup.PLAIN, description="How formatting is written: plain, discord or slack.")
    name: str | None = Field(default=None, description="The author's display name.")
    account_age: Duration | None = Field(default=None, description="Age of the author's account.")
    member_age: Duration | None = Field(default=None, description="How long ago the author joined.")
    roles: tuple[Name, ...] | None = Field(default=None, description="The author's roles.")
    earlier_messages: Count | None = Field(default=None, description="Messages that the author wrote before.")
    mentions: Annotated[MentionsExample, short_form("people")] = Field(
        default=MentionsExample(),
        description="Whom it pings; a number means people. When absent, whom the text pings (`<@1>`, `@everyone`).",
    )
    attachments: tuple[Annotated[AttachmentExample, short_form("name")], ...] = Field(
        default=(), description="Its files: names, or mappings."
    )
    invites: dict[str, str] = Field(default={}, description="Invite code → id of the server that it leads to.")
    reply: StrictBool = Field(default=False, description="Whether it answers somebody.")
    forwarded: StrictBool = Field(default=False, description="Whether it was forwarded.")
    thread: StrictBool = Field(default=False, description="Whether it stands in a thread of its channel.")
    join: StrictBool = Field(default=False, description="Whether it is a join, not a message.")
    edited: Duration | None = Field(default=None, description="How long after posting it was edited.")
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = Field(
        default=None, description="Local time of day, such as `23:30`."
    )
    times: Annotated[int, Field(strict=True, ge=1, le=1_000)] = Field(
        default=1, description="How often it is sent; the last one counts."
    )
    every: PositiveDuration = Field(default=timedelta(seconds=1), description="The pause between these.")
    members: Literal["one", "many"] = Field(default="one", description="Whether one member sends them all.")


#: a text, or a mapping
Example = Annotated[ExampleModel, short_form("text")]


class ExamplesModel(Shape):
    """Messages that a rule must match, and that it must let pass."""

    match: tuple[Example, ...] = Field(default=(), description="Messages that the rule must match.")
    passing: tuple[Example, ...] = Field(default=(), alias="pass", description="Messages that it must let pass.")


#: what may be kept as evidence
Copies = Literal["all", "none"]


class RuleModel(Shape):
    """One part of a guideline that a machine can check."""

    id: Name = Field(description="Name within the guideline.")
    when: Any = Field(description="The condition under which the rule matches.")
    unless: Any = Field(default=None, description="A condition that keeps it from matching.")
    channels: Scope | None = Field(default=None, alias="in", description="Channels it holds in, or `{not: […]}`.")
    members: Scope | None = Field(default=None, alias="by", description="Roles it holds for: names, or `{not: […]}`.")
    at: AtModel | None = Field(default=None, description="When it holds.")
    severity: SeverityWord = Field(default=Severity.MEDIUM, description="How grave a match is.")
    mode: Mode = Field(default=Mode.LIVE, description="`live`; `shadow` only watches; `off` rests.")
    then: Any = Field(description="What follows: one outcome or a list.")
    copies: Copies = Field(
        default="all", description="`none`: of what it finds nothing is copied, neither text nor files."
    )
    examples: ExamplesModel = Field(default=ExamplesModel(), description="Messages that `locum check` tries it on.")
    why: Text | None = Field(default=None, description="A note for staff: why the rule is as it is.")


class GuidelineFile(Shape):
    """What a community asks of its members."""

    guideline: Name = Field(description="The guideline's id.")
    title: Texts = Field(description="Language → title.")
    text: Texts = Field(description="Language → what is asked of members, in the community's voice.")
    care: StrictBool = Field(
        default=False, description="Help before punishment: its rules may only notice, case and escalate."
    )
    copies: Copies | None = Field(
        default=None,
        description="`none`: of what is found or reported under it nothing is copied; `all`: everything. Where neither "
        "is said, what is reported isn't copied if `care` is set or a rule is critical.",
    )
    rules: tuple[RuleModel, ...] = Field(default=(), description="What a machine can check of it.")
