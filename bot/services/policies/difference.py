"""What differs between two policy sets, as lines that a card can show; whatever widens somebody's rights is marked."""

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.domain.judgement import Mode
from bot.policy.load import Loaded
from bot.policy.policy_set import Guideline, PolicySet, Rule
from bot.policy.wording import RuleWords
from bot.services.policies.line import Line, always, both, keys_that_differ, never, whole
from bot.services.policies.rights import rights_lines
from bot.services.policies.spelling import NOTHING, plainly

#: what is compared of a rule beside its conditions; the rest is compiled from these words
_RULE = ("severity", "mode", "care", "copies", "outcomes", "overrides")
_WORDS = ("when", "unless", "scope")
_COMMUNITY = ("zone", "languages", "act_within", "wave_within", "ladder")
_NO_WORDS = RuleWords(when="")


def difference(before: Loaded, after: Loaded) -> tuple[Line, ...]:
    """Return what differs between two sound policy sets, what widens rights first; nothing when they are the same."""
    assert before.policies is not None  # noqa: S101 - it was active
    assert after.policies is not None  # noqa: S101 - it is proposed
    lines = [
        *rights_lines(before.policies.governance, after.policies.governance),
        *_rules(before, after),
        *_guidelines(before.policies.guidelines, after.policies.guidelines),
        *_community(before, after),
        *_places(before.policies, after.policies),
        *_files(before.files, after.files),
    ]
    return tuple(sorted(lines, key=lambda line: not line.wider))


def _rules(before: Loaded, after: Loaded) -> Iterator[Line]:
    was, now = _by_name(before.policies), _by_name(after.policies)
    of = Line(section="rules", kind="rule")
    yield from whole(of, _said(was, before), _said(now, after), gained=False, shown=str)
    for name in sorted(was.keys() & now.keys()):
        for key in _RULE:
            old, new = getattr(was[name], key), getattr(now[name], key)
            if old != new:
                # who is helped first is punished by no machine: to end that is no small thing
                # and what was never copied is copied from now on
                wider = (key == "care" and not new) or (key == "copies" and bool(new))
                yield Line(
                    section="rules",
                    kind="rule",
                    name=name,
                    key=key,
                    before=plainly(old),
                    after=plainly(new),
                    wider=wider,
                )
        old_words, new_words = before.words.get(name, _NO_WORDS), after.words.get(name, _NO_WORDS)
        for key in _WORDS:
            said, says = getattr(old_words, key) or NOTHING, getattr(new_words, key) or NOTHING
            if said != says:
                yield Line(section="rules", kind="rule", name=name, key=key, before=said, after=says)


def _by_name(policies: PolicySet | None) -> Mapping[str, Rule]:
    return {} if policies is None else {rule.name: rule for rule in policies.rules}


def _said(rules: Mapping[str, Rule], loaded: Loaded) -> Mapping[str, str]:
    """Return each rule in one line: mode, severity, condition, what follows."""
    return {
        name: f"{plainly(rule.mode)}, {plainly(rule.severity)}: {loaded.words.get(name, _NO_WORDS).when} → "
        f"{plainly(rule.outcomes)}"
        for name, rule in rules.items()
    }


def _guidelines(before: Mapping[str, Guideline], after: Mapping[str, Guideline]) -> Iterator[Line]:
    of = Line(section="texts", kind="guideline")
    yield from whole(of, before, after, gained=False, shown=lambda one: plainly(one.titles))
    for name in both(before, after):
        for key in ("titles", "texts"):
            was, now = getattr(before[name], key), getattr(after[name], key)
            for language in sorted(was.keys() | now.keys()):
                if was.get(language) != now.get(language):
                    yield Line(
                        section="texts", kind="guideline", name=name, key=f"{key.removesuffix('s')}.{language}",
                        before=was.get(language, NOTHING), after=now.get(language, NOTHING),
                    )  # fmt: skip
        old, new = before[name].copies, after[name].copies
        if old != new:
            yield Line(
                section="texts", kind="guideline", name=name, key="copies", before=plainly(old), after=plainly(new),
                wider=old is False,
            )  # fmt: skip


def _community(before: Loaded, after: Loaded) -> Iterator[Line]:
    if before.mode is not after.mode:
        # it goes to shadow with the rest; to go live takes a press of its own
        yield Line(section="community", kind="community", key="mode", before=before.mode.value, after=after.mode.value)
    for key in _COMMUNITY:
        was, now = getattr(before.policies, key), getattr(after.policies, key)
        if was != now:
            yield Line(section="community", kind="community", key=key, before=plainly(was), after=plainly(now))


def _places(before: PolicySet, after: PolicySet) -> Iterator[Line]:
    """Yield what differs in channels; a mandate holds where they are, so to move one moves what people may do."""
    was, now = ({place.name: place for place in policies.places} for policies in (before, after))
    of = Line(section="community", kind="channel")
    yield from whole(of, was, now, gained=False)
    for name in both(was, now):
        line = Line(section="community", kind="channel", name=name)
        yield from keys_that_differ(was[name], now[name], line, {"languages": never}, always)


def _files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Line]:
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    for path in changed:
        if path.endswith(".txt"):
            was, now = (Counter(files.get(path, b"").splitlines()) for files in (before, after))
            more, less = (now - was).total(), (was - now).total()
            yield Line(section="files", kind="list", name=path, after=f"+{more} −{less}")
    if changed:
        yield Line(section="files", kind="files", after=", ".join(changed))


def wished_mode(before: Loaded, after: Loaded, mode: str) -> str:
    """Return the mode that a proposal goes with: files can send a community to shadow, never turn it live."""
    sent = before.mode is Mode.LIVE and after.mode is not Mode.LIVE
    return Mode.LIVE.value if mode == Mode.LIVE.value and not sent else Mode.SHADOW.value
