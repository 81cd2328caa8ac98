"""The case about commands: from what somebody typed to the committed decision, at a steady pace."""

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.databases import WallClock, new_store
from benchmarks.measure import at_share
from bot.commands.desk import Desk
from bot.commands.dispatch import give
from bot.domain.command import Invocation, OptionValue, Reply
from bot.domain.message import AccountRef, Channel, Member, PlatformName
from bot.domain.place import Connection
from bot.domain.staff import Shift
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.store.columns import new_id
from bot.store.policies import activate_policy
from bot.store.shifts import add_shift

_COMMUNITY = "made"
_SERVER = Connection(platform=PlatformName.DISCORD, workspace="1")
_HELP = Channel(platform=PlatformName.DISCORD, workspace="1", id="10", name="help")
#: who commands in turn, each within budgets of their own
_STAFF = 20
#: commands before any is timed
_WARM = 100
#: members whom it meets
_MEMBERS = 2_000

_PAGE = """\
community: made
zone: Europe/Berlin
languages: [en]
mode: live
channels: {help: {discord: "10"}}
ladder: {expires: 90d, steps: {20: {timeout: 1h}}}
"""
_RESPECT = """\
guideline: respect
title: {en: Be respectful}
text: {en: "Argue with ideas, never against people."}
rules:
  - {id: slur, when: {words: [blockhead]}, severity: high, then: [delete]}
"""
_ORGANISATIONS = """\
- id: internal
  kind: internal
  name: The community
  shown_as: {en: the team}
  mandates:
    - {id: owning, role: owner}
  people:
    - {id: ada, alias: Ada, role: owner, starts_as: trusted, accounts: {discord: "1"}}
- id: nightwatch
  kind: partner
  name: Nightwatch
  shown_as: {en: Nightwatch}
  contract: {from: 2020-01-01, until: 2099-12-31, wind_down: 14d, seats: 100,
             data_agreement: {signed: 2019-12-12, reference: DPA-1}}
  mandates:
    - id: night
      role: moderator
      channels: [help]
      cases_up_to: high
      on_shift_only: true
      may: [notice, warn, {timeout: {up_to: 24h}}]
  budgets: {warn: 1000000 per 1h, timeout: 1000000 per 1h}
  budgets_each: {warn: 100000 per 1h, timeout: 100000 per 1h}
  people:
"""


def commanding(kind: str, commands: int, pace: int) -> dict[str, float]:
    """Return the milliseconds from the moment at which a command was due to its answer."""
    return asyncio.run(_commanding(kind, commands, pace))


async def _commanding(kind: str, count: int, pace: int) -> dict[str, float]:
    policies = _policies()
    async with new_store(kind, _COMMUNITY) as (store, keys):
        desk = Desk(store=store, keys=keys, clock=WallClock(), policies=lambda _: policies)
        now = desk.clock.now()
        async with store.writing() as tx:
            await activate_policy(tx, _COMMUNITY, policies.version)
            for number in range(_STAFF):
                shift = Shift(
                    id=new_id(), person=f"nw-{number}", organisation="nightwatch", start=now,
                    until=now + timedelta(hours=8),
                )  # fmt: skip
                await add_shift(tx, _COMMUNITY, shift)
        # a program that has run for a while knows its statements and words
        for number in range(_WARM):
            await give(desk, _invocation(count + number))
        taken: list[float] = []
        begun = perf_counter() + 0.1

        async def one(number: int) -> Reply:
            due = begun + number / pace
            await asyncio.sleep(max(due - perf_counter(), 0.0))
            reply = await give(desk, _invocation(number))
            # what waited behind others is part of it
            taken.append((perf_counter() - due) * 1_000)
            return reply

        replies = await asyncio.gather(*(one(number) for number in range(count)))
        wrong = [reply.text for reply in replies if not reply.done]
        assert not wrong, f"{len(wrong)} commands were turned away: {wrong[0]}"
        return {"p50 ms": at_share(taken, 0.5), "p99 ms": at_share(taken, 0.99)}


def _invocation(number: int) -> Invocation:
    user = f"9{number * 7 % _MEMBERS:05d}"
    ref = AccountRef(platform=PlatformName.DISCORD, workspace="1", user=user)
    options: dict[str, OptionValue] = {"member": Member(key=user, account=ref, names=(user,)), "guideline": "respect"}
    warns = number % 2 == 0
    return Invocation(
        community=_COMMUNITY,
        id=f"i{number}",
        account=AccountRef(platform=PlatformName.DISCORD, workspace="1", user=f"8{number % _STAFF:03d}"),
        command="mod.warn" if warns else "mod.timeout",
        options=options if warns else {**options, "for": "10m"},
        channel=_HELP,
        connection=_SERVER,
    )


def _policies() -> PolicySet:
    people = "".join(
        f"    - {{id: nw-{number}, alias: N{number}, role: moderator, starts_as: trusted, "
        f'accounts: {{discord: "8{number:03d}"}}}}\n'
        for number in range(_STAFF)
    )
    files = {
        "community.yaml": _PAGE, "guidelines/respect.yaml": _RESPECT, "organisations.yaml": _ORGANISATIONS + people,
    }  # fmt: skip
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, _COMMUNITY, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        loaded = load_policies(Path(folder), _COMMUNITY)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies
