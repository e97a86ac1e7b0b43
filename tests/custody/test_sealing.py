"""A seal opens for its own wallet and master key, and for nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain.custody import model
from heitje_chain.custody.errors import MasterKeyOutdated, WalletBroken
from heitje_chain.custody.sealing import Sealed, Vault, address_of
from tests.custody.places import new_master

SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

private_keys = st.integers(1, SECP256K1_ORDER - 1).map(lambda number: number.to_bytes(32, "big"))


def seal(vault: Vault, private_key: bytes = b"\x07" * 32) -> Sealed:
    return vault.seal(model.new_wallet_id(), private_key, created_at=1_700_000_000)


def exchange(sealed: Sealed, parts: dict[str, Any]) -> Sealed:
    return replace(sealed, **parts)


@given(private_keys)
def test_address__is_eth_accounts(private_key: bytes) -> None:
    assert address_of(private_key) == Account.from_key(private_key).address


@given(private_keys)
def test_open__own_seal__gives_the_key(private_key: bytes) -> None:
    vault = Vault(1, new_master())

    sealed = seal(vault, private_key)

    assert vault.open(sealed) == private_key
    assert private_key not in sealed.ciphertext + sealed.wrapped_key


def test_seal__of_the_same_key_twice__shares_nothing() -> None:
    vault = Vault(1, new_master())
    one, other = seal(vault), seal(vault)

    for name in ("ciphertext", "nonce", "wrapped_key", "wrapped_key_nonce"):
        assert getattr(one, name) != getattr(other, name)
    assert (len(one.nonce), len(one.wrapped_key_nonce)) == (12, 12)
    assert (len(one.ciphertext), len(one.wrapped_key)) == (48, 48)


SWAPPABLE = ("address", "ciphertext", "nonce", "wrapped_key", "wrapped_key_nonce")


@pytest.mark.parametrize(
    "swapped",
    [
        tuple(name for name, taken in zip(SWAPPABLE, choice, strict=True) if taken)
        for choice in product((False, True), repeat=5)
        if any(choice)
    ],
    ids="+".join,
)
def test_open__with_any_parts_of_another_wallet__is_refused(swapped: tuple[str, ...]) -> None:
    vault = Vault(1, new_master())
    one, other = seal(vault), seal(vault, b"\x08" * 32)

    mixed = exchange(one, {name: getattr(other, name) for name in swapped})

    with pytest.raises(WalletBroken) as refused:
        vault.open(mixed)
    assert str(refused.value) == (
        f"The key of wallet {one.wallet_id} does not open: "
        "its record is damaged or was made for another wallet."
    )


@given(st.data())
def test_open__with_any_bit_flipped__is_refused(data: st.DataObject) -> None:
    vault = Vault(1, new_master())
    sealed = seal(vault)
    name = data.draw(st.sampled_from(SWAPPABLE[1:]))
    value = bytearray(getattr(sealed, name))
    value[data.draw(st.integers(0, len(value) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(WalletBroken):
        vault.open(exchange(sealed, {name: bytes(value)}))


@pytest.mark.parametrize("name", SWAPPABLE[1:])
@pytest.mark.parametrize("value", [b"", b"\x00", b"\x00" * 200])
def test_open__with_a_part_of_another_length__is_refused(name: str, value: bytes) -> None:
    vault = Vault(1, new_master())

    with pytest.raises(WalletBroken):
        vault.open(exchange(seal(vault), {name: value}))


def test_open__with_another_master_key_of_the_same_version__is_refused() -> None:
    sealed = seal(Vault(1, new_master()))

    with pytest.raises(WalletBroken):
        Vault(1, new_master()).open(sealed)


def test_open__of_another_version__tells_both() -> None:
    master = new_master()
    sealed = seal(Vault(1, master))

    with pytest.raises(MasterKeyOutdated) as refused:
        Vault(2, master).open(sealed)

    assert str(refused.value) == "This process holds master key 2, and master key 1 is needed."
    with pytest.raises(WalletBroken):
        Vault(2, master).open(replace(sealed, master_version=2))


def test_take_over__changes_the_wrapping_alone() -> None:
    old, new = Vault(1, new_master()), Vault(2, new_master())
    sealed = seal(old)

    taken = new.take_over(sealed, old)

    assert new.open(taken) == old.open(sealed)
    changed = {
        field.name for field in fields(Sealed) if getattr(taken, field.name) != getattr(sealed, field.name)
    }
    assert changed == {"wrapped_key", "wrapped_key_nonce", "master_version"}
    with pytest.raises(MasterKeyOutdated):
        old.open(taken)


def test_take_over__of_a_swapped_wrapping__is_refused() -> None:
    old, new = Vault(1, new_master()), Vault(2, new_master())
    one, other = seal(old), seal(old)
    mixed = replace(one, wrapped_key=other.wrapped_key, wrapped_key_nonce=other.wrapped_key_nonce)

    with pytest.raises(WalletBroken):
        new.take_over(mixed, old)


def test_repr__of_what_holds_a_key__is_redacted() -> None:
    master = new_master()

    assert repr(master) == str(master) == "MasterKey(redacted)"
    assert repr(Vault(3, master)) == "Vault(version=3, redacted)"
