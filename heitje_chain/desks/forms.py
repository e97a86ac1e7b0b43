"""What comes back from a page: fields as people fill them in, and the key that lets it count once."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Annotated, BinaryIO

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile

from heitje_chain import money
from heitje_chain.days import HERE
from heitje_chain.http import texts
from heitje_chain.http.problems import Refused
from heitje_chain.money import Cents

KEY = "key"
MOST_FIELDS = 100
MOST_FILES = 20
MOST_DIGITS = 19
"""Of a whole number: as many as fit into 64 bits."""
MOST_UPLOADS, MOST_UPLOADS_OF_ONE = 8, 2
"""Forms with files that are read at once, of all and of one person: a bound on disk and threads."""
MOST_TEXT_BYTES = 64 * 1024
"""Of one field that is no file."""
TypedAmount = Annotated[str | None, Query(max_length=40)]
"""An amount in the address of a page that shows it once more before the money moves (`sure.html`)."""

_UPLOADS: Counter[str] = Counter()
_LOCK = Lock()

_PLAIN = re.compile(r"(\d{1,13})(?:[.,](\d{1,2}))?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d{2})|(\d{1,3}(?:,\d{3})+)\.(\d{2})", re.ASCII)


class AmountUnclear(
    Refused,
    slug="amount-unclear",
    status=400,
    nl="Wij begrijpen dit bedrag niet. Schrijf het zo: 12,50.",
    en="We do not understand this amount. Write it like this: 12.50.",
):
    """No amount above zero, or one that can be read in two ways."""


class FormUsed(
    Refused,
    slug="form-used",
    status=409,
    nl="Je hebt dit al verstuurd, met iets anders erin. Nu is er niets gedaan. Kijk eerst of het gelukt is.",
    en="You sent this already, with something else in it. Nothing was done now. Look first if it worked.",
):
    """A form's key was used for another content; shown again it has a new one."""


class PageOutdated(
    Refused,
    slug="page-outdated",
    status=409,
    nl="Intussen is er iets veranderd. Er is niets gedaan. Kijk hieronder hoe het nu staat.",
    en="Something has changed meanwhile. Nothing was done. See below how it stands now.",
):
    """What a form was sent about is not what its page showed."""


class NumberUnclear(
    Refused,
    slug="number-unclear",
    status=400,
    nl="Schrijf hier een heel getal van {least} tot en met {most}.",
    en="Write a whole number here, from {least} to {most}.",
):
    """No whole number, or one out of bounds."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most


class UploadsBusy(
    Refused,
    slug="uploads-busy",
    status=503,
    nl="Er worden nu te veel bestanden verstuurd. Probeer het over {retry_after} seconden nog een keer.",
    en="Too many files are being sent at this moment. Try again in {retry_after} seconds.",
):
    """So many forms with files are being read already, this person's or everybody's."""

    def __init__(self, retry_after: int = 10) -> None:
        self.retry_after = retry_after


class MomentUnclear(
    Refused,
    slug="moment-unclear",
    status=400,
    nl="Wij begrijpen deze dag en tijd niet. Schrijf ze zo: 2026-12-31 17:00.",
    en="We do not understand this day and time. Write them like this: 2026-12-31 17:00.",
):
    """No day with a time of day."""


class TextMissing(
    Refused,
    slug="text-missing",
    status=400,
    nl="Vul hier iets in.",
    en="Fill something in here.",
):
    """A field that has to be filled in is empty."""


class TextTooLong(
    Refused,
    slug="text-too-long",
    status=400,
    nl="Deze tekst is te lang: hoogstens {most} tekens.",
    en="This text is too long: at most {most} characters.",
):
    def __init__(self, most: int) -> None:
        self.most = most


@dataclass(frozen=True)
class FormData:
    """The fields of a form that was sent, each at most once."""

    fields: Mapping[str, str]

    @property
    def key(self) -> str | None:
        return self.fields.get(KEY)

    @property
    def fingerprint(self) -> bytes:
        """Return what makes two of them the same."""
        return json.dumps(dict(self.fields), sort_keys=True).encode()

    def raw(self, name: str) -> str:
        """Return a field as it was filled in, to be shown again; empty when it is not there."""
        return self.fields.get(name, "")

    def line(self, name: str, most: int, *, required: bool = True) -> str:
        """Return a text of one line.

        Raises:
            TextInvalid, TextMissing, TextTooLong
        """
        return _bounded(texts.line(self.raw(name).strip()), most, required)

    def lines(self, name: str, most: int, *, required: bool = True) -> str:
        """Return a text of several lines.

        Raises:
            TextInvalid, TextMissing, TextTooLong
        """
        return _bounded(texts.lines(self.raw(name).strip()), most, required)

    def cents(self, name: str) -> Cents:
        """Return an amount.

        Raises:
            AmountUnclear
        """
        return cents(self.raw(name))

    def number(self, name: str, least: int, most: int) -> int:
        """Return a whole number.

        Raises:
            NumberUnclear
        """
        text = self.raw(name).strip()
        is_whole = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
        if not is_whole or not least <= int(text) <= most:
            raise NumberUnclear(least, most)
        return int(text)

    def moment(self, name: str) -> int:
        """Return a local day and time as UTC seconds.

        Raises:
            MomentUnclear
        """
        try:
            return int(datetime.fromisoformat(self.raw(name).strip()).replace(tzinfo=HERE).timestamp())
        except (ValueError, OverflowError):
            raise MomentUnclear from None


def cents(text: str) -> Cents:
    """Read an amount as people write it: 12, 12,5, 12.50, € 12,50, 1.500,00.

    "1.500" and "1,500" are refused: who means one and a half pays a thousand times too much otherwise.

    Raises:
        AmountUnclear
    """
    bare = "".join(text.split()).removeprefix("€").removesuffix("€").removesuffix(",-")
    plain, grouped = _PLAIN.fullmatch(bare), _GROUPED.fullmatch(bare)
    if plain is not None:
        euros, part = plain[1], (plain[2] or "").ljust(2, "0")
    elif grouped is not None:
        euros = (grouped[1] or grouped[3]).replace(".", "").replace(",", "")
        part = grouped[2] or grouped[4]
    else:
        raise AmountUnclear
    try:
        return money.cents(int(euros) * 100 + int(part))
    except money.AmountError:
        raise AmountUnclear from None


async def read_form(request: Request) -> FormData:
    """Take the fields of a form; a file among them is another route's affair."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as given:
        pairs = given.multi_items()
    fields = {name: value for name, value in pairs if not isinstance(value, UploadFile)}
    request.state.form_key = fields.get(KEY)
    return FormData(fields)


Form = Annotated[FormData, Depends(read_form)]


@dataclass(frozen=True)
class UploadData(FormData):
    """A form with files, which lie on the disk until the request is answered."""

    files: tuple[BinaryIO, ...]

    @property
    def fingerprint(self) -> bytes:
        digests = []
        for file in self.files:
            file.seek(0)
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())  # type: ignore[arg-type]
        return json.dumps([dict(self.fields), digests], sort_keys=True).encode()


async def read_upload(request: Request) -> AsyncIterator[UploadData]:
    """Take the fields of a form and its files; whose name stands before this in a route is asked first who
    it is, so that nobody else's files are read.

    Raises:
        UploadsBusy
    """
    with uploading(request.state.desk.caller.id):
        form = request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_TEXT_BYTES)
        async with form as given:
            pairs = given.multi_items()
            fields = {name: value for name, value in pairs if not isinstance(value, UploadFile)}
            sent = (value for _, value in pairs if isinstance(value, UploadFile))
            files = [one for one in sent if one.size or one.filename]
            request.state.form_key = fields.get(KEY)
            yield UploadData(fields, tuple(one.file for one in files))


@contextmanager
def uploading(who: str) -> Iterator[None]:
    """Count a form with files while it is read and worked on.

    Args:
        who: a caller's id

    Raises:
        UploadsBusy
    """
    with _LOCK:
        if _UPLOADS[who] >= MOST_UPLOADS_OF_ONE or _UPLOADS.total() >= MOST_UPLOADS:
            raise UploadsBusy
        _UPLOADS[who] += 1
    try:
        yield
    finally:
        with _LOCK:
            _UPLOADS[who] -= 1
            if not _UPLOADS[who]:
                del _UPLOADS[who]


Upload = Annotated[UploadData, Depends(read_upload)]


def _bounded(text: str, most: int, required: bool) -> str:
    if required and not text:
        raise TextMissing
    if len(text) > most:
        raise TextTooLong(most)
    return text
