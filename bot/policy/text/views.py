"""How a text reads, step by step: what `explain` shows to somebody who wonders why a term was seen."""

import re
from dataclasses import dataclass

from bot.policy.text.fold import fold
from bot.policy.text.readings import readings
from bot.policy.text.render import render
from bot.policy.text.signs import SIGNS

_SEPARATORS = re.compile(r"(?<=\w)(?:[^\w\s']|_)+(?=\w)")
_REPEATS = re.compile(r"([^\W\d_])\1{2,}")
_INVISIBLE = "\u200b"
_LEET = str.maketrans({sign: letters[0] for sign, letters in SIGNS.items()})


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A text as it is read in one way."""

    #: `rendered`, `folded`, `leet`, `without separators`, `repeats collapsed`
    name: str
    #: what is read
    text: str


def views(text: str) -> tuple[View, ...]:
    """Return how the text reads, each view made from the one before, only those that differ from all before them."""
    rendered = render(text).replace(_INVISIBLE, "")
    folded = fold(rendered)
    leet = folded.translate(_LEET) if any(reading.name == "leet" for reading in readings(rendered)) else folded
    joined = _SEPARATORS.sub("", leet)
    collapsed = _REPEATS.sub(r"\1", joined)
    steps = (
        ("rendered", rendered), ("folded", folded), ("leet", leet), ("without separators", joined),
        ("repeats collapsed", collapsed),
    )  # fmt: skip
    shown = {text}
    found = []
    for name, view in steps:
        if view not in shown:
            shown.add(view)
            found.append(View(name=name, text=view))
    return tuple(found)
