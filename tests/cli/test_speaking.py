"""What click says by itself is said in the language that is spoken, too."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli.language import SpokenGroup
from bot.cli.main import main
from tests.policy.folders import guideline, write

SOUND: dict[str, str | bytes] = {"guidelines/respect.yaml": guideline("- {id: a, when: {caps: 0.9}, then: case}\n")}


def run(*arguments: str, language: str = "de") -> tuple[int, str]:
    result = CliRunner(env={"LOCUM_LANG": language}).invoke(main, arguments, prog_name="locum")
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain",), "Fehler: Es fehlt das Argument „TEXT“."),
        (("check", "--stricht"), "Fehler: Die Option „--stricht“ gibt es nicht. War „--strict“ gemeint?"),
        (("chek",), "Fehler: Den Befehl „chek“ gibt es nicht. War „check“"),
        (("schema", "--file", "x"), "Fehler: „--file“: „x“ ist nicht möglich; möglich: guideline, community,"),
        (("explain", "x", "--times", "x"), "Fehler: „--times“: „x“ ist keine ganze Zahl."),
        (("explain", "x", "--times", "0"), "Fehler: „--times“: 0 liegt nicht im Bereich 1<=x<=1000."),
        (("explain", "x", "--why"), "Fehler: Die Option „--why“ braucht einen Wert."),
        (("check", "x"), "Fehler: Unerwartetes Argument: x"),
        (("check", "--policies", "nowhere"), "Fehler: Es gibt keinen Ordner nowhere."),
        (("explain", "x", "--at", "noon"), "Fehler: „--at“: „noon“ ist keine Uhrzeit"),
    ],
)
def test_mistakes_at_the_command_line_are_explained_in_german(arguments: tuple[str, ...], said: str) -> None:
    status, output = run(*arguments)
    assert status == 2
    assert said in output
    assert not [word for word in ("Usage", "Error", "Try ", "Missing", "Invalid") if word in output]


def test_the_way_to_the_help_is_shown_with_every_mistake() -> None:
    assert "Hilfe: locum check --help" in run("check", "--stricht")[1]
    assert "Help: locum check --help" in run("check", "--stricht", language="en")[1]


def test_english_says_what_click_says() -> None:
    assert "Error: Missing argument 'TEXT'." in run("explain", language="en")[1]


def test_defaults_are_named_in_the_language_spoken() -> None:
    output = run("--help")[1]
    assert "default" not in output
    assert "[Vorgabe: en]" in output


def test_one_of_a_kind_is_spoken_of_in_the_singular(tmp_path: Path) -> None:
    policies = str(write(tmp_path, SOUND))
    assert run("check", "--policies", policies, language="en")[1].endswith(
        "acme checked: 1 rule, 0 examples, 0 errors, 0 warnings\n"
    )
    assert run("check", "--policies", policies)[1].endswith(
        "acme geprüft: 1 Regel, 0 Beispiele, 0 Fehler, 0 Warnungen\n"
    )


def test_examples_that_were_not_tried_are_counted(tmp_path: Path) -> None:
    rules = "- {id: a, when: {wrods: [x]}, then: case, examples: {match: [x]}}\n"
    policies = str(write(tmp_path, {"guidelines/respect.yaml": guideline(rules)}))
    assert run("check", "--policies", policies, language="en")[1].endswith(
        "acme checked: 1 rule, 1 example (1 not tried, for there are errors), 1 error, 0 warnings\n"
    )


def test_problems_are_placed_in_files_as_the_command_line_names_them(tmp_path: Path) -> None:
    rules = "- {id: a, when: {wrods: [x]}, then: case}\n"
    policies = write(tmp_path, {"guidelines/respect.yaml": guideline(rules)})
    for command in (("check",), ("explain", "x")):
        lines = run(*command, "--policies", str(policies), language="en")[1].splitlines()
        assert lines[0].startswith(f"{policies}/acme/guidelines/respect.yaml:5:18 unknown signal")


def test_without_a_command_the_help_is_shown() -> None:
    status, output = run()
    assert status == 2
    assert output.startswith("Aufruf: locum")


def test_an_interruption_ends_with_1_and_a_word() -> None:
    @click.command("stop")
    def stop() -> None:
        raise KeyboardInterrupt

    group = SpokenGroup("locum", commands={"stop": stop})
    result = CliRunner(env={"LOCUM_LANG": "de"}).invoke(group, ["stop"])
    assert (result.exit_code, result.output.strip()) == (1, "Abgebrochen.")
