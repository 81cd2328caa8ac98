"""What is typed behind a command is understood as it was meant, or said not to be."""

import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.typed import Typed, front, row_of, typed, usage, value_of
from bot.commands.command import Command
from bot.commands.naming import paths
from bot.commands.table import find_command
from bot.domain.command import Option, OptionKind
from bot.i18n import LANGUAGES

_LINK = "https://acme.slack.com/archives/C0HELP/p1774778400000100"
_ROWS = list(paths().values())
_GUIDELINES = {"respect", "spam"}


async def knows(option: Option, word: str) -> bool:
    """Return whether the community has a word."""
    return option.kind is OptionKind.GUIDELINE and word in _GUIDELINES


async def understood(line: str) -> Typed:
    """Return what a line says: `mod warn @kim`, as Slack hands it over."""
    word, rest = line.split(maxsplit=1) if " " in line else (line, "")
    row, behind = row_of(word, rest)
    assert row is not None, line
    return await typed(row, behind, knows)


@pytest.mark.parametrize(("line", "name", "given_"), [
    ("mod warn <@U0KIM|kim>", "mod.warn", {"member": "U0KIM"}),
    ("mod warn <@U0KIM> stop it now", "mod.warn", {"member": "U0KIM", "why": "stop it now"}),
    ("mod WARN  <@U0KIM>\nstop it", "mod.warn", {"member": "U0KIM", "why": "stop it"}),
    ("mod verwarnen <@U0KIM> hör auf", "mod.warn", {"member": "U0KIM", "why": "hör auf"}),
    ("mod verwarnen\t<@U0KIM>", "mod.warn", {"member": "U0KIM"}),
    ("mod timeout <@U0KIM> 10m respect why it is so", "mod.timeout",
     {"member": "U0KIM", "for": "10m", "guideline": "respect", "why": "why it is so"}),
    ("mod timeout 10m <@U0KIM> so it is", "mod.timeout", {"member": "U0KIM", "for": "10m", "why": "so it is"}),
    ("mod timeout <@U0KIM> why:so it is for:2h", "mod.timeout", {"member": "U0KIM", "for": "2h", "why": "so it is"}),
    ("mod timeout <@U0KIM> why: so it is für: 2h", "mod.timeout",
     {"member": "U0KIM", "for": "2h", "why": "so it is"}),
    ('mod timeout <@U0KIM> why="so it is" 2h', "mod.timeout", {"member": "U0KIM", "for": "2h", "why": "so it is"}),
    ("mod timeout <@U0KIM> why:“so it is” 2h", "mod.timeout", {"member": "U0KIM", "for": "2h", "why": "so it is"}),
    ("mod timeout <@U0KIM> warum:„so ist es“ 2h", "mod.timeout", {"member": "U0KIM", "for": "2h", "why": "so ist es"}),
    ("mod warn <@U0KIM> “all of this”", "mod.warn", {"member": "U0KIM", "why": "all of this"}),
    ('mod warn <@U0KIM> "he" said', "mod.warn", {"member": "U0KIM", "why": '"he" said'}),
    # a quotation mark that is never closed ends nothing
    ('mod warn <@U0KIM> he said "no', "mod.warn", {"member": "U0KIM", "why": 'he said "no'}),
    # what Slack writes otherwise is read as it was typed
    ("mod warn <@U0KIM> 1 &lt; 2 &amp; <@U0ADA|ada> knows", "mod.warn",
     {"member": "U0KIM", "why": "1 < 2 & @ada knows"}),
    ("mod warn <@U0KIM> see <https://a.example/x>", "mod.warn", {"member": "U0KIM", "why": "see https://a.example/x"}),
    # a number is what somebody says, unless it has a case's sign or the command is about a case
    ("mod warn <@U0KIM> 3 times now", "mod.warn", {"member": "U0KIM", "why": "3 times now"}),
    ("mod warn <@U0KIM> #3 enough", "mod.warn", {"member": "U0KIM", "case": "3", "why": "enough"}),
    ("mod warn <@U0KIM> case:3 enough", "mod.warn", {"member": "U0KIM", "case": "3", "why": "enough"}),
    ("case note 12 seen", "case.note", {"case": "12", "text": "seen"}),
    ("case claim 12", "case.claim", {"case": "12"}),
    ("case merge 12 #13", "case.merge", {"case": "12", "to": "13"}),
    # who may read a note isn't left to its first word
    ("case note everyone agrees", "case.note", {"text": "everyone agrees"}),
    ("case note visible_to:everyone agreed", "case.note", {"visible_to": "everyone", "text": "agreed"}),
    ("case decide violation warn respect enough is enough", "case.decide",
     {"verdict": "violation", "action": "warn", "guideline": "respect", "why": "enough is enough"}),
    ("mod purge <@U0KIM> 20 all spam", "mod.purge", {"member": "U0KIM", "last": "20", "why": "all spam"}),
    (f"mod delete <{_LINK}>", "mod.delete", {"message": _LINK}),
    (f"mod delete <{_LINK}?cid=C0HELP&amp;thread_ts=1774778400.000100> spam", "mod.delete",
     {"message": f"{_LINK}?cid=C0HELP&thread_ts=1774778400.000100", "guideline": "spam"}),
    ("mod delete 1774778400.000100", "mod.delete", {"message": "1774778400.000100"}),
    ("mod slow <#C0HELP|help> 30s", "mod.slow", {"channel": "C0HELP", "every": "30s"}),
    ("mod slow <#C0HELP|help> 30s 10m", "mod.slow", {"channel": "C0HELP", "every": "30s", "for": "10m"}),
    ("lead massban <@U0KIM> <@U0ADA|ada> spam", "lead.massban", {"members": "U0KIM U0ADA", "guideline": "spam"}),
    ("report <@U0KIM> they insult me", "everyone.report", {"member": "U0KIM", "statement": "they insult me"}),
    ("report", "everyone.report", {}),
    ("privacy export", "everyone.privacy", {"what": "export"}),
    ("privacy löschen", "everyone.privacy", {"what": "erase"}),
])  # fmt: skip
async def test_what_is_typed_is_understood(line: str, name: str, given_: Mapping[str, str]) -> None:
    found = await understood(line)
    assert (found.row.name, found.given, found.unclear) == (name, given_, "")


async def test_what_must_be_said_and_is_not_is_missing() -> None:
    found = await understood("mod lift why:mistaken")
    assert [one.name for one in found.missing] == ["sanction"]
    assert found.given == {"why": "mistaken"}


async def test_a_name_that_nobody_has_is_no_member() -> None:
    found = await understood("mod warn kim stop it")
    assert [one.name for one in found.missing] == ["member"]
    assert found.given == {"why": "kim stop it"}


async def test_a_word_that_fits_nowhere_is_named() -> None:
    assert (await understood("case claim everything")).unclear == "everything"
    assert (await understood("mod may 1 &lt; 2")).unclear == "1"
    assert (await understood("case claim &lt;all&gt;")).unclear == "<all>"


@pytest.mark.parametrize(("word", "text"), [("mod", ""), ("mod", "  "), ("mod", "dance"), ("nothing", ""), ("", "")])
def test_what_is_no_command_is_none(word: str, text: str) -> None:
    assert row_of(word, text)[0] is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.name)
def test_every_command_is_found_by_its_words_in_either_language(row: Command, language: str) -> None:
    first, _, rest = front(row, language).partition(" ")
    assert row_of(first, rest) == (row, "")
    assert usage(row, language).startswith(f"/{first}")


_TYPED = st.lists(
    st.sampled_from([
        "<@U0KIM>", "10m", "#3", "3", "why:", "why:x", "for=2h", '"', '"a b"', "“a b”", "„a b“", "“", "„", "respect",
        "everyone", "internal", "on", "&lt;", "<", ">", "|", "\n", "  ", "word", "<https://a.example|x>", _LINK,
        "member:kim", "case:#4", "\u200b", "\x00", ":", "=",
    ]),
    max_size=20,
).map(" ".join)  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(_ROWS), st.one_of(_TYPED, st.text(max_size=200)))
async def test_whatever_is_typed_is_understood_as_options_of_the_command_or_called_unclear(
    row: Command, text: str
) -> None:
    found = await typed(row, text, knows)
    known = {one.name for one in row.options}
    assert found.given.keys() <= known
    assert not {one.name for one in found.missing} & found.given.keys()
    assert {one.name for one in row.options if one.required} <= found.given.keys() | {one.name for one in found.missing}


@settings(deadline=None)
@given(st.lists(st.sampled_from(["these", "are", "words", "of", "mine", "1", "2", "that", "everyone"]), min_size=1))
async def test_words_of_ones_own_are_all_kept(said: list[str]) -> None:
    found = await understood(f"mod warn <@U0KIM> {' '.join(said)}")
    assert found.given == {"member": "U0KIM", "why": " ".join(said)}


@pytest.mark.parametrize("text", ['"', "“ ", "„ ", "a:", "<@U1 ", "why:x ", 'x:" ', "<https://", "1", "&lt;", "“„"])
async def test_reading_takes_no_longer_than_what_is_read(text: str) -> None:
    row = find_command("mod.warn")
    assert row is not None
    spent: list[float] = []
    for times in (2_000, 20_000):
        began = time.process_time()
        await typed(row, text * times, knows)
        spent.append(time.process_time() - began)
    assert spent[1] < 40 * spent[0] + 1


@given(st.sampled_from([one for row in _ROWS for one in row.options]), st.text(max_size=60))
def test_every_value_is_words(option: Option, word: str) -> None:
    assert isinstance(value_of(option, word), str)
