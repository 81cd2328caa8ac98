"""References between files: each that leads nowhere is an error or a warning at its place."""

from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest

from bot.policy.problems import in_order
from bot.policy.schema.organisations import Power
from bot.policy.showing import show_problem
from bot.policy.source import read_community
from tests.policy.folders import COMMUNITY, guideline, write

ESCALATION = """\
contacts: {ada: {email: env:ADA_MAIL}}
paths:
  standard: {steps: [{page: {on_duty: internal}, wait: 5m}], fallback: {person: ada, via: [email]}}
routing: [{path: standard}]
"""

PARTNER = """\
- id: nightwatch
  kind: partner
  name: Nightwatch GmbH
  contract: {from: 2026-01-01, until: 2026-12-31, data_agreement: {signed: 2025-12-12, reference: A-1}}
  mandates: [{id: night, channels: [help], may: [delete, {timeout: {up_to: 1h}}]}]
  people: [{id: nw-1, alias: Robin, accounts: {discord: "1"}}]
"""


def said(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    """Return what is said of a community's files, without excerpts and folder."""
    draft = read_community(write(folder, files), "acme")
    shown = [show_problem(problem).splitlines()[0] for problem in in_order(draft.problems)]
    return [line.removeprefix("policies/acme/") for line in shown]


def rule(folder: Path, then: str, extra: str = "", community: str = COMMUNITY, head: str = "") -> list[str]:
    """Return what is said of one rule with this outcome."""
    text = guideline(f"- id: loud\n  when: {{caps: 0.9}}\n  then: {then}\n{extra}", "guideline: respect\n" + head)
    return [
        line.partition(".yaml:")[2]
        for line in said(folder, {"community.yaml": community, "guidelines/respect.yaml": text})
    ]


def test_sound_files_have_nothing_said_of_them(tmp_path: Path) -> None:
    assert said(tmp_path, {"escalation.yaml": ESCALATION, "organisations.yaml": PARTNER}) == []


def test_names_in_rules_must_exist(tmp_path: Path) -> None:
    extra = "  in: [halp, gaming]\n  by: {not: [staf]}\n"
    assert rule(tmp_path, "[{use: x}, {notice: respekt}, {case: q}, {escalate: p}]", extra) == [
        "8:16 unknown response 'x': name it under responses in community.yaml",
        "8:29 unknown guideline 'respekt' – did you mean 'respect'?",
        "8:46 warning: queue 'q' isn't described under queues in community.yaml: internal people serve it",
        "8:61 warning: nobody would be paged: there are no paths in escalation.yaml",
        "9:8 unknown channel 'halp': name it under channels in community.yaml – did you mean 'help'?",
        "10:14 unknown role 'staf': name it under roles in community.yaml – did you mean 'staff'?",
    ]


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("[delete, notice, strike, case, {ask: ban}]", []),
        ("{timeout: 1h}", []),
        ("ban", []),
        ("{timeout: 2h}", ["automation may timeout for at most 1h: shorten it, or raise up_to in community.yaml"]),
        (
            "kick",
            ["automation may not kick: add it to automation.may or automation.asks in community.yaml"],
        ),
    ],
)
def test_automation_follows_only_what_it_may_or_asks_for(tmp_path: Path, then: str, expected: list[str]) -> None:
    automation = "automation: {may: [delete, {timeout: {up_to: 1h}}], asks: {ban: internal}}\n"
    assert [line.partition(" ")[2] for line in rule(tmp_path, then, community=COMMUNITY + automation)] == expected


def test_without_automation_anything_beyond_deleting_is_warned_of(tmp_path: Path) -> None:
    assert rule(tmp_path, "[delete, kick]") == [
        "8:18 warning: without automation.may in community.yaml automation may only delete: 'kick' won't follow"
    ]


def test_a_care_guideline_only_helps_even_through_a_response(tmp_path: Path) -> None:
    community = COMMUNITY + "responses: {hard: [notice, delete]}\n"
    assert rule(tmp_path, "[notice, strike, {use: hard}]", community=community, head="care: true") == [
        "8:18 a care guideline may only notice, case and escalate, not strike",
        "8:32 a care guideline may only notice, case and escalate, not delete",
    ]


def test_what_stands_twice_is_said(tmp_path: Path) -> None:
    one = guideline("- {id: a, when: {caps: 0.9}, then: case}\n- {id: a, when: {caps: 0.8}, then: case}\n")
    assert said(tmp_path, {"guidelines/a.yaml": one, "guidelines/b.yaml": one}) == [
        "guidelines/a.yaml:6:8 the rule 'a' stands here for the second time",
        "guidelines/b.yaml:1:12 the guideline 'respect' already stands in policies/acme/guidelines/a.yaml",
        "guidelines/b.yaml:6:8 the rule 'a' stands here for the second time",
    ]


def test_texts_missing_in_a_language_of_the_community_are_warned_of(tmp_path: Path) -> None:
    community = COMMUNITY.replace("languages: [en]", "languages: [de, en]")
    head = "care: false"
    assert rule(tmp_path, "case", community=community, head=head) == [
        "3:1 warning: missing in the community's languages: de",
        "4:1 warning: missing in the community's languages: de",
    ]


def test_the_community_file_names_only_what_exists(tmp_path: Path) -> None:
    community = COMMUNITY + dedent("""\
        automation: {may: [notice, {delete: {up_to: 1h}}], asks: {ban: nightwach, case: internal}}
        queues: {hate: {served_by: [nightwach], else: nobody}}
        overrides: [{rule: respect/load, mode: off}, {rule: respect/loud}]
        responses: {a: [{use: b}], b: [delete]}
        shared: [spam]
    """)
    powers = "delete, timeout, quarantine, kick, ban, slow_mode, raid_mode"
    text = guideline("- {id: loud, when: {caps: 0.9}, then: case}\n")
    files: dict[str, str | bytes] = {"community.yaml": community, "organisations.yaml": PARTNER}
    assert said(tmp_path, files | {"guidelines/respect.yaml": text}) == [
        f"community.yaml:8:20 'notice' can't be allowed here; possible: {powers}",
        "community.yaml:8:28 'delete' lasts no time that could be limited",
        "community.yaml:8:64 unknown organisation 'nightwach' – did you mean 'nightwatch'?",
        f"community.yaml:8:75 'case' can't be allowed here; possible: {powers}",
        "community.yaml:9:29 unknown organisation 'nightwach' – did you mean 'nightwatch'?",
        "community.yaml:9:47 unknown organisation 'nobody'",
        "community.yaml:10:20 unknown rule 'respect/load' – did you mean 'respect/loud'?",
        "community.yaml:10:46 an override changes the mode or the severity: name one",
        "community.yaml:11:23 a response can't use another one ('b')",
        "community.yaml:12:10 no guideline file of that name in shared/guidelines: 'spam'",
    ]


def test_organisations_have_unique_people_and_dates_in_order(tmp_path: Path) -> None:
    text = PARTNER.replace("until: 2026-12-31", "until: 2025-12-31") + dedent("""\
        - id: nightwatch
          kind: partner
          name: Other
          shown_as: {de: Andere}
          contract: {from: 2026-01-01, until: 2026-06-30, seats: 1}
          mandates:
            - {id: m, channels: [halp], queues: [q], asks: {ban: nobody}, may: [fly], until: 2026-07-01}
          people:
            - {id: nw-1, alias: Kim, accounts: {discord: "1"}}
            - {id: nw-2, alias: Jo, role: boss, accounts: {slack: T1/U1}}
    """)
    found = said(tmp_path, {"organisations.yaml": text})
    assert [line.removeprefix("organisations.yaml:") for line in found] == [
        "4:39 ends before it starts",
        "7:7 the organisation 'nightwatch' stands here for the second time",
        "10:3 warning: missing in the community's languages: en",
        "11:3 warning: 'nightwatch' has signed no data agreement: no mandate starts",
        "11:58 warning: fewer seats (1) than people listed (2)",
        "13:26 unknown channel 'halp': name it under channels in community.yaml – did you mean 'help'?",
        "13:42 warning: queue 'q' isn't described under queues in community.yaml: internal people serve it",
        "13:58 unknown organisation 'nobody'",
        f"13:73 'fly' can't be allowed here; possible: {', '.join(get_args(Power))}",
        "13:86 outside the contract's days",
        "15:12 the person 'nw-1' stands here for the second time",
        "15:50 the account '1' already belongs to another person",
        "16:35 warning: no mandate for the role 'boss'",
    ]


def test_every_page_reaches_somebody(tmp_path: Path) -> None:
    text = dedent("""\
        contacts: {ada: {email: env:ADA_MAIL}, bob: {}}
        paths:
          standard:
            steps:
              - {page: {on_duty: nobody, channel: help}, wait: 5m}
              - {page: {}, wait: 5m}
            fallback: {person: ada, via: [webhook]}
          late: {steps: [{page: {person: cid}, wait: 0m}], fallback: {person: dan}}
        routing: [{path: standard}, {if: {queue: q, guideline: g}, path: lat}]
    """)
    found = said(tmp_path, {"escalation.yaml": text})
    assert [line.removeprefix("escalation.yaml:") for line in found] == [
        "1:40 a contact needs a webhook or an email",
        "5:16 a page goes to exactly one of: role, on_duty, channel, person",
        "5:26 unknown organisation 'nobody'",
        "6:16 a page goes to exactly one of: role, on_duty, channel, person",
        "7:35 the contact 'ada' has no webhook",
        "8:46 '0m' is no time at all: write a longer duration",
        "8:71 unknown contact 'dan': name it under contacts",
        "9:29 warning: never reached: an earlier route takes every case",
        "9:42 warning: queue 'q' isn't described under queues in community.yaml: internal people serve it",
        "9:56 unknown guideline 'g'",
        "9:66 unknown path 'lat': name it under paths – did you mean 'late'?",
    ]


def test_an_outcome_that_names_no_path_leaves_it_to_the_routing(tmp_path: Path) -> None:
    text = guideline("- {id: loud, when: {caps: 0.9}, then: [escalate, {escalate: standrad}]}\n")
    assert said(tmp_path, {"guidelines/respect.yaml": text, "escalation.yaml": ESCALATION}) == [
        (
            "guidelines/respect.yaml:5:61 warning: no path 'standrad' in escalation.yaml: the case's routing decides"
            " – did you mean 'standard'?"
        )
    ]


def test_an_error_inside_a_definition_is_not_followed_by_one_for_each_use(tmp_path: Path) -> None:
    community = COMMUNITY.replace("help: {}", "help: {discord: x}")
    found = rule(tmp_path, "case", "  in: [help]\n", community)
    assert found == ["4:19 'x' is no Discord id: digits only, in quotes"]


def test_files_that_nothing_reads_are_warned_of(tmp_path: Path) -> None:
    told = "warning: nothing reads this file; guidelines belong into guidelines/ – did you mean 'organisations.yaml'?"
    assert said(tmp_path, {"organizations.yaml": "[]"}) == [f"organizations.yaml:1:1 {told}"]


def test_a_folder_must_bear_the_communitys_name(tmp_path: Path) -> None:
    assert said(tmp_path, {"community.yaml": "community: acne\n"}) == [
        "community.yaml:1:12 the community is called 'acne', its folder 'acme': both must be the same"
    ]
