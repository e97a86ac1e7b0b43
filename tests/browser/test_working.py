"""A job on a phone, from choosing it to handing it in, by clicking only."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.desks.test_photos import photo
from tests.service.town import Person, Town

from .conftest import City


def test_job__from_the_list_to_paid__is_told_as_it_happens(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    with city.still:
        town.job(partner, title="Bloembak bouwen", reward=5_00, minutes=60)
    phone = city.visit(anna)
    phone.goto("/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klussen in de buurt")

    phone.get_by_role("link", name="Bloembak bouwen").click()
    phone.get_by_role("button", name="Ik doe deze klus").click()
    expect(phone.locator("main")).to_contain_text("Te doen")
    phone.get_by_label("Hoe ging het?").fill("Goed gegaan.")
    phone.get_by_role("button", name="Ik heb hem gedaan").click()
    expect(phone.locator("main")).to_contain_text("Wordt bekeken")

    claim = phone.url.rpartition("/")[2]
    town.act(partner, "/approvals", {"claims": [claim]})

    expect(phone.locator("main")).to_contain_text("€ 5,00 staat in je portemonnee. Dank je wel!")


def test_photos__of_work__are_refused_in_words_or_shown(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    job = town.job(partner, title="Bankje schilderen")
    claim = town.post(anna, "/claims", {"job": job["id"]})["id"]
    town.work()
    phone = city.visit(anna)
    phone.goto(f"/claims/{claim}")
    phone.get_by_label("Hoe ging het?").fill("Hij is weer groen.")
    chosen = phone.get_by_label("Foto's van je werk")
    too_large = {"name": "film.jpg", "mimeType": "image/jpeg", "buffer": b"\0" * 20_000_000}
    chosen.set_input_files(too_large)  # type: ignore[arg-type]
    phone.get_by_role("button", name="Ik heb hem gedaan").click()

    expect(phone.get_by_role("alert")).to_contain_text("hoogstens 10 MB")
    expect(phone.get_by_label("Hoe ging het?")).to_have_value("Hij is weer groen.")

    with phone.expect_file_chooser() as asked:
        chosen.click()
    picture = {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": photo((4000, 3000))}
    asked.value.set_files([picture, picture])  # type: ignore[arg-type]
    phone.get_by_role("button", name="Ik heb hem gedaan").click()

    expect(phone.locator("main")).to_contain_text("Wordt bekeken")
    expect(phone.locator(".photos img")).to_have_count(2)
    assert phone.evaluate("document.querySelector('.photos img').naturalWidth") == 1600


def test_jobs__when_a_filter_changes__are_shown_without_a_click(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    with city.still:
        town.job(partner, title="Kort", reward=1_00, minutes=15, neighbourhood="Heerlen-Noord")
        town.job(partner, title="Lang", reward=5_00, minutes=120, neighbourhood="Heerlen-Centrum")
    phone = city.visit(anna)
    phone.goto("/jobs")
    expect(phone.get_by_role("link", name="Lang")).to_be_visible()

    phone.get_by_label("Tijd").select_option("15")

    expect(phone.get_by_role("link", name="Lang")).to_have_count(0)
    expect(phone.get_by_role("link", name="Kort")).to_be_visible()
    assert "minutes=15" in phone.url


def test_pages__without_a_script__work_all_the_same(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    with city.still:
        town.job(partner, title="Kort", reward=1_00, minutes=15)
    phone = city.visit(anna, java_script_enabled=False)
    phone.goto("/jobs")
    phone.get_by_label("Tijd").select_option("15")
    phone.get_by_role("button", name="Zoeken").click()
    phone.get_by_role("link", name="Kort").click()

    phone.get_by_role("button", name="Ik doe deze klus").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Kort")
    expect(phone.locator("main")).to_contain_text("Gekozen")


def test_language__by_a_click__is_the_other(city: City, anna: Person) -> None:
    phone = city.visit(anna)
    phone.goto("/wallet")

    phone.get_by_role("button", name="English").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Wallet")
    phone.get_by_role("link", name="My jobs").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("My jobs")
