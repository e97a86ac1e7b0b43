"""Make wallets in FOLDER as soon as standard input says so: `create_some FOLDER WALLET_ID...`."""

from __future__ import annotations

import sys
from pathlib import Path

from heitje_chain.custody.sealing import MasterKey
from tests.custody.places import open_places


def main() -> None:
    places = open_places(Path(sys.argv[1]), MasterKey(bytes.fromhex(sys.stdin.readline())))
    print("ready", flush=True)
    sys.stdin.readline()
    for wallet_id in sys.argv[2:]:
        print(places.create(wallet_id)[1], flush=True)


if __name__ == "__main__":
    main()
