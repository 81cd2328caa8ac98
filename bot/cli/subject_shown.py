"""What `locum subject` says and writes."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from bot.cli.keys import stop
from bot.i18n import say
from bot.services.subjects.forgetting import Erased
from bot.services.subjects.requests import Clocked
from bot.store.requests import RequestState
from bot.store.sweeping import Depth, Swept

_SURROGATE = re.compile(r"[0-9a-f]{32}")


def show_erased(erased: Erased, language: str) -> str:
    """Return what came of an erasure, in words."""
    if erased.request.state is RequestState.HELD:
        due = f"{erased.request.due_at:%Y-%m-%d}"
        return say("subject.erased_held", language, references=", ".join(erased.holds), due=due)
    needs, gone = erased.needs, erased.forgotten
    if needs.any:
        return say(
            "subject.erased_partly",
            language,
            sanctions=needs.sanctions,
            standings=needs.standings,
            actions=needs.actions,
            messages=len(needs.messages),
        )
    return say("subject.erased_all", language, values=gone.values, messages=gone.messages, seen=gone.seen)


def show_swept(swept: Swept, depth: str, language: str, *, is_sqlite: bool) -> list[str]:
    """Return what came of a sweep, in words."""
    if swept.denied:
        return [say("subject.not_owned", language, tables=", ".join(swept.denied))]
    if not swept.clean:
        return [say("subject.not_swept", language, tables=", ".join(swept.left))]
    lines = [say("subject.swept" if depth == Depth.FULL else "subject.swept_light", language)]
    return lines if is_sqlite else [*lines, say("subject.swept_log", language)]


def hand_out(out: Path | None, written: str, text: str, language: str, *, as_json: bool) -> str:
    """Return what is printed, after writing the files that were asked for; or end, and the request stays open."""
    if out is None:
        return written if as_json else text
    beside = out.with_name(f"{out.name}.txt")
    try:
        _write_private(out, written)
        _write_private(beside, text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        stop(say("subject.cannot_write", language, path=str(out), reason=reason))
    return say("subject.exported", language, path=str(out), text=str(beside)) + "\n"


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, also where one with other rights stood before."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def show_requests(found: Sequence[Clocked], language: str) -> None:
    """Print requests with the days that are left; what is late is red."""
    lines = []
    for one in found:
        request = one.request
        line = say(
            "subject.request_line",
            language,
            id=request.id,
            what=say(f"subject.kind_{request.kind}", language),
            state=say(f"subject.state_{request.state}", language),
            received=f"{request.received_at:%Y-%m-%d}",
            due=f"{request.due_at:%Y-%m-%d}",
            left=_left(one, language),
        )
        lines.append(click.style(line, fg="red") if one.late else line)
    show_list(lines, say("subject.no_requests", language))


def _left(one: Clocked, language: str) -> str:
    if one.request.done_at is not None:
        return say("subject.answered_on", language, at=f"{one.request.done_at:%Y-%m-%d}")
    return say("subject.days_late" if one.late else "subject.days_left", language, count=abs(one.days))


def show_list(lines: Iterable[str], nothing: str) -> None:
    """Print lines, or that there are none."""
    for line in list(lines) or [nothing]:
        click.echo(line)


def read_surrogates(path: Path, language: str) -> tuple[str, ...]:
    """Return the surrogates of a list; anything else in it is a mistake, not to be guessed at."""
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        lines = ["?"]
    if not all(_SURROGATE.fullmatch(line) for line in lines):
        raise click.UsageError(say("subject.bad_list", language, path=str(path)))
    return tuple(lines)
