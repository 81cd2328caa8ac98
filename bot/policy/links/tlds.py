"""Which last labels make a bare `name.label` a link, and which of them need more than that."""

from importlib import resources
from typing import Final

#: last labels that are also file endings, attributes in code, or words that may follow a full stop without a space
AMBIGUOUS: Final = frozenset(
    {
        "ai", "app", "cab", "cc", "java", "mk", "ml", "mm", "mov", "ms", "pl", "pm", "ps", "pt", "pub", "py", "rs",
        "sh", "so", "st", "tf", "zip", "md", "call", "data", "date", "email", "events", "foo", "host", "id", "name",
        "open", "play", "run", "select", "style", "am", "as", "be", "by", "day", "do", "er", "fail", "got", "here",
        "how", "im", "in", "is", "it", "jetzt", "like", "man", "me", "mit", "my", "new", "no", "now", "one",
        "total", "us", "wow", "you",
    }
)  # fmt: skip


def _delegated() -> frozenset[str]:
    """Return every top-level domain of the bundled snapshot, those in other scripts as punycode."""
    text = resources.files(__package__).joinpath("data/tlds.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


TLDS: Final = _delegated()
