"""What stands in blocks, for whoever looks at them: every text with how it is read, every element that is pressed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def texts(part: Any) -> Iterator[tuple[str, str]]:
    """Yield each text with its kind: `plain_text`, `mrkdwn`, `text` inside rich text, `value` of a button."""
    if isinstance(part, list):
        for one in part:
            yield from texts(one)
    elif isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield str(part.get("type")), part["text"]
        if part.get("type") == "button" and isinstance(part.get("value"), str):
            yield "value", part["value"]
        for one in part.values():
            if not isinstance(one, str):
                yield from texts(one)


def shown(blocks: Sequence[Any]) -> str:
    """Return all that blocks say, without what isn't to be seen: a button's value isn't shown."""
    return "\n".join(text for kind, text in texts(list(blocks)) if kind != "value").replace("\u2060", "")


def actions(blocks: Sequence[Any]) -> list[str]:
    """Return what can be pressed or chosen in blocks, in order."""
    return [one["action_id"] for block in blocks if block["type"] == "actions" for one in block["elements"]]
