"""How well near copies are found, and how little else."""

import re
from collections.abc import Callable
from random import Random
from time import process_time

import pytest

from bot.domain.judgement import Features
from bot.policy.copies import letters, signature
from bot.policy.near import ALIKE, SIGNATURE_BYTES, NearCopies, alike

WORDS = re.findall(
    r"\w+",
    """
    about above account admin after again air all always animal answer any apple around ask away baby bad bag
    bank basket because bed before behind believe best big bird black blue boat body book bottle box boy bread
    bring brother build bus business buy call camera car card carry cat center chair change cheap child choose
    city class clean clear coffee cold come computer cook corner country cousin cup daily dance dark daughter
    day deal dinner doctor dog door dream drink drive early earth easy eat empty enough evening every example
    eye face fall family far fast father feel field find fire first fish floor follow food foot forest forget
    free fresh friend front full funny game garden gift girl give glass good great green ground group grow
    guess hair half hand happy hard head hear heart heavy help high hold home horse hospital hotel hour house
    hungry idea inside invite island job join keep kitchen know language large late laugh learn leave letter
    light line little long look love lucky machine make many market maybe meet member middle minute money
    month morning mother mountain mouth move music name near never news next night number ocean offer office
    old only open orange other outside page paper parent party past people person phone picture place plant
    play please point police poor power present price problem promise quick quiet rain reach read ready really
    red remember rest rich right river road room round school sea second sell send server seven shop short
    shoulder shout simple sister sleep slow small smile snow some song soon sound speak spring stand star
    start station stay stone stop story street strong student summer sun sure sweet swim table take talk teach
    team tell thank thing think ticket time today together tomorrow touch town train travel tree trust try
    turn uncle under until use vacation very village visit voice wait walk wall want warm watch water way
    weather week welcome white window winter winner woman wonder wood word work world write wrong year yellow
    yesterday young
    """,
)


def _text(chance: Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(9, 30)))


def _insert(text: str, chance: Random) -> str:
    words = text.split()
    for _ in range(max(1, len(words) // 10)):
        words.insert(chance.randrange(len(words) + 1), chance.choice(WORDS))
    return " ".join(words)


def _drop(text: str, chance: Random) -> str:
    words = text.split()
    del words[chance.randrange(len(words))]
    return " ".join(words)


def _swap(text: str, chance: Random) -> str:
    words = text.split()
    cut = chance.randrange(2, len(words) - 2)
    return " ".join(words[cut:] + words[:cut])


def _mistype(text: str, chance: Random) -> str:
    signs = list(text)
    for _ in range(max(1, len(signs) // 40)):
        place = chance.randrange(len(signs) - 1)
        signs[place : place + 2] = chance.choice(
            [signs[place : place + 2][::-1], ["q"], [*signs[place : place + 2], "x"]]
        )
    return "".join(signs)


def _dress(text: str, chance: Random) -> str:
    return "".join(sign + chance.choice(("", "", "", "\U0001f525", "7", ".")) for sign in text.upper())


def _mistype_and_insert(text: str, chance: Random) -> str:
    return _mistype(_insert(text, chance), chance)


def _row(at: float, text: str) -> Features:
    return Features(at=at, message=str(at), member="m", channel="c", shingles=signature(letters(text)))


def _found(index: NearCopies, text: str, until: float = 1e9) -> list[Features]:
    return list(index.find(signature(letters(text)), -1.0, until, without=None, member=None))


CHANGES = (_insert, _drop, _swap, _mistype, _dress, _mistype_and_insert)


def test_of_changed_copies_nearly_all_are_found() -> None:
    chance = Random(1)
    found: dict[str, int] = {}
    texts = [_text(chance) for _ in range(300)]
    for change in CHANGES:
        for text in texts:
            index = NearCopies(3)
            index.put(_row(1.0, text))
            found[change.__name__] = found.get(change.__name__, 0) + bool(_found(index, change(text, chance)))
    assert sum(found.values()) / (len(CHANGES) * len(texts)) >= 0.95, found
    assert min(found.values()) / len(texts) >= 0.85, found


def test_of_unrelated_texts_hardly_any_is_found() -> None:
    chance = Random(2)
    index = NearCopies(3)
    false = 0
    for place in range(3_000):
        text = _text(chance)
        false += bool(_found(index, text))
        index.put(_row(float(place), text))
    assert false / 3_000 < 0.001


@pytest.mark.parametrize("change", CHANGES)
def test_the_quick_comparison_agrees_with_a_plain_one(change: Callable[[str, Random], str]) -> None:
    chance = Random(3)
    for _ in range(50):
        text = _text(chance)
        first, second = signature(letters(text)), signature(letters(change(text, chance)))
        agree = sum(one == other for one, other in zip(first, second, strict=True))
        assert alike(int.from_bytes(first), second) == (agree >= ALIKE)


def test_each_copy_is_found_once_newest_first_within_the_window() -> None:
    index = NearCopies(3)
    text = _text(Random(4))
    rows = [_row(float(at), text) for at in (3, 1, 2, 9)]
    for row in rows:
        index.put(row)
    assert [row.at for row in _found(index, text, until=5.0)] == [3.0, 2.0, 1.0]
    index.take(rows[0])
    assert [row.at for row in _found(index, text, until=5.0)] == [2.0, 1.0]


def test_a_crafted_flood_of_similar_texts_keeps_lookups_short() -> None:
    chance = Random(5)
    index = NearCopies(3)
    base = bytes(chance.randrange(256) for _ in range(SIGNATURE_BYTES))
    for place in range(5_000):
        # one band agrees with the base, and all else differs: a candidate that is never confirmed
        band = place % 21 * 3
        other = bytes(255 - byte for byte in base)
        crafted = other[:band] + base[band : band + 3] + other[band + 3 :]
        index.put(Features(at=float(place), message=str(place), member="m", channel="c", shingles=crafted))
    began = process_time()
    assert list(index.find(base, -1.0, 1e9, without=None, member=None)) == []
    assert process_time() - began < 5
