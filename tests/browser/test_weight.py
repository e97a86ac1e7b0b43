"""What a first visit costs a phone: bytes, hosts, scripts; and that it can be installed there as an app."""

from __future__ import annotations

from typing import Any

from heitje_chain.desks.assets import OWN
from tests.service.town import Person

from .conftest import City

MOST_BYTES = 100_000
MOST_BYTES_OF_OWN_SCRIPT = 20_000


def test_jobs__at_the_first_visit__take_few_bytes_and_no_other_host(
    city: City, anna: Person, partner: Person
) -> None:
    with city.still:
        city.town.job(partner, title="Bloembak bouwen")
    page = city.visit(anna)
    network = page.context.new_cdp_session(page)
    received: list[int] = []
    network.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    network.send("Network.enable")

    answer = page.goto("/jobs", wait_until="networkidle")

    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert len(received) >= 3
    assert sum(received) <= MOST_BYTES, received


def test_own_scripts__are_small() -> None:
    assert sum(path.stat().st_size for path in OWN.glob("*.js")) <= MOST_BYTES_OF_OWN_SCRIPT


def test_pages__can_be_installed_as_an_app(city: City, anna: Person) -> None:
    page = city.visit(anna)
    page.goto("/jobs")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    chromium = page.context.new_cdp_session(page)

    found: dict[str, Any] = chromium.send("Page.getInstallabilityErrors")
    manifest: dict[str, Any] = chromium.send("Page.getAppManifest")

    in_tests = ["in-incognito"]  # as Playwright's browsers are
    assert [one["errorId"] for one in found["installabilityErrors"]] == in_tests
    assert manifest["errors"] == []
