"""Finding links however they are written."""

import pytest

from bot.domain.message import Markup
from bot.policy.links import Link, find_links, find_sightings


def seen(text: str, markup: Markup = Markup.DISCORD) -> list[tuple[str, str]]:
    return [(text[link.start : link.end], link.host) for link in find_links(text, markup)]


def only(text: str, markup: Markup = Markup.DISCORD) -> Link:
    (link,) = find_links(text, markup)
    return link


@pytest.mark.parametrize(
    "written",
    [
        "http://evil.com", "HTTPS://EVIL.COM", r"http:\\evil.com", "https:evil.com", "http:/evil.com", "evil.com",
        "Evil.Com", "evil。com", "evil｡com", "ＥＶＩＬ．ＣＯＭ", "ⓔⓥⓘⓛ.com", "ⓔⓥⓘⓛ.ⓒⓞⓜ", "http://evil%2ecom",
        "evil%2Ecom",
        "ev\u200bil.com", "evil.\u2060com", "https://ev\u00adil.com", "hxxp://evil.com", "hXXps://evil.com",
        "h**p://evil.com",
        "hxxps[:]//evil[.]com", "evil[.]com", "evil (dot) com", "evil{dot}com", "evil[punkt]com", "evil dot com",
        "https: //evil.com", "http://user@evil.com", "http://discord.com@evil.com", "http://evil.com.", "evil.com:8080",
        "http://evil.com/x\\@discord.com", "http://evil.com|x",
    ],
)  # fmt: skip
def test_a_host_is_seen_through_every_way_of_writing_it(written: str) -> None:
    assert [link.host for link in find_links(f"look {written} now", Markup.DISCORD)] == ["evil.com"]


@pytest.mark.parametrize(
    ("written", "host"),
    [
        (r"http://discord.com\@evil.com", "discord.com"),
        ("http://0x7f.1", "127.0.0.1"),
        ("http://2130706433/a", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
        ("https://bücher.de", "xn--bcher-kva.de"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("http://localhost:8000", "localhost"),
    ],
)
def test_hosts_are_read_as_browsers_read_them(written: str, host: str) -> None:
    assert only(written).host == host


@pytest.mark.parametrize(
    "text",
    [
        "see main.py, README.md and config.json in v1.2.3 of node.js", "e.g. this, i.e. that, z.B. dies, u.a. das",
        "um 10.30Uhr", "das ist gut.Danke", "ok.So what", "wait...what", "ask me@evil.com or first.last@evil.com",
        "foo.call(x) and self.id", "src/main.rs", "ASP.NET or asp.net", "the dot com bubble", "I use .NET", "1.2.3.4",
        ":/ :\\ ://", "http://", "https://.", "5.de", "C:\\run.sh", "3.5.so", "evil.notatld", "a..com", "[x](y)", "",
    ],
)  # fmt: skip
def test_file_names_sentence_ends_and_addresses_of_people_are_no_links(text: str) -> None:
    assert seen(text) == []


def test_ambiguous_names_are_links_with_a_scheme_www_or_a_path() -> None:
    text = "http://main.py www.main.py main.py/x"
    assert [host for _, host in seen(text)] == ["main.py", "www.main.py", "main.py"]


@pytest.mark.parametrize("text", ["main.py", "evil .com", "gut.Shop", "foo.call(x)"])
def test_what_only_could_be_a_link_is_kept_for_those_who_look_for_its_host(text: str) -> None:
    (link,) = find_sightings(text, Markup.DISCORD)
    assert not link.certain


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("(https://a.com/x_(y)).", "https://a.com/x_(y)"),
        ("go to https://a.com/b?c=1!!", "https://a.com/b?c=1"),
        ("«https://a.com/ü»", "https://a.com/ü"),
        ("<https://a.com/b>", "https://a.com/b"),
        ("||https://a.com||b", "https://a.com"),
        ("**https://a.com**", "https://a.com"),
        ('href="https://a.com/b">', "https://a.com/b"),
        ("is it a.com?", "a.com"),
        ("ich mag a.com/b, ja", "a.com/b"),
        ("\U0001f600 evil\u200b[.]com/x \U0001f600", "evil\u200b[.]com/x"),
    ],
)
def test_the_place_is_that_of_the_link_without_the_punctuation_around_it(text: str, part: str) -> None:
    link = only(text)
    assert text[link.start : link.end] == part


def test_links_that_touch_are_told_apart() -> None:
    assert seen("https://a.com,https://b.com") == [("https://a.com", "a.com"), ("https://b.com", "b.com")]


def test_a_masked_link_has_its_shown_text_and_its_whole_construct() -> None:
    text = 'so [free [nitro]](<https://evil.com/a_(b)> "title") yes'
    link = only(text)
    assert (link.shown, link.host, link.path, link.masked) == ("free [nitro]", "evil.com", "/a_(b)", True)
    assert text[link.start : link.end] == '[free [nitro]](<https://evil.com/a_(b)> "title")'


def test_a_host_named_in_a_mask_is_a_link_of_its_own_unless_it_is_the_target() -> None:
    assert [host for _, host in seen("[discord.com](https://evil.com)")] == ["discord.com", "evil.com"]
    assert [host for _, host in seen("[https://evil.com](https://evil.com)")] == ["evil.com"]
    assert [host for _, host in seen("<http://evil.com|evil.com>", Markup.SLACK)] == ["evil.com"]


def test_slack_links_have_labels_and_entities() -> None:
    link = only("see <https://evil.com/a?b=1&amp;c=2|the docs>", Markup.SLACK)
    assert (link.url, link.query, link.shown) == ("https://evil.com/a?b=1&c=2", "?b=1&c=2", "the docs")
    assert seen("<mailto:a@b.com|a@b.com>", Markup.SLACK) == []


def test_each_platform_masks_in_its_own_way() -> None:
    assert not only("<https://evil.com|label>", Markup.DISCORD).masked
    assert not only("[label](https://evil.com)", Markup.SLACK).masked


def test_the_host_is_shown_as_readers_see_it() -> None:
    link = only("https://xn--80ak6aa92e.com/")
    assert (link.host, link.shown_host) == ("xn--80ak6aa92e.com", "аррӏе.com")


def test_what_cannot_be_parsed_whole_is_read_up_to_its_host() -> None:
    assert only("https://evil.com^x").host == "evil.com"


def test_what_no_browser_would_open_is_no_link() -> None:
    assert seen("https://evil.com:99999/x http://%00.com http://xn--a") == []


def test_a_flood_of_links_is_read_from_its_start_and_counted_as_many() -> None:
    found = find_sightings("".join(f"a{number}.com " for number in range(2_000)), Markup.DISCORD)
    assert 100 <= len(found) < 1_000
    assert [link.host for link in found[:2]] == ["a0.com", "a1.com"]


def test_a_label_with_brackets_left_open_masks_nothing() -> None:
    links = find_links("[[[[" + "](https://a.co)" * 60, Markup.DISCORD)
    assert max(len(link.shown or "") for link in links) < 100
