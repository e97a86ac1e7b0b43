"""A person at our pages without a script: it reads what stands there, follows links, fills forms in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import lxml.html
from fastapi.testclient import TestClient
from httpx2 import Response

from heitje_chain.db import transaction
from heitje_chain.people import accounts, sessions
from tests.http.client import client
from tests.service.town import Person, Town

OWN_SITE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass
class Page:
    """What a browser shows."""

    response: Response
    document: lxml.html.HtmlElement = field(init=False)

    def __post_init__(self) -> None:
        self.document = lxml.html.fromstring(self.response.text)

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def path(self) -> str:
        return str(self.response.url.path)

    @property
    def text(self) -> str:
        """All that can be read below the header, in one line."""
        [main] = self.document.xpath("//main")
        return " ".join(" ".join(main.itertext()).split())

    @property
    def heading(self) -> str:
        return " ".join(self.document.xpath("//h1")[0].text_content().split())

    @property
    def refusal(self) -> str:
        """The sentence above a form that was refused."""
        [alert] = self.document.xpath("//*[@role='alert']")
        return " ".join(alert.text_content().split())

    def form(self, action: str) -> dict[str, str]:
        """The fields of a form, as they are shown."""
        [form] = [one for one in self.document.forms if re.fullmatch(action, one.action)]
        return {name: value or "" for name, value in form.fields.items()}

    def action(self, pattern: str) -> str:
        [form] = [one for one in self.document.forms if re.fullmatch(pattern, one.action)]
        return str(form.action)

    def method(self, pattern: str) -> str:
        [form] = [one for one in self.document.forms if re.fullmatch(pattern, one.action)]
        return str(form.method)

    def links(self) -> list[str]:
        return [str(one) for one in self.document.xpath("//main//a/@href")]


@dataclass
class Visitor:
    """One browser, with its cookies."""

    town: Town
    client: TestClient
    language: str = "en"

    def get(self, path: str) -> Page:
        return Page(self.client.get(path, headers=self._headers()))

    def send(self, page: Page, action: str, **filled_in: str) -> Page:
        """Fill a form of a page in and send it, its hidden fields with it; and the page on which an amount is
        shown once more."""
        shown = self.send_once(page, action, **filled_in)
        sure = shown.document.xpath("//form[@data-sure]/@action")
        return self.send_once(shown, re.escape(str(sure[0]))) if sure else shown

    def send_once(self, page: Page, action: str, **filled_in: str) -> Page:
        fields = {**page.form(action), **filled_in}
        if page.method(action) == "GET":
            return self.get(f"{page.action(action)}?{urlencode(fields)}")
        return self.post(page.action(action), fields)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Page:
        return Page(self.client.post(path, data=fields, headers={**self._headers(), **headers}))

    def send_files(
        self, page: Page, action: str, name: str, files: Sequence[bytes], **filled_in: str
    ) -> Page:
        """The same as `send`, with files chosen; a browser sends an empty one where none is."""
        fields = {one: value for one, value in page.form(action).items() if one != name}
        chosen = [(name, ("photo.jpg", one)) for one in files] or [(name, ("", b""))]
        sent = self.client.post(
            page.action(action), data={**fields, **filled_in}, files=chosen, headers=self._headers()
        )
        return Page(sent)

    def _headers(self) -> dict[str, str]:
        return {**OWN_SITE, "Accept-Language": self.language}


def visitor(town: Town) -> Visitor:
    """Somebody who is not logged in."""
    return Visitor(town, client(town.http.app))


def logged_in(town: Town, person: Person, role: str, **also: Any) -> Visitor:
    """A person at its own pages."""
    someone = visitor(town)
    with transaction(town.engine) as connection:
        account = accounts.add(connection, f"{person.id}@heerlen.example", role, person.id)
        for other_role, subject in also.items():
            account = accounts.add(connection, account.email, other_role, subject)
        _, secret = sessions.begin(connection, account, "Firefox, Linux", by_passkey=True)
    someone.client.cookies.set("heitje", secret)
    return someone


def officer(town: Town, *roles: str) -> Visitor:
    """Somebody of the municipality, in each of these officers' roles."""
    someone = visitor(town)
    with transaction(town.engine) as connection:
        for role in roles:
            account = accounts.add(connection, f"{'.'.join(roles)}@heerlen.example", role, role)
        _, secret = sessions.begin(connection, account, "Firefox, Linux", by_passkey=True)
    someone.client.cookies.set("heitje", secret)
    return someone
