"""One full demo for all tests here, which uses no chain of ape's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .finished import Finished, finished


@pytest.fixture(autouse=True)
def _function_isolation() -> None:
    """Keeps ape from isolating these tests, as it does unless a fixture has this name."""


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """One full demo. Its database and logs are as it left them: a test that changes something copies it."""
    with finished(tmp_path_factory.mktemp("demo") / "home") as done:
        yield done
