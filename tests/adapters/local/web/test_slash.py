"""A command as it is typed becomes what the core is given, or one sentence that says what to give."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.local.web.completing import Asked, complete
from adapters.local.web.naming import called
from adapters.local.web.slash import Lookups, Typed, Wrong, read_command
from bot.commands.command import Command
from bot.commands.table import COMMANDS
from bot.domain.command import OptionKind, OptionValue, Suggestion
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.i18n import LANGUAGES, say

_NAMES = {"rollmops": "u1", "limpet": "u2", "old salt": "u3", "robin": "robin"}
_TYPED = [command for command in COMMANDS if command.typed]


def member(account: str) -> Member | None:
    ref = AccountRef(platform=PlatformName.LOCAL, workspace="acme", user=account)
    return Member(key=account, account=ref) if account in _NAMES.values() else None


def channel(name: str) -> Channel | None:
    found = {"help", "gaming"} & {name.lower()}
    return Channel(platform=PlatformName.LOCAL, workspace="acme", id=found.pop()) if found else None


def message(post: str) -> Message | None:
    author, place = member("u1"), channel("help")
    assert author is not None
    assert place is not None
    ref = MessageRef(platform=PlatformName.LOCAL, workspace="acme", channel="help", message="7")
    return Message(ref=ref, author=author, channel=place, at=datetime.now(UTC), text="x") if post == "7" else None


LOOKUPS = Lookups(
    names=_NAMES,
    member=member,
    message=message,
    channel=channel,
    rooms=["help", "gaming"],
    known={OptionKind.GUIDELINE: ("respect", "spam"), OptionKind.QUEUE: ("hate",), OptionKind.ORGANISATION: ("faro",)},
)


def read(text: str, language: str = "en") -> tuple[str, dict[str, Any]]:
    found = read_command(text, language, LOOKUPS)
    assert isinstance(found, Typed), found
    return found.command.name, {name: shown(value) for name, value in found.options.items()}


def shown(value: OptionValue) -> str:
    match value:
        case Member():
            return value.key
        case Message():
            return f"message {value.ref.message}"
        case Channel():
            return f"#{value.id}"
        case tuple():
            return " ".join(one.key for one in value)
        case _:
            return str(value)


def said(text: str, language: str = "en") -> str:
    found = read_command(text, language, LOOKUPS)
    assert isinstance(found, Wrong), found
    return found.said


@pytest.mark.parametrize(
    ("text", "command", "options"),
    [
        (
            "/mod warn @Rollmops guideline:spam why: he said so",
            "mod.warn", {"member": "u1", "guideline": "spam", "why": "he said so"},
        ),
        ("/mod warn @Rollmops spam he said so", "mod.warn", {"member": "u1", "guideline": "spam", "why": "he said so"}),
        ("/mod warn u1 he said so", "mod.warn", {"member": "u1", "why": "he said so"}),
        ("/MOD  Warn   @ROLLMOPS", "mod.warn", {"member": "u1"}),
        ("/mod warn @old salt why:rude", "mod.warn", {"member": "u3", "why": "rude"}),
        ("/mod warn guideline:spam @limpet again", "mod.warn", {"guideline": "spam", "member": "u2", "why": "again"}),
        (
            "/mod warn why: so guideline:spam member: @limpet",
            "mod.warn", {"guideline": "spam", "member": "u2", "why": "so"},
        ),
        (
            '/mod warn @limpet why:"it says: guideline:spam" case:12',
            "mod.warn", {"member": "u2", "why": "it says: guideline:spam", "case": "12"},
        ),
        ("/mod timeout @limpet 10m spam", "mod.timeout", {"member": "u2", "for": "10m", "guideline": "spam"}),
        ("/mod timeout @limpet spam", "mod.timeout", {"member": "u2", "guideline": "spam"}),
        ("/mod delete 7", "mod.delete", {"message": "message 7"}),
        ("/mod delete http://127.0.0.1:8484/acme/as/u1/help#post-7", "mod.delete", {"message": "message 7"}),
        ("/mod slow #gaming 30s", "mod.slow", {"channel": "#gaming", "every": "30s"}),
        ("/case decide no violation", "case.decide", {"verdict": "no_violation"}),
        ("/case decide verdict:no_violation why: see", "case.decide", {"verdict": "no_violation", "why": "see"}),
        ("/case pass @Robin please look", "case.pass", {"to": "Robin", "note": "please look"}),
        ("/case claim 12", "case.claim", {"case": "12"}),
        ("/shift start", "shift.start", {}),
        ("/report @limpet they spam", "everyone.report", {"member": "u2", "statement": "they spam"}),
        ("/report 7", "everyone.report", {"message": "message 7"}),
        ("/appeal It was a quote: I meant it so", "everyone.appeal", {"statement": "It was a quote: I meant it so"}),
        ("/team", "everyone.team", {}),
        ("/lead massban @limpet @old salt, u1", "lead.massban", {"members": "u2 u3 u1"}),
        ("/lead massban u1 u2 guideline:spam", "lead.massban", {"members": "u1 u2", "guideline": "spam"}),
        # their own words may begin like that
        ("/mod warn @Rollmops @limpet said it", "mod.warn", {"member": "u1", "why": "@limpet said it"}),
    ],
)  # fmt: skip
def test_a_command_is_read_as_it_is_meant(text: str, command: str, options: dict[str, str]) -> None:
    assert read(text) == (command, options)


@pytest.mark.parametrize(
    ("text", "command", "options"),
    [
        (
            "/mod verwarnen @Rollmops leitlinie:spam warum: darum",
            "mod.warn", {"member": "u1", "guideline": "spam", "why": "darum"},
        ),
        ("/fall entscheiden kein Verstoß", "case.decide", {"verdict": "no_violation"}),
        ("/mod warn @Rollmops guideline:spam", "mod.warn", {"member": "u1", "guideline": "spam"}),
        ("/case decide no violation", "case.decide", {"verdict": "no_violation"}),
        ("/melden @limpet nervt", "everyone.report", {"member": "u2", "statement": "nervt"}),
    ],
)  # fmt: skip
def test_somebody_who_reads_german_types_german_or_english(text: str, command: str, options: dict[str, str]) -> None:
    assert read(text, "de") == (command, options)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_found_by_its_name_in_every_language(language: str) -> None:
    for command in _TYPED:
        found = read_command(f"/{called(command, language)}", language, LOOKUPS)
        needed = any(option.required for option in command.options)
        assert needed or (isinstance(found, Typed) and found.command is command)
        assert not needed or (isinstance(found, Wrong) and f"/{called(command, language)}" in found.said)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("/mod wran @Rollmops", "/mod warn"),
        ("/repotr", "/report"),
        ("/mod warn @Rolmops", "@rollmops"),
        ("/lead massban @limpet @Rolmops", "@rollmops"),
        ("/mod slow #gamin", "#gaming"),
        ("/mod warn", "member"),
        ("/shift start faro more", "more"),
        ("/mod delete 99", "99"),
        ("/", "Type /"),
        ("/ mod", "mod"),
        (f"/appeal {'x' * 5_000}", "4000"),
    ],
)
def test_whoever_mistypes_is_told_what_to_give(text: str, hint: str) -> None:
    assert hint in said(text)


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([*{word for command in _TYPED for word in called(command, "de").split()}]),
    st.sampled_from(["/", "@", "@Rollmops", "why:", "für:", '"', ":", "#help", "10m", "7", "\u202e", "\ud800"]),
    st.sampled_from([option.name + ":" for command in _TYPED for option in command.options]),
)
TEXTS = st.builds(
    lambda words, space: "/" + space.join(words), st.lists(WORDS, max_size=8), st.sampled_from([" ", "", "  ", "\n"])
)


@given(TEXTS, st.sampled_from([*LANGUAGES, "fr"]))
@settings(max_examples=400, deadline=None)
def test_no_text_is_too_strange_to_be_answered(text: str, language: str) -> None:
    found = read_command(text, language, LOOKUPS)
    if isinstance(found, Typed):
        names = {option.name: option for option in found.command.options}
        assert set(found.options) <= set(names)
        assert all(found.options.get(name) is not None for name, option in names.items() if option.required)
    else:
        assert found.said


def asked(language: str = "en", *, commands: list[Command] | None = None) -> Asked:
    async def known(command: Command, given: dict[str, OptionValue], option: str, typed: str) -> list[Suggestion]:
        found = {"guideline": ["respect", "spam"], "queue": ["hate"]}.get(option, [])
        return [Suggestion(value=one, label=one.title()) for one in found if one.startswith(typed)]

    return Asked(
        language=language,
        commands=_TYPED if commands is None else commands,
        lookups=LOOKUPS,
        people=["Rollmops", "limpet", "Old Salt", "Robin"],
        rooms=["help", "gaming"],
        posts=[("7", "ahoy there")],
        known=known,
    )


async def ways(text: str, language: str = "en") -> list[str]:
    return [one.insert for one in await complete(text, asked(language))]


async def test_a_slash_offers_groups_and_what_stands_alone() -> None:
    found = await ways("/")
    assert {"/mod ", "/case ", "/shift ", "/report ", "/appeal "} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("/mo", "en", "/mod "),
        ("/mod w", "en", "/mod warn "),
        ("/mod", "en", "/mod "),
        ("/mod ver", "de", "/mod verwarnen "),
        ("/mod wa", "de", "/mod verwarnen "),
        ("/mod warn @l", "en", "/mod warn @limpet "),
        ("/mod warn lim", "en", "/mod warn @limpet "),
        ("/mod warn @Old S", "en", "/mod warn @Old Salt "),
        ("/mod warn member:@Ro", "en", "/mod warn member:@Robin "),
        ("/mod warn @limpet ", "en", "/mod warn @limpet respect "),
        ("/mod warn @limpet s", "en", "/mod warn @limpet spam "),
        ("/mod warn @limpet guideline:", "en", "/mod warn @limpet guideline:respect "),
        ("/mod warn @limpet guideline: s", "en", "/mod warn @limpet guideline: spam "),
        ("/mod warn @limpet wh", "en", "/mod warn @limpet why:"),
        ("/mod slow #g", "en", "/mod slow #gaming "),
        ("/mod delete ", "en", "/mod delete 7 "),
        ("/case decide no", "en", '/case decide "no violation" '),
        ("/case next ", "en", "/case next hate "),
        ("hello @rol", "en", "hello @Rollmops "),
        ("@", "en", "@limpet "),
    ],
)
async def test_the_first_way_on_is_what_is_most_likely_meant(text: str, language: str, first: str) -> None:
    assert (await ways(text, language))[:1] == [first]


@pytest.mark.parametrize(
    "text", ["", "hello", "a@b", "/unknown thing ", "/mod warn @limpet why: because of ", "x" * 5_000]
)
async def test_where_there_is_nothing_to_say_nothing_is_offered(text: str) -> None:
    assert await ways(text) == []


async def test_only_commands_that_are_offered_are_named() -> None:
    everybody = [command for command in _TYPED if command.group == "everyone"]
    found = await complete("/", asked(commands=everybody))
    assert sorted(one.insert for one in found) == sorted(f"/{called(one, 'en')} " for one in everybody)
    assert all(one.help for one in found)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
async def test_no_text_is_too_strange_to_be_completed(text: str) -> None:
    found = await complete(text, asked("de"))
    assert len(found) <= 25


async def test_a_value_that_was_chosen_from_the_list_is_read_as_it_was_meant() -> None:
    [way, *_] = await complete("/case decide no", asked())
    assert read(way.insert) == ("case.decide", {"verdict": "no_violation"})
    assert say("commands.choice_no_violation", "en") in way.label
