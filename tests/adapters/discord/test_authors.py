"""Authors are made once as long as nothing of them changes, and never kept as they were."""

from typing import Any

from adapters.discord.authors import Authors
from bot.domain.message import Member

USER: dict[str, Any] = {"id": "71", "username": "limpet"}
MEMBER: dict[str, Any] = {"nick": None, "roles": ["5"], "joined_at": "2026-01-02T03:04:05+00:00"}


def of(
    authors: Authors, user: dict[str, Any] = USER, member: dict[str, Any] | None = MEMBER, role: str = "crew"
) -> Member:
    # as events bring them: equal, and never the same
    return authors.of("1", dict(user), None if member is None else dict(member), {"5": role})


def test_who_writes_again_is_the_same_object() -> None:
    authors = Authors()
    assert of(authors) is of(authors)


def test_whatever_changes_of_somebody_is_seen_with_their_next_message() -> None:
    authors = Authors()
    assert of(authors).roles == frozenset({"5", "crew"})
    assert of(authors, role="staff").roles == frozenset({"5", "staff"})
    assert of(authors, member={**MEMBER, "roles": []}).roles == frozenset()
    assert of(authors, member={**MEMBER, "nick": "barnacle"}).names == ("barnacle", "limpet")
    assert of(authors, user={**USER, "global_name": "Limpet"}).names == ("Limpet", "limpet")
    assert of(authors, member=None).roles is None


def test_of_many_authors_the_last_are_remembered() -> None:
    authors = Authors()
    first = of(authors)
    for number in range(900):
        of(authors, user={**USER, "id": str(1_000 + number)})
    assert of(authors) is first
    for number in range(1_000):
        of(authors, user={**USER, "id": str(10_000 + number)})
    again = of(authors)
    assert again is not first
    assert again == first
