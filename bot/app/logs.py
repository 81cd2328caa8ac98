"""Structured logs that can't tell what they mustn't: fields from a closed list, values of a closed shape.

Whoever logs gives an event's name and fields. Free text has no field: of an error its type and place are told, never
what it says, since drivers quote what members wrote. Whatever doesn't fit is left out, and that is told.
"""

import asyncio
import logging
import re
import sys
import warnings
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TextIO

import structlog
from structlog.typing import Processor

#: what may be told: codes, surrogates, names that an installation gives itself, numbers
FIELDS = frozenset({
    "address", "after", "attempts", "before", "case", "cause", "channel", "code", "communities", "community",
    "connection", "contact", "count", "dead", "drift", "entries", "epoch", "error", "gap", "health", "job",
    "kind", "lease", "library", "line", "place", "policy", "port", "process", "reasons", "rule", "seconds",
    "size", "state", "status", "step", "timer", "variable", "version", "witness",
})  # fmt: skip
#: what structlog puts beside them
_OWN = frozenset({"event", "level", "timestamp"})
#: names and codes, no blanks: a sentence never fits
_WORD = re.compile(r"[A-Za-z0-9_.:/+@\[\]-]{0,100}")
#: a platform's numbers of users and messages are longer than any count
_LONG = re.compile(r"[0-9]{10,}")
_LARGEST = 10**10
#: words alone: what a library quotes from elsewhere brings other signs with it
_SENTENCE = re.compile(r"[A-Za-z ]{1,100}[.!]?")
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_ROOT = Path(__file__).parents[2]


class Log(Protocol):
    """What the program tells whoever runs it."""

    def debug(self, event: str, **fields: Any) -> None:
        """Tell a detail."""

    def info(self, event: str, **fields: Any) -> None:
        """Tell what happened."""

    def warning(self, event: str, **fields: Any) -> None:
        """Tell what somebody should look at."""

    def error(self, event: str, **fields: Any) -> None:
        """Tell what went wrong."""


def make_log(*, form: str = "auto", level: str = "info", file: TextIO | None = None) -> Log:
    """Return a log that writes to `file`, standard error by default."""
    out = sys.stderr if file is None else file
    console = form == "console" or (form == "auto" and out.isatty())
    last: Processor = structlog.dev.ConsoleRenderer(colors=out.isatty()) if console else _json()
    log: Log = structlog.wrap_logger(
        structlog.PrintLogger(out),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_what_may_be_told,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
    )
    return log


def _json() -> Processor:
    return structlog.processors.JSONRenderer(sort_keys=True)


def only_what_may_be_told(_log: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the fields of the list whose values have their shape; count the others, and name none of them."""
    told: dict[str, Any] = {name: value for name, value in event.items() if name in _OWN}
    told["event"] = _value(told.get("event"), "unnamed")
    left_out = 0
    for name, value in event.items():
        if name in _OWN:
            continue
        if isinstance(value, BaseException):
            told["error"], told["place"] = error_type(value), error_place(value)
            continue
        shown = _value(value, None) if name in FIELDS else None
        if shown is None:
            left_out += 1
        else:
            told[name] = shown
    if left_out:
        told["left_out"] = left_out
    return told


def _value(value: Any, otherwise: Any) -> Any:
    """Return a value as it may be told; what isn't of a closed shape isn't."""
    match value:
        case bool() | float():
            return value
        case int():
            return value if abs(value) < _LARGEST else otherwise
        case str():
            return value if _WORD.fullmatch(value) and not _LONG.fullmatch(value) else otherwise
        case tuple() | list() | set() | frozenset():
            shown = [_value(one, None) for one in value]
            return otherwise if None in shown else shown
        case _:
            return otherwise


def error_type(error: BaseException) -> str:
    """Return the error's type and those it came from, never what they say."""
    names: list[str] = []
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen and len(names) < 5:
        seen.add(id(following))
        names.append(type(following).__name__)
        if isinstance(following, BaseExceptionGroup):
            following = following.exceptions[0]
            continue
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return "/".join(names)


def error_place(error: BaseException) -> str:
    """Return the last line of ours that the error passed."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    place, trace = "", error.__traceback__
    while trace is not None:
        place = _place(trace) or place
        trace = trace.tb_next
    return place


def _place(trace: TracebackType) -> str:
    path = Path(trace.tb_frame.f_code.co_filename)
    return f"{path.relative_to(_ROOT).as_posix()}:{trace.tb_lineno}" if path.is_relative_to(_ROOT) else ""


class Libraries(logging.Handler):
    """Takes what libraries log, and tells who spoke and from where; their words may hold anything."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a record."""
        error = record.exc_info[1] if record.exc_info else None
        fields: dict[str, Any] = {"library": record.name, "line": record.lineno}
        if error is not None:
            fields["error"] = error
        tell = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        tell("library_spoke", **fields)


def take_over_libraries(log: Log) -> None:
    """Have everything that libraries log, and warnings, told by this log alone."""
    root = logging.getLogger()
    root.handlers[:] = [Libraries(log)]
    root.setLevel(logging.WARNING)
    # its words about every tick; errors in a job are told by ourselves
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("default")


def take_over_loop(log: Log, loop: asyncio.AbstractEventLoop) -> None:
    """Have what nobody caught in an event loop told by this log."""
    loop.set_exception_handler(lambda _, what: _tell_of(log, what))


def _tell_of(log: Log, what: Mapping[str, Any]) -> None:
    """Tell of an error that nobody caught; of something else that went wrong, what the loop or a library says of it."""
    error = what.get("exception")
    if isinstance(error, BaseException):
        log.error("unexpected", problem=error)
        return
    said = str(what.get("message", ""))
    cause = "_".join(said.rstrip(".!").split()) if _SENTENCE.fullmatch(said) else "unnamed"
    log.error("unexpected", cause=cause, kind=[_kind(one) for name, one in what.items() if name != "message"])


def _kind(concerned: Any) -> str:
    """Return of what type something is; of a task, what it was to do."""
    made = concerned.get_coro() if isinstance(concerned, asyncio.Task) else type(concerned)
    return str(getattr(made, "__qualname__", type(made).__qualname__)).replace("<locals>.", "")
