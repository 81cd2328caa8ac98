"""What two policy sets would have done to the same messages, and when that is told loudly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.policy.policy_set import PolicySet
from bot.services.policies.effect import Effect, weigh
from bot.services.policies.keeping import in_mode
from tests.stage.files import changed, loaded_of

NOON = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)
HELP = Channel(platform=PlatformName.DISCORD, workspace="W1", id="4101", name="help")


def message(number: int, text: str, user: str = "u1") -> Message:
    return Message(
        ref=MessageRef(platform=PlatformName.DISCORD, workspace="W1", channel="4101", message=f"m{number:03}"),
        author=Member(key=user, account=AccountRef(platform=PlatformName.DISCORD, workspace="W1", user=user)),
        channel=HELP,
        at=NOON + timedelta(seconds=number),
        text=text,
    )


def policies(*files: tuple[str, str]) -> PolicySet:
    made = loaded_of(*files).policies
    assert made is not None
    return made


SILLY = changed("guidelines/respect.yaml", "words: [blockhead]", "words: [the, blockhead]")


async def test_equal_policies_have_no_effect() -> None:
    effect = await weigh([message(1, "you blockhead"), message(2, "hello")], policies(), policies())
    assert (effect.messages, effect.rules, effect.warnings()) == (2, {"respect/slur": (1, 1)}, [])


async def test_a_rule_that_matches_an_everyday_word_is_told_loudly() -> None:
    said = [message(number, "the weather is fine" if number % 5 < 2 else "hello") for number in range(20)]
    effect = await weigh(said, policies(), policies(SILLY))
    assert effect.rules == {"respect/slur": (0, 8)}
    assert effect.outcomes["delete"] == (0, 8)
    assert effect.warnings() == [
        {"what": "deletes", "count": 8, "of": 20, "percent": 40},
        {"what": "matches", "rule": "respect/slur", "count": 8, "of": 20, "percent": 40},
    ]


async def test_members_who_would_be_sanctioned_are_counted_once_each() -> None:
    rule = changed("guidelines/respect.yaml", "words: [nitwit]", "words: [hello]")
    said = [message(number, "hello", f"u{number % 4}") for number in range(12)]
    effect = await weigh(said, policies(), policies(rule))
    assert (effect.members, effect.sanctioned) == (4, (0, 4))
    assert {"what": "sanctions", "count": 4, "of": 4, "percent": 100} in effect.warnings()


async def test_what_the_active_policies_do_already_alarms_nobody() -> None:
    said = [message(number, "you blockhead") for number in range(10)]
    milder = changed("guidelines/respect.yaml", "words: [freecoins]", "words: [freecash]")
    assert (await weigh(said, policies(), policies(milder))).warnings() == []


async def test_programs_are_not_judged() -> None:
    one = message(1, "you blockhead")
    effect = await weigh([replace(one, author=replace(one.author, bot=True))], policies(), policies())
    assert effect.messages == 0


async def test_messages_are_judged_in_the_order_of_time_wherever_they_were_read_first() -> None:
    counting = changed(
        "guidelines/respect.yaml",
        "when: {words: [nitwit]}",
        "when: {flood: {messages: 3, within: 3s}}",
    )
    said = [message(number, "hello") for number in (3, 1, 2)]
    forward = await weigh(sorted(said, key=lambda one: one.at), policies(), policies(counting))
    assert await weigh(said, policies(), policies(counting)) == forward


async def test_a_community_in_shadow_lets_nothing_follow() -> None:
    effect = await weigh([message(1, "you blockhead")], in_mode(policies(), "live"), in_mode(policies(), "shadow"))
    assert effect.outcomes["delete"] == (1, 0)


def test_one_of_a_few_is_chance() -> None:
    effect = Effect(messages=4, members=4, rules={"a/b": (0, 2)}, outcomes={"delete": (0, 2)}, sanctioned=(0, 2))
    assert effect.warnings() == []
