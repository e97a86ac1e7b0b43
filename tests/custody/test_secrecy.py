"""No log, message or file ever shows a key, in any of the forms that a key is written in."""

from __future__ import annotations

import base64
import logging
import traceback
from pathlib import Path

import pytest

from heitje_chain.custody.errors import CustodyError
from heitje_chain.custody.keys import Signer
from heitje_chain.custody.restore import refill_store, restore_missing
from heitje_chain.custody.rotation import rotate
from heitje_chain.db import transaction
from tests.custody.places import Places, new_master, open_places


def forms_of(secret: bytes) -> list[bytes]:
    """Return how a secret might be written down: raw, hex, repr, base64, a number."""
    texts = (
        secret.hex(),
        secret.hex().upper(),
        repr(secret)[2:-1],
        base64.b64encode(secret).decode().rstrip("="),
        base64.urlsafe_b64encode(secret).decode().rstrip("="),
        str(int.from_bytes(secret, "big")),
        str(list(secret))[1:-1],
    )
    return [secret, *(text.encode() for text in texts)]


def whole_life(folder: Path) -> tuple[Places, list[bytes]]:
    """Do everything once, failures too, and return the secrets that were in play."""
    places = open_places(folder, new_master())
    wallet_ids = [places.create()[0] for _ in range(3)]
    private_keys = [places.private_key(wallet_id) for wallet_id in wallet_ids]
    data_keys = [places.vault._unwrap(places.copy_of(wallet_id)) for wallet_id in wallet_ids]
    signer = Signer(places.engine, places.vault)
    for wallet_id in wallet_ids:
        signer.sign(places.rows()[wallet_id], b"\x2a" * 32)
    old, new = places.master, new_master()
    with transaction(places.engine) as connection:
        restore_missing(connection, places.vault, places.store)
        refill_store(connection, places.store, old)
    places.vault = rotate(places.engine, places.store, old, new)
    for attempt in (
        lambda: places.verify(old),
        lambda: signer.sign(places.rows()[wallet_ids[0]], b"\x2a" * 32),
        lambda: signer.sign(places.rows()[wallet_ids[0]], b"short"),
        lambda: signer.sign("0x" + "0" * 40, b"\x2a" * 32),
        lambda: rotate(places.engine, places.store, old, new_master()),
    ):
        with pytest.raises(CustodyError) as refused:
            attempt()
        logging.getLogger("test").error("failed", exc_info=refused.value)
        logging.getLogger("test").error("%s %r", "".join(traceback.format_exception(refused.value)), refused)
    logging.getLogger("test").debug("%r %s %r", places, places, signer)
    signer.close()
    return places, [*private_keys, *data_keys, old.secret, new.secret]


def test_a_whole_life__logged_at_debug__shows_no_key(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    caplog.set_level(logging.DEBUG)
    # SQLAlchemy logs statements with their values and whole rows at this level.
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    try:
        places, secrets = whole_life(tmp_path)
    finally:
        logging.getLogger("sqlalchemy").setLevel(logging.NOTSET)
    places.engine.dispose()

    printed = capfdbinary.readouterr()
    shown = caplog.text.encode() + printed.out + printed.err
    assert b"INSERT INTO wallet" in shown
    assert len(secrets) == 8
    for secret in secrets:
        assert not [form for form in forms_of(secret) if form in shown]


def test_a_whole_life__leaves_no_key_in_any_file(tmp_path: Path) -> None:
    places, secrets = whole_life(tmp_path)

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert places.rows()
    for secret in secrets:
        assert not [form for form in forms_of(secret) if form in written]
    places.engine.dispose()
