"""Whom a case of several members is about, as far as whoever reads it may know."""

from collections.abc import Collection, Mapping, Sequence

from bot.domain.card import WaveMember
from bot.domain.message import Channel
from bot.domain.place import Stream
from bot.policy.policy_set import PolicySet
from bot.services.cases.seeing import channels_of
from bot.services.staff.governing import govern
from bot.services.staff.knowing import Caller
from bot.store.channels import streams_of_channels
from bot.store.engine import Tx
from bot.store.waves import Taking, takings_of


async def takings_seen(
    tx: Tx, policies: PolicySet | None, ids: Collection[str], reader: Caller | None
) -> Mapping[str, Sequence[Taking]]:
    """Return what was decided about members of cases of several; None as a reader stands for the leads.

    A partner's people see what was written in the channels that their mandates name, and nothing of the rest.
    """
    found = await takings_of(tx, ids)
    if sees_all(reader):
        return found
    if policies is None or reader is None or reader.person is None:
        return {}
    own = channels_of(reader.person, await govern(tx, policies))
    places = {one.place for takings in found.values() for one in takings if one.place is not None}
    streams = await streams_of_channels(tx, {number for number, _ in places})
    seen = {place for place in places if policies.plan(channel_at(streams[place[0]], place[1])).channel in own}
    return {case: [one for one in takings if one.place in seen] for case, takings in found.items()}


def channel_at(stream: Stream, category: str) -> Channel:
    """Return the channel or thread of a stream, in the category where it was."""
    return Channel(
        platform=stream.platform, workspace=stream.workspace, id=stream.channel, thread=stream.thread or None,
        category=category or None,
    )  # fmt: skip


def sees_all(reader: Caller | None) -> bool:
    """Return whether somebody sees the whole of a wave; None stands for the leads."""
    return reader is None or (reader.organisation is not None and reader.organisation.is_internal)


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


def places_among(takings: Sequence[Taking]) -> frozenset[tuple[int, str]]:
    """Return where what was decided on was written: whatever else of the case stands there may be seen as well."""
    return frozenset(one.place for one in takings if one.place is not None)
