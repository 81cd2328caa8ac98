"""What windows remember of a message."""

from datetime import timedelta

from bot.domain.message import Mentions, MessageKind
from bot.policy.copies import letters, signature, skeleton
from bot.policy.features import features_of
from bot.policy.watch import NOTHING_WATCHED, Watch
from tests.policy.make import NOON, attachment, inspection, member

PITCH = "My brother gives away his old laptop and a camera for free"


def test_who_wrote_where_and_when_is_always_remembered() -> None:
    seen = features_of(inspection(PITCH, id="7", author=member("ada")), NOTHING_WATCHED)
    assert (seen.message, seen.at, seen.member, seen.channel) == ("C1/7", NOON.timestamp(), "ada", "C1")
    assert not seen.joined


def test_everyone_counts_as_one_mention() -> None:
    pinged = Mentions(people=("a", "b"), roles=("r",), everyone=True)
    seen = features_of(inspection(mentions=pinged, attachments=(attachment(),)), NOTHING_WATCHED, links=2)
    assert (seen.mentions, seen.links, seen.attachments) == (4, 2, 1)


def test_copies_are_worked_out_only_where_they_are_watched() -> None:
    unwatched = features_of(inspection(PITCH), NOTHING_WATCHED)
    assert (unwatched.skeleton, unwatched.shingles) == (None, b"")
    watched = features_of(inspection(PITCH), Watch(copies=True, near=3))
    assert (watched.skeleton, watched.shingles) == (skeleton(letters(PITCH)), signature(letters(PITCH)))


def test_a_join_is_remembered_with_the_age_of_the_account_where_joins_are_watched() -> None:
    young = member("ada", created_at=NOON - timedelta(hours=1))
    joins = Watch(joins=frozenset({None}))
    seen = features_of(inspection(kind=MessageKind.JOIN, author=young), joins)
    assert (seen.joined, seen.account_age) == (True, 3_600.0)
    assert features_of(inspection(kind=MessageKind.JOIN), joins).account_age is None
    assert features_of(inspection(kind=MessageKind.JOIN, author=young), NOTHING_WATCHED).account_age is None


def test_counted_conditions_are_remembered() -> None:
    inspected = inspection(PITCH)
    inspected.counted.append(("rude", "eve"))
    assert features_of(inspected, NOTHING_WATCHED).counted == (("rude", "eve"),)
