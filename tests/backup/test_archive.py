"""A backup's outer form: what comes back, who can open it, and that damage never passes."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity

from heitje_chain.backup.archive import Part, read_archive, write_archive
from heitje_chain.backup.errors import BackupDamaged, BackupError, BackupUnopened, RecipientError
from heitje_chain.backup.identity import read_identities, recipients_of, write_new_identity

IDENTITY = Identity.generate()
PARTS: list[Part] = [
    ("manifest.json", b"{}\n"),
    ("tables/block-00001.jsonl", bytes(range(256)) * 3000),
    ("keys/none.jsonl", b""),
    ("tables/exactly-a-block.jsonl", b"x" * tarfile.BLOCKSIZE),
]


def written(file: Path, parts: list[Part] | Iterator[Part] = PARTS, *others: Identity) -> Path:
    with file.open("wb") as opened:
        write_archive(parts, [one.to_public() for one in (IDENTITY, *others)], opened)
    return file


def read(file: Path, identity: Identity = IDENTITY) -> list[Part]:
    found: list[Part] = []
    read_archive(file, [identity], lambda name, content: found.append((name, content)))
    return found


def test_archive__read_again__has_the_same_parts_in_order(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.age")) == PARTS


def test_archive__for_two__is_opened_by_either(tmp_path: Path) -> None:
    second = Identity.generate()
    file = written(tmp_path / "a.age", PARTS, second)

    assert read(file, second) == read(file) == PARTS


def test_archive__decrypted_by_age__is_a_gzipped_tar(tmp_path: Path) -> None:
    plain = pyrage.decrypt(written(tmp_path / "a.age").read_bytes(), [IDENTITY])

    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:gz") as tar:
        found = [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    assert found == PARTS


def test_archive__with_another_identity__does_not_open(tmp_path: Path) -> None:
    with pytest.raises(BackupUnopened, match=r"a\.age does not open: it is no backup, or was made for"):
        read(written(tmp_path / "a.age"), Identity.generate())


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" * 1000])
def test_file__that_is_no_backup__does_not_open(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.age").write_bytes(content)
    with pytest.raises(BackupUnopened):
        read(tmp_path / "a.age")


def test_archive__cut_off_anywhere__is_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.age").read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        (tmp_path / "a.age").write_bytes(whole[:length])
        with pytest.raises(BackupError):
            read(tmp_path / "a.age")


def test_archive__with_a_bit_flipped_anywhere__is_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.age").read_bytes()
    for place in range(0, len(whole), 89):
        changed = bytearray(whole)
        changed[place] ^= 1
        (tmp_path / "a.age").write_bytes(changed)
        with pytest.raises(BackupError):
            read(tmp_path / "a.age")


@pytest.mark.parametrize(
    "plain",
    [b"no gzip", b"", gzip.compress(b"no tar" * 200), gzip.compress(b"")],
    ids=["no gzip", "nothing", "gzip of no tar", "gzip of nothing"],
)
def test_file__of_age_but_not_ours__is_refused(tmp_path: Path, plain: bytes) -> None:
    (tmp_path / "a.age").write_bytes(pyrage.encrypt(plain, [IDENTITY.to_public()]))
    with pytest.raises(BackupDamaged):
        read(tmp_path / "a.age")


class Odd(Exception):
    pass


def test_archive__when_what_makes_or_takes_the_parts_fails__raises_just_that(tmp_path: Path) -> None:
    def failing() -> Iterator[Part]:
        yield PARTS[1]
        raise Odd

    def refuse(_name: str, _content: bytes) -> None:
        raise Odd

    with pytest.raises(Odd):
        written(tmp_path / "a.age", failing())
    with pytest.raises(Odd):
        read_archive(written(tmp_path / "b.age"), [IDENTITY], refuse)


# ---------------------------------------------------------------- who can open it


def test_identity__made__opens_what_its_recipient_gets_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    recipient = write_new_identity(tmp_path / "backup.key")

    [found] = read_identities(tmp_path / "backup.key")
    assert str(found.to_public()) == recipient
    assert (tmp_path / "backup.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupError, match="it is never written over"):
        write_new_identity(tmp_path / "backup.key")


def test_recipients__come_from_the_command_and_the_file(tmp_path: Path) -> None:
    one, two = (str(Identity.generate().to_public()) for _ in range(2))
    (tmp_path / "recipients").write_text(f"# the deputy's\n\n  {two}\n")

    assert [str(found) for found in recipients_of([one], tmp_path / "recipients")] == [one, two]


def test_recipients__when_nobody_or_no_recipient__are_refused() -> None:
    secret = str(IDENTITY)
    for texts, told in (([], "Nobody could open this"), (["age1xx"], "'age1xx' is no"), ([secret], "KEY-")):
        with pytest.raises(RecipientError, match=told) as refused:
            recipients_of(texts, None)
        assert secret not in str(refused.value)
