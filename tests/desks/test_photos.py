"""Photos of work: handed in with it, seen by whom they concern, and gone in time."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from heitje_chain.db import reading, transaction
from heitje_chain.desks import forms
from heitje_chain.jobs import photos, pictures
from heitje_chain.jobs.errors import PhotoUnreadable
from heitje_chain.jobs.photos import CLAIM_PHOTO, KEPT_SECONDS
from tests.service.town import Person, Town

from .visitor import OWN_SITE, Page, Visitor, logged_in

SUBMIT = "/claims/[0-9a-f]{64}/submit"
PLACE = 0x8825  # EXIF's pointer to where a photo was made


def photo(size: tuple[int, int] = (400, 300), form: str = "JPEG", colour: str = "green") -> bytes:
    """What a camera makes: a picture with a red corner top left, and where it was made."""
    made = Image.new("RGB", size, colour)
    ImageDraw.Draw(made).rectangle((0, 0, size[0] // 2, size[1] // 2), "red")
    notes = Image.Exif()
    notes[0x010F] = "Camera"
    notes.get_ifd(PLACE)[1] = "N"
    written = io.BytesIO()
    made.save(written, form, exif=notes.tobytes(), comment=b"taken by Anna") if form == "JPEG" else made.save(
        written, form
    )
    return written.getvalue()


def turned(orientation: int) -> bytes:
    made, notes, written = Image.new("RGB", (400, 300), "green"), Image.Exif(), io.BytesIO()
    ImageDraw.Draw(made).rectangle((0, 0, 199, 149), "red")
    notes[0x0112] = orientation
    made.save(written, "JPEG", exif=notes)
    return written.getvalue()


def claimed(town: Town, partner: Person, resident: Visitor, **terms: object) -> Page:
    """A job's claim, to be handed in."""
    job = town.job(partner, **terms)["id"]
    page = resident.send(resident.get(f"/jobs/{job}"), f"/jobs/{job}/claim")
    town.work()
    return resident.get(page.path)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG",))


def shown(page: Page) -> list[str]:
    return [str(one) for one in page.document.xpath("//main//ul[@class='photos']//img/@src")]


# ---------------------------------------------------------------- from handing in to removal


def test_photos__of_work__are_seen_by_whom_they_concern_until_a_month_after(
    town: Town, partner: Person, anna: Person, shop: Person, resident: Visitor, stranger: Visitor
) -> None:
    page = claimed(town, partner, resident)
    page = resident.send_files(page, SUBMIT, "photos", [photo(), photo((3000, 2000), "PNG")], note="Klaar.")
    town.work()
    page = resident.get(page.path)
    claim = page.path.removeprefix("/claims/")

    first, second = shown(page)
    answer = resident.client.get(first)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store", "a shared computer keeps nobody's photo"
    assert answer.headers["x-content-type-options"] == "nosniff"
    kept = opened(answer.content)
    assert (kept.size, dict(kept.getexif()), set(kept.info) & {"exif", "comment", "icc_profile"}) == (
        (400, 300),
        {},
        set(),
    )
    assert b"Anna" not in answer.content
    assert opened(resident.client.get(second).content).size == (1600, 1067)

    at_partner = logged_in(town, partner, "partner")
    assert at_partner.client.get(first).content == answer.content
    other = logged_in(town, town.resident("Bilal"), "resident")
    till = logged_in(town, shop, "merchant")
    arbiter = logged_in(town, Person(town, "arbiter", ""), "arbiter")
    for visitor in (other, till, arbiter):
        assert visitor.client.get(first).status_code == 404
    assert stranger.get(first).path == "/login"

    # The partner's own system reads the same.
    listed = town.get(partner, f"/claims/{claim}/photos")["items"]
    assert [f"/photos/{one['id']}" for one in listed] == [first, second]
    assert (listed[1]["width"], listed[1]["height"]) == (1600, 1067)
    assert town.ask("GET", partner, first).content == answer.content
    assert town.ask("GET", "arbiter", first).status_code == 404
    evidence = town.get(partner, f"/claims/{claim}")["evidence"]
    assert evidence["photos"][0] == hashlib.sha256(answer.content).hexdigest()

    town.act(partner, "/rejections", {"claim": claim, "reason": 3, "words": "Nog niet af."})
    town.work()
    resident.send(resident.get(page.path), "/claims/[0-9a-f]{64}/dispute", words="Wel af.")
    town.work()
    assert arbiter.client.get(first).content == answer.content
    assert shown(arbiter.get(f"/city/disputes/{claim}")) == [first, second]
    assert town.ask("GET", "arbiter", first).content == answer.content

    town.act("arbiter", "/decisions", {"claim": claim, "award": True, "reason": 1, "words": "Af."})
    town.work()
    assert arbiter.client.get(first).status_code == 404
    town.pass_time(KEPT_SECONDS - 60)
    resident = logged_in(town, anna, "resident")  # a session lasts no longer
    assert shown(resident.get(page.path)) == [first, second]
    town.pass_time(120)
    assert shown(resident.get(page.path)) == []
    assert resident.client.get(first).status_code == 404
    with reading(town.engine) as connection:
        rows = connection.execute(CLAIM_PHOTO.select()).all()
    assert [(row.content, row.removed_at is None) for row in rows] == [(None, False), (None, False)]


def test_photos__that_cannot_be_taken__leave_the_text_and_nothing_half_done(
    town: Town, partner: Person, resident: Visitor
) -> None:
    page = claimed(town, partner, resident)

    def refused(*files: bytes) -> tuple[int, str]:
        again = resident.send_files(page, SUBMIT, "photos", files, note="Mijn verhaal.")
        assert again.form(SUBMIT)["note"] == "Mijn verhaal."
        assert "Choose them again" in again.text
        return again.status, again.refusal

    unreadable = (409, "We cannot read this photo. Choose one of the kind JPEG, PNG or WebP.")
    assert refused(b"<script>alert(1)</script>") == unreadable
    assert refused(photo(), b"%PDF-1.7") == unreadable
    too_large = "This photo is too large. Choose one of at most 10 MB."
    assert refused(photo() + b"\0" * 50_000_000) == (409, too_large)
    assert refused(*[photo()] * 4) == (409, "These are too many photos. Send at most 3.")
    with reading(town.engine) as connection:
        assert connection.execute(CLAIM_PHOTO.select()).all() == []

    beyond = resident.send_files(page, SUBMIT, "photos", [b"\0" * 64_000_000], note="")
    assert (beyond.status, "at most 64000000 bytes" in beyond.text) == (413, True)

    # Without a photo, and by a double click, it is handed in once.
    first, second = (resident.send_files(page, SUBMIT, "photos", [], note="Klaar.") for _ in range(2))
    assert (first.path, first.status) == (second.path, second.status) == (page.path, 200)


def test_photos__by_a_double_click__are_kept_once(town: Town, partner: Person, resident: Visitor) -> None:
    page = claimed(town, partner, resident)
    for _ in range(2):
        sent = resident.send_files(page, SUBMIT, "photos", [photo()], note="")
        assert sent.status == 200

    assert len(shown(sent)) == 1
    other = resident.send_files(page, SUBMIT, "photos", [photo(colour="blue")], note="")
    assert (other.status, "Nothing was done now" in other.refusal) == (409, True)


def test_photos__sent_for_what_is_not_ones_own_or_all_at_once__are_not_read(
    town: Town, partner: Person, anna: Person, resident: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = claimed(town, partner, resident)
    other = logged_in(town, town.resident("Bilal"), "resident")
    strange = other.client.post(
        page.action(SUBMIT), data=page.form(SUBMIT), files=[("photos", ("x", b"no photo"))], headers=OWN_SITE
    )
    assert strange.status_code == 404, "it is not even said whether it could be read"

    me = f"resident:{anna.id}"
    with forms.uploading(me), forms.uploading(me):
        busy = resident.send_files(page, SUBMIT, "photos", [photo()], note="Klaar.")
    assert (busy.status, "Too many files are being sent" in busy.text) == (503, True)
    monkeypatch.setattr(pictures, "PATIENCE_SECONDS", 0.01)
    with pictures.AT_ONCE, pictures.AT_ONCE:
        busy = resident.send_files(page, SUBMIT, "photos", [photo()], note="Klaar.")
    assert "Too many photos are being read" in busy.refusal
    assert busy.form(SUBMIT)["note"] == "Klaar."
    sent = resident.send_files(busy, SUBMIT, "photos", [photo()])
    assert (sent.status, len(shown(sent))) == (200, 1)


@pytest.mark.parametrize("terms", [{"evidence": "none"}, {"evidence": "onsite"}, {"kind": "care"}])
def test_photos__where_none_are_asked__have_no_field_and_are_refused(
    town: Town, partner: Person, resident: Visitor, terms: dict[str, str]
) -> None:
    page = claimed(town, partner, resident, **terms)
    assert page.document.xpath("//input[@type='file']") == []

    sent = resident.send_files(page, SUBMIT, "photos", [photo()], note="Klaar.")

    assert (sent.status, sent.refusal) == (409, "You need not send a photo of this job.")
    with transaction(town.engine) as connection:
        assert connection.execute(CLAIM_PHOTO.select()).all() == []


# ---------------------------------------------------------------- drawing anew


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (400, 300)), (3, (400, 300)), (6, (300, 400)), (8, (300, 400))]
)
def test_picture__as_a_camera_was_held__is_upright(orientation: int, size: tuple[int, int]) -> None:
    tidied = pictures.tidy(io.BytesIO(turned(orientation)))
    corners = {1: (0, 0), 3: (size[0] - 1, size[1] - 1), 6: (size[0] - 1, 0), 8: (0, size[1] - 1)}

    assert (tidied.width, tidied.height) == size
    red, green, _ = opened(tidied.content).getpixel(corners[orientation])  # type: ignore[misc]
    assert (red > 200, green < 60) == (True, True)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_picture__that_lets_through__is_on_white(form: str) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(written, form)

    tidied = pictures.tidy(io.BytesIO(written.getvalue()))

    assert opened(tidied.content).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_picture__of_any_colours__is_read(mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (20, 20)).save(written, "JPEG" if mode == "CMYK" else "PNG")

    assert pictures.tidy(io.BytesIO(written.getvalue())).width == 20


def test_picture__of_noise__is_at_most_half_a_megabyte() -> None:
    noise, written = Image.effect_noise((2400, 2400), 200), io.BytesIO()
    noise.save(written, "JPEG", quality=95)

    tidied = pictures.tidy(io.BytesIO(written.getvalue()))

    assert len(tidied.content) <= pictures.MOST_BYTES
    assert opened(tidied.content).size == (tidied.width, tidied.height)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def test_picture__that_claims_more_pixels_than_it_has_bytes__is_not_read() -> None:
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    assert pictures.MOST_OTHER_PIXELS < 4100 * 4000
    with pytest.raises(PhotoUnreadable):
        pictures.tidy(io.BytesIO(photo((4100, 4000), "PNG")))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))

    with pytest.raises(PhotoUnreadable):
        pictures.tidy(io.BytesIO(bomb))


def test_picture__cut_off_or_of_another_kind__is_refused() -> None:
    gif, tiff, icon = io.BytesIO(), io.BytesIO(), io.BytesIO()
    for written, form in ((gif, "GIF"), (tiff, "TIFF"), (icon, "ICO")):
        Image.new("RGB", (20, 20)).save(written, form)
    broken = (b"", photo()[:200], photo(form="PNG")[:60], gif.getvalue(), tiff.getvalue(), icon.getvalue())

    for content in broken:
        with pytest.raises(PhotoUnreadable):
            pictures.tidy(io.BytesIO(content))


def test_kinds__of_care__are_never_asked() -> None:
    assert photos.is_asked({"evidence": "photo", "kind": "green"})
    assert not photos.is_asked({"evidence": "photo", "kind": " Mantelzorg "})
    assert not photos.is_asked({})
