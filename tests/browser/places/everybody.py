"""What everybody sees: what this is, logging in, and what went wrong."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.service.survival import People

from . import Look, Place, send


def looks(people: People) -> list[Look]:
    ask = send("email", email="nobody@heerlen.example")

    def type_wrongly(page: Page) -> None:
        ask(page)
        send("code", code="000000")(page)

    return [
        Look(
            "everybody",
            None,
            "",
            {
                "welcome": "/",
                "accessibility": "/accessibility",
                "figures": "/figures",
                "register": "/declarations",
                "offline": "/offline",
                "not-found": "/nowhere",
                "login": "/login?next=/wallet",
                "login-passkey": "/login/passkey",
                "login-code": Place("/login", ask),
                "login-code-wrong": Place("/login", type_wrongly),
                "till-start": "/till/start",
                "demo": "/demo",
                "demo-mail": "/demo/mail",
            },
        )
    ]
