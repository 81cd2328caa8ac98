"""Whom a case of several members is about, as far as whoever reads it may know."""

from collections.abc import Collection, Mapping, Sequence

from bot.domain.card import WaveMember
from bot.policy.policy_set import PolicySet
from bot.services.cases.seeing import channels_of
from bot.services.staff.governing import govern
from bot.services.staff.knowing import Caller
from bot.store.engine import Tx
from bot.store.messages import message_channels
from bot.store.waves import Taking, takings_of


async def takings_seen(
    tx: Tx, policies: PolicySet | None, ids: Collection[str], reader: Caller | None
) -> Mapping[str, Sequence[Taking]]:
    """Return the decisions about members of cases of several; None as a reader stands for the leads.

    A partner's people see what was written in the channels that their mandates name, and nothing of the rest.
    """
    found = await takings_of(tx, ids)
    if reader is None or (reader.organisation is not None and reader.organisation.is_internal):
        return found
    if policies is None or reader.person is None:
        return {}
    own = channels_of(reader.person, await govern(tx, policies))
    messages = {one.message for takings in found.values() for one in takings if one.message is not None}
    there = await message_channels(tx, messages)
    named = {message: policies.plan(channel).channel for message, channel in there.items()}
    return {case: [one for one in takings if named.get(one.message or "") in own] for case, takings in found.items()}


def members_among(takings: Sequence[Taking]) -> tuple[WaveMember, ...]:
    """Return whom decisions are about, in the order in which they came to it, each with what followed."""
    found: dict[str, WaveMember] = {}
    for one in takings:
        before = found.get(one.account)
        kinds = one.kinds if before is None else tuple(dict.fromkeys((*before.outcomes, *one.kinds)))
        found[one.account] = WaveMember(
            account=one.account, platform=one.platform, outcomes=kinds, forgotten=one.forgotten
        )
    return tuple(found.values())


def messages_among(takings: Sequence[Taking]) -> frozenset[str]:
    """Return the messages that decisions are about."""
    return frozenset(one.message for one in takings if one.message is not None)
