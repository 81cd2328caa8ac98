"""The program's frame speaks the language that is asked for."""

import pytest
from click.testing import CliRunner

from bot import __version__
from bot.cli.main import main


def shown(*arguments: str, language: str | None = None) -> str:
    result = CliRunner(env={"LOCUM_LANG": language}).invoke(main, arguments, prog_name="locum")
    assert result.exit_code == 0, result.output
    return result.output


def test_the_version_is_one_line() -> None:
    assert shown("--version") == f"locum {__version__}\n"


def test_help_is_english_unless_another_language_is_asked_for() -> None:
    assert "Usage: locum" in shown("--help")


def test_the_option_chooses_the_language_of_the_help() -> None:
    assert "Aufruf: locum" in shown("--language", "de", "--help")


def test_the_variable_chooses_the_language_of_the_help() -> None:
    assert "Optionen:" in shown("--help", language="de")


def test_the_option_is_stronger_than_the_variable() -> None:
    assert "Usage: locum" in shown("--language", "en", "--help", language="de")


def test_a_language_that_is_not_spoken_is_refused() -> None:
    result = CliRunner().invoke(main, ["--language", "fr", "--version"])
    assert result.exit_code == 2


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_catalogue_key_is_left_unspoken_in_any_commands_help(language: str) -> None:
    pages = [shown("--help", language=language)]
    pages += [shown(name, "--help", language=language) for name in sorted(main.commands)]
    for page in pages:
        assert not [word for word in page.split() if word.partition(".")[0] in {"cli", *main.commands} and "_" in word]
