"""What a community's policies can't do without on a platform."""

from bot.domain.capability import Ability
from bot.policy.policy_set import PolicySet

#: what is needed where somebody may do it
_BY_POLICIES = frozenset({
    Ability.DELETE, Ability.TIMEOUT, Ability.QUARANTINE, Ability.KICK, Ability.BAN, Ability.SLOW_MODE,
    Ability.RAID_MODE,
})  # fmt: skip
#: what nothing else hangs on
_BESIDES = frozenset({Ability.OUTSIDE, Ability.PREVENTION, Ability.THREAD})


def wanted(policies: PolicySet) -> frozenset[Ability]:
    """Return what the policies can't do without: what rules or somebody by a mandate may do, or ask for."""
    governance = policies.governance
    mandates = [one for organisation in governance.roster.organisations.values() for one in organisation.mandates]
    alone = [governance.automation.may, *(one.may for one in mandates)]
    asked = [governance.automation.asks, *(one.asks for one in mandates)]
    rights = {one.right.value for may in alone for one in may} | {right.value for asks in asked for right in asks}
    return frozenset(one for one in Ability if one.value in rights or one not in _BY_POLICIES | _BESIDES)
