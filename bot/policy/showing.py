"""Problems as people read them: place, message, the line itself and a mark under the spot."""

from pathlib import Path
from unicodedata import combining, east_asian_width

from bot.i18n import say
from bot.policy.problems import Problem

_WIDTH = 110


def show_problem(problem: Problem, language: str = "en", folder: Path | None = None) -> str:
    """Return a problem as `file:line:column message`, with the offending line and a mark below it.

    With `folder`, the policies folder as it was named, files are named so that they can be opened.
    """
    message = problem.message.say(language)
    if problem.suggestion:
        message = say("check.did_you_mean", language, message=message, name=problem.suggestion)
    if problem.example:
        message = say("check.for_example", language, message=message, example=problem.example.strip())
    if problem.is_warning:
        message = say("check.warning", language, message=message)
    place = str(problem.place)
    if folder is not None:
        place = (folder / place.partition("/")[2]).as_posix()
    first = f"{_visible(place)} {_visible(message)}"
    return "\n".join((first, *_excerpt(problem.place.source, problem.place.column)))


def _excerpt(source: str, column: int) -> tuple[str, ...]:
    """Return the part of a line around a column and the mark below it; nothing for an empty line."""
    if not source.strip():
        return ()
    start = max(0, column - _WIDTH // 2) if len(source) > _WIDTH else 0
    part = source[start : start + _WIDTH]
    before = part[: column - 1 - start]
    indent = "".join("\t" if character == "\t" else " " * _cells(character) for character in before)
    return f"    {_visible(part)}", f"    {indent}^"


def _cells(character: str) -> int:
    """Return how many cells of a terminal a character fills."""
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _visible(text: str) -> str:
    """Return text without characters that could steer a terminal or turn what is read."""
    return "".join(character if character.isprintable() or character == "\t" else "·" for character in text)
