"""The words of a message that is built of a text, blocks, boxes and files: as Slack's markup writes them, each once.

Shapes are Slack's: https://docs.slack.dev/reference/block-kit/blocks. What is in none of the shapes known is walked
through for its words: rather one word too many is judged than one too few.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: nothing that people write is nested deeper
_DEPTH = 32
_INLINE = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
#: how an element that only names something is written: before, the field with the name, after
_REFERENCES = {
    "user": ("<@", "user_id", ">"),
    "usergroup": ("<!subteam^", "usergroup_id", ">"),
    "broadcast": ("<!", "range", ">"),
    "channel": ("<#", "channel_id", ">"),
    "emoji": (":", "name", ":"),
    "color": ("", "value", ""),
}
#: fields that hold no words: names of kinds, values that a press sends, addresses of pictures
_NO_WORDS = frozenset({
    "type", "id", "style", "value", "color", "format", "mode", "ts", "locale", "mimetype", "filetype", "expanded",
    "initial_date", "initial_time", "dispatch_action_config", "slack_file", "icons", "metadata", "lang", "language",
    "filter",
})  # fmt: skip
_NO_WORDS_BY_END = ("_id", "_ids", "_ts", "_type", "_url", "_hash", "_urls")
_NO_WORDS_BY_BEGINNING = ("image_", "thumb_", "icon")
#: addresses that a reader is led to
_LEADS = frozenset({"url", "title_url", "title_link", "author_link", "video_url"})

#: what sets words off, from the inside out
_STYLES = {"code": "`", "strike": "~", "italic": "_", "bold": "*"}

_LABEL = re.compile(r"(<(?:@|#|!(?:subteam\^)?)[A-Za-z0-9]+)\|[^<>]*>")
_LIST = re.compile(r"(?m)^[ \t]*(?:[•◦▪\ufe0e]+|\d{1,4}\.|[a-z]{1,4}\.)[ \t]+")
_QUOTED = re.compile(r"(?m)^[ \t]*&gt;[ \t]*")
_SIGNS = re.compile(r"[*_~]+")
_WRITTEN_LINK = re.compile(r"https?://[^\s<>|]+")


def escaped(text: str) -> str:
    """Return a text so that nothing in it is markup that names or links."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text


def written(text: str, blocks: object) -> str:
    """Return what was written: the text, and of the blocks what it doesn't hold already."""
    if not blocks or _is_paragraph(text, blocks):
        return text
    return _joined(text, list(_lines(_list(blocks), _DEPTH)))


def words_of(words: str, boxes: object, files: object) -> str:
    """Return what a reader sees: what was written, what boxes below it hold, and what is shown of its files.

    A link's preview is the linked page's, and no part of it.
    """
    if not (boxes or files):
        return words
    links = {_address(link) for link in _WRITTEN_LINK.findall(words)}
    more = [one for box in _list(boxes) if not _is_preview(box, links) for one in _box(box)]
    return _joined(words, [*more, *(one for file in _list(files) for one in _file(file))])


def is_shared(boxes: object) -> bool:
    """Return whether one of the boxes holds a message from elsewhere."""
    return any(isinstance(box, Mapping) and _is_share(box) for box in _list(boxes))


def _is_paragraph(text: str, blocks: object) -> bool:
    """Return whether blocks are one paragraph, and the text the same one; so it is with most messages.

    Everything else takes longer to compare.
    """
    match blocks:
        case [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}]:
            said = [one for part in parts if (one := _styled(part)) is not None]
            return len(said) == len(parts) and text == "".join(said)
    return False


def _styled(part: object) -> str | None:
    """Return a part of a paragraph as Slack's text writes it; None for what may hold others."""
    if not isinstance(part, dict):
        return None
    kind, words, style = part.get("type"), part.get("text"), part.get("style")
    if kind != "text" or not isinstance(words, str):
        return _leaf(part, str(kind))
    words = escaped(words)
    if not isinstance(style, dict):
        return words
    for name, sign in _STYLES.items():
        if style.get(name) is True:
            words = f"{sign}{words}{sign}"
    return words


def _joined(text: str, lines: list[str]) -> str:
    """Return a text and below it the lines that it doesn't hold, unless together they are that text.

    A line that stands in a quotation or in code over several lines isn't the same line outside of it.
    """
    if not lines or _plain("\n".join(lines)) == _plain(text):
        return text
    parts = [text] if text else []
    known = set() if "```" in text or "&gt;&gt;&gt;" in text else {_plain(line) for line in text.split("\n")}
    return "\n".join(parts + [line for line in lines if (key := _plain(line)) and key not in known])


def _plain(text: str) -> str:
    """Return a text without what Slack's text and its blocks write differently: list signs, emphasis, names, spaces."""
    if "&gt;" in text:
        text = _QUOTED.sub("&gt; ", text)
    text = _LIST.sub("", text)
    if "|" in text:
        text = _LABEL.sub(r"\1>", text)
    if "*" in text or "_" in text or "~" in text:
        text = _SIGNS.sub(_inside, text)
    return " ".join(text.replace("```", " ``` ").split())


def _inside(found: re.Match[str]) -> str:
    """Return signs that stand within a word; anywhere else they emphasise."""
    text, start, end = found.string, found.start(), found.end()
    return found[0] if text[max(start - 1, 0) : start].isalnum() and text[end : end + 1].isalnum() else ""


def _lines(node: Any, depth: int) -> Iterator[str]:
    """Yield the words of a block, an object or a list of them, one part a line."""
    if not depth:
        return
    if isinstance(node, list):
        for one in node:
            yield from _lines(one, depth - 1)
        return
    if not isinstance(node, Mapping):
        yield from _not_empty(escaped(_text(node)))
        return
    kind = str(node.get("type"))
    said = _leaf(node, kind)
    if said is not None:
        yield from _not_empty(said)
    elif kind in _INLINE:
        yield from _not_empty(_rich(node, kind, depth))
    elif kind == "rich_text_list" and node.get("border"):
        yield from (f"&gt; {line}" for line in _lines(node.get("elements"), depth - 1))
    elif kind == "table":
        for row in _list(node.get("rows")):
            yield from _not_empty(" ".join(" ".join(_lines(cell, depth - 1)) for cell in _list(row)))
    else:
        yield from _walked(node, depth)


def _walked(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Yield every word of an object, its links with what stands on them."""
    for key, value in node.items():
        if key in _LEADS and isinstance(value, str):
            yield from _not_empty(f"<{escaped(value)}>" if value else "")
        elif not _is_wordless(str(key), node):
            yield from _lines(value, depth - 1)


def _is_wordless(key: str, node: Mapping[str, Any]) -> bool:
    """Return whether a field holds no words; what stands for a picture says nothing but its size."""
    if key == "fallback" and node.get("type") == "image":
        return True
    return key in _NO_WORDS or key.endswith(_NO_WORDS_BY_END) or key.startswith(_NO_WORDS_BY_BEGINNING)


def _rich(node: Mapping[str, Any], kind: str, depth: int) -> str:
    """Return a paragraph, a quotation or code, as Slack's text writes it."""
    text = "".join([_part(one, depth - 1) for one in _list(node.get("elements"))])
    if kind == "rich_text_quote" and text:
        return "\n".join(f"&gt; {line}" for line in text.split("\n"))
    return f"```{text}```" if kind == "rich_text_preformatted" and text else text


def _part(element: object, depth: int) -> str:
    """Return a part of a paragraph, white space included."""
    said = _leaf(element, str(element.get("type"))) if isinstance(element, Mapping) else None
    return "\n".join(_lines(element, depth)) if said is None else said


def _leaf(node: Mapping[str, Any], kind: str) -> str | None:
    """Return an element that holds no others, as Slack's markup writes it; None for one that may."""
    text = node.get("text")
    words = _text(text)
    match kind:
        case "mrkdwn" if isinstance(text, str):
            return words
        case "text" | "plain_text" | "raw_text" if isinstance(text, str):
            style = node.get("style")
            is_code = bool(words.strip()) and isinstance(style, Mapping) and style.get("code") is True
            return f"`{escaped(words)}`" if is_code else escaped(words)
        case "link" if isinstance(node.get("url"), str):
            url = escaped(node["url"])
            return f"<{url}|{escaped(words)}>" if words else f"<{url}>"
        case "date":
            link = f"^{escaped(_text(node.get('url')))}" if node.get("url") else ""
            shown = f"{node.get('timestamp')}^{escaped(_text(node.get('format')))}{link}"
            return f"<!date^{shown}|{escaped(_text(node.get('fallback')))}>"
    before, key, after = _REFERENCES.get(kind, ("", "", ""))
    name = node.get(key) if key else None
    if not isinstance(name, str):
        return None
    tone = node.get("skin_tone")
    return f"{before}{escaped(name)}{after}" + (f":skin-tone-{tone}:" if isinstance(tone, int) else "")


def _box(box: object) -> Iterator[str]:
    """Yield the words of a box; of a message from elsewhere, those that its author wrote."""
    if not isinstance(box, Mapping):
        return
    # around a message from elsewhere, who wrote it and where is Slack's to say
    own = not _is_share(box)
    parts = [_text(box.get(name)) for name in ("pretext", *(["author_name"] if own else []), "title", "text")]
    for field in _list(box.get("fields")):
        if isinstance(field, Mapping):
            parts += [_text(field.get("title")), _text(field.get("value"))]
    if own:
        parts.append(_text(box.get("footer")))
        links = (_text(box.get(name)) for name in ("title_link", "author_link"))
        parts += [f"<{escaped(link)}>" for link in links if link]
    held = [one for name in ("blocks", "preview", "actions") for one in _lines(box.get(name), _DEPTH)]
    held += _lines([_shared(one) for one in _list(box.get("message_blocks"))], _DEPTH)
    for file in (*_list(box.get("files")), box.get("list")):
        held += _file(file)
    yield from _not_empty(_joined("\n".join(part for part in parts if part), held) or _text(box.get("fallback")))


def _shared(held: object) -> object:
    message = held.get("message") if isinstance(held, Mapping) else None
    return message.get("blocks") if isinstance(message, Mapping) else None


def _is_share(box: Mapping[str, Any]) -> bool:
    return bool(box.get("is_share") or box.get("is_msg_unfurl"))


def _is_preview(box: object, links: set[str]) -> bool:
    """Return whether a box shows what a link leads to that was written."""
    if not isinstance(box, Mapping):
        return False
    shown = (_text(box.get(name)) for name in ("original_url", "from_url", "app_unfurl_url"))
    return not _is_share(box) and any(_address(escaped(link)) in links for link in shown if link)


def _address(link: str) -> str:
    return link.rstrip("/").casefold()


def _file(file: object) -> Iterator[str]:
    """Yield what is shown of a file beside its name."""
    if not isinstance(file, Mapping):
        return
    name = _text(file.get("name"))
    shown = [_text(file.get(key)) for key in ("title", "subject", "alt_txt")]
    yield from (escaped(one) for one in dict.fromkeys(shown) if one and one not in (name, name.rpartition(".")[0]))
    previews = (_text(file.get(key)) for key in ("preview", "preview_plain_text", "plain_text"))
    yield from _not_empty(escaped(next(filter(None, previews), "")))


def _not_empty(text: str) -> Iterator[str]:
    if text.strip():
        yield text


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
