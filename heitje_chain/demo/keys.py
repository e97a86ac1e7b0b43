"""The key files of the demo's partners and officers, by which its pages sign for whoever one plays.

In a real city each key lies with its owner, and no page can sign: the application asks for this only in the
demo, on a devnet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from heitje_chain.client.keys import KeyFile


class DemoKeys:
    """All key files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sign(self, typed_data: Mapping[str, Any], signers: Iterable[bytes]) -> bytes | None:
        """Return r, s, v over EIP-712 JSON by a key here that is one of these signers; None when none is.

        Args:
            signers: ERC-7913 bytes
        """
        wanted = {signer.hex() for signer in signers}
        for path in sorted(self._folder.glob("*.key")):
            key = KeyFile(path)
            if key.address.removeprefix("0x").lower() in wanted:
                return key.sign(typed_data)
        return None
