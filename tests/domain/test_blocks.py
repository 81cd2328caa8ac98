"""Of a message that is built of blocks, boxes and files, a reader's every word is found, and each once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.blocks import escaped, is_shared, words_of, written

_KINDS = [
    "rich_text", "rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted", "text", "link",
    "user", "usergroup", "broadcast", "channel", "emoji", "date", "color", "section", "header", "context", "image",
    "markdown", "table", "video", "actions", "button", "mrkdwn", "plain_text", "file", "input", "poll",
]  # fmt: skip
_KEYS = [
    "type", "text", "elements", "fields", "url", "user_id", "name", "rows", "title", "alt_text", "style", "range",
    "timestamp", "format", "fallback", "border", "accessory", "skin_tone", "blocks", "message_blocks", "message",
    "pretext", "from_url", "is_share", "files", "preview", "actions",
]  # fmt: skip
#: whatever somebody may send in place of what is expected
RUBBISH = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.integers() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_KEYS), inner | st.sampled_from(_KINDS), max_size=4)
    ),
    max_leaves=20,
)
WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "block_id": "b", "elements": list(elements)}]


def section(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(elements)}


def said(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


LEAVES = st.one_of(
    WORD.map(said),
    st.builds(lambda word, style: said(word, **{style: True}), WORD, st.sampled_from(["bold", "code", "strike"])),
    WORD.map(lambda word: {"type": "link", "url": f"https://x.example/{word}", "text": word}),
    WORD.map(lambda word: {"type": "date", "timestamp": 1, "format": "{date}", "fallback": word}),
)
PARTS = st.lists(LEAVES, min_size=1, max_size=3).flatmap(
    lambda leaves: st.sampled_from([
        section(*leaves), section(*leaves, kind="rich_text_quote"), section(*leaves, kind="rich_text_preformatted"),
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(one) for one in leaves]},
    ])
)  # fmt: skip


def words_in(node: Any) -> list[str]:
    """Return every word that a reader sees of rich text."""
    if isinstance(node, list):
        return [word for one in node for word in words_in(one)]
    held = [node[key] for key in ("text", "fallback") if isinstance(node.get(key), str)]
    return held + words_in(node.get("elements", []))


@given(RUBBISH, RUBBISH, RUBBISH, st.text(max_size=9))
def test_no_shape_of_a_message_makes_it_fail(blocks: Any, boxes: Any, files: Any, text: str) -> None:
    assert words_of(written(text, blocks), boxes, files).startswith(text)
    assert is_shared(boxes) in (True, False)


@given(st.lists(PARTS, max_size=4), st.text(max_size=20))
def test_every_word_of_rich_text_is_found(parts: list[dict[str, Any]], text: str) -> None:
    found = written(text, rich(*parts))
    assert [word for word in words_in(parts) if escaped(word) not in found] == []


@given(st.lists(PARTS, max_size=4))
def test_what_the_text_holds_is_not_said_again_by_its_blocks(parts: list[dict[str, Any]]) -> None:
    text = written("", rich(*parts))
    assert written(text, rich(*parts)) == text


@pytest.mark.parametrize(("text", "elements"), [
    ("*why* not", [section(said("why", bold=True), said(" not"))]),
    ("un*believ*able", [section(said("un"), said("believ", bold=True), said("able"))]),
    ("a &lt; b &amp; c", [section(said("a < b & c"))]),
    ("• one\n• two\n    ◦ three", [
        {"type": "rich_text_list", "style": "bullet", "elements": [section(said("one")), section(said("two"))]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(said("three"))]},
    ]),
    ("1. one\n2. two", [
        {"type": "rich_text_list", "style": "ordered", "elements": [section(said("one")), section(said("two"))]},
    ]),
    ("&gt; said\n&gt; twice\nno", [section(said("said\ntwice"), kind="rich_text_quote"), section(said("no"))]),
    ("&gt;said", [section(said("said"), kind="rich_text_quote")]),
    ("```x = 1```\nso", [section(said("x = 1"), kind="rich_text_preformatted"), section(said("so"))]),
    ("use `x`", [section(said("use "), said("x", code=True))]),
    ("<@U1|ada> <!here|here> <#C1|> <!subteam^S1|@team>", [section(
        {"type": "user", "user_id": "U1"}, said(" "), {"type": "broadcast", "range": "here"}, said(" "),
        {"type": "channel", "channel_id": "C1"}, said(" "), {"type": "usergroup", "usergroup_id": "S1"},
    )]),
    ("<https://x.example?a=1&amp;b=2|here> :wave::skin-tone-2:", [section(
        {"type": "link", "url": "https://x.example?a=1&b=2", "text": "here"}, said(" "),
        {"type": "emoji", "name": "wave", "skin_tone": 2, "unicode": "1f44b"},
    )]),
])  # fmt: skip
def test_what_slack_s_client_sends_is_its_text_alone(text: str, elements: list[dict[str, Any]]) -> None:
    assert written(text, rich(*elements)) == text


@pytest.mark.parametrize(("text", "element"), [
    ("never skill yourself", section(said("kill yourself"))),
    ("&gt; go away", section(said("go away"))),
    ("```\ngo away\n```", section(said("go away"))),
    ("&gt;&gt;&gt;\ngo away", section(said("go away"))),
    ("`go away`", section(said("go away"))),
    ("go-away", section(said("go away"))),
])  # fmt: skip
def test_words_that_only_look_alike_hide_nothing(text: str, element: dict[str, Any]) -> None:
    assert written(text, rich(element)) == f"{text}\n{element['elements'][0]['text']}"


BLOCKS: list[tuple[dict[str, Any], str]] = [
    ({"type": "header", "text": {"type": "plain_text", "text": "a & b", "emoji": True}}, "a &amp; b"),
    ({"type": "section", "text": {"type": "mrkdwn", "text": "*b* <https://x.example|x>"},
      "fields": [{"type": "plain_text", "text": "f"}], "block_id": "no",
      "accessory": {"type": "image", "image_url": "https://no.example/a.png", "alt_text": "alt"}},
     "*b* <https://x.example|x>\nf\nalt"),
    ({"type": "context", "elements": [{"type": "mrkdwn", "text": "c"}, {"type": "plain_text", "text": "d"}]}, "c\nd"),
    ({"type": "image", "title": {"type": "plain_text", "text": "t"}, "alt_text": "a", "fallback": "9x9px"}, "t\na"),
    ({"type": "markdown", "text": "**m** [x](https://x.example)"}, "**m** [x](https://x.example)"),
    ({"type": "video", "title": {"type": "plain_text", "text": "t"}, "title_url": "https://v.example",
      "description": {"type": "plain_text", "text": "d"}, "author_name": "n", "thumbnail_url": "https://no.example"},
     "t\n<https://v.example>\nd\nn"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}], [
        {"type": "rich_text", "elements": [section(said("c"))]}]]}, "a b\nc"),
    ({"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "url": "https://x.example", "value": "no",
         "action_id": "no", "style": "primary"},
        {"type": "static_select", "options": [{"text": {"type": "plain_text", "text": "one"}, "value": "no"}]},
    ]}, "Go\n<https://x.example>\none"),
    ({"type": "poll", "question": "Who?", "answers": [{"label": "You"}, "me"]}, "Who?\nYou\nme"),
    ({"type": "divider"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("block", "words"), BLOCKS)
def test_blocks_are_read_as_they_are_seen(block: dict[str, Any], words: str) -> None:
    assert written("", [block]) == words


def test_a_line_that_is_said_in_several_places_is_read_once() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "Deployed *everything*"}}
    more = {"type": "context", "elements": [{"type": "plain_text", "text": "by us"}]}
    assert words_of(written("Deployed everything", [block, more]), [{"fallback": "by us"}], None) == (
        "Deployed everything\nby us"
    )


def test_boxes_are_read_with_title_fields_links_and_what_they_hold() -> None:
    box = {
        "pretext": "p", "author_name": "a", "title": "t", "title_link": "https://t.example", "text": "x",
        "fields": [{"title": "f", "value": "v"}], "footer": "z", "fallback": "p t x", "color": "no",
        "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "h"}}],
    }  # fmt: skip
    assert words_of("", [box], None) == "p\na\nt\nx\nf\nv\nz\n<https://t.example>\nh"
    assert words_of("", [{"fallback": "plain"}], None) == "plain"


def test_a_link_s_preview_is_the_linked_page_s_own() -> None:
    words = "look <https://x.example/?a=1&amp;b=2|here>"
    preview = {"from_url": "https://x.example/?a=1&b=2", "title": "T", "text": "theirs"}
    assert words_of(words, [preview], None) == words
    assert words_of("look", [preview], None) == "look\nT\ntheirs"
    assert words_of(words, [preview | {"from_url": "https"}], None) == f"{words}\nT\ntheirs"


def test_of_a_message_from_elsewhere_its_author_s_words_are_read() -> None:
    blocks = rich(section(said("their words")))
    share = {
        "is_share": True, "author_name": "Ada", "footer": "Posted in #help", "text": "their words",
        "fallback": "[date] ada: their words", "from_url": "https://acme.slack.com/archives/C1/p1",
        "message_blocks": [{"team": "T0A", "channel": "C1", "ts": "1.0", "message": {"blocks": blocks}}],
        "files": [{"name": "a.txt", "preview": "inside"}],
    }  # fmt: skip
    assert words_of("see", [share], None) == "see\ntheir words\ninside"
    assert (is_shared([share]), is_shared([{"is_msg_unfurl": True}]), is_shared([{"text": "x"}])) == (True, True, False)


def test_files_are_read_by_title_description_and_preview_and_names_stay_names() -> None:
    files = [
        {"name": "cat.png", "title": "cat", "alt_txt": "a <cat>"},
        {"name": "note.txt", "title": "My note", "preview": "first & line"},
    ]
    assert words_of("see", None, files) == "see\na &lt;cat&gt;\nMy note\nfirst &amp; line"


def test_what_is_long_takes_no_longer_than_its_length() -> None:
    signs, names = "_" * 60_000 + "a", "<@" * 60_000
    for text in (signs, names, "•" * 60_000, "a*" * 30_000, " " * 60_000, "`" * 60_000):
        assert text.strip() in written(text, rich(section(said("x" * 60_000), said(text))))
