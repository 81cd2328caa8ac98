"""Every scene sets off the rules that it is meant to, and no others, whoever plays it."""

from pathlib import Path

import pytest

from adapters.local.chat.types import RoomKind
from adapters.local.life.act import ActKind
from adapters.local.life.scenes import Scene, offered, play, scenes, ways
from adapters.local.life.script import begun, chapter
from bot.commands.table import COMMANDS
from tests.adapters.local.life.telling import Telling, harbour, judged, open_telling, rules_that_fired

NAMES = {"spam", "scam", "insult", "raid", "distress", "wrong", "report", "evasion"}
WAYS = [pytest.param(scene, id=f"{scene.name}-{scene.language}-{number}") for number, scene in enumerate(scenes())]


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return open_telling(tmp_path)


@pytest.mark.parametrize("scene", WAYS)
@pytest.mark.parametrize("seed", range(3))
async def test_a_scene_sets_off_the_rules_it_is_meant_to_and_no_others(
    telling: Telling, scene: Scene, seed: int
) -> None:
    written = await telling.tell(play(scene, telling.scenery, seed=seed, key="1"))
    assert rules_that_fired(written) == scene.meant


@pytest.mark.parametrize("scene", WAYS)
async def test_nobody_is_found_but_the_characters_of_the_scene(telling: Telling, scene: Scene) -> None:
    acts = play(scene, telling.scenery, seed=3, key="1")
    own = {act.who for act in acts if act.kind is ActKind.ENROL}
    found = {
        message.author.key for message, judgement in judged(await telling.tell(acts))
        if judgement.outcomes and not message.author.key.startswith("hc-")
    }  # fmt: skip
    assert found <= own


async def test_a_quoted_word_is_no_offence_and_the_same_word_aimed_at_somebody_is(telling: Telling) -> None:
    acts = play(ways("insult", telling.scenery)[0], telling.scenery, seed=1, key="1")
    told = judged(await telling.tell(acts))
    with_word = [(message.text, judgement) for message, judgement in told if "asshole" in message.text]
    assert {bool(judgement.outcomes) for _, judgement in with_word} == {True, False}
    assert all(bool(judgement.outcomes) == ('"asshole"' not in text) for text, judgement in with_word)


async def test_what_somebody_in_distress_writes_leads_to_help_and_to_nothing_else(telling: Telling) -> None:
    for scene in ways("distress", telling.scenery):
        told = judged(await telling.tell(play(scene, telling.scenery, seed=1, key=scene.language)))
        findings = [finding for _, judgement in told for finding in judgement.findings]
        assert findings
        assert all(finding.care for finding in findings)


async def test_an_insult_is_said_in_a_thread(telling: Telling) -> None:
    await telling.tell(play(ways("insult", telling.scenery)[0], telling.scenery, seed=1, key="1"))
    threads = [room for room in telling.chat.rooms() if room.kind is RoomKind.THREAD]
    assert [thread.name for thread in threads] == ["speedruns"]
    assert len(telling.chat.posts(threads[0].id)) >= 8


async def test_a_raid_is_many_accounts_made_the_day_before(telling: Telling) -> None:
    acts = play(ways("raid", telling.scenery)[0], telling.scenery, seed=1, key="1")
    joins = [act for act in acts if act.kind is ActKind.JOIN]
    made = [act.person for act in acts if act.person is not None]
    assert len(joins) >= 10
    assert all(person.account.days <= 1 and person.member is None for person in made)
    assert len({person.id for person in made}) == len({person.name for person in made}) == len(made)


def test_all_scenes_are_offered_where_the_bundled_policies_hold(telling: Telling) -> None:
    assert set(offered(telling.scenery)) == NAMES == {scene.name for scene in scenes()}


def test_the_rules_that_scenes_speak_of_exist() -> None:
    known = {rule.name for rule in harbour().rules}
    assert not {rule for scene in scenes() for rule in scene.meant} - known
    assert not {scene.guideline for scene in scenes()} - {"", *harbour().guidelines}


def test_commands_in_scenes_exist_and_take_what_they_are_given(telling: Telling) -> None:
    given = [
        act for scene in scenes() for act in play(scene, telling.scenery, seed=1, key="1")
        if act.kind is ActKind.GIVE
    ]  # fmt: skip
    assert {act.text for act in given} == {
        "shift.start", "shift.end", "mod.timeout", "everyone.appeal", "everyone.report"
    }  # fmt: skip
    commands = {command.name: command for command in COMMANDS}
    for act in given:
        assert {name for name, _ in act.options} <= {option.name for option in commands[act.text].options}


def test_each_scene_comes_once_before_any_comes_again(telling: Telling) -> None:
    count = len(NAMES)
    for turn in range(3):
        numbers = range(1 + turn * count, 1 + (turn + 1) * count)
        played = [{act.scene for act in chapter(8, number, telling.scenery).acts if act.scene} for number in numbers]
        assert sorted(name for one in played for name in one) == sorted(NAMES)


def test_a_scene_that_is_begun_again_has_other_characters(telling: Telling) -> None:
    first, second = (begun(1, "scam", count, telling.scenery) for count in (1, 4))
    assert not {act.who for act in first if act.person} & {act.who for act in second if act.person}


def test_a_scene_that_the_policies_have_no_rules_for_has_no_acts(tmp_path: Path) -> None:
    telling = open_telling(tmp_path, rooms=["attic"])
    assert not begun(1, "no such scene", 1, telling.scenery)
