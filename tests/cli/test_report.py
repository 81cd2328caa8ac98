"""The replay's page and tables show what was found, and never let member text steer them."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.cli.report import charts
from bot.cli.report.numbers import day, number, share
from bot.cli.report.page import render
from bot.cli.report.rows import Labels
from bot.cli.report.terminal import show
from bot.cli.report.visible import visible
from bot.domain.judgement import Failure, Want, WantKind
from bot.domain.ladder import Ladder
from bot.domain.message import Message
from bot.domain.reading import Skipped, Unit
from bot.i18n import LANGUAGES, catalogue, phrase
from bot.services.replay.run import Replay, judge_all, new_replay
from tests.services.replay_fakes import CASE, DELETE, HOUR, NOTICE, STRIKE, TIMEOUT, Rules, judge_words, post

RULES: Rules = {"respect/insult": ("fool", (DELETE, NOTICE, STRIKE, CASE)), "spam/shout": ("AAAA", (NOTICE,))}
FEWER: Rules = {"spam/shout": ("AAAA", (NOTICE,))}
LADDER = Ladder(expires=timedelta(days=90), steps=((2, TIMEOUT),))
EVIL = '<script>alert("x")</script> & fool \u202e\x1b[31m\x00 [bold]\ud800'
VOID = {"meta", "link", "br", "rect", "img"}


class Balance(HTMLParser):
    """Notes tags that are not closed, and every tag and address met."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.crossed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets += [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open.pop() != tag:
            self.crossed.append(tag)


def replayed(*texts: str, comparing: bool = False) -> Replay:
    items: list[Message | Skipped] = [
        post(number, text, author=f"<b>{number % 2}\ud800", channel="a&b", after=number * HOUR)
        for number, text in enumerate(texts)
    ]
    items.append(Skipped(file="<i>.json", unit=Unit.ENTRY, position=3, reason=phrase("archive.no_time")))
    found = new_replay(UTC, LADDER, comparing=comparing)
    judge = judge_words(
        RULES,
        shadow=frozenset({"spam/shout"}),
        wants=(Want(kind=WantKind.INVITE, subject="abc"),),
        failures=(Failure(rule="spam/odd", reason="ValueError: <no>"),),
    )
    list(judge_all(items, judge, found, judge_words(FEWER) if comparing else None))
    return found


def labels(language: str = "en") -> Labels:
    return Labels(
        community="harbour", version="0123456789abcdef", policies="new", zone="UTC", against="old", language=language
    )


def page(found: Replay, language: str = "en") -> str:
    return render(found, labels(language), program="0", written=datetime(2026, 3, 4, 5, 6, tzinfo=UTC))


def tables(found: Replay, language: str = "en") -> str:
    console = Console(file=StringIO(), width=120, markup=False, emoji=False, highlight=False)
    show(found, labels(language), console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("comparing", [True, False])
@pytest.mark.parametrize("texts", [(), ("hello",), (EVIL, "AAAA", "you fool", "fool AAAA")])
def test_the_page_is_whole_has_no_script_and_names_no_outside_address(
    language: str, comparing: bool, texts: tuple[str, ...]
) -> None:
    written = page(replayed(*texts, comparing=comparing), language)
    balance = Balance()
    balance.feed(written)
    assert balance.open == []
    assert balance.crossed == []
    assert "script" not in balance.tags
    assert all(target.startswith("#") for target in balance.targets)
    assert not re.search(r"https?:|url\(|@import", written)
    assert written.count(f'<html lang="{language}"') == 1


def test_every_link_within_the_page_has_its_place() -> None:
    written = page(replayed("fool", comparing=True))
    targets = set(re.findall(r'href="#([\w-]+)"', written))
    assert targets <= set(re.findall(r'id="([\w-]+)"', written))
    assert len(targets) == 8


def test_member_text_is_escaped_and_its_hidden_characters_are_spelt_out() -> None:
    written = page(replayed(EVIL))
    assert "&lt;script&gt;" in written
    assert "<script>" not in written
    assert not re.search("[\x00-\x08\x1b\u202e\ud800]", written)
    assert "<span class=hidden>U+202E</span>" in written
    assert "<span class=hidden>U+D800</span>" in written


def test_what_a_rule_saw_is_marked() -> None:
    assert '<mark title="fool · as written">fool</mark>' in page(replayed("you fool"))


def test_names_of_members_do_not_stand_on_the_page() -> None:
    assert "name of" not in page(replayed("you fool"))


def test_the_tables_hold_no_member_text_and_nothing_that_steers_a_terminal() -> None:
    shown = tables(replayed(EVIL, "AAAA", comparing=True))
    assert "alert" not in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800]", shown)
    assert "⟨U+D800⟩" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_say_what_was_found_in_each_language(language: str) -> None:
    shown = tables(replayed("fool", "hi", "fool", "AAAA", comparing=True), language)
    for part in ("respect/insult", "spam/shout", "timeout 1h", "notice respect", "a&b", "ValueError: <no>", "<i>.json"):
        assert part in shown
    assert catalogue(language)["replay.want_invite"] in shown


def test_nothing_judged_is_said_in_words() -> None:
    found = new_replay(UTC, None)
    assert "No message was judged." in tables(found)
    assert "No message was judged." in page(found)


def test_both_languages_have_the_same_entries_with_the_same_placeholders() -> None:
    english, german = (
        {key: text for key, text in catalogue(language).items() if key.startswith("replay.")} for language in LANGUAGES
    )
    assert english.keys() == german.keys()
    for key, text in english.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", german[key])), key


def test_numbers_and_dates_are_written_as_each_language_does() -> None:
    moment = datetime(2026, 3, 4, tzinfo=UTC)
    assert (number(12345, "en"), number(12345, "de")) == ("12,345", "12.345")
    assert (share(1, 40, "en"), share(1, 40, "de"), share(1, 2, "en")) == ("2.5%", "2,5 %", "50%")
    assert (share(0, 0, "en"), share(1, 10**6, "en")) == ("–", "< 0.01%")
    assert (day(moment, "en"), day(moment, "de")) == ("4 Mar 2026", "04.03.2026")


def test_a_family_of_emoji_stays_one_picture_and_a_lone_joiner_is_spelt_out() -> None:
    assert visible("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
    assert visible("f\u200dool") == "f⟨U+200D⟩ool"


@given(st.text(st.characters(codec=None), max_size=80))
def test_visible_text_can_always_be_written_and_never_steers(text: str) -> None:
    shown = visible(text)
    assert json.loads(json.dumps(shown)) == shown
    shown.encode()
    assert "\n" not in shown
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=130))
def test_columns_stay_inside_the_chart_and_anything_above_zero_is_seen(values: list[int]) -> None:
    axis = charts.scale(max(values))
    assert axis.top >= max(values)
    assert 2 <= len(axis.ticks) <= 6
    for index, (value, column) in enumerate(zip(values, charts.columns(values, axis), strict=True)):
        assert index <= column.x < column.x + column.width <= index + 1
        assert column.y >= 0
        assert column.y + column.height == pytest.approx(100, abs=0.1)
        assert (column.height > 0) == (value > 0)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_is_never_lighter(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= charts.shade(low, 10**6) <= charts.shade(high, 10**6) <= charts.SHADES
    assert (charts.shade(high, 10**6) > 0) == (high > 0)
