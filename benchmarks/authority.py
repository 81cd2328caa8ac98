"""The case about authority: how long one decision about what somebody may do takes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import process_time_ns

from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import Facts, Scope, Target, decide
from bot.domain.right import Deed, Right
from bot.domain.severity import Severity
from bot.domain.staff import Level, Shift, Standing
from bot.policy.load import load_policies

_ROUNDS = 6_000
#: the clock is coarse beside one decision
_REPEATED = 20
#: within every contract of the example
_NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def authority(policies: str, community: str) -> dict[str, float]:
    """Return how long `decide` takes in µs: everybody of a community, on shift, every right, in three places."""
    loaded = load_policies(Path(policies), community)
    assert loaded.policies is not None, loaded.problems[:3]
    governance = loaded.policies.governance
    places = (
        Scope(community=community, channel="help", languages=frozenset({"en"})),
        Scope(community=community, queue="hate", severity=Severity.HIGH),
        Scope(community=community, channel=""),
    )
    asked = []
    for one in governance.roster.people.values():
        shift = Shift(id="s", person=one.id, organisation=one.organisation, start=_NOW, until=_NOW + _HOUR)
        facts = Facts(
            community=community, governance=governance, standing=Standing(level=Level.SUPERVISED, shift=shift)
        )  # fmt: skip
        actor = Actor(kind=ActorKind.PERSON, who=one.id, organisation=one.organisation)
        asked += [(actor, Deed(right=right, lasts=_HOUR), scope, facts) for right in Right for scope in places]
    assert len({type(decide(who, deed, Target(), scope, _NOW, facts)) for who, deed, scope, facts in asked}) == 3
    taken = []
    for number in range(_ROUNDS):
        who, deed, scope, facts = asked[number % len(asked)]
        target = Target(account="m")
        begun = process_time_ns()
        for _ in range(_REPEATED):
            decide(who, deed, target, scope, _NOW, facts)
        taken.append((process_time_ns() - begun) / 1_000 / _REPEATED)
    return {"p50 µs": median(taken), "p99 µs": quantiles(taken, n=100)[98]}
