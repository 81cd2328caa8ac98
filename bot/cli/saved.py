"""What the terminal says of policies that were saved while the program runs: broken ones with place, as in a check."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from bot.app.policies import Look
from bot.i18n import say
from bot.policy.problems import Problem
from bot.policy.showing import show_problem


def show_errors(problems: Iterable[Problem], folder: Path, language: str) -> None:
    """Print problems as `locum check` does."""
    for problem in problems:
        click.echo(show_problem(problem, language, folder))


@dataclass(kw_only=True, slots=True)
class SavedPolicies:
    """Tells what came of every save, once the introduction stands above it."""

    #: the policies' folder, as it was named
    folder: Path
    #: the language spoken
    language: str
    #: communities whose files are broken as far as was told
    broken: set[str] = field(default_factory=set)
    #: what came before the introduction
    early: list[Look] | None = field(default_factory=list)

    def tell(self, look: Look) -> None:
        """Print what came of a save, where there is anything to say."""
        if self.early is not None:
            self.early.append(look)
        elif look.errors:
            self.broken.add(look.community)
            show_errors(look.errors, self.folder, self.language)
            click.echo(self._say("broken", look))
        elif look.proposed:
            click.echo(self._say("proposed", look))
        elif look.community in self.broken:
            click.echo(self._say("mended", look))
        if not look.errors:
            self.broken.discard(look.community)

    def begin(self) -> None:
        """Print what waited for the introduction, and from now on everything at once."""
        waiting, self.early = self.early or [], None
        for look in waiting:
            self.tell(look)

    def _say(self, what: str, look: Look) -> str:
        errors = say("check.errors", self.language, count=len(look.errors))
        return say(f"run.policies_{what}", self.language, community=look.community, errors=errors)
