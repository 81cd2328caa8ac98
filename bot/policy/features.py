"""Takes from a message what windows will remember of it."""

from bot.domain.judgement import Features
from bot.domain.message import NO_MENTIONS, Message, MessageKind
from bot.policy.inspection import Inspection
from bot.policy.watch import Watch


def features_of(inspection: Inspection, watch: Watch, *, links: int = 0) -> Features:
    """Return the features of a message under inspection, working out only what is watched.

    `links` is how many links the text holds; conditions that were counted are taken from the inspection, so it is
    called after the rules were tried.
    """
    message = inspection.message
    if message.kind is MessageKind.JOIN:
        return Features(
            at=inspection.at,
            message=inspection.key,
            member=message.author.key,
            channel=message.channel.id,
            joined=True,
            account_age=account_age(inspection) if watch.joins else None,
            counted=tuple(inspection.counted),
        )
    # by position: naming them takes twice as long, and this runs for every message
    return Features(
        inspection.at,
        inspection.key,
        message.author.key,
        message.channel.id,
        False,  # noqa: FBT003  # joined
        None,
        pinged(message),
        links,
        len(message.attachments),
        inspection.skeleton if watch.copies else None,
        inspection.shingles if watch.near else b"",
        tuple(inspection.counted),
    )


def pinged(message: Message) -> int:
    """Return how many people and roles a message pings; everyone counts as one."""
    mentions = message.mentions
    if mentions is NO_MENTIONS:
        return 0
    return len(mentions.people) + len(mentions.roles) + mentions.everyone


def account_age(inspection: Inspection) -> float | None:
    """Return how old the author's account was in seconds when the message was posted, where that is known."""
    created = inspection.message.author.created_at
    return None if created is None else inspection.at - created.timestamp()
