"""`locum witness` as it is typed."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.witness import HttpWitness
from bot.cli.main import main
from bot.i18n import LANGUAGES
from bot.ledger import tree, witness
from bot.ledger.keys import Algorithm, read_signer, read_verifier
from bot.ledger.witness import Request
from bot.ports import WitnessRefusedError
from tests.ledger.make import LOG, WITNESS, Ledger, ledger

MADE, FORKED = ledger(40), ledger(40, what="dismiss")


class Desk:
    """A folder with a witness's key and memory, and the commands typed there."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        self.folder, self.language = folder, language
        self.key, self.state = folder / "witness.key", folder / "state.json"

    def type(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["--language", self.language, "witness", *arguments], prog_name="locum")

    def new(self) -> Result:
        return self.type("new", "--name", "nightwatch.example/w1", "--key", str(self.key))

    @property
    def options(self) -> list[str]:
        return ["--state", str(self.state), "--key", str(self.key), "--log", str(LOG.verifier)]

    def cosign(self, old: int, new: int, made: Ledger = MADE) -> Result:
        path = tuple(tree.consistency(old, new, made.node)) if old <= new else ()
        request = witness.write_request(Request(old=old, path=path, checkpoint=made.checkpoint(new)))
        (self.folder / "request").write_bytes(request)
        return self.type("cosign", str(self.folder / "request"), *self.options)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    assert made.new().exit_code == 0
    return made


def test_a_new_key_is_its_owners_alone_and_its_public_line_is_printed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    shown = desk.new()
    verifier = read_verifier(shown.stdout)
    assert shown.stdout == f"{verifier}\n"
    assert verifier == read_signer(desk.key.read_text()).verifier
    assert (verifier.name, verifier.algorithm) == ("nightwatch.example/w1", Algorithm.COSIGNATURE)
    assert desk.key.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in shown.output


def test_a_key_is_never_overwritten(desk: Desk) -> None:
    before = desk.key.read_bytes()
    assert desk.new().exit_code == 2
    assert desk.key.read_bytes() == before


def test_a_name_that_no_signature_can_carry_is_refused(tmp_path: Path) -> None:
    assert Desk(tmp_path).type("new", "--name", "a b", "--key", str(tmp_path / "k")).exit_code == 2
    assert not (tmp_path / "k").exists()


def test_a_request_from_a_file_is_cosigned_on_standard_output(desk: Desk) -> None:
    shown = desk.cosign(0, 7)
    verifier = read_signer(desk.key.read_text()).verifier
    assert shown.exit_code == 0
    assert witness.accept(MADE.checkpoint(7), shown.stdout, [LOG.verifier], verifier)


def test_a_request_from_elsewhere_is_told_where_to_start(desk: Desk) -> None:
    desk.cosign(0, 7)
    shown = desk.cosign(0, 9)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "from 7 entries" in shown.stderr


@pytest.mark.parametrize(("language", "words"), [("en", "TWO HISTORIES"), ("de", "ZWEI GESCHICHTEN")])
def test_a_fork_cannot_be_overlooked(tmp_path: Path, language: str, words: str) -> None:
    desk = Desk(tmp_path, language)
    desk.new()
    desk.cosign(0, 7)
    shown = desk.cosign(7, 7, FORKED)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert words in shown.stderr
    kept = re.search(r"/\S+\.json", shown.stderr)
    assert kept
    assert Path(kept[0]).exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_remembered_and_kept_is_shown(tmp_path: Path, language: str) -> None:
    desk = Desk(tmp_path, language)
    desk.new()
    assert desk.type("show", "--state", str(desk.state)).exit_code == 2
    desk.cosign(0, 7)
    desk.cosign(7, 5)
    shown = desk.type("show", "--state", str(desk.state))
    assert shown.exit_code == 0
    assert f"{LOG.name}: 7 " in shown.stdout
    assert "state.json.refused" in shown.stdout


def test_what_is_no_request_is_refused(desk: Desk) -> None:
    (desk.folder / "request").write_bytes(b"hello")
    assert desk.type("cosign", str(desk.folder / "request"), *desk.options).exit_code == 1
    assert desk.type("cosign", str(desk.folder / "nowhere"), *desk.options).exit_code == 2


def test_a_memory_that_is_gone_is_not_begun_again(desk: Desk) -> None:
    desk.cosign(0, 7)
    desk.state.unlink()
    shown = desk.cosign(0, 9, FORKED)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "is gone" in shown.stderr


def test_a_second_memory_for_the_same_key_is_refused(desk: Desk) -> None:
    desk.cosign(0, 7)
    first, desk.state = desk.state, desk.folder / "other.json"
    shown = desk.cosign(0, 9, FORKED)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert str(first) in shown.stderr


def test_a_damaged_memory_stops_everything(desk: Desk) -> None:
    desk.cosign(0, 7)
    desk.state.write_text("{")
    assert desk.cosign(7, 9).exit_code == 2
    assert desk.type("show", "--state", str(desk.state)).exit_code == 2


def test_a_key_that_others_can_read_is_warned_of(desk: Desk) -> None:
    assert "chmod 600" not in desk.cosign(0, 7).stderr
    desk.key.chmod(0o644)
    assert "chmod 600" in desk.cosign(7, 9).stderr


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff", LOG.secret_text().encode(), str(WITNESS.verifier).encode()]
)
def test_what_is_no_witness_key_is_refused_without_repeating_it(desk: Desk, content: bytes) -> None:
    desk.key.write_bytes(content)
    shown = desk.cosign(0, 7)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert not content or content.decode("latin-1") not in shown.stderr
    desk.key.unlink()
    assert desk.cosign(0, 7).exit_code == 2


@pytest.mark.parametrize("text", ["", "hello", str(WITNESS.verifier), str(LOG.verifier)[:-4]])
def test_what_is_no_ledgers_key_is_refused(desk: Desk, text: str) -> None:
    shown = desk.type("serve", "--state", str(desk.state), "--key", str(desk.key), "--log", text)
    assert shown.exit_code == 2
    assert not desk.state.exists()


@pytest.mark.parametrize("address", ["", "7430", ":7430", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "127.0.0.1:٣"])
def test_what_is_no_address_is_refused(desk: Desk, address: str) -> None:
    assert desk.type("serve", *desk.options, "--address", address).exit_code == 2


@contextmanager
def serving(desk: Desk) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "bot.cli", "witness", "serve", *desk.options, "--address", "127.0.0.1:0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout
        try:
            # the address, the key, and one ledger
            shown = [process.stdout.readline() for _ in range(3)]
            found = re.search(r"http://\S+", shown[0])
            assert found
            assert shown[2].startswith(LOG.name)
            yield process, found[0]
        finally:
            process.kill()


async def test_the_program_serves_until_it_is_told_to_stop(desk: Desk) -> None:
    asked = Request(old=0, path=(), checkpoint=MADE.checkpoint(7))
    forked = Request(old=7, path=(), checkpoint=FORKED.checkpoint(7))
    with serving(desk) as (process, url):
        assert await HttpWitness(url).cosign(witness.write_request(asked))
        with pytest.raises(WitnessRefusedError):
            await HttpWitness(url).cosign(witness.write_request(forked))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == "Stopped.\n"
    assert "TWO HISTORIES" in err


async def test_a_witness_that_was_killed_goes_on_where_it_was(desk: Desk) -> None:
    with serving(desk) as (process, url):
        await HttpWitness(url).cosign(witness.write_request(Request(old=0, path=(), checkpoint=MADE.checkpoint(7))))
        process.kill()
    with serving(desk) as (process, url):
        with pytest.raises(WitnessRefusedError) as caught:
            await HttpWitness(url).cosign(
                witness.write_request(Request(old=0, path=(), checkpoint=FORKED.checkpoint(9)))
            )
        assert (caught.value.status, caught.value.size) == (409, 7)


async def test_what_repeats_itself_is_shown_ever_more_rarely(desk: Desk) -> None:
    with serving(desk) as (process, url):
        for _ in range(9):
            with pytest.raises(WitnessRefusedError):
                await HttpWitness(url).cosign(b"rubbish")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert len(err.splitlines()) == 4
    assert "(8 times)" in err
