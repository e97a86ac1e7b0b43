from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.custody.places import Places, new_master, open_places


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    opened = open_places(tmp_path, new_master())
    yield opened
    opened.engine.dispose()
