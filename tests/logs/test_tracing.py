"""The id that goes from a request to the event that ends what it wanted."""

from __future__ import annotations

import re

import pytest

from heitje_chain.tracing import current, trace_of, tracing

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("request_id", "traceparent"),
    [
        (TRACE, None),
        ("4BF92F35-77B3-4DA6-A3CE-929D0E0E4736", None),
        (f" {TRACE} ", f"00-{'1' * 32}-00f067aa0ba902b7-01"),
        (None, f"00-{TRACE}-00f067aa0ba902b7-01"),
        ("anna@example.nl", f"00-{TRACE}-00f067aa0ba902b7-01"),
        (None, f"cc-{TRACE}-00f067aa0ba902b7-01-what-comes-later"),
    ],
)
def test_trace_of__what_the_sender_gave__is_taken(request_id: str | None, traceparent: str | None) -> None:
    assert trace_of(request_id, traceparent) == TRACE


@pytest.mark.parametrize(
    ("request_id", "traceparent"),
    [
        (None, None),
        ("", ""),
        ("anna@example.nl", "Anna Jansen"),
        (TRACE + "0", None),
        (TRACE[:-1] + "g", None),
        ("4bf92f35-77b34da6-a3ce-929d0e0e4736", None),
        (None, f"00-{'0' * 32}-00f067aa0ba902b7-01"),
        (None, f"00-{TRACE}-00f067aa0ba902b7"),
    ],
)
def test_trace_of__anything_else__is_a_new_one(request_id: str | None, traceparent: str | None) -> None:
    first, second = (trace_of(request_id, traceparent) for _ in range(2))

    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second
    assert TRACE not in (first, second)


def test_tracing__within_another__ends_with_it() -> None:
    assert current() is None
    with tracing(TRACE):
        with tracing("other"):
            assert current() == "other"
        with tracing(None):
            assert current() == TRACE
        assert current() == TRACE
    assert current() is None
