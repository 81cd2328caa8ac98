"""Files that are broken, hostile or no files at all: one clear error each, with its place, and never a crash."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.files import LIST_LIMIT, YAML_LIMIT, Reader
from bot.policy.problems import has_errors, in_order
from bot.policy.showing import show_problem
from bot.policy.source import read_community
from bot.policy.yaml_source import DEPTH_LIMIT, read_yaml
from tests.policy.folders import write

#: seconds of work; with work that grows by the square it would be minutes
_FAR_LESS = 5


def first_lines(folder: Path, content: str | bytes, name: str = "guidelines/respect.yaml") -> list[str]:
    """Return what is said of one broken file, without the excerpts."""
    draft = read_community(write(folder, {name: content}), "acme")
    assert has_errors(draft.problems)
    shown = [show_problem(problem).splitlines()[0] for problem in in_order(draft.problems)]
    return [line.removeprefix(f"policies/acme/{name}:") for line in shown]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: 1\nb: caf\xe9\n", ["2:7 not UTF-8 from here on: save the file as UTF-8"]),
        ("a: 1".encode("utf-16"), ["1:1 not UTF-8 from here on: save the file as UTF-8"]),
        (b"\x89PNG\r\n\x1a\n", ["1:1 not UTF-8 from here on: save the file as UTF-8"]),
        (
            b"a: x\x00y\n",
            ["1:5 control character U+0000: remove it, or write it as an escape in double quotes"],
        ),
        (
            "a: x\n b\x85c: \u202ed\n",
            [
                "2:3 control character U+0085: remove it, or write it as an escape in double quotes",
                (
                    "2:7 invisible character U+202E turns the reading direction: remove it, "
                    "or write it as an escape in double quotes"
                ),
            ],
        ),
        (b"a:\n\tb: 1\n", ["2:1 a tab can't indent or separate here: use spaces"]),
        (b"a: &x 1\n", ["1:4 anchor '&x': anchors aren't allowed"]),
        (
            b"words: [*idiot, foo]\n",
            ["1:9 '*idiot' is an alias, and aliases aren't allowed: put a term in quotes, write any other value out"],
        ),
        (
            b"a: !!python/object:os.system x\n",
            ["1:4 tag 'tag:yaml.org,2002:python/object:os.system': tags aren't allowed"],
        ),
        (b"? [a]\n: 1\n", ["1:3 a key must be a plain word"]),
        (b"a: 1\n---\nb: 2\n", ["2:1 a second document begins here: a file holds one"]),
        (b"a: b: c\n", ["1:5 a second ': ' in one line: put the text in quotes, or check the indentation"]),
        (b"a: [1, 2\nb: 3\n", ["2:2 a ',', ']' or '}' is missing in or before this line"]),
        (b'a: "\\d+"\n', ["1:6 unknown escape: in double quotes '\\' needs another '\\', or use single quotes"]),
        (b'a: "\\ud800"\n', ["1:4 half a character (a lone surrogate): write the whole one"]),
        (b"a: `x`\n", ["1:4 a text can't begin with this character: put it in quotes"]),
        (b'a: "open\n', ["2:1 a quotation mark isn't closed"]),
        (b"just text\n", ["1:1 expected keys and values, found just text"]),
        (b"- a\n- b\n", ["1:1 expected keys and values, found […]"]),
        (b"", ["1:1 the file is empty"]),
        (b"# only a comment\n", ["1:1 the file is empty"]),
    ],
)
def test_what_is_no_policy_yaml_is_refused_at_its_place(
    tmp_path: Path, content: str | bytes, expected: list[str]
) -> None:
    assert first_lines(tmp_path, content) == expected


def test_every_yaml_problem_of_a_file_is_said_until_there_are_too_many(tmp_path: Path) -> None:
    said = first_lines(tmp_path, "a: &x 1\nb: *x\nc: !t 2\na: 3\n")
    assert [line.partition(" ")[0] for line in said] == ["1:4", "2:4", "3:4", "4:1"]
    assert len(first_lines(tmp_path, "".join(f"k{number}: *x\n" for number in range(500)))) == 20


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "guideline: respect\r\ntitle: {en: Kind}\r\ntext: {en: Be kind}\r\ncaer: true\r\n"
    said = first_lines(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert said == ["4:1 unknown key 'caer' – did you mean 'care'?"]


@pytest.mark.parametrize("bomb", ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused_without_being_followed(tmp_path: Path, bomb: str) -> None:
    started = time.process_time()
    said = first_lines(tmp_path, bomb)
    assert len(said) == 1
    assert time.process_time() - started < _FAR_LESS


def test_twenty_levels_are_read_and_one_more_is_not(tmp_path: Path) -> None:
    policies = write(tmp_path, {"x.yaml": "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT, "y.yaml": "[" * (DEPTH_LIMIT + 1)})
    reader = Reader(policies=policies)
    assert read_yaml(reader, policies / "acme" / "x.yaml") is not None
    assert reader.problems == []
    assert read_yaml(reader, policies / "acme" / "y.yaml") is None
    assert [problem.message.key for problem in reader.problems] == ["check.too_deep"]


def test_an_alias_bomb_is_never_expanded(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    started = time.process_time()
    said = first_lines(tmp_path, "\n".join(rows))
    assert len(said) == 20
    assert time.process_time() - started < _FAR_LESS


def test_files_over_the_limit_are_refused(tmp_path: Path) -> None:
    said = first_lines(tmp_path, b"# " + b"x" * YAML_LIMIT)
    assert said == ["1:1 larger than 1 MB: keep long word lists in lists/"]
    policies = write(tmp_path, {"lists/big.txt": b"x\n" * (LIST_LIMIT // 2 + 1)})
    draft = read_community(policies, "acme")
    draft.problems.clear()
    assert draft.read_list("big") is None
    assert [problem.message.say() for problem in draft.problems] == ["larger than 16 MB: split the list"]


def test_a_folder_a_pipe_or_a_dead_link_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    policies = write(tmp_path, {})
    guidelines = policies / "acme" / "guidelines"
    (guidelines / "folder.yaml").mkdir(parents=True)
    os.mkfifo(guidelines / "pipe.yaml")
    (guidelines / "link.yaml").symlink_to(tmp_path / "nowhere")
    (guidelines / "loop.yaml").symlink_to(guidelines / "loop.yaml")
    (policies / "acme" / "organisations.yaml").mkdir()
    draft = read_community(policies, "acme")
    said = {problem.place.file.rpartition("/")[2]: problem.message.key for problem in draft.problems}
    assert said == {
        "folder.yaml": "check.not_a_file",
        "pipe.yaml": "check.not_a_file",
        "link.yaml": "check.missing_file",
        "loop.yaml": "check.missing_file",
        "organisations.yaml": "check.not_a_file",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    policies = write(tmp_path, {"guidelines/respect.yaml": "a: 1"})
    (policies / "acme" / "guidelines" / "respect.yaml").chmod(0)
    assert [problem.message.key for problem in read_community(policies, "acme").problems] == ["check.unreadable"]


def test_a_list_that_is_not_utf8_is_said_at_its_line(tmp_path: Path) -> None:
    draft = read_community(write(tmp_path, {"lists/mild.txt": b"noob\nd\xfcmm\n"}), "acme")
    assert draft.read_list("mild") is None
    assert [str(problem.place) for problem in draft.problems] == ["policies/acme/lists/mild.txt:2:2"]


def test_a_community_without_its_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "policies" / "acme").mkdir(parents=True)
    draft = read_community(tmp_path / "policies", "acme")
    assert [problem.message.key for problem in draft.problems] == ["check.missing_file"]
    assert draft.community is None


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_arbitrary_bytes_never_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    policies = write(tmp_path_factory.mktemp("any"), {"guidelines/respect.yaml": content, "lists/mild.txt": content})
    draft = read_community(policies, "acme")
    draft.read_list("mild")
    for problem in draft.problems:
        assert show_problem(problem, "de")


_WORDS = st.sampled_from(
    (
        *("community", "channels", "roles", "automation", "may", "asks", "budgets", "ladder", "steps", "responses"),
        *("queues", "overrides", "rule", "in", "mode", "shared", "guideline", "title", "text", "care", "rules", "id"),
        *("when", "unless", "then", "not", "any", "all", "caps", "count", "of", "examples", "match", "at", "hours"),
        *("use", "delete", "kind", "contract", "from", "until", "mandates", "people", "accounts", "discord"),
        *("contacts", "paths", "page", "wait", "fallback", "person", "routing", "if", "en"),
    )
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=5),
    max_leaves=25,
)
_FILES = ("community.yaml", "organisations.yaml", "escalation.yaml", "guidelines/respect.yaml")


@given(st.sampled_from(_FILES), _VALUES)
def test_arbitrary_values_never_crash_a_check(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: object
) -> None:
    draft = read_community(write(tmp_path_factory.mktemp("any"), {name: json.dumps(value)}), "acme")
    for problem in in_order(draft.problems):
        assert problem.place.line >= 1
        assert show_problem(problem, "de")
