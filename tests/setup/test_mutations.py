"""The table of mutations fits the contracts.

Whether the tests notice each mutation takes minutes to find out: `python -m tools.mutate_contracts` does.
"""

import re

import pytest

from tools.mutations.report import Result, complaint
from tools.mutations.table import Mutation, TableError, deployed_with, load, sources

TABLE = load()
INTERFACES = "interfaces"
ROW = Mutation("FixedAuthority", "one", "revert FixedAuthorityUnchangeable();", "", "Something.")


def test_table__has_rows_for_every_source() -> None:
    written = {path.stem for path in sources() if path.parent.name != INTERFACES}

    assert {one.file for one in TABLE} == written
    assert len(TABLE) > 300


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.title)
def test_row__stands_once_in_its_source_and_says_what_it_means(one: Mutation) -> None:
    source = one.path.read_text()

    assert one.mutate(source) != source
    assert re.fullmatch(r"[a-z0-9-]+", one.name)
    assert one.means.endswith(".")
    assert not (one.invariants and one.changes_nothing)


@pytest.mark.parametrize(("was", "times"), [("revert Nothing();", 0), ("FixedAuthority", 2)])
def test_mutate__when_the_snippet_does_not_stand_once__is_refused(was: str, times: int) -> None:
    row = Mutation("FixedAuthority", "one", was, "", "Something.")

    with pytest.raises(TableError, match=f"^FixedAuthority/one: its snippet stands {times} times in Fixed"):
        row.mutate("FixedAuthority FixedAuthority")


def test_deployed_with__follows_imports() -> None:
    assert deployed_with("JobSignatures") == ["JobEscrow"]
    assert deployed_with("OfficerAccount") == ["OfficerAccount"]
    assert len(deployed_with("FixedAuthority")) == 5


@pytest.mark.parametrize(
    ("row", "result", "complains"),
    [
        (ROW, Result("ATest.test_a"), None),
        (ROW, Result(None), "FixedAuthority/one SURVIVED: Something."),
        (
            Mutation(ROW.file, "two", ROW.was, "", "Else.", invariants=True),
            Result("ATest.test_a"),
            "FixedAuthority/two SURVIVED the campaigns: Else.",
        ),
        (Mutation(ROW.file, "three", ROW.was, "", "None.", changes_nothing="It is so."), Result(None), None),
        (
            Mutation(ROW.file, "three", ROW.was, "", "None.", changes_nothing="It is so."),
            Result("ATest.test_a"),
            "FixedAuthority/three is said to change nothing, and ATest.test_a notices it",
        ),
    ],
)
def test_complaint__is_of_survivors_and_of_wrong_proofs(
    row: Mutation, result: Result, complains: str | None
) -> None:
    assert complaint(row, result) == complains
