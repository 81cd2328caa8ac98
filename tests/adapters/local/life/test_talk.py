"""Ordinary talk is innocent, belongs where it is said, and doesn't repeat itself."""

import itertools
from collections import Counter
from pathlib import Path

import pytest

from adapters.local.life.act import ActKind
from adapters.local.life.people import members
from adapters.local.life.scenery import Place, Scenery
from adapters.local.life.scenes import ways
from adapters.local.life.script import chapter
from adapters.local.life.talk import LANGUAGES, conversation, slip, topics
from adapters.local.life.texts import Filling, lines_of, source
from bot.domain.judgement import Mode
from tests.adapters.local.life.telling import EVENING, Telling, judged, open_telling

#: an hour at pace 1 is about as many
CHAPTERS = 20


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return open_telling(tmp_path)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_bundled_policies_find_nothing_in_hours_of_ordinary_talk(telling: Telling, seed: int) -> None:
    written = []
    for number in range(2 * CHAPTERS):
        told = chapter(seed, number, telling.scenery)
        written += await telling.tell([act for act in told.acts if not act.scene])
    found = [
        (finding.rule, message.channel.name, message.text)
        for message, judgement in judged(written) for finding in judgement.findings
        if finding.mode is Mode.LIVE
    ]  # fmt: skip
    assert not found
    assert len(written) > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_could_be_said_is_found_by_itself(telling: Telling, language: str) -> None:
    """Every alternative of every line comes, some with every filling of their slots."""
    room = {"en": "lobby", "de": "kneipe"}[language]
    texts = {
        act.text
        for turn in range(60)
        for topic in topics(language)
        for act in conversation(topic, "any", source(turn, topic.number), key="1", opening=turn)
        if act.kind is ActKind.SAY and topic.subject != "market"
    }
    assert len(texts) > 2000
    found = []
    for text in sorted(texts):
        telling.behind.at += (EVENING - EVENING.replace(hour=17)) / 2
        post = telling.chat.say("limpet", room, text)
        found += [
            (finding.rule, text)
            for _, judgement in judged([telling.message(post)]) for finding in judgement.findings
            if finding.mode is Mode.LIVE
        ]  # fmt: skip
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_many_patterns_in_each_language(language: str) -> None:
    patterns = {choice for topic in topics(language) for line in topic.lines for choice in lines_of(line)}
    assert len(topics(language)) >= 60
    assert len(patterns) >= 150


async def test_an_hour_of_talk_does_not_repeat_itself(telling: Telling) -> None:
    for number in range(CHAPTERS):
        told = chapter(11, number, telling.scenery)
        await telling.tell([act for act in told.acts if not act.scene])
    long = Counter(post.text.casefold() for post in telling.said() if len(post.text) > 30)
    assert sum(times - 1 for times in long.values()) < 0.05 * sum(long.values())


async def test_people_write_in_the_language_of_the_room(telling: Telling) -> None:
    for number in range(6):
        told = chapter(5, number, telling.scenery)
        await telling.tell(act for act in told.acts if not act.scene)
    speaking = {person.id: person.languages for person in members()}
    for post in telling.said():
        room = telling.chat.room(post.room)
        assert room is not None
        assert not room.languages or room.languages & set(speaking.get(post.author, ("en", "de")))


def test_the_first_chapter_puts_something_into_every_room_within_seconds(telling: Telling) -> None:
    told = chapter(4, 0, telling.scenery)
    said = [act for act in told.acts if act.kind is ActKind.SAY]
    assert 50 <= len(said) <= 75
    assert {act.room for act in said} == {place.room for place in telling.scenery.places}
    assert max(act.at for act in told.acts) < 20
    assert not any(act.scene for act in told.acts)


def test_later_chapters_bring_a_post_in_four_to_eight_seconds(telling: Telling) -> None:
    for number in range(1, 10):
        said = [act.at for act in chapter(4, number, telling.scenery).acts if act.kind is ActKind.SAY and not act.scene]
        pauses = [after - before for before, after in itertools.pairwise(said)]
        assert all(4 <= pause <= 13 for pause in pauses)
        assert 4 <= sum(pauses) / len(pauses) <= 8


async def test_people_answer_react_open_threads_and_mend_what_they_wrote(telling: Telling) -> None:
    kinds: Counter[ActKind] = Counter()
    for number in range(15):
        told = chapter(9, number, telling.scenery)
        kinds.update(act.kind for act in told.acts if not act.scene)
        await telling.tell(act for act in told.acts if not act.scene)
    assert {ActKind.SAY, ActKind.REACT, ActKind.THREAD, ActKind.EDIT, ActKind.JOIN} <= set(kinds)
    said = telling.said()
    assert any(post.reply_to for post in said)
    assert any(post.reactions for post in said)
    assert any(post.edited_at for post in said)
    assert any(post.attachments for post in said)
    assert any(post.room.startswith("t~") for post in said)


def test_a_community_whose_rooms_nobody_knows_just_talks() -> None:
    scenery = Scenery(places=(Place(room="attic", subject="talk"), Place(room="cellar", subject="talk")))
    told = chapter(1, 3, scenery)
    assert {act.room for act in told.acts if act.kind is ActKind.SAY} == {"attic", "cellar"}
    assert not any(act.scene for act in told.acts)
    assert not ways("scam", scenery)


def test_a_slip_keeps_every_letter() -> None:
    text = "somebody in the workshop finished their boat at last"
    for turn in range(300):
        assert sorted(slip(text, source(turn))) == sorted(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_somebody_says_who_cannot_write_elsewhere_is_innocent(telling: Telling, language: str) -> None:
    said = {Filling(source(turn), language).fill("{complaint}") for turn in range(50)}
    assert len(said) == 3
    posts = [telling.chat.say("limpet", "help", text) for text in said]
    assert not [judgement.findings for _, judgement in judged(map(telling.message, posts)) if judgement.outcomes]
