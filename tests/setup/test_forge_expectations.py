"""The forge tests expect every error and every event that the contracts declare, with all fields.

That each line which raises one is run, tools/check_coverage.py asks.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CONTRACTS = {
    path: path.read_text() for path in (ROOT / "contracts").rglob("*.sol") if ".cache" not in path.parts
}
TESTS = {path: path.read_text() for path in (ROOT / "tests/forge").rglob("*.t.sol")}
"""What is only tried at random, in invariants/, is expected nowhere."""


def declared(keyword: str) -> dict[str, int]:
    """Name of each error or event -> how many fields it has."""
    found = re.findall(rf"^    {keyword} (\w+)\(([^)]*)\)", "".join(CONTRACTS.values()), re.MULTILINE)
    return {name: len([field for field in fields.split(",") if field.strip()]) for name, fields in found}


def arguments(text: str, start: int) -> list[str]:
    """Split what stands in the brackets that open right before `start`."""
    parts, depth, part = [], 0, ""
    for char in text[start:]:
        if char == ")" and depth == 0:
            break
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += char
    return [one for one in [*parts, part] if one.strip()]


def calls(pattern: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    for text in TESTS.values():
        for found in re.finditer(pattern, text):
            yield found, arguments(text, found.end())


ERRORS = declared("error")
EVENTS = declared("event")


def test_declared__finds_what_there_is() -> None:
    assert ERRORS["JobEscrowInvalidAmount"] == 2
    assert ERRORS["RedemptionZeroAmount"] == 0
    assert EVENTS["JobPosted"] == 8
    assert len(ERRORS) > 70
    assert len(EVENTS) >= 40


@pytest.mark.parametrize("error", ERRORS)
def test_error__is_expected_with_all_its_fields(error: str) -> None:
    expected = {
        len(given) - 1
        for _, given in calls(r"abi\.encodeWithSelector\(")
        if re.fullmatch(rf"\s*\w+\.{error}\.selector\s*", given[0])
    }
    if ERRORS[error] == 0 and any(f".{error}.selector" in text for text in TESTS.values()):
        expected.add(0)

    assert expected == {ERRORS[error]}


@pytest.mark.parametrize("event", EVENTS)
def test_event__is_expected_with_all_its_fields(event: str) -> None:
    """`saw` and `sawNothingElse` compare the whole list of what was emitted with what the test emits."""
    emitted = [len(given) for _, given in calls(rf"emit \w+\.{event}\(")]
    if event == "Opened":  # a constructor's: before it there is no address to give to `saw`
        emitted += [2 for text in TESTS.values() if "IOfficerAccount.Opened.selector" in text]

    assert emitted
    assert set(emitted) == {EVENTS[event]}


def test_reverts__are_never_expected_without_saying_which() -> None:
    """An error with fields is given whole; forge would be content with its first four bytes."""
    bare = [found[0] for found, given in calls(r"vm\.expectRevert\(") if not given]
    cut = [given[0] for _, given in calls(r"vm\.expectRevert\(") if given and ".selector" in given[0]]

    assert bare == []
    assert [one for one in cut if "encodeWithSelector" not in one and "FixedAuthority" not in one] == []


def test_events__of_every_suite_that_watches__are_compared() -> None:
    for path, text in TESTS.items():
        assert text.count("watch();") <= text.count("sawNothingElse();") + text.count("function watch"), path
