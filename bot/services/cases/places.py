"""Where a case belongs: the channel in which it began, with its languages, as far as that is known."""

from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.place import Stream, stream_of
from bot.services.showing.wave import channel_at, sees_all, takings_seen
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.case_views import CaseMessage, messages_of
from bot.store.channels import streams_of_channels
from bot.store.messages import message_channels


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """Where a case belongs."""

    #: the messages it is about, oldest first
    messages: tuple[CaseMessage, ...] = ()
    #: name of the channel of the newest; None where there is no message, empty for a channel that isn't listed
    channel: str | None = None
    #: the channel or thread of the newest; None where there is none, or it was forgotten
    stream: Stream | None = None
    #: the languages spoken there; empty where that isn't known
    languages: frozenset[str] = frozenset()


async def whereabouts(work: Work, case: Case) -> Whereabouts:
    """Return where a case belongs: that of its newest message."""
    messages = tuple((await messages_of(work.tx, [case.id])).get(case.id, ()))
    if not messages:
        return Whereabouts()
    there = (await message_channels(work.tx, [messages[-1].id])).get(messages[-1].id)
    if there is None:
        return Whereabouts(messages=messages, channel="")
    plan = work.policies.plan(there)
    if plan.channel is None:
        return Whereabouts(messages=messages, channel="", stream=stream_of(there))
    return Whereabouts(messages=messages, channel=plan.channel, stream=stream_of(there), languages=plan.languages)


async def whereabouts_of(work: Work, case: Case, account: str, caller: Caller) -> Whereabouts:
    """Return where a case belongs as far as one member is concerned.

    A wave goes through many channels, and gives nobody a right in one over whom it met in another: it belongs to where
    they last wrote what brought them to it, as far as whoever acts sees that.
    """
    if case.account or not account:
        return await whereabouts(work, case)
    takings = (await takings_seen(work.tx, work.policies, [case.id], caller)).get(case.id, ())
    places = [one.place for one in takings if one.account == account and one.place is not None]
    if not places:
        return await whereabouts(work, case) if sees_all(caller) else Whereabouts(channel="")
    number, category = places[-1]
    stream = (await streams_of_channels(work.tx, [number]))[number]
    plan = work.policies.plan(channel_at(stream, category))
    languages = frozenset() if plan.channel is None else plan.languages
    return Whereabouts(channel=plan.channel or "", stream=stream, languages=languages)


async def languages_of(work: Work, case: Case) -> frozenset[str]:
    """Return the languages in which a case is, as far as that is known."""
    return (await whereabouts(work, case)).languages
