"""What the page's templates draw, and that nothing in what they are given can be more than text."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.local.web.rendering import environment, render
from bot.i18n import LANGUAGES, catalogue
from tests.adapters.local.web import samples

WEB = Path(__file__).parents[4] / "adapters" / "local" / "web"
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SCRIPTS = [file for file in sorted((WEB / "static").glob("*.js")) if file.name != "htmx.min.js"]

#: template and what it is given, by a name
DRAWN: Mapping[str, tuple[str, dict[str, Any]]] = {
    "welcome": ("welcome.html", {"view": samples.WELCOME}),
    "page": ("page.html", {"view": samples.PAGE}),
    "leads": ("page.html", {"view": samples.LEADS}),
    "barred": ("page.html", {"view": samples.BARRED}),
    "nowhere": ("page.html", {"view": replace(samples.PAGE, room=None, posts=(), earlier="")}),
    "answered": ("page.html", {"view": samples.PAGE, "reply": samples.WITH_CARD}),
    "asked": ("page.html", {"view": samples.PAGE, "reply": samples.WITH_FORM}),
    "opened": ("page.html", {"view": samples.PAGE, "behind": samples.BEHIND}),
    "met": ("page.html", {"view": samples.PAGE, "person": samples.STINT}),
    "verified": ("page.html", {"view": samples.PAGE, "verified": samples.UNSOUND}),
    "composer": ("composer.html", {"view": samples.PAGE}),
    "posts": ("posts.html", {"view": samples.PAGE, "posts": samples.POSTS, "earlier": "1"}),
    "behind": ("behind.html", {"view": samples.PAGE, "behind": samples.BEHIND}),
    "person": ("person.html", {"view": samples.PAGE, "person": samples.STINT}),
    "answer": ("answer.html", {"view": samples.PAGE, "reply": samples.WITH_CARD}),
    "refused": ("answer.html", {"view": samples.PAGE, "reply": samples.REFUSED}),
    "form": ("answer.html", {"view": samples.PAGE, "reply": samples.WITH_FORM}),
    "sound": ("verified.html", {"view": samples.PAGE, "verified": samples.SOUND}),
    "unsound": ("verified.html", {"view": samples.PAGE, "verified": samples.UNSOUND}),
    "login": ("login.html", {"csrf": "t0ken", "failed": True}),
}
#: fields whose values are of a closed set, or decide what is drawn
_CLOSED = frozenset({"kind", "side", "language", "href"})
#: a template's own: anything else that could run stands in files of its own
_HARMLESS = re.compile(r"(?:aria|data|hx)-[a-z-]+|[a-z][a-zA-Z]*|accept-charset")


class Outline(HTMLParser):
    """The elements of a piece of markup, and their attributes."""

    def __init__(self, html: str) -> None:
        """Read the markup."""
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Remember what is read."""
        self.text.append(data)


def draw(name: str, language: str = "en") -> str:
    """Return a sample, drawn."""
    template, context = DRAWN[name]
    return render(template, language, **context)


def filled(value: Any, text: str) -> Any:
    """Return a view in which every text that somebody could have written, or named, is that text."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text if value else ""
    if isinstance(value, tuple):
        return tuple(filled(one, text) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {one.name: filled(getattr(value, one.name), text) for one in fields(value) if one.name not in _CLOSED}
        return replace(value, **changes)
    return value


def hidden(html: str) -> list[str]:
    """Return the signs that one doesn't see."""
    return [
        sign for sign in html if sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    ]


def keys_used() -> Iterator[str]:
    """Yield the keys of the page's labels that templates and Python name."""
    for file in [*TEMPLATES, WEB / "rendering.py"]:
        text = file.read_text(encoding="utf-8")
        yield from re.findall(r"local\.([a-z_]+)'", text)
    yield from ("bytes", "kilobytes", "megabytes", "is_done", "is_refused", "life_runs", "life_paused")


HOSTILE = st.one_of(
    st.sampled_from([
        "<script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)',
        "</textarea><svg/onload=1>",
        "</title><script>1</script>",
        "{{ 7 * 7 }}",
        "javascript:alert(1)",
        "\u202egnp.exe",
        "a\x00b\x1b[31m",
        "--><b>",
        "&lt;b&gt;",
    ]),
    st.text(min_size=1),
).map(lambda text: f"x{text}")  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_every_template_is_drawn_in_every_language(name: str, language: str) -> None:
    assert "<" in draw(name, language)


@pytest.mark.parametrize("name", DRAWN)
@settings(max_examples=20, deadline=None)
@given(text=HOSTILE)
def test_whatever_is_written_stays_text_in_every_field_of_every_view(name: str, text: str) -> None:
    template, context = DRAWN[name]
    # marks lie in a text of some length
    innocent = "x" * len(text)
    plain = Outline(render(template, "en", **{key: filled(one, innocent) for key, one in context.items()}))
    html = render(template, "en", **{key: filled(one, text) for key, one in context.items()})
    told = Outline(html)
    assert told.tags == plain.tags
    assert not hidden(html)
    assert all(_HARMLESS.fullmatch(name) and not name.startswith("on") for name, _ in told.attributes)
    html.encode()


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_in_a_page_is_script_or_style_of_its_own(name: str) -> None:
    html = draw(name)
    outline = Outline(html)
    assert "style" not in outline.tags
    assert not [name for name, _ in outline.attributes if name == "style" or name.startswith(("on", "hx-on"))]
    assert not re.findall(r"<script[^>]*>\s*[^<\s]", html)


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    asked = [value for key, value in Outline(draw(name)).attributes if key in {"src", "hx-get", "hx-post", "action"}]
    assert all(re.match(r"/(?!/)|\?", value) for value in asked)


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn_by_name_is_there(name: str) -> None:
    icons = set(re.findall(r'<symbol id="(\w+)"', (WEB / "static" / "icons.svg").read_text(encoding="utf-8")))
    for _, value in Outline(draw(name)).attributes:
        if value.startswith("/-/static/"):
            file, _, icon = value.removeprefix("/-/static/").partition("#")
            assert (WEB / "static" / file).is_file()
            assert not icon or icon in icons


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_is_compiled_to_the_same_in_every_language(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert len({environment(language).compile(source, file.name, raw=True) for language in LANGUAGES}) == 1


@pytest.mark.parametrize("name", DRAWN)
def test_every_form_that_sends_carries_the_token(name: str) -> None:
    html = draw(name)
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL)
    assert all('name="csrf"' in form for form in forms)


@pytest.mark.parametrize(
    "name", ["page", "leads", "barred", "nowhere", "welcome", "answered", "asked", "opened", "met", "verified"]
)
def test_no_two_elements_of_a_page_share_an_id(name: str) -> None:
    # of a template element's content there is nothing on the page yet
    ids = [value for key, value in Outline(draw(name)).attributes if key == "id"]
    assert sorted(ids) == sorted(set(ids))


def test_every_label_of_the_page_is_used_and_every_used_one_is_there() -> None:
    known = {key.removeprefix("local.").removesuffix("_one") for key in catalogue("en") if key.startswith("local.")}
    used = set(keys_used())
    built = {key for key in known if key.startswith(("stage_", "tone_", "severity_"))}
    assert {key for key in used if not key.endswith("_")} <= known
    assert known == {key for key in used if not key.endswith("_")} | built


def test_scripts_say_nothing_that_isnt_in_the_catalogue() -> None:
    brought = set(re.findall(r'data-([a-z]+)="', render("words.html", "en", view=samples.PAGE)))
    asked = {name for file in SCRIPTS for name in re.findall(r'\b(?:word|say|flash)\("(\w+)"', file.read_text("utf-8"))}
    assert asked <= brought


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_is_longer_than_400_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400
