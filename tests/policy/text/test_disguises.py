"""Terms are seen through the spellings that people hide them in, and named by how they were read."""

import pytest

from tests.policy.text.readers import READER, places, reader_of, seen


@pytest.mark.parametrize(
    ("text", "term", "how"),
    [
        ("you sh1t", "shit", "leet"),
        ("b!tch please", "bitch", "leet"),
        ("(unt", "cunt", "leet"),
        ("a |\\|igger", "nigger", "leet"),
        ("f.u.c.k", "fuck", "separated"),
        ("co`o`n", "coon", "separated"),
        ("fuuuuck", "fuck", "repeated"),
        ("ｆｕｃｋ", "fuck", "look-alikes"),
        ("fuсk", "fuck", "look-alikes"),
        ("nиgger", "nigger", "look-alikes"),
        ("FuckYou", "fuck", "glued"),
        ("f*ck", "fuck", "masked"),
        ("f u c k", "fuck", "spaced"),
        ("s  h  i  t", "shit", "spaced"),
        ("w h.o r_e", "whore", "spaced"),
        ("🇫 🇺 🇨 🇰", "fuck", "spaced"),
        (
            ":regional_indicator_f: :regional_indicator_u: :regional_indicator_c: :regional_indicator_k:",
            "fuck",
            "spaced",
        ),
        ("you fu ck", "fuck", "torn"),
        ("ʇᴉɥs", "shit", "upside down"),
        ("elohssa", "asshole", "backwards"),
        ("\u202etihs\u202c", "shit", "right to left"),
        ("fkn biatch", "bitch", "misspelt"),
        ("k1ll yourself", "kill yourself", "disguised words"),
    ],
)
def test_a_disguised_term_is_seen_and_said_how(text: str, term: str, how: str) -> None:
    assert (term, how) in {(found, way) for found, way, _ in places(text)}


@pytest.mark.parametrize(
    "text",
    [
        "sh\u200bit",
        "s\u00adhit",
        "s\u0336h\u0336i\u0336t\u0336",
        "sh&#105;t",
        "s||h||it",
        "https://a.example/?q=%73%68%69%74",
        "„shit“",
    ],
)
def test_what_clients_do_not_show_hides_nothing(text: str) -> None:
    assert "shit" in seen(text)


@pytest.mark.parametrize("text", ["schwuchtel", "scheisse", "SCHEISSE", "moese", "mo\u0308se"])
def test_umlauts_and_sharp_s_are_seen_in_every_spelling(text: str) -> None:
    assert seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "he explains it", "blieb zu Hause", "DL5EX de K1KE 73", "the s.m. of it", "v1.5.0-rc3 is out", "#a55b00",
        "cocktail bar", "f(x) + g(x)", "a.s.s.e.t", "Ha! Das stimmt", "d$$P", "10:30 bis 13:37", "H2SO4 + 2 NaOH",
        "Nf3 Nc6 Bb5 a6", "tr0ub4dor&3", "„[ugoa]*([-+=]([rwxXst]*|[ugo]))+|[-+=][0-7]+“", "może być", "çok uzun",
        "class Assassin", "dickens", "s/foo/bar/g",
    ],
)  # fmt: skip
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert places(text) == []


@pytest.mark.parametrize("text", ["семей и нации", "Что это такое", "Καλημέρα σας", "коон", "Это тест"])
def test_text_in_another_script_is_left_alone(text: str) -> None:
    assert places(text) == []


def test_a_word_in_other_letters_is_read_amid_latin_text() -> None:
    assert seen("you are such a wһоге, really") == {"whore"}


def test_a_sign_literal_is_found_only_with_its_sign() -> None:
    assert (seen("into s&m"), seen("In fact, S. M. Simpson")) == ({"s&m"}, set())


def test_the_span_covers_the_disguise_and_nothing_else() -> None:
    assert places("oh f.u.c.k you")[0] == ("fuck", "separated", "f.u.c.k")


def test_a_spelled_out_word_is_found_however_often_it_is_repeated() -> None:
    assert len([place for place in places("f u c k " * 5) if place[0] == "fuck"]) == 5


@pytest.mark.parametrize("text", ["hurensonh", "hurenson", "hur3nsohnn", "huuurensoohn"])
def test_one_wrong_letter_is_forgiven_where_a_list_asks_for_it(text: str) -> None:
    assert seen(text, reader_of("hurensohn", typos=True)) == {"hurensohn"}


def test_one_wrong_letter_is_not_forgiven_otherwise() -> None:
    assert seen("hurensnoh") == set()


def test_a_contained_term_is_seen_inside_words_in_disguise_too() -> None:
    assert seen("megasch31zzexx", reader_of("sch3izze", "scheizze", contains=True)) == {"scheizze"}


def test_masks_need_the_ends_of_the_word() -> None:
    assert (seen("f**k"), seen("sh*t"), seen("****"), seen("h**l")) == ({"fuck"}, {"shit"}, set(), set())


def test_the_memory_forgets_rather_than_grows() -> None:
    READER.find("a new word xyzzyq")
    assert len(READER.chunks.clean) + len(READER.chunks.known) <= 300_100
