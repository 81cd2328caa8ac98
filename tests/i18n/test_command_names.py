"""What commands are called: unique within a group, lower case, and every one that a text names exists."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.commands.command import Command
from bot.commands.table import COMMANDS
from bot.i18n import LANGUAGES, catalogue, say

#: offered without a group: /report, /appeal, /team, /privacy
_AT_THE_TOP = "everyone"
_NAMED = re.compile(r"(?<![\w/])/([a-zäöüß]+)(?: ([a-zäöüß_-]+))?")
#: in documents, options follow
_WRITTEN = re.compile(r"(?<![\w/])/([a-z]+) ([a-z_-]+)")
ROOT = Path(__file__).parents[2]
_TYPED = [command for command in COMMANDS if command.typed]


def called(command: Command, language: str) -> tuple[str, str]:
    name = say(f"{command.group}.name_{command.word}", language)
    if command.group == _AT_THE_TOP:
        return (name, "")
    return (say(f"commands.group_{command.group}", language), name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_commands_of_a_group_share_a_name(language: str) -> None:
    names = Counter(called(command, language) for command in _TYPED)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_typed_name_is_lower_case_and_short_enough_for_any_platform(language: str) -> None:
    wrong = [
        word
        for command in _TYPED
        for word in called(command, language)
        if word and (word != word.lower() or len(word) > 32 or not re.fullmatch(r"[\w-]+", word))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_has_a_lower_case_name(language: str) -> None:
    options = {option.name for command in _TYPED for option in command.options}
    said = {name: say(f"options.{name}", language) for name in options}
    assert [word for word in said.values() if not re.fullmatch(r"[\w-]{1,32}", word) or word != word.lower()] == []
    assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_a_text_names_exists_in_the_language_of_that_text(language: str) -> None:
    known = {called(command, language) for command in _TYPED}
    groups = {group for group, word in known if word}
    strange = []
    for key, text in catalogue(language).items():
        for group, word in _NAMED.findall(text):
            if (group, word) in known or (group, "") in known:
                continue
            if group in groups or word:
                strange.append(f"{key}: /{group} {word}")
    assert strange == []


def test_every_command_that_a_document_names_exists() -> None:
    known = {called(command, "en") for command in _TYPED}
    groups = {group for group, word in known if word}
    strange = [
        f"{document.name}: /{group} {word}"
        for document in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
        for group, word in _WRITTEN.findall(document.read_text(encoding="utf-8"))
        if group in groups and (group, word) not in known
    ]
    assert strange == []
