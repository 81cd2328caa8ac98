"""What a reader sees of a Slack message whose words stand in blocks or attachments."""

from typing import Any

from adapters.archive.slack_shape import Unfurl

_DEPTH = 12
_INLINE = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
#: how an element that only names something is written: before, the field with the name, after
_REFERENCES = {
    "user": ("<@", "user_id", ">"),
    "usergroup": ("<!subteam^", "usergroup_id", ">"),
    "broadcast": ("<!", "range", ">"),
    "channel": ("<#", "channel_id", ">"),
    "emoji": (":", "name", ":"),
}


def words_of(blocks: list[dict[str, Any]], unfurls: list[Unfurl]) -> str:
    """Return the words of blocks and attachments as Slack's markup, one part a line."""
    lines = [_block(block, _DEPTH) for block in blocks]
    for unfurl in unfurls:
        parts = [unfurl.pretext, unfurl.title, unfurl.text]
        for part in unfurl.fields or ():
            parts += [part.title, part.value]
        lines += [part for part in parts if part] or [unfurl.fallback or ""]
    return "\n".join(line for line in lines if line)


def _block(block: object, depth: int) -> str:
    """Return the words of one block or element, and of what it holds."""
    if not isinstance(block, dict) or not depth:
        return ""
    said = _leaf(block)
    if said:
        return said
    text = block.get("text")
    parts = [_block(text, depth - 1)] if isinstance(text, dict) else []
    for key in ("fields", "elements"):
        held = block.get(key)
        if isinstance(held, list):
            words = [_block(element, depth - 1) for element in held]
            inline = str(block.get("type")) in _INLINE
            parts.append(("" if inline else "\n").join(word for word in words if word))
    return "\n".join(part for part in parts if part)


def _leaf(element: dict[str, Any]) -> str:
    """Return an element that holds no others, as Slack's markup writes it."""
    kind, text = str(element.get("type")), element.get("text")
    words = text if isinstance(text, str) else ""
    if kind == "mrkdwn":
        return words
    if kind in {"text", "plain_text"}:
        return _escaped(words)
    if kind == "link":
        url = _escaped(str(element.get("url") or ""))
        return f"<{url}|{_escaped(words)}>" if words else f"<{url}>"
    before, key, after = _REFERENCES.get(kind, ("", "", ""))
    return f"{before}{element.get(key)}{after}" if key else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
