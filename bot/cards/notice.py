"""Notices: what a member is told, in the community's own words and the member's language; they accuse nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.card import Button
from bot.domain.message import Channel
from bot.domain.outcome import OutcomeKind
from bot.i18n import LANGUAGES, Value, catalogue, say


class Hand(StrEnum):
    """Whose hand a notice comes from, as far as members are told."""

    #: a rule decided
    PROGRAM = "program"
    #: a rule noticed something, and a person decided
    BOTH = "both"
    #: a person, without a program
    PERSON = "person"
    #: nobody decided anything: the notice answers to something
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One thing that was done to a member."""

    #: what
    kind: OutcomeKind
    #: until when, UTC; None for good, or where it is over at once
    until: datetime | None = None
    #: it is upheld by deleting what the member writes
    upheld: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeView:
    """What a notice is put into words from; nothing of it is kept."""

    #: languages that the reader would like, the best one first
    languages: tuple[str, ...] = ()
    #: the guideline cited: language → title
    titles: Mapping[str, str] = field(default_factory=dict)
    #: the guideline cited: language → text
    texts: Mapping[str, str] = field(default_factory=dict)
    #: the guideline helps before it punishes
    care: bool = False
    #: what was done
    deeds: tuple[Deed, ...] = ()
    #: it holds only while somebody looks at it
    interim: bool = False
    #: it ends the matter: somebody decided that nothing more follows
    closing: bool = True
    #: for how long a strike counts; None where there is no ladder
    counts_for: timedelta | None = None
    #: whose hand
    hand: Hand = Hand.NOBODY
    #: what members are told of who stands behind it: organisation, outside, team
    disclosure: str = "team"
    #: organisation: language → how it is shown
    behind: Mapping[str, str] = field(default_factory=dict)
    #: entry of the catalogue that says what it is about, where that isn't what a decision did; and its placeholders
    about: str = ""
    #: placeholders of that entry
    values: Mapping[str, Value] = field(default_factory=dict)
    #: the one-time code with which somebody who was removed can appeal
    code: str = ""
    #: how long an appeal may begin; None where there is nothing to appeal against
    appeal_within: timedelta | None = None
    #: IANA zone of the community
    zone: str = "UTC"
    #: where the message stood that it is about; None where it is about none
    near: Channel | None = None


#: in this order it is said what was done
_ORDER = (
    OutcomeKind.DELETE,
    OutcomeKind.TIMEOUT,
    OutcomeKind.QUARANTINE,
    OutcomeKind.KICK,
    OutcomeKind.BAN,
    OutcomeKind.STRIKE,
)


def notice_text(view: NoticeView) -> str:
    """Return a notice, in the first of the languages in which the guideline has words.

    Without any words, as when the guideline is no longer there, the notice says so much in general.
    """
    language = language_of(view.texts, view.languages)
    parts = [view.titles.get(language, ""), view.texts.get(language, "")]
    if view.about:
        parts = [*(part for part in parts if part), _about(view, language)]
    elif not view.texts:
        parts = [say("cards.notice_general", language)]
    parts += [_done(view, language), _by(view, language), _appeal(view, language)]
    if view.texts or view.about:
        parts.append(say("cards.notice_from", language))
    return "\n\n".join(part for part in parts if part)


def notice_buttons(view: NoticeView) -> tuple[Button, ...]:
    """Return what a member can press beside a notice: appealing, where there is something to appeal against.

    Whoever was removed can give no command any more; the code goes with the press.
    """
    if view.appeal_within is None:
        return ()
    language = language_of(view.texts, view.languages)
    action = f"everyone.appeal:{view.code}" if view.code else "everyone.appeal"
    return (Button(action=action, label=say("notices.appeal_button", language)),)


def language_of(texts: Mapping[str, str], wanted: Sequence[str]) -> str:
    """Return the language to write in: the best one that is wanted and in which there are words."""
    known = texts or dict.fromkeys(LANGUAGES, "")
    return next((one for one in (*wanted, *LANGUAGES, *known) if one in known), "en")


def _about(view: NoticeView, language: str) -> str:
    key = f"notices.about_{view.about}"
    known = key if key in catalogue(language) else "notices.about_other"
    return say(known, language, **view.values)


def _done(view: NoticeView, language: str) -> str:
    """Return what was done and until when; of a mere reminder, that nothing follows from it."""
    said = []
    for kind in _ORDER:
        same = [deed for deed in view.deeds if deed.kind is kind]
        if not same:
            continue
        key = f"notices.done_{kind.value}"
        if same[0].upheld and f"{key}_upheld" in catalogue(language):
            key = f"{key}_upheld"
        if same[0].until is not None:
            said.append(say(f"{key}_until", language, until=show_moment(same[0].until, view.zone, language)))
        elif kind is OutcomeKind.STRIKE and view.counts_for is not None:
            said.append(say("notices.done_strike_for", language, lasts=view.counts_for))
        else:
            said.append(say(key, language, count=len(same)))
    if view.interim:
        said.append(say("notices.interim", language))
    if not said and not view.about and not view.care and view.closing and view.hand is not Hand.NOBODY:
        said.append(say("notices.reminder", language))
    return " ".join(said)


def _by(view: NoticeView, language: str) -> str:
    """Return whether a program was involved, and who stands behind it, as the community discloses it."""
    if view.hand is Hand.NOBODY:
        return ""
    sort = "sent" if view.care or not view.deeds else "decided"
    said = [say(f"notices.{sort}_by_{view.hand.value}", language), _behind(view, language)]
    if view.care:
        said.append(say("notices.nothing_held", language))
    return " ".join(part for part in said if part)


def _behind(view: NoticeView, language: str) -> str:
    shown = view.behind.get(language) or next((view.behind[one] for one in LANGUAGES if one in view.behind), "")
    if view.disclosure == "organisation" and shown:
        return say("notices.behind_organisation", language, organisation=shown)
    return say("notices.behind_outside" if view.disclosure == "outside" else "notices.behind_team", language)


def _appeal(view: NoticeView, language: str) -> str:
    if view.appeal_within is None:
        return ""
    if view.code:
        return say("notices.appeal_by_code", language, code=view.code, within=view.appeal_within)
    return say("notices.appeal", language, within=view.appeal_within)


def show_moment(at: datetime, zone: str, language: str) -> str:
    """Return a time as people of a place read it, with the place's zone."""
    local = at.astimezone(ZoneInfo(zone))
    return say(
        "notices.moment", language,
        year=local.year, month=f"{local.month:02}", day=f"{local.day:02}", hour=f"{local.hour:02}",
        minute=f"{local.minute:02}", zone=zone,
    )  # fmt: skip
