"""What rules set on a channel or a server for a while ends by the scheduler's act."""

import json
from datetime import timedelta

from bot.services.intake.ending import endings
from bot.services.ledger.logs import signers, verifiers
from bot.services.ledger.verifying import verify
from bot.services.timing import sweep
from tests.services.intake.house import House, policies_of

RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: heated, when: {words: [blockhead]}, severity: high, then: [{slow_mode: {every: 30s, for: 10m}}]}
  - {id: raid, when: {words: [outlaw]}, severity: critical, then: [{raid_mode: 1h}]}
"""


async def test_slow_mode_and_raid_mode_end_when_their_time_is_over(house: House) -> None:
    await house.crash()
    house.policies = policies_of(("guidelines/respect.yaml", RULES))
    await house.open()
    house.say("blockhead outlaw")
    await house.settle()
    handlers = endings(house.keys)
    await sweep(house.store, house.clock, handlers)
    assert await house.count("actions") == 2
    house.clock.move(timedelta(minutes=10))
    await sweep(house.store, house.clock, handlers)
    house.clock.move(timedelta(hours=1))
    await sweep(house.store, house.clock, handlers)
    said = [(row["kind"], json.loads(row["details"])) for row in await house.rows("actions")]
    assert sorted(details.get("every", details.get("on")) for _, details in said) == [0, 0, 1, 30]
    assert len({row["target"] for row in await house.rows("actions")}) == 2
    assert await house.count("timers") == 0
    report = await verify(house.store, "acme", logs=verifiers(signers(house.keys, "locum.test/acme")))
    assert report.problems == ()
