"""Which parts of our rules Discord's own moderation can hold: those of which it never matches more than we do.

Discord finds a keyword as a whole word, or within one at the sides that have an asterisk, in any case, between white
space or punctuation (https://docs.discord.com/developers/resources/auto-moderation#auto-moderation-rule-object-keyword-matching-strategies).
Our own reading finds all of that, and disguises beside it. Where something could excuse what Discord sees, the rule or
the word stays ours alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.discord.prevention.native import LONGEST
from bot.domain.outcome import OutcomeKind
from bot.policy.detection import NAMES, Detector
from bot.policy.policy_set import Rule
from bot.policy.text.lexicon import Lexicon, Literal, collapse
from bot.policy.text.signs import SIGNS

_WORDS, _ANY = "words:", "any:"
#: words, parted by signs as sentences are: in any other literal upper and lower case are compared otherwise than there
_PLAIN = re.compile(r"\w+(?:[ \-.,:/'&]+\w+)*")
_LETTERS = re.compile(r"[\W_]+")
_SIGNS = str.maketrans({sign: letters[0] for sign, letters in SIGNS.items()})


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyword:
    """Something to look for, as Discord writes it."""

    #: with an asterisk at each side where the word may go on
    text: str
    #: only in channels with one of these languages; None everywhere
    languages: frozenset[str] | None


def is_plain(rule: Rule) -> bool:
    """Return whether all that a rule asks for is one condition, for everybody but some roles, and deletes."""
    deletes = any(one.kind is OutcomeKind.DELETE for one in rule.outcomes)
    excused = rule.unless is None or all(part.roles for part in branches(rule.unless))
    return deletes and excused and not rule.care and rule.window is None and rule.roles is None


def spared(rule: Rule) -> frozenset[str]:
    """Return ids and names of the roles whose holders a plain rule leaves alone."""
    excused = () if rule.unless is None else (part.roles for part in branches(rule.unless))
    return rule.not_roles.union(*excused)


def quarantines(rule: Rule) -> bool:
    """Return whether a rule also holds a member back for good, as Discord does with whoever has a bad name."""
    return any(one.kind is OutcomeKind.QUARANTINE and one.duration is None for one in rule.outcomes)


def branches(detector: Detector) -> Iterator[Detector]:
    """Yield conditions each of which is enough for the whole."""
    if detector.key.startswith(_ANY):
        for part in detector.parts:
            yield from branches(part)
    else:
        yield detector


def looks_at_words(detector: Detector) -> bool:
    """Return whether a condition is met by words in a text, and by nothing else."""
    return detector.key.startswith(_WORDS)


def looks_at_names(detector: Detector) -> bool:
    """Return whether a condition is met by words in a name, and by nothing else."""
    return detector.key.startswith(NAMES)


def by_group(lexicon: Lexicon) -> dict[int, list[Literal]]:
    """Return the literals of each group of terms, those that excuse others among them."""
    found: dict[int, list[Literal]] = {}
    for literal in lexicon.literals:
        for group in {owner.group for owner in literal.owners}:
            found.setdefault(group, []).append(literal)
    return found


def keywords(detector: Detector, literals: Mapping[int, list[Literal]]) -> Iterator[Keyword]:
    """Yield what Discord can look for of a condition on words; the others stay ours alone."""
    (group,) = detector.anchors
    owned = literals.get(group, ())
    allowed = [_core(one.text) for one in owned if any(own.group == group and own.allows for own in one.owners)]
    for literal in owned:
        languages = {own.language for own in literal.owners if own.group == group and not own.allows}
        text = _written(literal)
        if languages and text is not None and not _is_excused(literal, allowed):
            everywhere = None in languages
            yield Keyword(text=text, languages=None if everywhere else frozenset(filter(None, languages)))


def _written(literal: Literal) -> str | None:
    """Return a literal as Discord writes it; None where it can't be written there, or is compared otherwise."""
    text = "*" * literal.open_left + literal.text + "*" * literal.open_right
    if len(text) > LONGEST:
        return None
    pieces = _LETTERS.split(literal.text)
    if _PLAIN.fullmatch(literal.text) is None or not any(len(piece) > 1 for piece in pieces):
        # a sign that is no letter has no case, and is found wherever it stands
        return text if literal.is_contained and literal.text.isprintable() and _is_sign(literal.text) else None
    return text


def _is_sign(text: str) -> bool:
    return not any(character.isalnum() or character in "* " for character in text)


def _is_excused(literal: Literal, allowed: list[str]) -> bool:
    """Return whether a literal may stand inside something that the policies let pass, in whatever spelling."""
    core = _core(literal.text)
    return any(core in one or core in one[::-1] for one in allowed)


def _core(text: str) -> str:
    """Return letters alone, those that are written for one another as one, each once in a row."""
    return collapse(_LETTERS.sub("", text.translate(_SIGNS)))
