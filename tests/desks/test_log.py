"""The audit log on its page: in words, and whole as a file."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import heitje_chain
from heitje_chain.acts.rules import audit_code
from heitje_chain.audit import rules
from heitje_chain.desks.city import log_words
from tests.service.town import Person, Town

from .visitor import officer
from .workbooks import rows_of_csv

SOURCE = Path(heitje_chain.__file__).parent
ROLES = SOURCE.parent / "scripts" / "roles.json"


def recorded_off_chain() -> Iterator[str]:
    """The codes that the code itself writes into the log; of one that is put together its end."""
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr == "record_by_officer":
                yield from _texts(call.args[2])
            elif call.func.attr == "record" and isinstance(call.func.value, ast.Name):
                yield from (
                    text for named in call.keywords if named.arg == "act" for text in _texts(named.value)
                )


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
        yield str(node.values[-1].value)


def test_words__are_there_for_every_act_that_can_be_recorded() -> None:
    functions = {
        audit_code(one["signature"].partition("(")[0]) for one in json.loads(ROLES.read_text())["functions"]
    }
    found = set(recorded_off_chain())

    assert functions - set(log_words.ON_CHAIN) == set()
    assert {code for code in found if not any(one.endswith(code) for one in log_words.OFF_CHAIN)} == set()
    unused = {one for one in log_words.OFF_CHAIN if not any(one.endswith(code) for code in found)}
    assert unused == set()
    assert len(found) > 20


def test_log__of_a_town__says_who_did_what_and_to_whom(town: Town, partner: Person, anna: Person) -> None:
    page = officer(town, "auditor").get("/city/log")

    rows = [" ".join(row.text_content().split()) for row in page.document.xpath("//ol/li")]
    [granted] = [row for row in rows if row.startswith("Granted a budget No. ")]
    assert ", Treasurer Details" in granted
    assert page.document.xpath("//li[starts-with(normalize-space(), 'Granted')]//code/text()") == ["grant"]
    later = "Set what a partner organisation can approve in a while (signed; it happens after a delay)"
    assert any(row.startswith(later) for row in rows)
    assert f"/city/participants/{anna.id}" in page.links()


def test_log__in_dutch__is_in_dutch(town: Town, partner: Person) -> None:
    auditor = officer(town, "auditor")
    auditor.language = "nl"

    assert "Budget toegekend" in auditor.get("/city/log").text


def test_log__as_a_file__has_every_record_with_what_its_hash_is_of(town: Town, partner: Person) -> None:
    answer = officer(town, "auditor").client.get("/city/log?as=csv", headers={"Accept-Language": "en"})
    names, *rows = rows_of_csv(answer.content)

    told = [dict(zip(names, row, strict=True)) for row in reversed(rows)]
    records = [
        rules.Record(
            int(one["No."]),
            int(one["occurred_at"]),
            one["actor"],
            one["act"],
            one["subject"],
            one["details"],
            one["previous"],
            one["hash"],
        )
        for one in told
    ]
    assert len(records) > 5
    assert rules.first_fault(records) is None
