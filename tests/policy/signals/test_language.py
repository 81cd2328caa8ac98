"""Foreign languages."""

import pytest

from bot.policy.signals import language
from bot.policy.signals.language import SIGNAL, make_ready
from tests.policy.make import inspection, probe

_ENGLISH = [
    "does anyone know how to fix the audio on my stream?",
    "lol that was the best game I've seen in years",
    "I'm not sure this is the right channel but my build fails with exit code 1",
    "gg ez noobs get rekt every single time",
    "brb gotta grab some food, be back in ten",
    "ngl ur kinda sus bro, touch grass fr fr",
    "Merci beaucoup for the help yesterday!",
    "Sausage pizza tonight, la vita e bella",
    "just finished my antenna build, SWR is 1.2 on 40m",
    "Kubernetes ingress nginx controller annotations",
    "sooooo exciteddddd omg omg omg cant waittttt",
    "THIS IS THE WORST PATCH EVER AND NOBODY CARES",
    "hahahahahahahahaha lmaoooooo hahahahaha",
    "Traceback most recent call last: File main.py line 3 in module",
    "la la la la na na na na hey hey goodbye",
    "pls halp my cmpter iz borkd agn thx",
]
_GERMAN = [
    "Weiß jemand, wie man den Ton im Stream repariert?",
    "moin zusammen, alles klar bei euch heute?",
    "haha ja voll der noob, hat mich instant gekickt",
    "mega nice stream heute, danke dir bro",
    "Grüezi mitenand, wie gaht's eu hüt so?",
    "Servus beinand, i hob do a Frog zum Funkgerät",
    "lol digga was geht bei dir ab alter",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Das Meeting wurde auf Donnerstag verschoben, sorry",
    "nee hab ich nicht gesehen, schick mal link",
    "wat mutt dat mutt, ik snack platt mit di",
]
_FOREIGN = {
    "fr": ["Est-ce que quelqu'un sait comment réparer le son ?", "je ne comprends pas pourquoi ça ne marche pas"],
    "es": ["Alguien sabe cómo arreglar el sonido de mi stream?", "no entiendo por qué no funciona esto"],
    "it": ["Qualcuno sa come sistemare l'audio del mio stream?"],
    "nl": ["ik snap echt niet waarom dit niet werkt bij mij"],
    "ru": ["Кто-нибудь знает, как починить звук?", "ничего не понимаю, почему не работает"],
    "el": ["Ξέρει κανείς πώς να φτιάξω τον ήχο;", "δεν καταλαβαίνω γιατί δεν δουλεύει"],
    "tr": ["Sesi nasıl düzelteceğimi bilen var mı?", "neden çalışmadığını anlamıyorum ya"],
    "pl": ["Czy ktoś wie, jak naprawić dźwięk w streamie?", "nie rozumiem dlaczego to nie działa"],
    "ja": ["誰か音声の直し方を知っていますか教えてください"],
    "hi": ["मुझे समझ नहीं आ रहा कि यह काम क्यों नहीं कर रहा है"],
    "ar": ["لا أفهم لماذا لا يعمل هذا البرنامج على جهازي"],
}


@pytest.mark.parametrize("text", _ENGLISH + _GERMAN)
def test_chat_in_the_languages_of_the_channel_is_left_alone(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["en", "de"])) is False


@pytest.mark.parametrize("text", _ENGLISH)
def test_english_chat_is_left_alone_in_an_english_channel(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["en"])) is False


@pytest.mark.parametrize("text", _GERMAN)
def test_german_chat_is_left_alone_in_a_german_channel(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["de"])) is False


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in _FOREIGN.items() for text in texts])
def test_other_languages_are_told_and_named(language: str, text: str) -> None:
    seen = probe(SIGNAL, True, inspection(text, languages=["en", "de"]))
    assert seen
    assert seen.notes[0].values == (("language", language),)
    assert probe(SIGNAL, True, inspection(text, languages=[language])) is False


def test_german_is_foreign_in_an_english_channel_and_the_other_way_round() -> None:
    assert probe(SIGNAL, True, inspection("Weiß jemand, wie man den Ton im Stream repariert?", languages=["en"]))
    assert probe(SIGNAL, True, inspection("does anyone know how to fix the audio on my stream?", languages=["de"]))


@pytest.mark.parametrize(
    "text",
    [
        "je ne sais pas",
        "jajajajajajaja jajajajajajaja jajajajajaja kkkkkkkkkkkkkk",
        "lorem ipsum dolor sit amet consectetur adipiscing elit",
        "```je ne comprends pas pourquoi ça ne marche pas```",
        "`je ne comprends pas` `pourquoi ça ne marche pas`",
        "https://exemple.fr/je-ne-comprends-pas/pourquoi-ca-ne-marche-pas",
        "for(let i=0;i<arr.length;i++){sum+=arr[i];} console.log(sum);",
        "2026-03-02T12:00:01Z kernel[1]: eth0: link_up speed=1000 duplex=full",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "",
    ],
)
def test_short_text_code_links_and_emoji_are_left_alone(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["en", "de"])) is False


def test_a_channel_whose_language_the_model_does_not_know_is_left_alone() -> None:
    assert probe(SIGNAL, True, inspection("je ne comprends pas pourquoi ça ne marche pas", languages=["gsw"])) is False


def test_a_regional_code_stands_for_its_language() -> None:
    assert probe(SIGNAL, True, inspection("no entiendo por qué no funciona esto", languages=["es-mx"])) is False


def test_the_model_is_there_before_the_first_message_once_policies_ask_for_it() -> None:
    probe(SIGNAL, True, inspection("short", languages=["en"]))
    make_ready()
    assert language._loaded.cache_info().currsize == 1
