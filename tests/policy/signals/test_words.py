"""`words`, `near`, `regex` and `name`: their parameters."""

import pytest
from pydantic import ValidationError

from bot.policy.signals.base import Term
from bot.policy.signals.near import NearParams
from bot.policy.signals.regex import RegexParams
from bot.policy.signals.words import WordsParams, collect_terms
from tests.policy.make import Bench


def test_a_bare_word_and_a_bare_list_are_terms() -> None:
    assert WordsParams.model_validate("idiot").terms == ("idiot",)
    assert WordsParams.model_validate(["idiot", "shut up"]).terms == ("idiot", "shut up")


def test_terms_come_from_the_rule_and_from_lists_with_their_language() -> None:
    bench = Bench(lists={"rude-de": ("Depp",), "rude": ("dunce",)})
    params = WordsParams.model_validate({"terms": ["oaf"], "lists": {"de": "rude-de", "en": ["rude"]}})
    assert collect_terms(params, bench) == (
        Term(text="oaf"),
        Term(text="Depp", language="de"),
        Term(text="dunce", language="en"),
    )


def test_a_list_without_language_applies_everywhere() -> None:
    bench = Bench(lists={"rude": ("dunce",)})
    assert collect_terms(WordsParams.model_validate({"lists": "rude"}), bench) == (Term(text="dunce"),)


@pytest.mark.parametrize("value", [{"words": ["x"]}, {"terms": [1]}, {"terms": [""]}, {"contains": "yes"}, True, 3])
def test_what_is_no_list_of_terms_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        WordsParams.model_validate(value)


def test_near_needs_both_sets() -> None:
    with pytest.raises(ValidationError):
        NearParams.model_validate({"first": ["free"]})


def test_a_regex_may_be_one_pattern_or_several() -> None:
    assert RegexParams.model_validate("a+").pattern == ("a+",)
    assert RegexParams.model_validate({"pattern": ["a+", "b"]}).pattern == ("a+", "b")
