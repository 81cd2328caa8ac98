"""What setting up a platform ends with: a drafted `community.yaml` that overwrites nothing, and what is left to do."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bot.cli.report.visible import visible
from bot.domain.checkup import Point, State
from bot.domain.message import PlatformName
from bot.i18n import say
from bot.policy.drafting import Draft
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.source import COMMUNITY_FILE, community_names, read_community


def communities(folder: Path) -> tuple[str, ...]:
    """Return the communities that have policies."""
    return community_names(folder) if folder.is_dir() else ()


def owner_of(folder: Path, platform: PlatformName, id_: str) -> str:
    """Return the community that names this server or workspace already; empty for none."""
    for name in communities(folder):
        model = read_community(folder, name).community
        if model is not None and getattr(model, platform.value) == id_:
            return name
    return ""


def keep_draft(folder: Path, drafted: Draft, language: str, *, beside: str = "") -> PolicySet | None:
    """Write a draft where nothing stands yet, else show what differs; return the policies that are there then.

    Where the community is somebody's already and is to be on one more platform, `beside` is what is looked for in the
    lines that it lacks: nothing of the others is to go.
    """
    file = folder / drafted.community / COMMUNITY_FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # whoever was quicker isn't overwritten
        with file.open("x", encoding="utf-8") as out:
            out.write(drafted.text)
        click.echo(say("setup.written", language, file=str(file)))
    else:
        changed = _difference(file.read_text(encoding="utf-8", errors="replace"), drafted.text)
        if beside:
            changed = [line for line in changed if line.startswith("+") and beside in line]
        entry = "setup.same" if not changed else "setup.beside" if beside else "setup.kept"
        click.echo(say(entry, language, file=str(file)))
        for line in changed:
            click.echo(f"  {visible(line)}")
    click.echo()
    found = load_policies(folder, drafted.community, live=True).policies
    if found is None:
        click.echo(say("setup.broken", language, community=drafted.community), err=True)
    return found


def _difference(before: str, after: str) -> list[str]:
    """Return the lines that go and those that come, each with its sign; comments are whoever wrote them's."""
    old, new = ([line for line in text.splitlines() if not line.lstrip().startswith("#")] for text in (before, after))
    # the first two name the files
    found = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
    return [line for line in found if not line.startswith("@@")]


def show_left(points: Sequence[Point], left: Mapping[str, Sequence[str]], community: str, language: str) -> None:
    """Print what is done and what is left, each with how; `left` names it, and the points that say how far it is."""
    click.echo(say("setup.left", language))
    for name, codes in left.items():
        known = [one for one in points if one.code in codes]
        open_ = [one for one in known if one.state is not State.GOOD]
        if not open_ and known:
            click.echo(f"  [x] {visible(known[0].says.say(language))}")
        for one in open_:
            remedy = "" if one.remedy is None else one.remedy.say(language)
            click.echo(f"  [ ] {visible(one.says.say(language))}")
            click.echo(f"      {say('doctor.do', language, remedy=visible(remedy))}")
        if not known:
            click.echo(f"  [ ] {say(f'setup.left_{name}', language)}")
    click.echo(f"  [ ] {say('setup.left_check', language, community=community)}")
    click.echo(f"  [ ] {say('setup.left_run', language)}")
