"""Records entries as a process of its own, and says after each commit how far it came, until it is killed."""

import asyncio
import sys
from collections.abc import Sequence
from itertools import count

from bot.domain.actor import automation
from bot.domain.retention import Retention
from bot.ports import Secret
from bot.services.ledger.checkpointing import sign_due
from bot.services.record import Draft, Private, record
from bot.store.engine import open_store
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.ledger import make
from tests.services.ledgers import COMMUNITY, NOON, plain


class SharedKeys(FakeKeys):
    """The same keys in every process of a test."""

    def wrapping(self) -> Sequence[Secret]:
        """Return one key."""
        return (Secret(id="w1", value=bytes(range(32))),)

    def signing(self, origin: str) -> Sequence[Secret]:
        """Return one key."""
        signer = make.signer(origin)
        return (Secret(id=signer.verifier.id.hex(), value=signer.secret_text().encode()),)


def drafts(name: str, number: int) -> list[Draft]:
    """Return three entries, one of them with a personal value of an account that others write about as well."""
    value = Private(field="details.evidence", account=f"account-{number % 5}", value=name, retention=Retention.EVIDENCE)
    private = Draft(kind="rule_failed", actor=automation("a/b"), details={"rule": name}, private=(value,))
    return [plain(number, by=name), private, plain(number, by=name)]


async def run(database: str, name: str, rounds: int) -> None:
    store, keys = open_store(database), SharedKeys()
    for number in range(rounds) if rounds else count():
        async with store.writing() as tx:
            given = await record(tx, keys, COMMUNITY, NOON, drafts(name, number))
        if number % 7 == 3 and not rounds:
            await sign_due(store, keys, FakeClock(NOON), COMMUNITY, at_once=True)
        print(given.stop, flush=True)  # noqa: T201 - what the starter waits for
    await store.close()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
