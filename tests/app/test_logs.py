"""What logs tell, and what they can't: canaries for messages, tokens, account ids and keys."""

import asyncio
import gc
import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.logs import FIELDS, make_log, only_what_may_be_told, take_over_libraries, take_over_loop
from bot.domain.action import ActionKind
from bot.store.errors import UnavailableError
from tests.app.house import AUTHOR, Lines, Server, running, until
from tests.fakes.platform import FaultKind
from tests.fakes.world import World

TEXT = "you blockhead, here is my c4nary secret"
CANARY = "xoxb-c4nary-0123456789-abcdef"


@pytest.fixture
def root_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with warnings.catch_warnings():
        yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


def test_a_line_is_json_with_its_fields_and_the_time() -> None:
    lines = Lines()
    lines.tell.info("lease_gained", lease="intake/acme", epoch=3)
    (line,) = lines.events
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "lease_gained", "level": "info", "lease": "intake/acme", "epoch": 3}


def test_what_is_less_than_the_level_is_left_out() -> None:
    out = io.StringIO()
    tell = make_log(form="json", level="warning", file=out)
    tell.info("unimportant")
    tell.warning("important")
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["important"]


def test_a_terminal_gets_lines_for_people() -> None:
    out = io.StringIO()
    make_log(form="console", file=out).info("started", count=1)
    assert "started" in out.getvalue()
    assert not out.getvalue().startswith("{")


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "hello"},
        {"message": TEXT},
        {"code": TEXT},
        {"community": 814220091188},
        {"community": "814220091188"},
        {"code": {"token": CANARY}},
        {"code": b"bytes"},
        {"reasons": ["fine", TEXT]},
        {"code": "x" * 101},
        {"code": "two\nlines"},
    ],
)
def test_fields_off_the_list_and_values_of_no_known_shape_are_left_out(fields: dict[str, object]) -> None:
    lines = Lines()
    lines.tell.info("something", community2=1, **fields)
    (line,) = lines.events
    assert line.keys() == {"event", "level", "timestamp", "left_out"}
    assert line["left_out"] == 2


@given(st.dictionaries(st.sampled_from([*sorted(FIELDS), "text", "user"]), st.text() | st.integers() | st.binary()))
def test_no_free_text_ever_passes(fields: dict[str, object]) -> None:
    told = only_what_may_be_told(None, "info", {"event": "x", **fields})
    assert all(not isinstance(value, str) or " " not in value for value in told.values())
    assert "text" not in told
    assert "user" not in told


def _raise() -> None:
    raise ValueError(TEXT)


def _fail() -> None:
    try:
        _raise()
    except ValueError as error:
        secret = CANARY
        raise UnavailableError(f"{TEXT} {secret}") from error


def test_of_an_error_type_and_place_are_told_and_nothing_that_it_says() -> None:
    lines = Lines()
    with pytest.raises(UnavailableError) as caught:
        _fail()
    lines.tell.error("failed", problem=caught.value)
    (line,) = lines.events
    assert line["error"] == "UnavailableError/ValueError"
    assert line["place"].startswith("tests/app/test_logs.py:")
    assert "c4nary" not in lines.text


def test_of_several_errors_at_once_the_first_is_told() -> None:
    lines = Lines()
    lines.tell.error("failed", problem=ExceptionGroup(TEXT, [ValueError(TEXT), KeyError()]))
    assert lines.events[0]["error"] == "ExceptionGroup/ValueError"


def test_an_error_that_goes_round_in_circles_is_told_too() -> None:
    lines, error = Lines(), ValueError(TEXT)
    error.__cause__ = error
    lines.tell.error("failed", problem=error)
    assert lines.events[0]["error"] == "ValueError"


@pytest.mark.usefixtures("root_restored")
def test_libraries_are_told_of_without_their_words() -> None:
    lines = Lines()
    take_over_libraries(lines.tell)
    logging.getLogger("some.library").warning("token %s of %s", CANARY, TEXT)
    logging.getLogger("some.library").info("nobody asked")
    logging.getLogger("apscheduler.executors.default").error("Job raised %s", TEXT)
    try:
        _raise()
    except ValueError:
        logging.getLogger("another").exception(TEXT)
    warnings.warn(TEXT, stacklevel=1)
    assert [line["library"] for line in lines.events] == ["some.library", "another", "py.warnings"]
    assert lines.events[1]["error"] == "ValueError"
    assert "c4nary" not in lines.text


@pytest.mark.usefixtures("root_restored")
def told_by_loop(**what: object) -> dict[str, object]:
    """Return the line that comes of what an event loop is told, without its time."""
    lines, loop = Lines(), asyncio.new_event_loop()
    take_over_loop(lines.tell, loop)
    loop.call_exception_handler(dict(what))
    loop.close()
    (line,) = lines.events
    assert line.pop("event") == "unexpected"
    assert line.pop("timestamp")
    return line


def test_of_an_error_that_nobody_caught_type_and_place_are_told() -> None:
    with pytest.raises(UnavailableError) as caught:
        _fail()
    line = told_by_loop(message=TEXT, exception=caught.value)
    assert line.pop("place")
    assert line == {"level": "error", "error": "UnavailableError/ValueError"}


def test_what_a_loop_complains_of_without_an_error_is_told_with_what_it_is_about() -> None:
    lines, loop = Lines(), asyncio.new_event_loop()
    take_over_loop(lines.tell, loop)

    async def forgotten() -> None:
        await asyncio.Event().wait()

    async def forget() -> None:
        asyncio.get_running_loop().create_task(forgotten())
        await asyncio.sleep(0)

    loop.run_until_complete(forget())
    loop.close()
    gc.collect()
    (line,) = lines.events
    assert line["cause"] == "Task_was_destroyed_but_it_is_pending"
    assert [kind.rpartition(".")[2] for kind in line["kind"]] == ["forgotten"]


@pytest.mark.parametrize("said", [TEXT, CANARY, f"Unclosed session of '{CANARY}'", "", "x" * 200])
def test_a_complaint_that_quotes_anything_is_told_without_its_words(said: str) -> None:
    line = told_by_loop(message=said, session=Lines())
    assert line == {"level": "error", "cause": "unnamed", "kind": ["Lines"]}


async def test_a_run_full_of_faults_tells_nothing_of_members_tokens_and_keys(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, server = Lines(), Server(World())
    take_over_libraries(lines.tell)
    asyncio.get_running_loop().set_debug(False)
    for kind in (FaultKind.ACTED, FaultKind.FORBIDDEN, FaultKind.REFUSED):
        server.platform.fail(kind)
    server.platform.fail(FaultKind.RETRY_AFTER, of=ActionKind.RESTRICT, after=0.1)
    server.platform.deny_history()
    secret = f"https://hooks.example/{CANARY}"
    async with running(
        tmp_path, database, server=server, lines=lines, pager_webhook=secret, pager_secret=CANARY
    ) as app:
        await asyncio.wait_for(server.listening.wait(), 120)
        for number in range(20):
            server.say(TEXT, number)
        await until(lambda: len(server.platform.asked) >= 5)
        health = app.communities[0].intake
        assert health is not None
        await until(lambda: health.health().judged >= 20)
        server.platform.revoked = True
        server.say(TEXT, 21)
        # a database that refuses, in the middle of a job
        jobs = app._built.jobs
        assert jobs is not None
        app._job_ended("gaps", UnavailableError(TEXT))
        keys = (tmp_path / "keys.json").read_text()
    account = next(iter(app.communities)).community
    assert account == "acme"
    canaries = ["c4nary", "blockhead", AUTHOR.user, "99110022", CANARY, TEXT]
    canaries += [value for value in _strings(json.loads(keys)) if len(value) > 20]
    assert len(canaries) > 8
    assert [canary for canary in canaries if canary in lines.text] == []
    assert "job_failed" in lines.text


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _strings(one)
        case list():
            for one in value:
                yield from _strings(one)
        case _:
            return
