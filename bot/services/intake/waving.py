"""Lets members of whom the same is found share a case: what a wave is known by, and what joins it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.domain.case import About, Case
from bot.domain.gap import bounded, later
from bot.domain.judgement import Likeness
from bot.domain.wave import MOST_TRACES, Signs, Trace, wave_of
from bot.policy.near import alike
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.intake.book import Book
from bot.services.intake.following import Deciding
from bot.services.intake.items import Judged
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.seen import SeenKey
from bot.store.waves import recent_traces

_BYTES = 8
#: what a finding is compared with: of a flood that varies more, members have cases of their own
_NEWEST = 100


def signs_of(keys: Keys, found: Sequence[Judged]) -> dict[SeenKey, Signs]:
    """Return what messages are known by, as far as others' may be alike: digests that nobody can guess."""
    sign = _signer(keys)
    return {
        one.key: Signs(signs=_signs(one.judgement.likeness, sign), shingles=one.judgement.likeness.shingles)
        for one in found
        if one.judgement.likeness is not None
    }


def _signer(keys: Keys) -> Callable[[str], str]:
    keyed = blake2b(key=keys.digests().value[:64], digest_size=_BYTES, person=b"wave")

    def sign(said: str) -> str:
        made = keyed.copy()
        made.update(said.encode("utf-8", "surrogatepass"))
        return made.hexdigest()

    return sign


def _signs(likeness: Likeness, sign: Callable[[str], str]) -> frozenset[str]:
    links = {sign(f"link {target}") for target in likeness.targets}
    return frozenset(links if likeness.skeleton is None else links | {sign(f"text {likeness.skeleton}")})


async def traces_near(tx: Tx, policies: PolicySet, found: Sequence[Judged], now: datetime) -> list[Trace]:
    """Return what the open cases are known by that messages may be alike to."""
    within = policies.wave_within
    times = [bounded(one.message.acted_at, now) for one in found if one.judgement.likeness is not None]
    if within is None or not times:
        return []
    return await recent_traces(tx, policies.community, later(min(times), -within), later(max(times), within))


def join_wave(book: Book, deciding: Deciding, judged: Judged, queue: str) -> Case | None:
    """Return the case of the wave that a finding belongs to; None where it belongs to none.

    The case of one member becomes that of several. Whoever moderates has a case of their own, a case that helps is
    its member's alone, and each queue's people keep to their queue.
    """
    signs, likeness, within = book.state.signs.get(judged.key), judged.judgement.likeness, book.state.wave_within
    if signs is None or likeness is None or within is None or deciding.person:
        return None
    traces = [one for one in list(book.traces.values())[-_NEWEST:] if _takes(find_case(book, one.case), queue)]
    trace = wave_of(traces, signs, likeness.rules, deciding.at, within, alike=_alike)
    case = None if trace is None else find_case(book, trace.case)
    if case is None:
        return None
    if case.account not in ("", deciding.account):
        case = _shared(book, case)
    leave_trace(book, deciding, judged, case)
    return case


def find_case(book: Book, which: str | None) -> Case | None:
    """Return an open case, whoever it is about."""
    account = book.holders.get(which or "")
    return None if account is None else next((case for case in book.cases[account] if case.id == which), None)


def _takes(case: Case | None, queue: str) -> bool:
    if case is None or not case.is_open or case.queue != queue:
        return False
    return case.about is About.MEMBER and not case.care


def _alike(first: bytes, second: bytes) -> bool:
    return alike(int.from_bytes(first), second)


def _shared(book: Book, case: Case) -> Case:
    """Return the case of one member as that of several, which is nobody's alone."""
    shared = replace(case, account="")
    book.cases[case.account] = [one for one in book.cases[case.account] if one.id != case.id]
    book.cases.setdefault("", []).append(shared)
    book.holders[case.id] = ""
    if case.id not in book.new_cases:
        book.shared.add(case.id)
    return shared


def leave_trace(book: Book, deciding: Deciding, judged: Judged, case: Case) -> None:
    """Remember by what a case is known, now that somebody came to it."""
    signs, likeness = book.state.signs.get(judged.key), judged.judgement.likeness
    if signs is None or likeness is None or case.about is not About.MEMBER or case.care:
        return
    own = [one for one in book.traces.values() if one.case == case.id]
    for rule in likeness.rules:
        held = [one for one in own if one.rule == rule]
        # whoever comes keeps all of a wave's texts and links awake, and what is new is known from now on
        for one in held:
            _keep(book, replace(one, at=max(one.at, deciding.at)))
        if all(one.signs != signs for one in held) and len(own) < MOST_TRACES:
            _keep(book, Trace(id=new_id(), case=case.id, rule=rule, signs=signs, at=deciding.at))


def _keep(book: Book, trace: Trace) -> None:
    book.traces[trace.id] = trace
    book.left[trace.id] = trace
