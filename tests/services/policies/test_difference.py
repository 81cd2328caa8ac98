"""What differs between two policy sets, and that whatever widens a right is marked."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import Budget
from bot.domain.right import LIMITABLE, POWERS, Permission, Right
from bot.policy.load import load_files
from bot.services.policies.difference import difference, wished_mode
from bot.services.policies.line import Line
from bot.services.policies.rights import permits_more, spends_more
from tests.stage.files import changed, loaded_of


def lines(*files: tuple[str, str]) -> list[Line]:
    """Return what differs from the stage's policies, the names of files left out."""
    return [line for line in difference(loaded_of(), loaded_of(*files)) if line.kind != "files"]


def only(*files: tuple[str, str]) -> Line:
    found = lines(*files)
    assert len(found) == 1, found
    return found[0]


def test_the_same_policies_differ_in_nothing() -> None:
    assert difference(loaded_of(), loaded_of()) == ()


def test_a_comment_differs_in_its_file_alone() -> None:
    found = difference(loaded_of(), loaded_of(changed("community.yaml", "zone:", "# local time\nzone:")))
    assert [(line.kind, line.after) for line in found] == [("files", "acme/community.yaml")]


def test_a_condition_is_shown_in_the_policys_own_words() -> None:
    line = only(changed("guidelines/respect.yaml", "words: [nitwit]", "words: [nitwit, dope]"))
    assert (line.name, line.key, line.before, line.after) == (
        "respect/harsh", "when", "words: [nitwit]", "words: [nitwit, dope]",
    )  # fmt: skip


def test_a_rule_that_comes_live_says_so() -> None:
    line = only(changed("guidelines/respect.yaml", "watched, mode: shadow", "watched, mode: live"))
    assert (line.key, line.before, line.after) == ("mode", "shadow", "live")


def test_other_outcomes_and_severities_are_named() -> None:
    found = lines(
        changed(
            "guidelines/respect.yaml", "severity: medium, then: [{timeout: 10m}", "severity: high, then: [{ban: 7d}"
        )
    )
    assert {(line.key, line.after) for line in found} == {
        ("severity", "high"), ("outcomes", "ask ban 7d, case hate"),
    }  # fmt: skip


def test_a_new_rule_is_one_line_and_one_that_is_gone_another() -> None:
    old = "- {id: harsh, when: {words: [nitwit]}"
    found = lines(changed("guidelines/respect.yaml", old, "- {id: harsher, when: {words: [nitwit]}"))
    assert [(line.name, line.before is None, line.after is None) for line in found] == [
        ("respect/harsher", True, False), ("respect/harsh", False, True),
    ]  # fmt: skip


def test_a_text_that_members_read_is_shown_by_language() -> None:
    line = only(changed("guidelines/respect.yaml", "Argue with ideas", "Fight with ideas"))
    assert (line.section, line.name, line.key) == ("texts", "respect", "text.en")


#: file, what stands in it, what gives somebody more
_FARO = "      may: [delete, notice, warn, {timeout: {up_to: 1h}}]"
_BUDGETS = "budgets: {ban: 5 per 10m, delete: 200 per 1h}"
_NOVA = '    - {id: nova, alias: Nova, role: moderator, accounts: {discord: "999"}}'
STAFF = "organisations.yaml"
WIDER = [
    (STAFF, "gaming]\n      queues: [scams]", "gaming, kneipe]\n      queues: [scams]"),
    (STAFF, "queues: [scams]", "queues: [scams, hate]"),
    (STAFF, "cases_up_to: medium", "cases_up_to: high"),
    (STAFF, f"on_shift_only: true\n{_FARO}", f"on_shift_only: false\n{_FARO}"),
    (STAFF, _FARO, _FARO.replace("1h", "2h")),
    (STAFF, _FARO, _FARO.replace("warn", "warn, quarantine")),
    (STAFF, "asks: {ban: internal}", "asks: {ban: internal, kick: internal}"),
    (STAFF, "meanwhile: {timeout: 1h}", "meanwhile: {timeout: 24h}"),
    (STAFF, "until: 2026-12-31", "until: 2027-12-31"),
    (STAFF, "from: 2025-01-01, until: 2027", "from: 2024-12-20, until: 2027"),
    (STAFF, "seats: 3", "seats: 30"),
    (STAFF, "starts_as: observing", "starts_as: trusted"),
    (STAFF, "alias: Merle, role: moderator", "alias: Merle, role: partner_lead"),
    (STAFF, 'accounts: {discord: "910"}', 'accounts: {discord: "666"}'),
    (STAFF, 'languages: [en], accounts: {discord: "920"}', 'languages: [en, de], accounts: {discord: "920"}'),
    (STAFF, _BUDGETS, _BUDGETS.replace("5 per", "50 per")),
    (STAFF, _BUDGETS, "budgets: {ban: 5 per 10m}"),
    (STAFF, "    - {id: onda,", f"{_NOVA}\n    - {{id: onda,"),
    ("community.yaml", "protected: [staff]", "protected: []"),
    ("community.yaml", "by_another_organisation: [ban]", "by_another_organisation: []"),
    ("community.yaml", "{timeout: {up_to: 7d}}, slow_mode", "{timeout: {up_to: 14d}}, slow_mode"),
    ("community.yaml", "timeout: 30 per 10m", "timeout: 300 per 10m"),
    ("community.yaml", 'help:   {discord: "4101"}', 'help:   {discord: "4999"}'),
    ("community.yaml", "{by_choice: true, at_most: 2", "{by_choice: false, at_most: 2"),
    ("community.yaml", "served_by: [nightwatch, faro]", "served_by: [nightwatch, faro, internal]"),
    ("guidelines/support.yaml", "care: true\n", "care: false\n"),
]


@pytest.mark.parametrize(("file", "old", "new"), WIDER)
def test_whatever_gives_somebody_more_is_marked_and_comes_first_and_the_way_back_is_not(
    file: str, old: str, new: str
) -> None:
    wider = changed(file, old, new)
    found = difference(loaded_of(), loaded_of(wider))
    assert found[0].wider
    back = difference(loaded_of(wider), loaded_of())
    ranked = {"accounts", "discord"}
    assert not any(line.wider for line in back if line.key not in ranked)


def test_a_mandate_that_is_gone_widens_nothing_and_a_new_one_does() -> None:
    before, after = loaded_of(), loaded_of(changed("organisations.yaml", "- id: day-moderation", "- id: dawn"))
    found = {(line.name, line.wider) for line in difference(before, after) if line.kind == "mandate"}
    assert found == {("faro/dawn", True), ("faro/day-moderation", False)}


def test_accounts_of_people_stand_in_no_line() -> None:
    found = lines(changed("organisations.yaml", 'accounts: {discord: "910"}', 'accounts: {discord: "31337"}'))
    assert [(line.key, line.before, line.after) for line in found] == [("accounts", "discord", "discord")]


def test_a_list_says_how_many_entries_come_and_go() -> None:
    rule = changed("guidelines/respect.yaml", "words: [nitwit]", "words: {lists: {en: mild}}")
    before, after = (("lists/mild.txt", words) for words in ("lout\nnoob\n", "noob\ndope\nlump\n"))
    found = difference(loaded_of(rule, before), loaded_of(rule, after))
    assert [line.after for line in found if line.kind == "list"] == ["+2 −1"]


def test_a_path_of_escalation_that_changes_is_shown() -> None:
    line = only(changed("escalation.yaml", "repeat: 2", "repeat: 3"))
    assert (line.section, line.name, line.key, line.after) == ("escalation", "standard", "repeat", "3")


def test_files_never_turn_a_community_live_and_can_send_it_to_shadow() -> None:
    live, shadow = loaded_of(), loaded_of(changed("community.yaml", "mode: live", "mode: shadow"))
    assert [wished_mode(*sides) for sides in (
        (live, live, "live"), (live, live, "shadow"), (shadow, live, "shadow"), (live, shadow, "live"),
        (shadow, shadow, "live"),
    )] == ["live", "shadow", "shadow", "shadow", "live"]  # fmt: skip


def test_lines_survive_being_kept() -> None:
    lines = difference(loaded_of(), loaded_of(changed("organisations.yaml", "seats: 3", "seats: 30")))
    assert lines
    for line in lines:
        assert Line(**json.loads(json.dumps(line.plain()))) == line


def test_what_was_kept_reads_as_what_was_saved() -> None:
    loaded = loaded_of()
    again = load_files(loaded.files, "acme", live=True)
    assert (again.version, again.problems, difference(loaded, again)) == (loaded.version, (), ())


permissions = st.lists(
    st.builds(
        Permission,
        right=st.sampled_from(sorted(POWERS)),
        up_to=st.none() | st.integers(1, 5).map(lambda hours: timedelta(hours=hours)),
    ),
    max_size=4,
).map(tuple)


@given(permissions, permissions, st.sampled_from(sorted(POWERS)), st.none() | st.integers(0, 6))
def test_a_deed_that_becomes_possible_is_always_seen(
    before: tuple[Permission, ...], after: tuple[Permission, ...], right: Right, hours: int | None
) -> None:
    lasts = None if hours is None or right not in LIMITABLE else timedelta(hours=hours)
    could = any(one.covers(right, lasts) for one in before)
    can = any(one.covers(right, lasts) for one in after)
    assert permits_more(before, after) or could or not can


budgets = st.dictionaries(
    st.sampled_from([Right.BAN, Right.DELETE]),
    st.lists(
        st.builds(Budget, limit=st.integers(1, 9), within=st.integers(1, 9).map(lambda m: timedelta(minutes=m))),
        min_size=1, max_size=2,
    ).map(tuple),
)  # fmt: skip


@given(budgets)
def test_a_budget_that_is_taken_away_is_always_seen(before: dict[Right, tuple[Budget, ...]]) -> None:
    assert not spends_more(before, before)
    for power in before:
        rest = {other: limits for other, limits in before.items() if other is not power}
        assert spends_more(before, rest)
        assert not spends_more(rest, before)
