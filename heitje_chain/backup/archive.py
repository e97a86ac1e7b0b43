"""The outer form of a backup: parts in a tar, gzipped, encrypted by age.

    age --decrypt -i identity.txt backup.age | tar --extract --gzip

Everything streams, a part at a time, in either direction: nothing is written in plain text and no more than
some parts lie in memory. age's chunks are authenticated, so what was cut off or altered is noticed; but age
does not tell who made a file, since whoever knows a recipient can.
"""

from __future__ import annotations

import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient

from .errors import BackupDamaged, BackupUnopened

Part = tuple[str, bytes]
"""Its name in the archive, and what is in it."""

MOST_PART_BYTES = 64 * 1024 * 1024
"""A part above this is none of ours; `taking` makes them of about 1 MB."""

_GZIP = 31  # zlib's window bits: 15, and 16 for gzip's header


def write_archive(parts: Iterable[Part], recipients: list[Recipient], file: IO[bytes]) -> str:
    """Write the parts as they come, and return the SHA-256 of the file in hex.

    Raises:
        OSError: the disk is full or gone.
        Exception: whatever `parts` raises.
    """
    source, sink = _Source(_gzipped(_tar(parts))), _HashedFile(file)
    try:
        pyrage.encrypt_io(source, sink, recipients)
    except (pyrage.EncryptError, OSError):
        raise_first(source.failure, sink.failure)
        raise
    return sink.hash.hexdigest()


def read_archive(path: Path, identities: list[Identity], take: Callable[[str, bytes], None]) -> None:
    """Call `take` with each part in order.

    What comes before damage is taken: keep nothing of it unless this returns.

    Raises:
        BackupUnopened, BackupDamaged
        OSError: the file cannot be read.
        Exception: whatever `take` raises.
    """
    sink = _Parts(take)
    with path.open("rb") as file:
        try:
            pyrage.decrypt_io(file, sink, identities)
            sink.end()
        except pyrage.DecryptError:
            raise_first(sink.failure)
            raise BackupUnopened(path) from None
        except (OSError, zlib.error, tarfile.TarError, _NotOurs):
            if isinstance(sink.failure, zlib.error | tarfile.TarError | _NotOurs):
                raise BackupDamaged(path, "what is in it is not what a backup holds") from None
            raise_first(sink.failure)
            raise BackupDamaged(path, "it was cut off or altered") from None


def raise_first(*failures: BaseException | None) -> None:
    """Raise what happened in our own code; pyrage keeps of an exception only its text."""
    for failure in failures:
        if failure is not None:
            raise failure from None


# ---------------------------------------------------------------- writing


def _tar(parts: Iterable[Part]) -> Iterator[bytes]:
    for name, content in parts:
        header = tarfile.TarInfo(name)
        header.size, header.mode = len(content), 0o600
        yield header.tobuf(tarfile.USTAR_FORMAT)
        yield content
        yield b"\0" * (-len(content) % tarfile.BLOCKSIZE)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def _gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    deflate = zlib.compressobj(wbits=_GZIP)
    for chunk in chunks:
        yield deflate.compress(chunk)
    yield deflate.flush()


class _Source:
    """What pyrage reads from: chunks, cut as it asks for them."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._waiting = b""
        self.failure: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._waiting:
                self._waiting = next(self._chunks)
        except StopIteration:
            return b""
        except BaseException as failure:
            self.failure = failure
            raise
        given, self._waiting = self._waiting[:size], self._waiting[size:]
        return given


class _HashedFile:
    """What pyrage writes to: a file, hashed on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.failure: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except BaseException as failure:
            self.failure = failure
            raise
        self.hash.update(data)
        return len(data)

    def flush(self) -> None:
        return None


# ---------------------------------------------------------------- reading


class _NotOurs(Exception):
    pass


class _Parts:
    """What pyrage writes to while it decrypts: finds the parts in what comes."""

    def __init__(self, take: Callable[[str, bytes], None]) -> None:
        self._take = take
        self._inflate = zlib.decompressobj(_GZIP)
        self._waiting = bytearray()
        self._header: tarfile.TarInfo | None = None
        self._ended = False
        self.failure: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            pending = data
            while pending:  # a little at a time, since a few bytes can unfold into very many
                self._waiting += self._inflate.decompress(pending, tarfile.RECORDSIZE * 16)
                pending = self._inflate.unconsumed_tail
                self._take_whole_parts()
        except BaseException as failure:
            self.failure = failure
            raise
        return len(data)

    def flush(self) -> None:
        return None

    def end(self) -> None:
        if not self._ended or not self._inflate.eof:
            self.failure = _NotOurs()
            raise self.failure

    def _take_whole_parts(self) -> None:
        while not self._ended:
            if self._header is None:
                if len(self._waiting) < tarfile.BLOCKSIZE:
                    return
                block = bytes(self._waiting[: tarfile.BLOCKSIZE])
                del self._waiting[: tarfile.BLOCKSIZE]
                if not any(block):
                    self._ended = True
                    return
                self._header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
                if self._header.size > MOST_PART_BYTES or not self._header.isreg():
                    raise _NotOurs
            size = self._header.size
            padded = size + -size % tarfile.BLOCKSIZE
            if len(self._waiting) < padded:
                return
            name, content = self._header.name, bytes(self._waiting[:size])
            del self._waiting[:padded]
            self._header = None
            self._take(name, content)
