"""The table of mutations fits the contracts, and the page is what the table and the last run say.

Whether the tests notice each mutation takes minutes to find out: `make prove` does.
"""

import re
from pathlib import Path

import pytest

from tools.mutations.report import PAGE, Result, complaint, noticed_in, render
from tools.mutations.suite import NEVER_ENDED
from tools.mutations.table import ROOT, Mutation, TableError, deployed_with, load, sources

TABLE = load()
INTERFACES = "interfaces"
ROW = Mutation("FixedAuthority", "one", "revert FixedAuthorityUnchangeable();", "", "Something.")


def test_table__has_rows_for_every_source() -> None:
    written = {path.stem for path in sources() if path.parent.name != INTERFACES}

    assert {one.file for one in TABLE} == written
    assert len(TABLE) > 400


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


def test_page__is_what_the_table_and_the_last_run_say() -> None:
    page = PAGE.read_text()

    assert render(TABLE, noticed_in(page)) == page, "python -m tools.mutate_contracts --report --only ..."


def test_page__leaves_no_mutation_unnoticed() -> None:
    results = noticed_in(PAGE.read_text())

    assert [complaint(one, results[one.title]) for one in TABLE] == [None] * len(TABLE)


def test_page__names_tests_that_exist() -> None:
    tests = _tests(ROOT / "tests" / "forge")
    results = noticed_in(PAGE.read_text()).values()
    named = {result.test for result in results if result.test}

    assert {name for name in named - {NEVER_ENDED} if name not in tests} == set()


def test_page__names_errors_of_the_campaigns_that_exist() -> None:
    sources = [path for path in (ROOT / "tests" / "forge").rglob("*.sol") if path.parent.name != "gas"]
    written = "".join(path.read_text() for path in sources)
    told = {result.campaign for result in noticed_in(PAGE.read_text()).values() if result.campaign}
    words = {one.partition('"')[2].rpartition('"')[0] for one in told if '"' in one}

    assert len(words) > 10
    assert {one for one in words if f'"{one}"' not in written} == set()
    assert told - {f"{one}" for one in told if '"' in one} <= {"InvariantsTest.setUp", NEVER_ENDED}


def _tests(folder: Path) -> set[str]:
    return {
        f"{suite}.{test}"
        for path in folder.rglob("*.t.sol")
        for suite in re.findall(r"^contract (\w+Test) ", path.read_text(), re.MULTILINE)
        for test in [
            "setUp",
            *re.findall(r"function ((?:test|invariant_|afterInvariant)\w*)\(", path.read_text()),
        ]
    }


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
