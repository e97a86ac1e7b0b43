"""How a wallet's private key is sealed, and how a seal is moved to another master key.

Two layers of AES-256-GCM. The private key is encrypted under a data key that is random and used once; the
data key is wrapped by the master key. Wallet id and address are associated data of both layers, so a
ciphertext or a wrapped key that is moved to another wallet's record does not open. Nonces are 96 random bits;
one master key may wrap 2**32 times.

Source: NIST SP 800-38D section 8.2.2 and 8.3; RFC 5869 for the check value.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from coincurve import PublicKey
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .errors import MasterKeyOutdated, WalletBroken

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, repr=False, eq=False)
class MasterKey:
    """32 bytes that wrap the data keys. It has no form in which it can be shown."""

    secret: bytes

    def __repr__(self) -> str:
        return "MasterKey(redacted)"

    def check_value(self, version: int) -> bytes:
        """Return 32 bytes that tell this key from another and give nothing of it away."""
        info = b"heitje master key check %d" % version
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.secret)


@dataclass(frozen=True)
class Sealed:
    """A wallet's key as both places keep it. Nothing in it is secret without the master key."""

    wallet_id: str
    """32 hex characters."""
    address: str
    """With EIP-55's checksum."""
    ciphertext: bytes
    """48 bytes: the private key and GCM's tag."""
    nonce: bytes
    wrapped_key: bytes
    """48 bytes: the data key and GCM's tag."""
    wrapped_key_nonce: bytes
    master_version: int
    created_at: int
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, repr=False, eq=False)
class Vault:
    """A master key that was checked, with its version. `vault.verify_master_key` makes one."""

    version: int
    master: MasterKey

    def __repr__(self) -> str:
        return f"Vault(version={self.version}, redacted)"

    def seal(self, wallet_id: str, private_key: bytes, created_at: int) -> Sealed:
        """Encrypt a private key of 32 bytes under a new data key."""
        address = address_of(private_key)
        data_key = AESGCM.generate_key(bit_length=256)
        nonce = secrets.token_bytes(NONCE_BYTES)
        ciphertext = AESGCM(data_key).encrypt(nonce, private_key, _context(b"wallet key", wallet_id, address))
        wrapped_key_nonce, wrapped_key = self._wrap(data_key, wallet_id, address)
        return Sealed(
            wallet_id=wallet_id,
            address=address,
            ciphertext=ciphertext,
            nonce=nonce,
            wrapped_key=wrapped_key,
            wrapped_key_nonce=wrapped_key_nonce,
            master_version=self.version,
            created_at=created_at,
        )

    def open(self, sealed: Sealed) -> bytes:
        """Return the private key, 32 bytes. Drop it as soon as it has signed.

        Raises:
            MasterKeyOutdated: another version of the master key wraps it.
            WalletBroken: some part of the record is damaged or another wallet's.
        """
        context = _context(b"wallet key", sealed.wallet_id, sealed.address)
        try:
            return AESGCM(self._unwrap(sealed)).decrypt(sealed.nonce, sealed.ciphertext, context)
        except (InvalidTag, ValueError):
            raise WalletBroken(sealed.wallet_id) from None

    def take_over(self, sealed: Sealed, previous: Vault) -> Sealed:
        """Return the same seal wrapped by this vault's master key; the wallet's key stays encrypted.

        Raises:
            MasterKeyOutdated: `previous` does not wrap it.
            WalletBroken: the data key does not open.
        """
        data_key = previous._unwrap(sealed)
        nonce, wrapped_key = self._wrap(data_key, sealed.wallet_id, sealed.address)
        taken = replace(sealed, wrapped_key=wrapped_key, wrapped_key_nonce=nonce, master_version=self.version)
        if self._unwrap(taken) != data_key:
            raise WalletBroken(sealed.wallet_id)
        return taken

    def _wrap(self, data_key: bytes, wallet_id: str, address: str) -> tuple[bytes, bytes]:
        nonce = secrets.token_bytes(NONCE_BYTES)
        context = _context(b"data key %d" % self.version, wallet_id, address)
        return nonce, AESGCM(self.master.secret).encrypt(nonce, data_key, context)

    def _unwrap(self, sealed: Sealed) -> bytes:
        if sealed.master_version != self.version:
            raise MasterKeyOutdated(self.version, sealed.master_version)
        context = _context(b"data key %d" % self.version, sealed.wallet_id, sealed.address)
        try:
            return AESGCM(self.master.secret).decrypt(sealed.wrapped_key_nonce, sealed.wrapped_key, context)
        except (InvalidTag, ValueError):
            raise WalletBroken(sealed.wallet_id) from None


def address_of(private_key: bytes) -> str:
    """Return the address, with EIP-55's checksum, that a private key of 32 bytes signs for."""
    public_key = PublicKey.from_valid_secret(private_key).format(compressed=False)
    return to_checksum_address(keccak(public_key[1:])[-20:])


def _context(what: bytes, wallet_id: str, address: str) -> bytes:
    return b"|".join((b"heitje", what, wallet_id.encode(), address.encode()))
