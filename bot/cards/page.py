"""Pages: what staff are told at once, wherever they are."""

from collections.abc import Mapping
from enum import StrEnum

from bot.cards.escalation import escalation_page
from bot.i18n import catalogue, say


class About(StrEnum):
    """What pages are about that performing actions gives rise to."""

    #: an action was given up
    DEAD = "dead"
    #: a platform doesn't let us do what we are there for
    FORBIDDEN = "forbidden"
    #: a platform no longer accepts the token
    REVOKED = "revoked"


def page_text(details: Mapping[str, str | int], language: str) -> str:
    """Return a page from its action's details: codes and surrogates, never text of members.

    What a page is about is said by the entry `page_…` of the catalogue; where there is none, in general words.
    """
    if f"escalation.{details.get('about')}" in catalogue(language):
        return say(f"escalation.{details['about']}", language, number=str(details["number"]))
    if details.get("about") == "escalation":
        return escalation_page(details, language)
    said = {"kind": "", "connection": "", "reason": "", "subject": "", **details}
    kind = f"cards.kind_{said['kind']}"
    if kind in catalogue(language):
        said["kind"] = say(kind, language)
    power = f"cards.outcome_{said.get('power', '')}"
    if power in catalogue(language):
        said["power"] = say(power, language)
    said["reason"] = said["reason"] or say("cards.no_reason", language)
    about = f"cards.page_{said.get('about', '')}"
    return say(about if about in catalogue(language) else "cards.page_other", language, **{"about": "", **said})
