from __future__ import annotations

import logging
import re
import string
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from heitje_chain.http import faults, problems
from heitje_chain.http.problems import KINDS, Refused, kind_of, problem, register, sentence

from .cafe import Cafe, TooDear, application

KEYED = {"Idempotency-Key": "some-key-1"}
ENGLISH = {"Accept-Language": "en"}


def test_refused__in_dutch__is_a_problem(client: TestClient) -> None:
    refused = client.post("/api/sales", json={"cents": 1234567}, headers=KEYED)

    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["content-language"] == "nl"
    assert refused.headers["vary"] == "Accept-Language"
    assert refused.json() == {
        "type": "/problems/cafe-too-dear",
        "title": "Dit past niet bij wat er al is",
        "status": 409,
        "detail": "Dit kost € 12.345,67 en u heeft € 100,00.",
        "price": 1234567,
        "balance": 10000,
        "shop": "De Vrijstad",
    }


def test_refused__in_english__same_type(client: TestClient) -> None:
    refused = client.post("/api/sales", json={"cents": 1234567}, headers=KEYED | ENGLISH)

    assert refused.headers["content-language"] == "en"
    assert refused.json()["type"] == "/problems/cafe-too-dear"
    assert refused.json()["detail"] == "This costs €12,345.67 and you have €100.00."


def test_refused__as_text__is_its_english_sentence() -> None:
    assert str(TooDear(500, 0, "Bij Jansen")) == "This costs €5.00 and you have €0.00."


def test_subclass__without_words_of_its_own__is_told_as_its_base() -> None:
    class MuchTooDear(TooDear):
        pass

    assert kind_of(MuchTooDear(500, 0, "Bij Jansen")) == KINDS[TooDear]


def test_group__without_words__is_not_registered() -> None:
    class CafeRefusal(Refused):
        pass

    assert kind_of(CafeRefusal()) is None
    assert str(CafeRefusal()) == "CafeRefusal"


def test_amount_error__from_a_route__400_without_what_was_sent(client: TestClient) -> None:
    refused = client.post("/amounts", json={"text": "geheim"})

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/amount-invalid")
    assert "geheim" not in refused.text


@pytest.mark.parametrize(
    ("slug", "status", "nl", "en", "members", "says"),
    [
        ("Not A Slug", 400, "a", "b", (), "malformed"),
        ("cafe-too-dear", 400, "a", "b", (), "taken"),
        ("cafe-fine", 200, "a", "b", (), "no status of an error"),
        ("cafe-fields", 400, "{a}", "{b}", (), "different fields"),
        ("cafe-dig", 400, "{a.__class__}", "{a.__class__}", (), "cannot be members"),
        ("cafe-own", 400, "a", "b", ("status",), "cannot be members"),
    ],
)
def test_register__a_mistake_of_ours__value_error(
    slug: str, status: int, nl: str, en: str, members: tuple[str, ...], says: str
) -> None:
    class Mistake(Exception):
        pass

    with pytest.raises(ValueError, match=says):
        register(Mistake, slug, status, nl, en, members=members)
    with pytest.raises(ValueError, match="registered already"):
        register(TooDear, "cafe-too-dear-2", 409, "a", "b")

    assert Mistake not in KINDS


def test_problem__of_members_of_any_kind__are_json() -> None:
    class Odd(Exception):
        raw, many, none, place = b"\x01\xff", (1, b"\x02"), None, {"at": 1.5}

    register(Odd, "cafe-odd", 418, "Nee.", "No.", members=("raw", "many", "none", "place"))
    try:
        told = problem(Odd(), "en")
    finally:
        del KINDS[Odd]

    assert (told["raw"], told["many"], told["none"], told["place"]) == (
        "01ff",
        [1, "02"],
        None,
        {"at": "1.5"},
    )


def test_kinds__all__have_a_title_and_both_sentences() -> None:
    for error_class, kind in KINDS.items():
        assert kind.status in problems.TITLES, error_class
        for text in kind.sentences.values():
            # A reason, and what differs, are sentences of their own.
            assert text.endswith((".", ": {reason}", ": {difference:words}")), error_class
            list(string.Formatter().parse(text))


def test_sentence__of_an_unknown_error__is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError, match="ZeroDivisionError"):
        sentence(ZeroDivisionError(), "nl")


def test_late_registration__after_install__is_told_all_the_same(engine: Engine) -> None:
    class Late(Exception):
        pass

    def arrive() -> None:
        raise Late

    app = application(Cafe(engine))
    app.add_api_route("/late", arrive)
    register(Late, "cafe-late", 410, "Wij zijn dicht.", "We are closed.")
    try:
        answer = TestClient(app, raise_server_exceptions=False).get("/late")
    finally:
        del KINDS[Late]

    assert (answer.status_code, answer.json()["detail"]) == (410, "Wij zijn dicht.")


def _validation(client: TestClient, body: Any, **headers: str) -> Any:
    answer = client.post("/api/sales", json=body, headers=KEYED | headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/request-invalid")
    return answer.json()


def test_validation__of_fields__names_each_with_a_sentence(client: TestClient) -> None:
    told = _validation(client, {"cents": 0, "pin": "12345"})

    assert told["detail"] == "Niet alles is goed ingevuld. Kijk dit na: body.cents, body.pin."
    assert told["errors"] == [
        {"field": "body.cents", "detail": "Dit moet meer zijn dan 0."},
        {"field": "body.pin", "detail": "Dit is te lang: hoogstens 4 tekens."},
    ]


def test_validation__in_english__english_sentences(client: TestClient) -> None:
    told = _validation(client, {}, **ENGLISH)

    assert told["errors"] == [{"field": "body.cents", "detail": "Fill this in."}]


@pytest.mark.parametrize(
    "body",
    [
        {"cents": 1, "pin": "hunter2"},
        {"cents": "hunter2"},
        {"cents": 1, "my secret is hunter2": 1},
        {"cents": 1, "pin": "0000"},
        "hunter2",
        ["hunter2"],
    ],
)
def test_validation__of_a_secret__is_not_repeated(client: TestClient, body: Any) -> None:
    answer = client.post("/api/sales", json=body, headers=KEYED)

    assert answer.status_code == 400
    assert not re.search("hunter2|0000", answer.text)


def test_validation__of_broken_json__400(client: TestClient) -> None:
    answer = client.post(
        "/api/sales", content=b'{"pin": "hunter2', headers=KEYED | {"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/json-invalid")
    assert answer.json()["detail"] == "Dit is geen goede JSON. Kijk bij teken 9."
    assert "hunter2" not in answer.text


def test_validation__of_very_many_fields__tells_20(client: TestClient) -> None:
    told = _validation(client, {f"field{number}": 1 for number in range(50)})

    assert len(told["errors"]) == 20


def test_unknown_address__404(client: TestClient) -> None:
    answer = client.get("/nowhere")

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert answer.json()["detail"] == "Hier is niets te vinden."


def test_other_method__405_with_allow(client: TestClient) -> None:
    answer = client.delete("/echo", headers=ENGLISH)

    assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_unexpected__500_with_a_reference_that_the_log_has(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "heitje_chain.http"):
        answer = client.get("/broken")

    told = answer.json()
    assert (answer.status_code, told["type"]) == (500, "/problems/unexpected")
    assert told["reference"] in told["detail"]
    assert answer.headers["x-request-id"].startswith(told["reference"])
    assert told["instance"] == UUID(answer.headers["x-request-id"]).urn
    assert "hunter2" not in answer.text
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "unexpected_fault"
    assert (record.__dict__["method"], record.__dict__["route"]) == ("GET", "/broken")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)


def test_install__on_an_empty_application__answers_problems() -> None:
    app = FastAPI()
    faults.install(app)

    assert TestClient(app).get("/").json()["type"] == "/problems/not-found"
