"""Gives a route whoever hears what the bank did."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from ..telling import BankListener


async def _listener(request: Request) -> BankListener:
    found: BankListener = request.app.state.bank_listener
    return found


Listener = Annotated[BankListener, Depends(_listener)]
