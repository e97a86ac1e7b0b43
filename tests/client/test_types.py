"""The client's types are those of the API's own description."""

from __future__ import annotations

from tools import generate_client_types


def test_client_types__are_what_the_api_describes() -> None:
    assert generate_client_types.main(check=True) == 0, "run: python tools/generate_client_types.py"
