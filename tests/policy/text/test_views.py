"""The steps from a text as written to the text as it is read."""

from bot.policy.text.views import views


def _shown(text: str) -> dict[str, str]:
    return {view.name: view.text for view in views(text)}


def test_a_plain_text_has_no_other_view() -> None:
    assert views("hello there") == ()


def test_entities_are_rendered() -> None:
    assert _shown("f&#117;ck")["rendered"] == "fuck"


def test_look_alikes_are_folded() -> None:
    assert _shown("ｆｕсｋ")["folded"] == "fuck"


def test_signs_are_read_as_letters() -> None:
    assert _shown("sh1t")["leet"] == "shit"


def test_separators_are_dropped_inside_words() -> None:
    assert _shown("f-u-c-k off")["without separators"] == "fuck off"


def test_repeats_are_collapsed() -> None:
    assert _shown("fuuuck")["repeats collapsed"] == "fuck"
