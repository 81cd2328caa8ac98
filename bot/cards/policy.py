"""The card of a change of policies: what differs, what it would have done to the last day, and who says yes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.card import Button, ButtonStyle, Card, Field
from bot.i18n import catalogue, say

#: signs of a digest that are enough to tell versions apart
SHORT = 12
#: lines that a section shows; the rest is counted
_LINES = 12
#: lines that widen rights: these are what a lead must not miss
_WIDER_LINES = 25
#: signs of one side of an arrow
_LONGEST = 160
#: rules of which the effect is shown, those that changed most first
_RULES = 8
_SECTIONS = ("rules", "texts", "rights", "community", "escalation", "files")


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyView:
    """What a card shows of a change of policies: the policies' own words, never text of members."""

    #: surrogate of the proposal
    proposal: str
    #: digest of the policy set
    version: str
    #: digest of what it would replace
    before: str
    #: open, applied, refused, superseded, broken
    state: str
    #: live or shadow: the mode of the community that goes with it
    mode: str
    #: who or what proposed it, and who answered, in words
    proposed_by: str
    decided_by: str
    #: what differs; of broken ones, what is wrong, by language
    lines: Sequence[Mapping[str, Any]]
    #: what it would have done; None until that is known
    effect: Mapping[str, Any] | None


def short(version: str) -> str:
    """Return how people call a version."""
    return version[:SHORT]


def policy_card(view: PolicyView, language: str) -> Card:
    """Return the card of a change of policies in one language."""
    if view.state == "broken":
        return _broken_card(view, language)
    fields = [Field(label=say("policies.proposed_by", language), value=view.proposed_by)]
    if view.decided_by:
        fields.append(Field(label=say("policies.decided_by", language), value=view.decided_by))
    fields.append(Field(label=say("policies.mode", language), value=say(f"policies.mode_{view.mode}", language)))
    # of broken files that somebody saved again, only that is left to say
    lines = [line for line in view.lines if "section" in line]
    fields += [*_difference(lines, language), *_effect(view, language)]
    return Card(
        title=say(f"policies.title_{view.state}", language, version=short(view.version)),
        text="\n".join(_loud(view, language)),
        fields=tuple(fields),
        buttons=tuple(_buttons(view, language)) if view.state == "open" else (),
    )


def _broken_card(view: PolicyView, language: str) -> Card:
    """Return the card of saved files that can't be used: every error with its place, and that nothing changed."""
    lines = [
        say("policies.more_errors", language, count=one["more"]) if "more" in one else str(one.get(language, one["en"]))
        for one in view.lines
    ]
    return Card(
        title=say("policies.title_broken", language),
        text=say("policies.broken", language),
        fields=(Field(label=say("policies.errors", language), value="\n".join(lines)),),
    )


def _loud(view: PolicyView, language: str) -> Iterator[str]:
    """Yield what a lead must read before anything else."""
    wider = sum(bool(line.get("wider")) for line in view.lines)
    if wider:
        yield say("policies.wider", language, count=wider)
    for one in (view.effect or {}).get("warnings", ()):
        yield say(f"policies.warning_{one['what']}", language, **one)


def _difference(lines: Sequence[Mapping[str, Any]], language: str) -> Iterator[Field]:
    wider = [line for line in lines if line.get("wider")]
    if wider:
        yield _section("wider", wider, _WIDER_LINES, language)
    for section in _SECTIONS:
        found = [line for line in lines if line["section"] == section and not line.get("wider")]
        if found:
            yield _section(section, found, _LINES, language)


def _section(name: str, lines: Sequence[Mapping[str, Any]], limit: int, language: str) -> Field:
    said = [_line(line, language) for line in lines[:limit]]
    if len(lines) > limit:
        said.append(say("policies.more_lines", language, count=len(lines) - limit))
    return Field(label=say(f"policies.section_{name}", language), value="\n".join(said))


def _line(line: Mapping[str, Any], language: str) -> str:
    what = say(f"policies.of_{line['kind']}", language, name=line.get("name", "")).strip()
    if "key" in line:
        what = f"{what} · {line['key']}"
    before, after = (_cut(str(line.get(side, ""))) for side in ("before", "after"))
    if before and after:
        return say("policies.line_changed", language, what=what, before=before, after=after)
    if after:
        known = "policies.line_holds" if line["section"] == "files" else "policies.line_new"
        return say(known, language, what=what, after=after)
    return say("policies.line_gone", language, what=what, before=before)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def _effect(view: PolicyView, language: str) -> Iterator[Field]:
    label = say("policies.effect", language)
    effect = view.effect
    if effect is None:
        if view.state == "open":
            yield Field(label=label, value=say("policies.effect_coming", language))
        return
    if not effect["messages"]:
        yield Field(label=label, value=say("policies.effect_nothing", language))
        return
    lines = [say("policies.effect_read", language, messages=effect["messages"], channels=effect["channels"])]
    if effect["unread"]:
        lines.append(say("policies.effect_unread", language, count=effect["unread"]))
    if effect["cut"]:
        lines.append(say("policies.effect_cut", language))
    rules: Mapping[str, Sequence[int]] = effect["rules"]
    most = sorted(rules.items(), key=lambda one: -abs(one[1][1] - one[1][0]))
    lines += [_counts(name, counts, language) for name, counts in most[:_RULES]]
    if len(most) > _RULES:
        lines.append(say("policies.more_rules", language, count=len(most) - _RULES))
    for kind, counts in effect["outcomes"].items():
        if counts[0] != counts[1]:
            lines.append(_counts(_outcome(kind, language), counts, language))
    if len(lines) == 1:
        lines.append(say("policies.effect_same", language))
    yield Field(label=label, value="\n".join(lines))


def _counts(what: str, counts: Sequence[int], language: str) -> str:
    return say("policies.counts", language, what=what, before=counts[0], after=counts[1])


def _outcome(kind: str, language: str) -> str:
    key = f"cards.outcome_{kind}"
    return say(key, language) if key in catalogue(language) else kind


def _buttons(view: PolicyView, language: str) -> Iterator[Button]:
    def button(word: str, style: ButtonStyle, label: str) -> Button:
        return Button(
            action=f"policy.{word}:{view.proposal}", label=say(f"policies.button_{label}", language), style=style
        )

    live = view.mode == "live"
    yield button("apply", ButtonStyle.GOOD, "apply" if live else "apply_in_shadow")
    if not live:
        yield button("live", ButtonStyle.GRAVE, "live")
    yield button("refuse", ButtonStyle.PLAIN, "refuse")


def active_card(version: str, mode: str, tripped: Sequence[str], waiting: str, language: str) -> Card:
    """Return what is active: its version and mode, rules that fell into shadow, whether something waits for a lead."""
    fields = [(say("policies.mode", language), say(f"policies.mode_{mode}", language))]
    if tripped:
        fields.append((say("policies.tripped", language), ", ".join(tripped)))
    if waiting:
        fields.append((say("policies.waiting", language), short(waiting)))
    other, style = ("shadow", ButtonStyle.PLAIN) if mode == "live" else ("live", ButtonStyle.GRAVE)
    action = f"policy.turn:{other}:{short(version)}"
    return Card(
        title=say("policies.title_active", language, version=short(version)),
        text="" if mode == "live" else say("policies.watching", language),
        fields=tuple(Field(label=label, value=value) for label, value in fields),
        buttons=(Button(action=action, label=say(f"policies.button_turn_{other}", language), style=style),),
    )
