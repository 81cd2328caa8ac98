"""Who takes part: everybody who talks by themselves, and those who only pass through."""

import random
import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from adapters.local.life.act import Person
from adapters.local.life.texts import lines_of, table

_UNFIT = re.compile(r"[^a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@cache
def members() -> tuple[Person, ...]:
    """Return everybody who is there from the start, always the same."""
    return tuple(
        Person(
            id=one["id"],
            name=one["name"],
            languages=tuple(one["languages"]),
            account=timedelta(days=one["account"]),
            member=timedelta(days=one["member"]),
            roles=frozenset(one.get("roles", ())),
            habit=one.get("habit", ""),
        )
        for one in table("people")["member"]
    )


def speakers(language: str) -> tuple[Person, ...]:
    """Return the members who write in a language."""
    return tuple(one for one in members() if language in one.languages)


def passing(
    kind: str, count: int, chance: random.Random, *, key: str, language: str, account: timedelta,
    member: timedelta | None,
) -> Sequence[Person]:  # fmt: skip
    """Return people who only pass through; `key` tells their accounts from those of other occasions."""
    names = lines_of(table("people")["names"][kind])
    chosen = chance.sample(names, min(count, len(names)))
    chosen += [f"{chance.choice(names)}_{number:02}" for number in range(len(chosen) + 1, count + 1)]
    return [
        Person(
            id=f"{slug(name)}-{key}",
            name=name,
            languages=(language,),
            # no two accounts are made in the same moment
            account=account + timedelta(minutes=7 * number),
            member=member and member + timedelta(minutes=number),
        )
        for number, name in enumerate(chosen)
    ]


def slug(name: str) -> str:
    """Return a name as an account's id has it: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    return _UNFIT.sub("-", plain).strip("-") or "someone"
