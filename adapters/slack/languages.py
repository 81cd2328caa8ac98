"""In which of our languages somebody reads, by what Slack says of them."""

from adapters.slack.contents import Json, text_in
from bot.i18n import LANGUAGES


def spoken_by(person: Json | None, instead: str) -> str:
    """Return the language of somebody's client, English where it is one that we don't have.

    `instead` is returned where Slack doesn't say.
    """
    spoken = text_in(person, "locale").partition("-")[0]
    if not spoken:
        return instead
    return spoken if spoken in LANGUAGES else "en"
