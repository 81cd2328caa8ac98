"""How far a replay has come, shown to whoever watches."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from adapters.archive import Archive
from adapters.archive.merge import merged
from bot.cli.report.numbers import number
from bot.domain.message import Message
from bot.domain.reading import Skipped
from bot.i18n import say

#: items between two looks at the clock
_STRIDE = 512


def watched(archives: Sequence[Archive], stack: ExitStack, language: str) -> Iterator[Message | Skipped]:
    """Return everything that the archives hold, with a progress bar when somebody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return merged([archive.messages() for archive in archives])
    progress = stack.enter_context(
        Progress(
            TextColumn(say("replay.progress", language)),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[judged]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
    )
    return _shown(archives, progress, language)


def _shown(archives: Sequence[Archive], progress: Progress, language: str) -> Iterator[Message | Skipped]:
    task = progress.add_task("", judged="")
    for count, item in enumerate(merged([archive.messages() for archive in archives]), start=1):
        if count % _STRIDE == 0:
            done, total = (sum(numbers) for numbers in zip(*(one.progress() for one in archives), strict=True))
            judged = say("replay.progress_messages", language, count=number(count, language))
            progress.update(task, completed=done, total=total, judged=judged)
        yield item
