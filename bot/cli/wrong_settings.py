"""What is wrong with the settings, in the language spoken."""

from bot.i18n import catalogue, say
from bot.settings import SettingsError


def told(error: SettingsError, language: str) -> str:
    """Return a line for each setting that is wrong; never its value."""
    lines = []
    for one in error.wrong:
        key = f"run.wrong_{one.code}"
        reason = say(key, language) if key in catalogue(language) else one.message
        lines.append(say("run.wrong_setting", language, variable=one.variable, reason=reason))
    return "\n".join(lines)
