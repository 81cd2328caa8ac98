"""What is seen of posts, cards and chains: one behaviour each."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.local.web.rendering import address, render, runs, timed, visible
from adapters.local.web.views import Piece
from bot.domain.card import Card, Field, Link, Quote
from bot.domain.severity import Severity
from tests.adapters.local.web import samples


def shown(name: str, **context: object) -> str:
    return render(name, "en", view=samples.PAGE, **context)


def test_a_removed_post_says_so_and_shows_nothing_of_its_text() -> None:
    html = shown("post.html", post=samples.OFFENCE)
    assert "Locum removed this message." in html
    assert "barnacle" not in html


def test_a_post_from_which_something_followed_leads_behind_the_scenes() -> None:
    assert 'href="/harbour/as/nw-17/lobby/behind/14"' in shown("post.html", post=samples.OFFENCE)
    assert "/behind/" not in shown("post.html", post=samples.POSTS[0])


def test_the_chain_marks_the_offending_words() -> None:
    assert "<mark>you brackish barnacle</mark>" in shown("behind.html", behind=samples.BEHIND)


def test_the_chain_says_who_did_something_for_whom() -> None:
    html = shown("behind.html", behind=samples.BEHIND)
    assert html.index("A ban is asked for") < html.index("<bdi>Robin</bdi>") < html.index("<bdi>Nightwatch GmbH</bdi>")


def test_every_stage_of_the_chain_says_in_words_how_it_stands() -> None:
    glance = shown("behind.html", behind=samples.BEHIND).partition('class="glance"')[2].partition("</ol>")[0]
    assert glance.count("under way") == 3
    assert glance.count("went wrong") == 1


def test_a_message_that_nothing_followed_from_says_so() -> None:
    behind = replace(samples.BEHIND, chain=replace(samples.CHAIN, links=()))
    assert "Nothing followed from this message." in shown("behind.html", behind=behind)


def test_marks_that_overlap_or_reach_beyond_the_text_mark_what_there_is() -> None:
    quote = Quote(author="7F3A", text="you barnacle", marks=((4, 8), (6, 99), (-3, 1), (7, 7)))
    html = shown("card.html", card=replace(samples.CASE, quotes=(quote,)))
    assert "<mark>y</mark>ou <mark>barn</mark><mark>acle</mark>" in html


def test_what_is_hidden_is_shown_only_once_somebody_presses_for_it() -> None:
    quote = Quote(author="7F3A", text="something grave", files=("a.png",), hidden=True)
    html = shown("card.html", card=replace(samples.CASE, quotes=(quote,)))
    assert html.index("<details>") < html.index("something grave") < html.index("a.png") < html.index("</details>")


def test_what_falls_due_is_shown_as_a_countdown() -> None:
    assert 'data-due="2026-11-22T20:26:39.000Z"' in shown("card.html", card=samples.CASE)


def test_a_button_says_what_its_action_is() -> None:
    assert 'value="case.claim:c20:1" data-action="case.claim:c20:1"' in shown("card.html", card=samples.CASE)


def test_an_answer_tells_scripts_whether_it_was_done() -> None:
    assert 'data-done="true"' in shown("answer.html", reply=samples.REPLY)
    assert 'data-done="false"' in shown("answer.html", reply=samples.REFUSED)


def test_whoever_is_barred_reads_why_and_has_nothing_to_write_in() -> None:
    html = render("composer_form.html", "en", view=samples.BARRED)
    assert "You are timed out until 22:00." in html
    assert "<textarea" not in html


def test_a_link_that_isnt_one_to_a_page_is_plain_text() -> None:
    piece = Piece(text="press me", kind="link", href="javascript:alert(1)")
    html = shown("post.html", post=replace(samples.POSTS[0], pieces=(piece,)))
    assert "press me" in html
    assert "javascript" not in html


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", " https://harbour.example", "//harbour.example", ""]
)
def test_only_links_to_pages_may_be_followed(link: str) -> None:
    assert address(link) == ""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words\nand more", "plain words\nand more"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\x00b\x1b[31m", "a\\u0000b\\u001b[31m"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("no\u00a0break", "no\u00a0break"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\u200db", "a\\u200db"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_one_doesnt_see_is_spelt_out(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_german_labels_stand_on_a_german_page() -> None:
    html = render("page.html", "de", view=replace(samples.PAGE, language="de"))
    assert '<html lang="de">' in html
    assert "Protokoll" in html
    assert "Behind the scenes" not in html


@pytest.mark.parametrize(
    "said", ["2026-11-23 02:57 UTC", "2026-11-23 03:57 (Europe/Berlin)", "23.11.2026, 03:57 Uhr (Europe/Berlin)"]
)
def test_a_moment_is_handed_to_the_browser_in_whichever_zone_it_is_told(said: str) -> None:
    at = datetime(2026, 11, 23, 2, 57, tzinfo=UTC)
    assert timed(f"until {said}, and never longer") == [("until ", None), (said, at), (", and never longer", None)]


@pytest.mark.parametrize("said", ["2026-02-30 02:57 UTC", "2026-11-23 02:57 (Middle/Earth)", "2026-11-23 02:57"])
def test_what_is_no_moment_stays_as_it_was_written(said: str) -> None:
    assert "".join(stretch for stretch, _ in timed(f"until {said}.")) == f"until {said}."
    assert not any(at for _, at in timed(said))


def test_a_severity_is_said_once_whatever_language_the_card_is_in() -> None:
    card = Card(title="Fall", fields=(Field(label="Schwere", value="gering"),), severity=Severity.LOW)
    html = render("card.html", "en", card=card, view=samples.PAGE)
    assert "low" in html
    assert "gering" not in html


def test_entries_about_cards_stand_together_and_every_one_is_there() -> None:
    entries = tuple(
        replace(samples.ENTRIES[0], seq=seq, title=f"Entry {seq}", routine=seq in (2, 3, 5)) for seq in range(1, 7)
    )
    assert [[one.seq for one in run] for run in runs(entries)] == [[6], [5], [4], [3, 2], [1]]
    html = render("entries.html", "en", view=replace(samples.PAGE, entries=entries))
    assert html.count("<details") == 2
    assert all(f'id="entry-{seq}"' in html for seq in range(1, 7))


def test_of_many_threads_the_newest_and_the_one_that_is_read_are_in_sight() -> None:
    threads = tuple(samples.room(f"t~{n}", "thread", parent="lobby", here=n == 1) for n in range(5))
    html = render("rooms.html", "en", view=replace(samples.PAGE, rooms=(samples.room("lobby"), *threads)))
    sight, _, folded = html.partition("<details")
    assert [n for n in range(5) if f'data-to="t~{n}"' in sight] == [1, 3, 4]
    assert [n for n in range(5) if f'data-to="t~{n}"' in folded] == [0, 2]


def test_a_link_of_a_card_leads_away_and_takes_nothing_along() -> None:
    card = Card(title="By hand", links=(Link(label="Go <there>", url="https://chat.example/archives/10?a=1&b=2"),))
    html = shown("card.html", card=card)
    assert 'href="https://chat.example/archives/10?a=1&amp;b=2" rel="noopener noreferrer" target="_blank"' in html
    assert "Go &lt;there&gt;" in html
