"""Notices: what a member is told, in the community's own words."""

from collections.abc import Mapping, Sequence

from bot.i18n import LANGUAGES, say


def notice_text(titles: Mapping[str, str], texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """Return a notice about a guideline, in the first of the languages in which it has words.

    The guideline speaks for itself: nothing is added that would accuse, for some guidelines are there to help.
    Without any words, as when the guideline is no longer there, the notice says that much alone.
    """
    known = [language for language in (*languages, *LANGUAGES, *texts) if language in texts]
    if not known:
        return say("cards.notice_general", languages[0] if languages else "en")
    language = known[0]
    said = (titles.get(language, ""), texts[language], say("cards.notice_from", language))
    return "\n\n".join(part for part in said if part)
