"""Terms that find what nobody meant are warned of."""

from pathlib import Path

from bot.i18n import LANGUAGES
from bot.policy.checking import check_policies
from bot.policy.text.everyday import everyday_words
from tests.policy.bench import COMMUNITY
from tests.policy.folders import guideline, write

LISTED = "- {id: rude, when: {words: {lists: {de: german, en: english}}}, then: case}\n"


def warnings(folder: Path, rules: str, community: str = COMMUNITY, **lists: str) -> list[str]:
    """Return what a check warns of, as `file:line message`, without what is said to every collision."""
    files: dict[str, str | bytes] = {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    files |= {f"lists/{name}.txt": content for name, content in lists.items()}
    checked = check_policies(write(folder, files), ["acme"])
    lint = [one for one in checked.problems if one.message.key.startswith(("compile.term", "compile.many"))]
    assert all(problem.is_warning for problem in lint)
    assert checked.errors == 0, checked.problems
    return [
        f"{one.place.file.rpartition('/')[2]}:{one.place.line} "
        + one.message.say().partition("; end")[0].partition("; allow")[0]
        for one in lint
    ]


def test_a_term_looked_for_inside_words_names_the_commonest_it_lies_in(tmp_path: Path) -> None:
    rule = "- {id: rude, when: {words: {terms: [con], contains: true}}, then: case}\n"
    assert warnings(tmp_path, rule) == [
        "respect.yaml:5 'con' is looked for inside words and lies inside ordinary ones: second, control, contact"
    ]


def test_a_star_tells_whether_ordinary_words_begin_or_end_so(tmp_path: Path) -> None:
    rules = "- {id: rude, when: {words: [assa*, '*tard']}, then: case}\n"
    found = warnings(tmp_path, rules)
    assert found[0].startswith("respect.yaml:5 with 'assa*' ordinary words begin: assault")
    assert found[1].startswith("respect.yaml:5 with '*tard' ordinary words end: ")


def test_whole_words_that_only_lie_in_others_are_fine(tmp_path: Path) -> None:
    assert warnings(tmp_path, "- {id: rude, when: {words: [scunt, arschloch, blockhead]}, then: case}\n") == []


def test_endings_of_the_term_itself_are_no_other_words(tmp_path: Path) -> None:
    assert warnings(tmp_path, "- {id: rude, when: {words: [scoundrel*]}, then: case}\n") == []
    assert len(warnings(tmp_path, "- {id: rude, when: {words: [scound*]}, then: case}\n")) == 1


def test_what_is_allowed_is_no_collision(tmp_path: Path) -> None:
    rule = "- {id: rude, when: {words: {terms: [assa*], allow: [assa*]}}, then: case}\n"
    assert warnings(tmp_path, rule) == []


def test_a_term_that_is_an_everyday_word_of_its_own_or_the_other_language_is_named(tmp_path: Path) -> None:
    assert warnings(tmp_path, LISTED, english="die\ndick\n", german="gift\nfotze\n") == [
        "english.txt:1 'die' is an everyday English word",
        "english.txt:2 'dick' is an everyday German word, and channels with this list have German too",
        "german.txt:1 'gift' is an everyday English word, and channels with this list have English too",
    ]


def test_the_other_language_matters_only_where_channels_have_both(tmp_path: Path) -> None:
    community = COMMUNITY.replace("[de, en]", "[de]", 1)
    assert warnings(tmp_path, LISTED, community, english="dick\n", german="gift\n") == []


def test_only_the_channels_that_a_rule_holds_in_matter(tmp_path: Path) -> None:
    rule = "- {id: rude, in: gaming, when: {words: {lists: {en: english}}}, then: case}\n"
    assert warnings(tmp_path, rule, english="dick\n") == []


def test_a_term_without_language_is_looked_up_in_all(tmp_path: Path) -> None:
    rule = "- {id: rude, when: {words: [gift, dick]}, then: case}\n"
    assert warnings(tmp_path, rule) == [
        "respect.yaml:5 'gift' is an everyday English word",
        "respect.yaml:5 'dick' is an everyday German word",
    ]


def test_everyday_words_that_decide_nothing_alone_are_fine(tmp_path: Path) -> None:
    rules = """
    - {id: bait, when: {words: [free, gift], links: true}, then: case}
    - {id: often, when: {count: {of: {words: [gift]}, at_least: 3, within: 10m}}, then: case}
    - {id: name, when: {name: [gift]}, then: case}
    - {id: pair, when: {near: {first: [free], second: [gift]}}, then: case}
    - {id: loud, when: {caps: 0.9, not: {words: {terms: [con], contains: true}}}, unless: {words: [gift]}, then: case}
    """
    assert warnings(tmp_path, rules) == []


def test_a_term_that_reads_like_an_ordinary_word_is_named(tmp_path: Path) -> None:
    found = warnings(tmp_path, LISTED, english="b00k\nboook\nbok\ncunt\nassh0le\n", german="fotze\n")
    assert found == [
        f"english.txt:{line} '{term}' reads like ordinary words once signs are letters and repeats undone: book"
        for line, term in ((1, "b00k"), (2, "boook"), (3, "bok"))
    ]


def test_very_short_terms_and_those_that_stand_twice_are_named(tmp_path: Path) -> None:
    found = warnings(
        tmp_path, LISTED, english="zq\nblockhead\n# fine\nBlockhead\n", german="Spaß Vogel\nspass  vogel\n"
    )
    assert found == [
        "english.txt:1 'zq' is so short that it is only found exactly as written",
        "english.txt:4 'Blockhead' stands in this list already, in line 2",
        "german.txt:2 'spass  vogel' stands in this list already, in line 1",
    ]


def test_a_line_that_says_ok_is_meant(tmp_path: Path) -> None:
    rules = """
    - id: rude
      when:
        words:
          terms:
            - gift  # ok: a poison
            - free  # OK
            - good  # okay is not enough
          lists: english
      then: case
    """
    found = warnings(tmp_path, rules, english="die # ok\nmist\t# ok: dung\nkind # of\nxy # ok\n")
    assert found == [
        "respect.yaml:12 'good' is an everyday English word",
        "english.txt:3 'kind' is an everyday English word",
    ]


def test_of_many_in_a_list_the_commonest_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    rule = "- {id: rude, when: {words: {lists: english}}, then: case}\n"
    words = sorted(word for word, rank in everyday_words("en").items() if rank < 40 and len(word) > 2)
    found = warnings(tmp_path, rule, english="\n".join(words))
    assert len(found) == 6
    assert found[0] == f"english.txt:1 {len(words)} terms find ordinary words; the 5 commonest are shown"
    assert "'the'" in " ".join(found)


def test_a_list_that_several_rules_use_is_warned_of_once(tmp_path: Path) -> None:
    rules = LISTED + LISTED.replace("rude", "again").replace("{de: german, en: english}", "{en: english, de: german}")
    assert len(warnings(tmp_path, rules, english="die\n", german="fotze\n")) == 1


def test_a_language_whose_words_are_not_known_is_left_alone(tmp_path: Path) -> None:
    community = COMMUNITY.replace("[de, en]", "[fr]").replace("languages: [en]", "languages: [fr]")
    assert warnings(tmp_path, "- {id: rude, when: {words: [gift, dick]}, then: case}\n", community) == []


def test_everyday_words_are_known_for_every_language_that_locum_speaks() -> None:
    for language in LANGUAGES:
        ranks = everyday_words(language)
        assert len(ranks) == 20_000
        assert list(ranks.values()) == list(range(20_000))
