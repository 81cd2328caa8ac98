"""A witness that remembers: what continues one history is cosigned, and everything else refused."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import checkpoint, note, witness
from bot.ledger.keys import Signer
from bot.ledger.witness import Request, State
from bot.services import witnessing
from bot.services.witnessing import (
    Memory,
    MemoryUnreadableError,
    evidence,
    files,
)
from tests.fakes.clock import FakeClock
from tests.ledger.make import LOG, ORIGIN, WITNESS, Ledger, signer
from tests.services.witnesses import FORKED, MADE, STRANGER, Bench, request, unexpected


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_continues_is_cosigned_and_remembered(bench: Bench) -> None:
    for old, new in ((0, 7), (7, 40), (40, 40)):
        answer = bench.ask(old, new)
        cosigned = witness.accept(MADE.checkpoint(new), answer.body.decode(), [LOG.verifier], WITNESS.verifier)
        assert answer.status == 200
        assert checkpoint.verify(cosigned, [LOG.verifier], [WITNESS.verifier]).witnesses
        assert bench.state == State(size=new, root=MADE.root(new))
    assert not bench.told


def test_what_is_remembered_outlasts_the_process(bench: Bench, tmp_path: Path) -> None:
    bench.ask(0, 7)
    assert Bench(tmp_path).ask(7, 9).status == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"", 400),
        (b"old 0\n\nhello", 400),
        (request(0, 9, by=STRANGER), 404),
        (request(0, 9, by=signer(ORIGIN, seed=9)), 403),
        (request(0, 9), 409),
        (request(7, 7, FORKED), 422),
        (request(7, 9, FORKED), 422),
        (request(7, 5), 400),
        (request(0, 5), 409),
    ],
)
def test_each_refusal_has_the_status_that_the_protocol_gives_it(bench: Bench, asked: bytes, status: int) -> None:
    bench.ask(0, 7)
    answer = witnessing.answer(bench.witness, asked)
    assert answer.status == status
    assert [told.code for told in bench.told] == [answer.refusal.code if answer.refusal else None]
    assert bench.state == State(size=7, root=MADE.root(7))


def test_a_proof_from_elsewhere_is_answered_with_the_size_alone(bench: Bench) -> None:
    bench.ask(0, 7)
    answer = bench.ask(3, 9)
    assert (answer.status, answer.kind, answer.body) == (409, "text/x.tlog.size", b"7\n")


def test_two_keys_of_one_name_are_one_ledger(tmp_path: Path) -> None:
    renewed = signer(ORIGIN, seed=7)
    memory = Memory(tmp_path / "state.json")
    memory.begin()
    both = witnessing.make_witness(
        signer=WITNESS,
        logs=[LOG.verifier, renewed.verifier],
        memory=memory,
        clock=FakeClock(),
        told=unexpected,
    )
    assert witnessing.answer(both, request(0, 7)).status == 200
    assert witnessing.answer(both, request(7, 9, by=renewed)).status == 200


@pytest.mark.parametrize(("one", "log"), [(LOG, LOG), (WITNESS, WITNESS)])
def test_keys_for_something_else_make_no_witness(tmp_path: Path, one: Signer, log: Signer) -> None:
    with pytest.raises(ValueError, match="type 4"):
        witnessing.make_witness(
            signer=one, logs=[log.verifier], memory=Memory(tmp_path / "s"), clock=FakeClock(), told=unexpected
        )


@pytest.mark.parametrize(
    ("old", "new", "made", "code"),
    [(7, 7, FORKED, "fork"), (7, 9, FORKED, "unproven"), (7, 5, MADE, "rollback"), (0, 7, FORKED, "fork")],
)
def test_what_contradicts_the_past_is_kept_with_what_was_cosigned(
    bench: Bench, old: int, new: int, made: Ledger, code: str
) -> None:
    bench.ask(0, 7)
    bench.ask(old, new, made)
    (told,) = bench.told
    assert (told.code, told.origin, told.grave) == (code, ORIGIN, True)
    assert told.kept is not None
    assert told.kept.stat().st_mode & 0o777 == 0o600
    found = json.loads(told.kept.read_text())
    cosigned = checkpoint.verify(found["cosigned"].encode(), [LOG.verifier], [WITNESS.verifier])
    refused = checkpoint.verify(found["refused"].encode(), [LOG.verifier])
    assert (cosigned.checkpoint.size, cosigned.checkpoint.root) == (7, MADE.root(7))
    assert len(cosigned.witnesses) == 1
    assert (refused.checkpoint.size, refused.checkpoint.root) == (new, made.root(new))
    assert (found["reason"], found["old"]) == (code, old)
    assert tuple(map(b64decode, found["proof"])) == witness.read_request(request(old, new, made)).path


def test_what_others_add_to_a_refused_checkpoint_is_neither_kept_nor_makes_it_another_one(bench: Bench) -> None:
    bench.ask(0, 7)
    asked = witness.read_request(request(7, 7, FORKED))
    signed = note.read(asked.checkpoint)
    for seed in (11, 12, 13):
        added = note.sign(signed.text, signer("stranger.example", seed=seed))
        more = note.write(note.with_signatures(signed, [added]))
        data = witness.write_request(Request(old=7, path=asked.path, checkpoint=more))
        assert witnessing.answer(bench.witness, data).status == 422
    assert len({told.kept for told in bench.told}) == 1
    assert evidence.kept(bench.memory.path) == 1
    assert b"stranger" not in (bench.told[0].kept or Path()).read_bytes()


def test_old_checkpoints_sent_again_do_not_fill_the_disk(bench: Bench) -> None:
    bench.ask(0, 7)
    folder = files.beside(bench.memory.path, ".refused")
    folder.mkdir()
    for number in range(evidence.MOST):
        (folder / f"rollback-{number}.json").touch()
    bench.ask(7, 5)
    bench.ask(7, 7, FORKED)
    assert [told.kept is None for told in bench.told] == [True, False]


def test_what_cannot_be_stored_is_not_cosigned(bench: Bench) -> None:
    bench.ask(0, 7)
    blocked = files.beside(bench.memory.path, ".new")
    blocked.mkdir()
    answer = bench.ask(7, 9)
    assert answer.status == 500
    assert b"directory" not in answer.body
    assert [told.code for told in bench.told] == ["disk"]
    blocked.rmdir()
    assert bench.ask(7, 9).status == 200


def test_a_refusal_stands_even_where_its_proof_cannot_be_kept(bench: Bench) -> None:
    bench.ask(0, 7)
    files.beside(bench.memory.path, ".refused").touch()
    assert bench.ask(7, 7, FORKED).status == 422
    assert [(told.grave, told.kept) for told in bench.told] == [(True, None)]


def test_a_memory_that_vanishes_is_no_new_beginning(bench: Bench) -> None:
    bench.ask(0, 7)
    bench.memory.path.unlink()
    assert bench.ask(0, 9, FORKED).status == 500
    assert [told.code for told in bench.told] == ["lost"]
    assert not bench.memory.path.exists()


def test_an_older_memory_is_noticed_by_a_running_witness(bench: Bench) -> None:
    bench.ask(0, 7)
    older = bench.memory.path.read_bytes()
    bench.ask(7, 20)
    bench.memory.path.write_bytes(older)
    assert bench.ask(7, 9, MADE).status == 500
    assert [told.code for told in bench.told] == ["lost"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"witness": 2, "logs": {}}',
        '{"witness": 1, "logs": []}',
        '{"witness": 1, "logs": {"a": {"size": -1, "root": "", "checkpoint": ""}}}',
        '{"witness": 1, "logs": {"a": {"size": 1, "root": "AA==", "checkpoint": ""}}}',
        '{"witness": 1, "logs": {"a": {"size": true, "root": "AA==", "checkpoint": ""}}}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_a_damaged_memory_is_no_memory(bench: Bench, content: str) -> None:
    bench.memory.path.write_bytes(content.encode(errors="surrogatepass"))
    assert bench.ask(0, 7).status == 500
    assert [told.code for told in bench.told] == ["unreadable"]
    with pytest.raises(MemoryUnreadableError):
        bench.memory.begin()


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd_for_an_answer(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    running = Bench(tmp_path_factory.mktemp("odd"))
    assert witnessing.answer(running.witness, data).status in {400, 404}


@given(place=st.integers(0, 700), put=st.binary(max_size=3), cut=st.integers(0, 3))
def test_a_request_damaged_anywhere_never_moves_the_memory_to_another_history(
    tmp_path_factory: pytest.TempPathFactory, place: int, put: bytes, cut: int
) -> None:
    running = Bench(tmp_path_factory.mktemp("damaged"))
    running.ask(0, 7)
    data = request(7, 40)
    damaged = data[:place] + put + data[place + cut :]
    answer = witnessing.answer(running.witness, damaged)
    assert answer.status in {200, 400, 403, 404, 409, 422}
    expected = 40 if answer.status == 200 else 7
    assert running.state == State(size=expected, root=MADE.root(expected))
