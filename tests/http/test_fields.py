"""What requests may hold: amounts, ids, hex; and what is refused at the border."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from heitje_chain.http.fields import (
    Body,
    CentsField,
    Hex32Field,
    ParticipantField,
    PeriodField,
    ReasonField,
    SecondsField,
    SignatureField,
    from_hex,
)

TAKEN: list[tuple[Any, Any]] = [
    (CentsField, 1),
    (CentsField, 2**48 - 1),
    (ParticipantField, "3f8a2b1c4d5e4f60817263544a5b6c7d"),
    (Hex32Field, "0f" * 32),
    (SignatureField, "0xAb"),
    (SignatureField, "ab" * 65),
    (SignatureField, "ab" * 4096),
    (SecondsField, 1),
    (SecondsField, 2**40 - 1),
    (PeriodField, 1),
    (PeriodField, 2**32 - 1),
    (ReasonField, 0),
    (ReasonField, 2**16 - 1),
]

REFUSED: list[tuple[Any, Any, str]] = [
    (CentsField, 0, "greater_than"),
    (CentsField, -1, "greater_than"),
    (CentsField, 2**48, "less_than_equal"),
    (CentsField, 15.0, "int_type"),
    (CentsField, "15", "int_type"),
    (CentsField, True, "int_type"),
    (CentsField, None, "int_type"),
    (ParticipantField, "3F8A2B1C4D5E4F60817263544A5B6C7D", "string_pattern_mismatch"),
    (ParticipantField, "3f8a2b1c4d5e4f60817263544a5b6c7", "string_pattern_mismatch"),
    (ParticipantField, "3f8a2b1c4d5e4f60817263544a5b6c7d\n", "string_pattern_mismatch"),
    (Hex32Field, "0x" + "0f" * 32, "string_pattern_mismatch"),
    (Hex32Field, "0f" * 31, "string_pattern_mismatch"),
    (Hex32Field, "0f" * 32 + "\n", "string_pattern_mismatch"),
    (SignatureField, "", "string_pattern_mismatch"),
    (SignatureField, "0x", "string_pattern_mismatch"),
    (SignatureField, "abc", "string_pattern_mismatch"),
    (SignatureField, "0xgg", "string_pattern_mismatch"),
    (SignatureField, "ab" * 4097, "string_pattern_mismatch"),
    (SecondsField, 0, "greater_than"),
    (SecondsField, 2**40, "less_than"),
    (SecondsField, "1", "int_type"),
    (PeriodField, 0, "greater_than_equal"),
    (PeriodField, 2**32, "less_than"),
    (ReasonField, -1, "greater_than_equal"),
    (ReasonField, 2**16, "less_than"),
    (ReasonField, False, "int_type"),
]


@pytest.mark.parametrize(("field", "value"), TAKEN)
def test_field__within_bounds__is_taken_as_it_is(field: Any, value: Any) -> None:
    assert TypeAdapter(field).validate_python(value) == value


@pytest.mark.parametrize(("field", "value", "kind"), REFUSED)
def test_field__out_of_bounds__is_refused(field: Any, value: Any, kind: str) -> None:
    with pytest.raises(ValidationError) as invalid:
        TypeAdapter(field).validate_python(value)

    assert [error["type"] for error in invalid.value.errors()] == [kind]


def test_body__with_an_unknown_field__is_refused() -> None:
    class Order(Body):
        cents: CentsField

    with pytest.raises(ValidationError) as invalid:
        Order.model_validate({"cents": 1, "euros": 1})

    assert [(error["type"], error["loc"]) for error in invalid.value.errors()] == [
        ("extra_forbidden", ("euros",))
    ]


@pytest.mark.parametrize("text", ["0xABcd", "abCD"])
def test_from_hex__with_or_without_0x__is_the_bytes(text: str) -> None:
    assert from_hex(text) == b"\xab\xcd"
