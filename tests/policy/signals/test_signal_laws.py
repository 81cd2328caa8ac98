"""What holds for the signals of text, shape and author alike."""

from functools import cache
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.domain.message import Markup, Mentions
from bot.i18n import LANGUAGES, catalogue
from bot.policy.detection import Detector, Evidence
from bot.policy.history import History
from bot.policy.signals import (
    account_age,
    attachments,
    caps,
    directed,
    edited,
    emoji,
    first_messages,
    forwarded,
    language,
    length,
    lines,
    member_age,
    mentions,
    quoted,
    repeats,
    roles,
    zalgo,
)
from bot.policy.signals.base import Signal
from bot.policy.watch import Watch
from tests.policy.make import Bench, attachment, detector, inspection

#: seconds of work; with work that grows by the square it would be minutes
_FAR_LESS = 5

_MODULES = (
    account_age, attachments, caps, directed, edited, emoji, first_messages, forwarded, language, length, lines,
    member_age, mentions, quoted, repeats, roles, zalgo,
)  # fmt: skip
_SIGNALS = [module.SIGNAL for module in _MODULES]
_BENCH = Bench(roles={"staff": frozenset({"5001"})})
_HISTORY = History(watch=Watch(first=3))
_ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
_NASTY = st.text(
    st.sampled_from(" \n\0\"'`>&gt;„“”«»:<@#aA!\u0301\ud800\U0001f600\u200d\ufe0f\u202e://|_*"), max_size=120
)
_WORST = [
    "a", "A", "`", "``", "```", '"', " '", "'a ", " 'a b' ", "„", "«a ", "<", "<@", "<:", ":", ":a", "http://", "://",
    "@", "> ", "\n>", ">>> ", "&gt;", "e\u0301", "\u0301", "\U0001f600", "\U0001f600\u200d", "\U0001f1e6", "1\ufe0f",
    "a a ", "aA ", "du", "Sie ", ", Sie", "ー", " ", "\n", "\0", "\ud800", "you", "ÄÖ",
]  # fmt: skip


def _example(signal: Signal) -> object:
    return YAML(typ="safe").load(signal.example)[signal.name]


@cache
def _compiled() -> list[tuple[Signal, Detector]]:
    return [(signal, detector(signal, _example(signal), _BENCH)) for signal in _SIGNALS]


@pytest.mark.parametrize("signal", _SIGNALS, ids=lambda signal: signal.name)
def test_the_example_compiles_without_errors(signal: Signal) -> None:
    bench = Bench(roles={"staff": frozenset({"5001"})})
    detector(signal, _example(signal), bench)
    assert bench.errors == []


@pytest.mark.parametrize("signal", _SIGNALS, ids=lambda signal: signal.name)
def test_every_parameter_is_described(signal: Signal) -> None:
    assert all(field.description for field in signal.params.model_fields.values())


@pytest.mark.parametrize("signal", _SIGNALS, ids=lambda signal: signal.name)
def test_equal_parameters_have_equal_keys(signal: Signal) -> None:
    assert detector(signal, _example(signal), _BENCH).key == detector(signal, _example(signal), _BENCH).key


def test_different_parameters_have_different_keys() -> None:
    keys = {detector(caps.SIGNAL, share).key for share in (0.5, 0.6, {"share": 0.6, "min_letters": 3})}
    assert len(keys) == 3
    assert detector(caps.SIGNAL, {}).key == detector(caps.SIGNAL, {"share": 0.7}).key


@pytest.mark.parametrize("value", [True, "0.7", 0, 1.1, None])
def test_a_number_of_another_kind_or_out_of_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="share"):
        detector(caps.SIGNAL, value)


def test_every_note_is_said_in_every_language() -> None:
    english, german = ({key for key in catalogue(name) if key.startswith("signals.")} for name in LANGUAGES)
    assert english == german


@pytest.mark.parametrize("markup", Markup)
@given(text=_ANY_TEXT | _NASTY, everyone=st.booleans())
def test_no_text_makes_a_probe_fail_and_spans_lie_inside(markup: Markup, text: str, everyone: bool) -> None:
    inspected = inspection(
        text,
        languages=("en", "de"),
        markup=markup,
        history=_HISTORY,
        mentions=Mentions(people=(text,), everyone=everyone),
        attachments=(attachment(text),),
    )
    for _, compiled in _compiled():
        answer = compiled.probe(inspected)
        assert answer is None or answer is False or isinstance(answer, Evidence)
        if answer:
            assert all(0 <= span.start < span.end <= len(text) for span in answer.spans)


@pytest.mark.parametrize("unit", _WORST, ids=ascii)
def test_long_repetitive_text_takes_linear_time(unit: str) -> None:
    inspected = inspection((unit * 40_000)[:40_000], languages=("en", "de"), markup=Markup.SLACK, history=_HISTORY)
    for signal, compiled in _compiled():
        before = process_time()
        compiled.probe(inspected)
        assert process_time() - before < _FAR_LESS, signal.name
