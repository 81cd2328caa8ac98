"""`locum verify`: checks a whole ledger and says where something doesn't hold."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import click

from bot.cli import wrong_settings
from bot.cli.keys import database_option, existing, keys_option, opened, run, stop
from bot.cli.language import language_of
from bot.cli.report.visible import visible
from bot.errors import LocumError
from bot.i18n import say
from bot.ledger import checkpoint as notes
from bot.ledger import note, proof
from bot.ledger.errors import KeyTextError, LedgerError, SignatureError
from bot.ledger.keys import Algorithm, Verifier, read_signer, read_verifier
from bot.services.ledger.verifying import Report, ledgers, verify
from bot.services.ledger.vouching import Expected
from bot.services.witnessing import Memory
from bot.settings import SettingsError, load_settings
from bot.store.engine import Store, open_store
from bot.store.migrate import check_schema

_BROKEN = 1
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)

#: returns a ledger's keys by its name
_Logs = Callable[[str], Sequence[Verifier]]


@click.command("verify", help="verify.help")
@database_option
@keys_option
@click.option("--community", help="verify.option_community")
@click.option("--log", "logs", multiple=True, metavar="KEY", help="verify.option_log")
@click.option("--witness", "witnesses", multiple=True, metavar="KEY", help="verify.option_witness")
@click.option("--against", multiple=True, type=_FILE, help="verify.option_against")
@click.option("--witness-state", "states", multiple=True, type=_FILE, help="verify.option_state")
@click.option("--signed-only", is_flag=True, help="verify.option_signed")
@click.pass_context
def verify_command(
    context: click.Context,
    /,
    *,
    database: str | None,
    key_file: Path | None,
    community: str | None,
    logs: tuple[str, ...],
    witnesses: tuple[str, ...],
    against: tuple[Path, ...],
    states: tuple[Path, ...],
    signed_only: bool,
) -> None:
    """End with 0 when all holds, 1 when something doesn't, 2 when nothing could be judged."""
    language = language_of(context)
    known = [_key(text, Algorithm.ED25519, language) for text in logs]
    settled = [*witnesses, *_witnesses_of_settings(language)]
    cosigners = [_key(text, Algorithm.COSIGNATURE, language) for text in dict.fromkeys(settled)]
    held = [_held(path, [*known, *cosigners], language) for path in against]
    held += [one for path in states for one in _remembered(path, language)]

    async def work() -> list[int]:
        async with _reached(database, key_file, known) as (store, logs_of):
            there = await ledgers(store)
            chosen = {name: origin for name, origin in there.items() if community in (None, name)}
            missed = {origin for origin, _ in held} - set(there.values())
            for origin in sorted(missed):
                click.echo(say("verify.no_such_origin", language, origin=visible(origin)))
            problems = [len(missed)] if chosen else []
            for name, origin in chosen.items():
                begun, trusted = monotonic(), logs_of(origin)
                if origin and not trusted:
                    stop(say("verify.no_key", language, origin=visible(origin)))
                expected = [one for named, one in held if named == origin]
                report = await verify(
                    store, name, logs=trusted, witnesses=cosigners, expected=expected, whole=not signed_only
                )
                _show(report, monotonic() - begun, language)
                problems.append(report.count)
            return problems

    problems = run(work(), language)
    if not problems:
        stop(say("verify.no_ledger", language))
    if any(problems):
        context.exit(_BROKEN)


@asynccontextmanager
async def _reached(
    database: str | None, key_file: Path | None, known: Sequence[Verifier]
) -> AsyncIterator[tuple[Store, _Logs]]:
    """Open the database; the key file is needed only where the ledger's public keys aren't named."""
    if not known:
        async with opened(database, key_file) as found:
            # looked up, never asked for: the key file would make a key where there is none
            signing = found.keys.contents.signing
            yield (
                found.store,
                lambda origin: [read_signer(key.value.decode()).verifier for key in signing.get(origin, ())],
            )
        return
    store = open_store(existing(database), alone=False)
    try:
        await check_schema(store)
        yield store, lambda origin: [key for key in known if key.name == origin]
    finally:
        await store.close()


def _show(report: Report, seconds: float, language: str) -> None:
    """Print what was looked at, what is wrong, and who hasn't cosigned."""
    for problem in report.problems:
        values = {name: visible(value) if isinstance(value, str) else value for name, value in problem.values}
        click.echo(
            say("verify.problem", language, community=report.community, what=say(problem.key, language, **values))
        )
    if report.count > len(report.problems):
        click.echo(say("verify.more", language, count=report.count - len(report.problems)))
    looked = [
        say(f"verify.looked_{what}", language, count=many) for what, many in report.looked.items() if what != "strange"
    ]
    key = "verify.wrong" if report.count else "verify.right"
    click.echo(
        say(
            key,
            language,
            community=report.community,
            origin=visible(report.origin),
            looked=", ".join(looked) or "-",
            count=report.count,
            seconds=f"{seconds:.1f}",
        )
    )
    if report.unsigned:
        click.echo(say("verify.unsigned", language, count=report.unsigned))
    if report.looked.get("strange"):
        click.echo(say("verify.strange", language, count=report.looked["strange"]))
    for witness, state, since in report.unwitnessed:
        said = say(f"verify.state_{state}", language)
        click.echo(
            say("verify.unwitnessed", language, witness=visible(witness), state=said, at=f"{since:%Y-%m-%d %H:%M}")
        )


def _witnesses_of_settings(language: str) -> list[str]:
    try:
        return [one.key for one in load_settings().witnesses]
    except SettingsError as error:
        # status 1 would say that the ledger doesn't hold
        stop(wrong_settings.told(error, language))


def _key(text: str, algorithm: Algorithm, language: str) -> Verifier:
    try:
        key = read_verifier(text)
    except KeyTextError:
        key = None
    if key is None or key.algorithm is not algorithm:
        raise click.UsageError(say("verify.not_a_key", language, text=visible(text)))
    return key


def _held(path: Path, keys: Sequence[Verifier], language: str) -> tuple[str, Expected]:
    """Return what a signed checkpoint states; who brings it vouches for it, but for signatures that are false."""
    try:
        signed = note.read(_checkpoint_of(path.read_bytes()))
        stated = notes.read_body(signed.text)
        if {(line.name, line.key_id) for line in signed.signatures} & {(key.name, key.id) for key in keys}:
            note.verify(signed, keys)
    except SignatureError:
        stop(say("verify.false_checkpoint", language, path=str(path)))
    except (LedgerError, OSError):
        stop(say("verify.not_a_checkpoint", language, path=str(path)))
    return stated.origin, Expected(size=stated.size, root=stated.root, source=path.name)


def _checkpoint_of(data: bytes) -> bytes:
    """Return the checkpoint of a file that is one, or a proof, which holds the one that it stands under."""
    return proof.read(data).checkpoint if data.startswith(proof.FIRST.encode()) else data


def _remembered(path: Path, language: str) -> list[tuple[str, Expected]]:
    """Return what a witness remembers of every ledger."""
    try:
        known = Memory(path).known()
    except (LocumError, OSError):
        stop(say("verify.not_a_memory", language, path=str(path)))
    return [
        (origin, Expected(size=one.state.size, root=one.state.root, source=path.name)) for origin, one in known.items()
    ]
