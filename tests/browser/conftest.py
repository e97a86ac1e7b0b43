"""A town with its processes, and real browsers before its pages."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from heitje_chain.client.keys import new_key_file
from heitje_chain.db import transaction
from heitje_chain.people import accounts, sessions
from heitje_chain.people.roles import OFFICER_ROLES
from tests.http.apps import app_of
from tests.http.client import client
from tests.http.server import serving
from tests.service.conftest import anna as anna
from tests.service.conftest import partner as partner
from tests.service.conftest import shop as shop
from tests.service.conftest import town as town
from tests.service.town import OFFICER_KEYS, Person, Town
from tests.service.working import at_work

from .camera import show_nothing
from .places import Look, Sights

PHONE, DESKTOP = (390, 844), (1280, 900)

PATIENCE_MILLISECONDS = 30_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

# What Chromium would ask the internet for by itself; a fake camera for pages that ask for one.
_OPTIONS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
)


def chromium() -> str:
    """Return where Chromium is, or skip: `make test` installs it where it may."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("HEITJE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("there is no Chromium: install Debian's `chromium`, or let HEITJE_CHROMIUM name another")
    return found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Until the file's tests are over: it leaves an event loop running, with which others can run none."""
    chromium()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake camera shows: a file that a test may write before the camera is asked for."""
    path = tmp_path_factory.mktemp("camera") / "camera.y4m"
    show_nothing(path)
    return path


@pytest.fixture(scope="module")
def browser(playwright: Playwright, camera: Path) -> Iterator[Browser]:
    options = [*_OPTIONS, f"--use-file-for-fake-video-capture={camera}"]
    started = playwright.chromium.launch(executable_path=chromium(), args=options)
    yield started
    started.close()


@dataclass
class City:
    """A town that is served, and whoever looks at it."""

    town: Town
    url: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    """What browsers said against our pages."""
    still: threading.Lock = field(default_factory=threading.Lock)
    """The worker stands still for whoever has it: a test that lets it go round by itself."""

    def visit(
        self,
        person: Person | None = None,
        role: str = "resident",
        *,
        language: str = "nl",
        size: tuple[int, int] = PHONE,
        **also: object,
    ) -> Page:
        """Open a browser of its own; a person is logged in, or an officer when it is nobody's role."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="nl-NL" if language == "nl" else "en-GB",
            base_url=self.url,
            **also,  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        if person is not None or role in OFFICER_ROLES:
            self._log_in(context, person, role)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _log_in(self, context: BrowserContext, person: Person | None, role: str) -> None:
        subject = role if person is None else person.id
        with transaction(self.town.engine) as connection:
            account = accounts.add(connection, f"{subject}@heerlen.example", role, subject)
            _, secret = sessions.begin(connection, account, "Test", by_passkey=True)
        context.add_cookies(
            [{"name": "heitje", "value": secret, "url": self.url, "httpOnly": True, "sameSite": "Lax"}]
        )

    def _asked(self, request: Request) -> None:
        approve = self.url.replace("://", "://approve.")
        if not request.url.startswith((f"{self.url}/", f"{approve}/", "data:", f"blob:{self.url}/")):
            self.complaints.append(f"asks another host: {request.url}")

    def _heard(self, message: ConsoleMessage) -> None:
        is_refusal = message.text.startswith(
            "Failed to load resource: the server responded with a status of 4"
        )
        # Chromium would have passkeys of RSA too, which the contracts cannot check.
        is_wish = message.text.startswith("publicKey.pubKeyCredParams is missing")
        if message.type in ("error", "warning") and not is_refusal and not is_wish:
            self.complaints.append(message.text)


@contextmanager
def served(town: Town, browser: Browser, app: FastAPI | None = None) -> Iterator[City]:
    """Serve the town, by this application or its own; no browser may complain of anything by the end."""
    with serving(app or town.http.app) as address:  # type: ignore[arg-type]
        city = City(town, address.replace("127.0.0.1", "localhost"), browser)
        yield city
        for context in browser.contexts:
            context.close()
    assert city.complaints == []


@pytest.fixture
def city(town: Town, browser: Browser) -> Iterator[City]:
    """The town, served, its worker at work."""
    with served(town, browser) as city, at_work(town, city.still):
        yield city


@pytest.fixture
def demo_city(
    town: Town, partner: Person, anna: Person, shop: Person, browser: Browser, tmp_path: Path
) -> Iterator[City]:
    """The town with the demo's pages, served: its keys sign by a click, and everybody can be chosen."""
    keys = {**OFFICER_KEYS, "partner": town.key_of(partner)}
    for name, key in keys.items():
        new_key_file(tmp_path / f"{name}.key", bytes.fromhex(key.removeprefix("0x")))
    people = {"resident": anna.id, "merchant": shop.id, "partner": partner.id}
    people |= {role: role for role in OFFICER_KEYS}
    with transaction(town.engine) as connection:
        for role, subject in people.items():
            accounts.add(connection, f"{role}@heerlen.example", role, subject)
    town.config = replace(town.config, demo=True, demo_keys=tmp_path)
    app = app_of(town.engine, town.contracts, town.config)
    with served(town, browser, app) as city, at_work(town, city.still):
        yield city


@pytest.fixture
def looks(town: Town) -> list[Look]:
    """What there is to see, for everybody in a town that was furnished for that; the demo's pages too."""
    town.http = client(app_of(town.engine, town.contracts, replace(town.config, demo=True)))
    assert isinstance(town.furnished, Sights)
    return town.furnished.looks


@pytest.fixture
def sights(looks: list[Look], town: Town, browser: Browser) -> Iterator[City]:
    """The town, served, with nobody at work: what is under way stays so."""
    with served(town, browser) as city:
        yield city
