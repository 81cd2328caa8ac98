"""Measures how many disguised words the policies find, and what they flag that isn't one.

`python -m benchmarks.evasion [--policies DIR] [--community NAME] [--words FILE] [--clean FILE]`

Without `--words`, the words hidden are those of the policies' own lists that are found when they are plainly written.
`--clean` names a text file, one message a line; what is flagged there only through a disguise is shown and counted.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from benchmarks.attacks import CARRIERS, DEV, HELD, Attack, Sample, samples
from benchmarks.chat import chat
from bot.domain.facts import NO_FACTS
from bot.domain.judgement import Span
from bot.domain.message import Channel, Markup, Member, Message, MessageRef, PlatformName
from bot.policy.evaluate import evaluate
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet

Spans = Callable[[str, Markup], Sequence[Span]]

_SHORTEST, _LONGEST = 4, 16
_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
_PLAIN = "as written"
_SHOWN = 25
_CLEAN = 7

_COMMUNITY = "community: words\nzone: UTC\nlanguages: [en, de]\nmode: live\n"
_GUIDELINE = """guideline: words
title: {en: Words, de: Wörter}
text: {en: Words., de: Wörter.}
rules:
  - id: listed
    when: {words: {list: words}}
    severity: low
    then: [delete]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recall:
    """What was found of one attack."""

    #: its name
    attack: str
    #: the share found
    share: float
    #: disguised words that were not
    missed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clean:
    """What was flagged in clean messages."""

    #: how many there were
    messages: int
    #: flagged for any reason
    flagged: int
    #: flagged through a disguise alone: what was seen first, and the text
    disguised: list[tuple[Span, str]]


def _policies(folder: Path, community: str) -> PolicySet:
    loaded = load_policies(folder, community, live=True)
    if loaded.policies is None:
        sys.exit(f"{folder}/{community}: the policies have errors, see `locum check --policies {folder}`")
    return loaded.policies


def _policies_of(words: Sequence[str]) -> PolicySet:
    """Return policies with one rule, which looks for the words."""
    with TemporaryDirectory() as made:
        folder = Path(made, "words")
        for name, content in (
            ("community.yaml", _COMMUNITY),
            ("guidelines/words.yaml", _GUIDELINE),
            ("lists/words.txt", "\n".join(words) + "\n"),
        ):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return _policies(Path(made), "words")


def _spans(policies: PolicySet) -> Spans:
    """Return what shows the evidence that the policies find in a text."""
    channel = Channel(platform=PlatformName.EXPORT, workspace="", id="1")
    ref = MessageRef(platform=PlatformName.EXPORT, workspace="", channel="1", message="1")
    author, history = Member(key="1"), policies.history()

    def spans(text: str, markup: Markup) -> list[Span]:
        message = Message(ref=ref, author=author, channel=channel, at=_NOON, text=text, markup=markup)
        judgement = evaluate(policies, message, NO_FACTS, history, _NOON)
        return [span for finding in judgement.findings for span in finding.spans]

    return spans


def _listed(folder: Path) -> list[str]:
    """Return every single word of the lists in a policies folder."""
    lines = [
        line.partition("#")[0].strip().lower()
        for path in sorted(folder.glob("*/lists/*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return sorted({line for line in lines if line.isalpha()})


def _found(spans: Spans, sample: Sample) -> bool:
    markup = Markup.SLACK if "<http" in sample.text else Markup.DISCORD
    return any(span.start < sample.end and span.end > sample.start for span in spans(sample.text, markup))


def _hideable(words: Sequence[str], spans: Spans) -> list[str]:
    """Return the words that are long enough to disguise and found when they are plainly written."""
    plain = [word for word in words if _SHORTEST <= len(word) <= _LONGEST and word.isalpha()]
    before, _, after = CARRIERS[0].partition("{}")
    return [
        word
        for word in plain
        if _found(spans, Sample(text=before + word + after, start=len(before), end=len(before) + len(word)))
    ]


def _measure(attacks: Mapping[str, Attack], words: Sequence[str], spans: Spans, count: int) -> Iterator[Recall]:
    """Yield how much of each attack is found; an attack that changes no letter of any word is left out."""
    for name, attack in attacks.items():
        made = list(samples(name, attack, words, count))
        if made:
            missed = tuple(sample.text[sample.start : sample.end] for sample in made if not _found(spans, sample))
            yield Recall(attack=name, share=1 - len(missed) / len(made), missed=missed)


def _flag_clean(messages: Iterable[str], spans: Spans) -> Clean:
    count, flagged = 0, 0
    disguised = []
    for text in messages:
        count += 1
        seen = spans(text, Markup.PLAIN)
        flagged += bool(seen)
        if seen and all(span.how != _PLAIN for span in seen):
            disguised.append((seen[0], text))
    return Clean(messages=count, flagged=flagged, disguised=disguised)


def evasion(policies: str, community: str, *, count: int, clean: int) -> dict[str, float]:
    """Return mean recall of both halves of the attacks, and false flags in so many made-up clean messages."""
    compiled = _policies(Path(policies), community)
    spans = _spans(compiled)
    listed = frozenset(_listed(Path(policies)))
    words = _hideable(sorted(listed), spans)
    assert words, "no listed word is found even when it is plainly written"
    found: dict[str, float] = {}
    for title, attacks in (("tuned", DEV), ("held out", HELD)):
        found[f"{title} %"] = fmean(recall.share for recall in _measure(attacks, words, spans, count)) * 100
    flagged = _flag_clean((said.text for said in chat(clean, seed=_CLEAN, avoided=listed)), _spans(compiled))
    return found | {"clean messages": flagged.messages, "false flags": len(flagged.disguised)}


def _show_recall(title: str, recalls: Iterable[Recall]) -> None:
    print(f"\n{title}")
    shares = []
    for recall in recalls:
        shares.append(recall.share)
        example = f"missed: {recall.missed[0][:40]!a}" if recall.missed else ""
        print(f"  {recall.share:6.1%}  {recall.attack:28}{example}".rstrip())
    print(f"  {fmean(shares):6.1%}  mean of {len(shares)} attacks")


def _show_clean(path: Path, clean: Clean) -> None:
    disguised = clean.disguised
    print(f"\n{path}: {clean.messages} messages, {clean.flagged} flagged")
    print(f"  {len(disguised)} of them only through a disguise")
    for span, text in random.Random(1).sample(disguised, min(_SHOWN, len(disguised))):
        print(f"  {span.what} ({span.how}): {text[max(0, span.start - 20) : span.end + 20]!a}")


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evasion", description="Recall over disguised words.")
    parser.add_argument("--policies", type=Path, default=Path("policies"), help="folder of policies")
    parser.add_argument("--community", default="harbour", help="folder within it")
    parser.add_argument("--words", type=Path, help="measure these words alone, one a line")
    parser.add_argument("--clean", type=Path, action="append", default=[], help="clean messages, one a line")
    parser.add_argument("--count", type=int, default=40, help="messages an attack")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Print recall for both halves of the attacks and false flags on clean messages."""
    arguments = _arguments(given)
    if arguments.words is None:
        words = _listed(arguments.policies)
        spans = _spans(_policies(arguments.policies, arguments.community))
    else:
        lines = arguments.words.read_text(encoding="utf-8").splitlines()
        words = [line.strip().lower() for line in lines if line.strip()]
        spans = _spans(_policies_of(words))
    hidden = _hideable(words, spans)
    if not hidden:
        sys.exit("no listed word is found even when it is plainly written")
    print(f"{len(hidden)} words, {arguments.count} messages an attack")
    _show_recall("attacks that were there when the reading was tuned", _measure(DEV, hidden, spans, arguments.count))
    _show_recall("attacks held out", _measure(HELD, hidden, spans, arguments.count))
    for path in arguments.clean:
        lines = path.read_text(encoding="utf-8").splitlines()
        _show_clean(path, _flag_clean(filter(None, lines), spans))
    return 0


if __name__ == "__main__":
    sys.exit(main())
