"""A witness signs what continues what it saw, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.ledger import checkpoint, note, tree, witness
from bot.ledger.checkpoint import Checkpoint
from bot.ledger.errors import NoteError, ProofError, SignatureError
from bot.ledger.keys import Signer
from bot.ledger.witness import UNSEEN, Cosigned, Reason, Refused, Request, State
from tests.ledger.make import LOG, NOON, OTHER_WITNESS, WITNESS, Ledger, ledger, signer

MADE, FORKED = ledger(40), ledger(40, what="dismiss")


def ask(made: Ledger, old: int, new: int) -> Request:
    path = tuple(tree.consistency(old, new, made.node)) if old <= new else ()
    return Request(old=old, path=path, checkpoint=made.checkpoint(new))


def answer(state: State, request: Request) -> Cosigned | Refused:
    return witness.cosign(state=state, request=request, at=NOON, logs=[LOG.verifier], signer=WITNESS)


def state(size: int, made: Ledger = MADE) -> State:
    return State(size=size, root=made.root(size))


def why(given: Cosigned | Refused) -> tuple[Reason, int] | None:
    return (given.reason, given.status) if isinstance(given, Refused) else None


@given(st.integers(0, 40), st.integers(0, 40))
def test_whatever_continues_what_was_seen_is_cosigned(one: int, other: int) -> None:
    old, new = sorted((one, other))
    given = answer(state(old), ask(MADE, old, new))
    assert isinstance(given, Cosigned)
    assert given.state == state(new)
    vouched = note.verify(note.with_signatures(note.read(MADE.checkpoint(new)), [given.signature]), [WITNESS.verifier])
    assert [one.at for one in vouched] == [NOON]


def test_a_ledger_not_seen_before_needs_no_proof() -> None:
    assert state(0) == UNSEEN
    given = answer(UNSEEN, Request(old=0, path=(), checkpoint=MADE.checkpoint(40)))
    assert isinstance(given, Cosigned)
    assert given.state == state(40)


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_fork_is_never_cosigned(one: int, other: int) -> None:
    old, new = sorted((one, other))
    given = answer(state(old), ask(FORKED, old, new))
    expected = Reason.FORK if old == new else Reason.UNPROVEN
    assert why(given) == (expected, 422)


@given(st.integers(1, 40), st.integers(0, 39), st.integers(0, 45))
def test_fewer_entries_than_were_seen_are_never_cosigned(seen: int, fewer: int, old: int) -> None:
    if fewer < seen:
        request = replace(ask(MADE, 0, fewer), old=old)
        assert why(answer(state(seen), request)) == (Reason.ROLLBACK, 400 if old > fewer else 409)


@given(st.integers(0, 40), st.integers(0, 45), st.integers(0, 40))
def test_a_proof_from_another_size_than_the_one_seen_is_answered_with_that_size(seen: int, old: int, new: int) -> None:
    if old != seen and new >= seen:
        given = answer(state(seen), replace(ask(MADE, min(old, new), new), old=old))
        assert why(given) == (Reason.STALE, 400 if old > new else 409)
        assert isinstance(given, Refused)
        assert given.size == seen


def test_the_same_size_with_another_root_is_a_fork_wherever_the_proof_starts() -> None:
    assert why(answer(state(7), ask(FORKED, 0, 7))) == (Reason.FORK, 409)
    assert why(answer(state(7), ask(FORKED, 7, 7))) == (Reason.FORK, 422)


def test_an_empty_ledger_with_a_root_of_its_own_is_a_fork() -> None:
    odd = checkpoint.sign(Checkpoint(origin=LOG.name, size=0, root=bytes(32)), LOG)
    assert why(answer(UNSEEN, Request(old=0, path=(), checkpoint=odd))) == (Reason.FORK, 422)


@given(st.integers(0, 39), st.data())
def test_a_damaged_proof_is_refused(old: int, data: st.DataObject) -> None:
    request = ask(MADE, old, 40)
    place = data.draw(st.integers(0, len(request.path)))
    for path in (
        (*request.path[:place], bytes(32), *request.path[place:]),
        (*request.path[:place], *request.path[place + 1 :]),
    ):
        if path != request.path:
            assert why(answer(state(old), replace(request, path=path))) == (Reason.UNPROVEN, 422)


@pytest.mark.parametrize("by", [signer(LOG.name, seed=9), signer("locum.example/other", seed=9)])
def test_what_the_ledger_did_not_sign_is_refused(by: Signer) -> None:
    request = Request(old=0, path=(), checkpoint=MADE.checkpoint(3, by=by))
    assert why(answer(UNSEEN, request)) == (Reason.SIGNATURE, 403)


def test_what_is_no_checkpoint_is_refused() -> None:
    text = "hello\n"
    signed = note.write(note.Note(text=text, signatures=(note.sign(text, LOG),)))
    for data in (b"", b"hello", signed):
        assert why(answer(UNSEEN, Request(old=0, path=(), checkpoint=data))) == (Reason.MALFORMED, 400)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_request_comes_back_from_its_bytes(one: int, other: int) -> None:
    old, new = sorted((one, other))
    request = ask(MADE, old, new)
    assert witness.read_request(witness.write_request(request)) == request


@pytest.mark.parametrize(
    "data",
    [b"", b"old 1", b"old 1\n\n"[:-1], b"new 1\n\nx", b"old 01\n\nx", b"old 1\nAAAA\n\nx", b"old\n\nx", b"\xff\n\nx"],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        witness.read_request(data)


def test_the_ledger_adds_a_true_cosignature_to_its_checkpoint() -> None:
    data, given = MADE.checkpoint(), answer(UNSEEN, ask(MADE, 0, 40))
    assert isinstance(given, Cosigned)
    line = f"{given.signature}\n"
    stranger = f"{note.sign(note.read(data).text, OTHER_WITNESS, NOON)}\n"
    cosigned = witness.accept(data, stranger + line, [LOG.verifier], WITNESS.verifier)
    assert cosigned == data + line.encode()


def test_the_ledger_takes_no_false_cosignature() -> None:
    data = MADE.checkpoint()
    text = note.read(data).text
    answers = {
        "of another checkpoint": note.sign(note.read(FORKED.checkpoint()).text, WITNESS, NOON),
        "of another witness": note.sign(text, OTHER_WITNESS, NOON),
    }
    for line in answers.values():
        with pytest.raises(SignatureError):
            witness.accept(data, f"{line}\n", [LOG.verifier], WITNESS.verifier)
    with pytest.raises(SignatureError):
        witness.accept(data, f"{note.sign(text, LOG)}\n", [LOG.verifier], LOG.verifier)
    with pytest.raises(NoteError):
        witness.accept(data, "OK", [LOG.verifier], WITNESS.verifier)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_is_said_in_words(language: str, reason: Reason) -> None:
    assert len(Refused(reason=reason, status=422, size=40).phrase().say(language)) > 20


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 45), st.integers(0, 40)), max_size=12))
def test_whatever_is_asked_all_that_was_ever_cosigned_is_one_history(asked: list[tuple[bool, int, int]]) -> None:
    remembered, signed = UNSEEN, []
    for forked, old, new in asked:
        made = FORKED if forked else MADE
        given = answer(remembered, replace(ask(made, min(old, new), new), old=old))
        if isinstance(given, Cosigned):
            remembered = given.state
            signed.append(remembered)
    assert [one.size for one in signed] == sorted(one.size for one in signed)
    histories = [made for made in (MADE, FORKED) if all(one == state(one.size, made) for one in signed)]
    assert histories
