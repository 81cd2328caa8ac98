"""Quotations."""

import pytest

from bot.domain.judgement import Span
from bot.domain.message import Markup
from bot.policy.detection import Answer
from bot.policy.signals.quoted import SIGNAL
from tests.policy.make import inspection, probe


def _about(text: str, word: str, markup: Markup = Markup.DISCORD) -> Answer:
    start = text.index(word)
    return probe(SIGNAL, True, inspection(text, markup=markup, focus=(Span(start=start, end=start + len(word)),)))


@pytest.mark.parametrize(
    "text",
    [
        "> you idiot\nplease don't",
        ">>> she wrote\nyou idiot",
        "Er schrieb „you idiot“ in #allgemein",
        "Er schrieb „you idiot” gestern",
        "they said “you idiot” to me",
        'they said "you idiot" to me',
        "they said 'you idiot' to me",
        "they said ‘you idiot’ to me",
        "il a dit « you idiot » hier",
        "er sagte »you idiot« zu mir",
        "er sagte ‚idiot‘ zu mir",
        "the filter found `idiot` in it",
        "```\nyou idiot\n```",
        "it's what they said: 'you idiot'",
        "'tis said “you idiot” again",
    ],
)
def test_what_stands_in_a_quotation_is_quoted(text: str) -> None:
    assert _about(text, "idiot")


@pytest.mark.parametrize(
    "text",
    [
        "you idiot",
        "> quoted\nyou idiot",
        ">you idiot",
        "don't be an idiot, that's all",
        'a 5" screen, idiot, and a 7" one',
        'he said "hi" you idiot "bye"',
        "'idiot' is all",
        'an open " idiot',
        '"an open\nidiot"',
        "`code` idiot `code`",
        "the dogs' idiot owner, the cats' owner",
    ],
)
def test_what_stands_outside_is_not(text: str) -> None:
    assert _about(text, "idiot") is False


def test_slack_quotes_with_escaped_signs() -> None:
    assert _about("&gt; you idiot\nplease don't", "idiot", Markup.SLACK)
    assert _about("&gt;&gt;&gt;she wrote\nyou idiot", "idiot", Markup.SLACK)
    assert _about("> you idiot", "idiot", Markup.SLACK) is False


def test_all_evidence_has_to_be_quoted() -> None:
    text = 'they said "idiot here" and you are an idiot'
    spans = (Span(start=11, end=16), Span(start=38, end=43))
    assert probe(SIGNAL, True, inspection(text, focus=spans)) is False


def test_without_evidence_the_whole_text_has_to_be_a_quotation() -> None:
    assert probe(SIGNAL, True, inspection("> one\n> two\n", markup=Markup.DISCORD))
    assert probe(SIGNAL, True, inspection('  "one two"  '))
    assert probe(SIGNAL, True, inspection('she: "one two"')) is False
    assert probe(SIGNAL, True, inspection("")) is False
