"""The offline verifier as a third party has it: one file, copied elsewhere, started by plain Python."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import entries, offline, proof, sealing
from bot.ledger.entries import Entry
from bot.ledger.errors import LedgerError
from tests.ledger.make import LOG, OTHER_WITNESS, WITNESS, Ledger, entry, files, ledger, signer

MADE = ledger(37)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder that holds the verifier, a proof and its entry, and no Locum."""
    shutil.copy(offline.__file__, tmp_path / "check.py")
    lay(tmp_path, *files(MADE, 17, witnesses=[WITNESS]))
    return tmp_path


def lay(desk: Path, data: bytes, body: bytes) -> None:
    (desk / "it.tlog-proof").write_bytes(data)
    (desk / "it.json").write_bytes(body)


def run(desk: Path, *arguments: str, keys: bool = True, entry: bool = True) -> tuple[int, str]:
    """Return exit status and output; -I keeps the project from being found."""
    given = ["it.tlog-proof", *(["it.json"] if entry else []), *(["--log", str(LOG.verifier)] if keys else [])]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py", *given, *arguments], cwd=desk, capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode()


def test_it_needs_nothing_but_the_standard_library() -> None:
    nodes = list(ast.walk(ast.parse(Path(offline.__file__).read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_a_true_proof_is_verified_with_all_that_is_vouched_for(desk: Path) -> None:
    status, said = run(desk, "--witness", str(WITNESS.verifier))
    assert status == 0
    assert said.startswith("VERIFIED: entry 17 stands in the ledger locum.example/harbour, which had 37 entries.\n")
    assert "Cosigned by nightwatch.example/w1" in said
    assert "on 2026-03-02 12:00:00 UTC" in said
    assert MADE.bodies[17].decode() in said
    assert "not that what it says is true" in said


def test_without_a_witness_it_says_whose_word_that_is(desk: Path) -> None:
    status, said = run(desk)
    assert (status, "No witness was named" in said) == (0, True)


def test_it_speaks_german(desk: Path) -> None:
    status, said = run(desk, "--language", "de")
    assert status == 0
    assert said.startswith("STIMMT: Eintrag 17 steht im Protokoll")


def test_both_languages_have_the_same_texts() -> None:
    assert offline.TEXTS["en"].keys() == offline.TEXTS["de"].keys()


def test_an_entry_inside_the_proof_needs_no_file_of_its_own(desk: Path) -> None:
    lay(desk, *files(MADE, 17, inside=True))
    assert run(desk, entry=False)[0] == 0
    lay(desk, *files(MADE, 17))
    assert run(desk, entry=False)[0] == 2


def test_what_does_not_verify_ends_with_one(desk: Path) -> None:
    status, said = run(desk, "--log", str(signer(LOG.name, seed=9).verifier), keys=False)
    assert (status, said.startswith("DOES NOT VERIFY: ")) == (1, True)
    assert run(desk, "--witness", str(OTHER_WITNESS.verifier))[0] == 1
    (desk / "it.json").write_bytes(MADE.bodies[16])
    assert run(desk)[0] == 1
    (desk / "it.json").write_bytes(MADE.bodies[17] + b"\n")
    assert run(desk)[0] == 1


def test_what_cannot_be_read_ends_with_two(desk: Path) -> None:
    status, said = run(desk, "--log", "not-a-key", keys=False)
    assert (status, said.startswith("CAN'T BE READ: ")) == (2, True)
    assert run(desk, "--log", str(WITNESS.verifier))[0] == 2
    assert run(desk, "--witness", str(LOG.verifier))[0] == 2
    assert run(desk, keys=False)[0] == 2
    (desk / "it.tlog-proof").write_bytes(b"hello")
    assert run(desk)[0] == 2
    (desk / "it.tlog-proof").unlink()
    assert run(desk)[0] == 2


def test_as_many_witnesses_as_are_needed_are_enough(desk: Path) -> None:
    witnesses = ["--witness", str(WITNESS.verifier), "--witness", str(OTHER_WITNESS.verifier)]
    assert run(desk, *witnesses)[0] == 1
    assert run(desk, *witnesses, "--needed", "1")[0] == 0
    assert run(desk, *witnesses[:2], "--needed", "2")[0] == 1


def test_one_witness_under_two_names_is_one(desk: Path) -> None:
    twin = signer("other.example/w2", WITNESS.algorithm, seed=2)
    lay(desk, *files(MADE, 17, witnesses=[WITNESS, twin]))
    both = ["--witness", str(WITNESS.verifier), "--witness", str(twin.verifier)]
    assert run(desk, *both)[0] == 1


def test_a_member_can_check_what_the_entry_commits_to(desk: Path) -> None:
    salt = sealing.new_salt()
    details = {"reason": entries.commit(sealing.commitment(salt, "Schönes Wort"))}
    made = Ledger()
    made.append([entry(0), entries.write(Entry(seq=1, at=1, kind="a", actor={"kind": "operator"}, details=details))])
    lay(desk, *files(made, 1))
    opening = {"field": "details.reason", "salt": salt.hex(), "value": "Schönes Wort"}
    for change, status in (
        ({}, 0),
        ({"value": "another"}, 1),
        ({"field": "details.other"}, 1),
        ({"field": "seq"}, 1),
        ({"salt": "00" * 32}, 1),
        ({"salt": "x"}, 2),
        ({"value": 1.5}, 2),
    ):
        (desk / "opening.json").write_text(json.dumps(opening | change), encoding="utf-8")
        assert run(desk, "--opening", "opening.json")[0] == status, change
    (desk / "opening.json").write_text("[]", encoding="utf-8")
    assert run(desk, "--opening", "opening.json")[0] == 2


def test_an_entry_cannot_steer_the_terminal_that_shows_it(desk: Path) -> None:
    made = Ledger()
    made.append([entries.write(Entry(seq=0, at=1, kind="\x1b[2J\u202e\u009b", actor={"kind": "operator"}))])
    lay(desk, *files(made, 0))
    status, said = run(desk)
    assert status == 0
    assert not {"\x1b", "\u202e", "\u009b"} & set(said)


def test_it_works_where_the_terminal_knows_ascii_alone(desk: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py", "it.tlog-proof", "it.json", "--log", str(LOG.verifier)],
        cwd=desk,
        capture_output=True,
        check=False,
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LOCUM_LANG": "de"},
    )
    assert done.returncode == 0


def offline_says(data: bytes, body: bytes, folder: Path) -> int:
    lay(folder, data, body)
    paths = [str(folder / "it.tlog-proof"), str(folder / "it.json")]
    try:
        offline.judge(offline.read_arguments([*paths, "--log", str(LOG.verifier), "--witness", str(WITNESS.verifier)]))
    except offline.VerdictError as verdict:
        return verdict.status
    return 0


@settings(max_examples=150)
@given(st.integers(0, 36), st.integers(0, 2), st.data())
def test_it_judges_altered_files_as_the_program_does(
    tmp_path_factory: pytest.TempPathFactory, index: int, which: int, data: st.DataObject
) -> None:
    parts = [bytearray(part) for part in files(MADE, index, witnesses=[WITNESS])]
    if which < 2:
        changed = parts[which]
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(0, 255))
    try:
        read = proof.verify(proof.read(bytes(parts[0])), bytes(parts[1]), [LOG.verifier], [WITNESS.verifier])
        expected = bool(read.witnesses)
    except LedgerError:
        expected = False
    folder = tmp_path_factory.mktemp("desk")
    assert (offline_says(bytes(parts[0]), bytes(parts[1]), folder) == 0) == expected
    assert expected == (parts == [bytearray(part) for part in files(MADE, index, witnesses=[WITNESS])])
