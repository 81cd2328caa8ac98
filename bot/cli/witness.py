"""`locum witness`: remembers how far somebody else's ledger had come, and cosigns only what continues it."""

import signal
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import BinaryIO, NoReturn

import click

from adapters.witness import WitnessServer
from bot.cli.language import SpokenGroup, language_of
from bot.cli.report.visible import visible
from bot.i18n import say
from bot.ledger.errors import KeyTextError
from bot.ledger.keys import Algorithm, Signer, Verifier, new_signer, read_signer, read_verifier
from bot.services import witnessing
from bot.services.witnessing import (
    KeyElsewhereError,
    Memory,
    MemoryLostError,
    MemoryUnreadableError,
    Refusal,
    Witness,
    evidence,
    files,
)

_REFUSED, _UNUSABLE = 1, 2
#: bytes of a request file that are read; longer ones are no requests
_LARGEST = 1_000_000
_FILE = click.Path(path_type=Path, dir_okay=False)


class _WallClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        return datetime.now(UTC)


class _Teller:
    """Says refusals on the terminal: what repeats itself ever more rarely, so that nobody can drown the others."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._lock = Lock()
        self._count: Counter[tuple[str, str, Path | None]] = Counter()

    def __call__(self, refusal: Refusal) -> None:
        """Say it the first, second, fourth, eighth … time."""
        with self._lock:
            key = (refusal.code, refusal.origin, refusal.kept)
            self._count[key] += 1
            count = self._count[key]
            if count & (count - 1) == 0:
                click.echo(show_refusal(refusal, self._language, count), err=True)


@click.group("witness", cls=SpokenGroup, help="witness.help")
def witness() -> None:
    """Hold the commands of whoever is a witness."""


@witness.command("serve", help="witness.help_serve")
@click.option("--state", required=True, type=_FILE, help="witness.option_state")
@click.option("--key", "key_file", required=True, type=_FILE, help="witness.option_key")
@click.option("--log", "logs", required=True, multiple=True, metavar="KEY", help="witness.option_log")
@click.option("--address", default="127.0.0.1:7430", show_default=True, help="witness.option_address")
@click.pass_context
def serve(context: click.Context, *, state: Path, key_file: Path, logs: tuple[str, ...], address: str) -> None:
    """Answer until SIGINT or SIGTERM; what was being answered then is either remembered or never sent."""
    language = language_of(context)
    place = _place(address, language)
    running = _witness(state, key_file, logs, language)
    line = str(running.signer.verifier)
    try:
        server = WitnessServer(place, key=line, answer=lambda data: witnessing.answer(running, data))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _stop(say("witness.cannot_listen", language, address=address, reason=reason))
    signal.signal(signal.SIGTERM, _interrupt)
    with server:
        click.echo(say("witness.listening", language, name=running.signer.name, url=server.url))
        click.echo(say("witness.public_key", language, line=line))
        for text in _logs(running.logs, running.memory, language):
            click.echo(text)
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo(say("witness.stopped", language))


@witness.command("new", help="witness.help_new")
@click.option("--name", required=True, help="witness.option_name")
@click.option("--key", "key_file", required=True, type=_FILE, help="witness.option_new_key")
@click.pass_context
def new(context: click.Context, *, name: str, key_file: Path) -> None:
    """Print the public key's line alone on standard output."""
    language = language_of(context)
    try:
        signer = new_signer(name, Algorithm.COSIGNATURE)
    except KeyTextError:
        raise click.UsageError(say("witness.not_a_name", language, name=visible(name))) from None
    try:
        files.create(key_file, f"{signer.secret_text()}\n".encode())
    except FileExistsError:
        _stop(say("witness.exists", language, path=str(key_file)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _stop(say("witness.cannot_write", language, path=str(key_file), reason=reason))
    click.echo(str(signer.verifier))
    click.echo(say("witness.made", language, path=str(key_file)), err=True)


@witness.command("show", help="witness.help_show")
@click.option("--state", required=True, type=_FILE, help="witness.option_state")
@click.pass_context
def show(context: click.Context, *, state: Path) -> None:
    """Print each ledger with its size, and how many refusals are kept."""
    language = language_of(context)
    memory = Memory(state)
    try:
        known = memory.known()
    except MemoryLostError:
        _stop(say("witness.cannot_read", language, path=str(state), reason=say("check.missing_file", language)))
    except MemoryUnreadableError:
        _stop(say("witness.memory_unreadable", language, path=str(state)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _stop(say("witness.cannot_read", language, path=str(state), reason=reason))
    for text in _logs(known, memory, language) or [say("witness.no_logs", language)]:
        click.echo(text)
    kept = evidence.kept(memory.path)
    if kept:
        folder = str(files.beside(memory.path, ".refused"))
        click.echo(say("witness.kept", language, count=kept, path=folder))


@witness.command("cosign", help="witness.help_cosign")
@click.argument("request_file", metavar="REQUESTFILE", type=click.File("rb"))
@click.option("--state", required=True, type=_FILE, help="witness.option_state")
@click.option("--key", "key_file", required=True, type=_FILE, help="witness.option_key")
@click.option("--log", "logs", required=True, multiple=True, metavar="KEY", help="witness.option_log")
@click.pass_context
def cosign(
    context: click.Context, *, request_file: BinaryIO, state: Path, key_file: Path, logs: tuple[str, ...]
) -> None:
    """Print the cosignature's line for the ledger to add; end with 1 when it is refused."""
    language = language_of(context)
    running = _witness(state, key_file, logs, language)
    given = witnessing.answer(running, request_file.read(_LARGEST + 1))
    if given.refusal is None:
        click.echo(given.body.decode(), nl=False)
        return
    if given.status == 409:
        click.echo(say("witness.ask_from", language, size=given.body.decode().strip()), err=True)
    context.exit(_REFUSED)


def show_refusal(refusal: Refusal, language: str, count: int = 1) -> str:
    """Return what the terminal says: a line, and a block that can't be overlooked where a history may be broken."""
    why = refusal.why.say(language)
    origin = visible(refusal.origin)
    if not refusal.grave:
        line = say("witness.refused", language, why=why)
        if origin:
            line = say("witness.refused_log", language, origin=origin, why=why)
        return say("witness.repeated", language, line=line, count=count) if count > 1 else line
    title = say(f"witness.alarm_{refusal.code}", language, origin=origin)
    if count > 1:
        title = say("witness.repeated", language, line=title, count=count)
    proof = say("witness.not_kept", language)
    if refusal.kept is not None:
        proof = say("witness.kept_at", language, path=str(refusal.kept))
    lines = (title, why, say(f"witness.means_{refusal.code}", language), proof)
    bar = "!" * 72
    return "\n".join((bar, *lines, bar))


def _witness(state: Path, key_file: Path, logs: Sequence[str], language: str) -> Witness:
    """Return the witness that the options describe, its key bound to its memory; or end with what is wrong."""
    keys = [_log(text, language) for text in logs]
    signer = _signer(key_file, language)
    memory = Memory(state)
    try:
        noted = witnessing.claim(key_file, memory)
    except KeyElsewhereError as error:
        _stop(say("witness.key_elsewhere", language, memory=visible(error.memory)))
    except MemoryLostError:
        _stop(say("witness.memory_lost", language, path=str(state)))
    except MemoryUnreadableError:
        _stop(say("witness.memory_unreadable", language, path=str(state)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _stop(say("witness.cannot_write", language, path=str(state), reason=reason))
    if not noted:
        click.echo(say("witness.unclaimed", language), err=True)
    return witnessing.make_witness(signer=signer, logs=keys, memory=memory, clock=_WallClock(), told=_Teller(language))


def _log(text: str, language: str) -> Verifier:
    try:
        key = read_verifier(text)
    except KeyTextError:
        key = None
    if key is None or key.algorithm is not Algorithm.ED25519:
        raise click.UsageError(say("witness.not_a_log", language, text=visible(text)))
    return key


def _signer(path: Path, language: str) -> Signer:
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _stop(say("witness.cannot_read", language, path=str(path), reason=reason))
    except UnicodeDecodeError:
        _stop(say("witness.not_a_key", language, path=str(path)))
    try:
        signer = read_signer(text)
    except KeyTextError:
        signer = None
    if signer is None or signer.algorithm is not Algorithm.COSIGNATURE:
        _stop(say("witness.not_a_key", language, path=str(path)))
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        click.echo(say("witness.key_open", language, path=str(path)), err=True)
    return signer


def _logs(origins: Iterable[str], memory: Memory, language: str) -> list[str]:
    """Return a line for each ledger that says how far it was cosigned."""
    known = memory.known()
    lines = []
    for origin in origins:
        if origin in known:
            size = known[origin].state.size
            lines.append(say("witness.known_log", language, origin=visible(origin), count=size))
        else:
            lines.append(say("witness.new_log", language, origin=visible(origin)))
    return lines


def _place(address: str, language: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise click.UsageError(say("witness.not_an_address", language, text=visible(address)))
    return host, int(port)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _stop(message: str) -> NoReturn:
    """End with the message: nothing was done."""
    click.echo(message, err=True)
    sys.exit(_UNUSABLE)
