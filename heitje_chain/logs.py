"""Log lines: an event's name and its fields, as JSON for machines or as a line for people.

A line says what was chosen where it is written: a name in snake_case, and `extra` fields that are ids,
amounts, states and counts. Two things could say more than anybody chose, and are cut short here:

    exceptions   by their class and place alone: their words may hold a name, as in KeyError's key or
                 PostgreSQL's "Key (name)=(Anna) already exists"
    libraries    from warnings on, by their name, place and the pattern of their words, without what fills it

Nothing of ours is logged by any other way: `set_up` also takes warnings and whatever ends a thread.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from heitje_chain import tracing

LogFormat = Literal["json", "text"]

OURS = "heitje_chain"
MOST_FRAMES = 20

_RESERVED = {*RESERVED_ATTRS, "message", "asctime", "taskName"}

log = logging.getLogger(__name__)


def set_up(log_format: LogFormat | None = None, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Have this process log to a stream, standard error unless told otherwise; again replaces what was.

    Args:
        log_format: JSON when None, unless the stream is a terminal
        level: of our own lines; libraries speak from WARNING on
    """
    to = stream or sys.stderr
    chosen = log_format or ("text" if to.isatty() else "json")
    output = logging.StreamHandler(to)
    output.setFormatter(JsonLines() if chosen == "json" else TextLines())
    output.addFilter(_is_heard)
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    logging.captureWarnings(True)
    sys.excepthook = _process_ends
    threading.excepthook = _thread_ends


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a line says, in order: time, level, event, trace, the event's own fields, a fault."""
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
    }
    if record.name.partition(".")[0] == OURS:
        own = {name: value for name, value in record.__dict__.items() if name not in _RESERVED}
        trace = own.pop("trace", None) or tracing.current()
        told |= {"event": str(record.msg), **({"trace": trace} if trace else {}), **own}
    else:
        told |= {"event": "library", "logger": record.name, "at": f"{record.module}:{record.lineno}"}
        if record.args:
            told["pattern"] = str(record.msg)
    if record.exc_info and record.exc_info[1] is not None:
        told |= fault(record.exc_info[1])
    return told


def fault(error: BaseException) -> dict[str, Any]:
    """Return an exception as fields: its class, its causes' classes, and where it came from."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return {
        "error": class_of(error),
        "causes": [class_of(cause) for cause in _causes(error)],
        "stack": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def class_of(error: BaseException) -> str:
    """Return an exception's class, and the database's code where there is one: 'OperationalError 57P03'.

    Its words are never told.
    """
    origin = getattr(error, "orig", error)
    code = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name} {code}" if code else name


class JsonLines(JsonFormatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return self.jsonify_log_record(fields_of(record))


class TextLines(logging.Formatter):
    """A line to read: time, level, event, field=value."""

    def format(self, record: logging.LogRecord) -> str:
        told = fields_of(record)
        start = f"{told.pop('time')} {told.pop('level'):<7} {told.pop('event')}"
        return " ".join([start, *(f"{name}={_plain(value)}" for name, value in told.items())])


def _is_heard(record: logging.LogRecord) -> bool:
    """Whether a record is told, also of a library that chose a level of its own."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] == OURS


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_plain, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_plain(one)}" for name, one in value.items()) + "}"
    return str(value).encode("unicode_escape").decode()


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _short(file: str) -> str:
    """Return a file's name below its package, not where this machine keeps it."""
    for marker in ("/site-packages/", f"/{OURS}/"):
        _, found, rest = file.rpartition(marker)
        if found:
            return f"{OURS}/{rest}" if OURS in marker else rest
    return file.rpartition("/")[2]


def _process_ends(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process_ended_by_fault", exc_info=error)


def _thread_ends(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        log.critical("thread_ended_by_fault", exc_info=told.exc_value)
