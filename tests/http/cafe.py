"""A café's application, on everything that heitje_chain.http gives: it sells coffee, which moves value."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from fastapi import Body, FastAPI, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Row, String, Table, func, select

from heitje_chain import money
from heitje_chain.http import faults
from heitje_chain.http.idempotency import IDEMPOTENT_ANSWER, Keyed
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.http.transaction import Database

TABLES = MetaData()
SALE = Table(
    "cafe_sale",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("sold_at", Integer, nullable=False),
    Column("buyer", String(80), nullable=False),
    Column("cents", Integer, nullable=False),
)
SALES = Listing("sales", (SALE.c.sold_at, SALE.c.id))


class TooDear(
    Refused,
    slug="cafe-too-dear",
    status=409,
    nl="Dit kost {price:euros} en u heeft {balance:euros}.",
    en="This costs {price:euros} and you have {balance:euros}.",
    members=("shop",),
):
    def __init__(self, price: int, balance: int, shop: str) -> None:
        self.price, self.balance, self.shop = price, balance, shop


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cents: int = Field(gt=0)
    pin: str | None = Field(default=None, max_length=4)

    @field_validator("pin")
    @classmethod
    def _no_zeros(cls, pin: str | None) -> str | None:
        if pin == "0000":
            raise ValueError(f"{pin} is no good pin")
        return pin


class Sold(BaseModel):
    ADDRESS: ClassVar[str] = "/api/sales/{id}"

    id: int
    cents: int


@dataclass
class Cafe:
    engine: Engine
    balance: int = 10_000
    before_sale: Callable[[Connection], None] = lambda connection: None
    after_sale: Callable[[Connection], None] = lambda connection: None
    threads: set[int] = field(default_factory=set)

    def sell(self, connection: Connection, buyer: str, cents: int) -> Sold:
        self.threads.add(threading.get_ident())
        self.before_sale(connection)
        if cents > self.balance:
            raise TooDear(cents, self.balance, "De Vrijstad")
        made = connection.execute(
            SALE.insert().values(sold_at=1, buyer=buyer, cents=cents).returning(SALE.c.id)
        )
        sold = Sold(id=made.scalar_one(), cents=cents)
        self.after_sale(connection)
        return sold


def create_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        IDEMPOTENT_ANSWER.create(connection)
        TABLES.create_all(connection)


def sales_in(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(SALE)) or 0


def keys_in(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(IDEMPOTENT_ANSWER)) or 0


def application(cafe: Cafe) -> FastAPI:
    app = FastAPI()
    app.state.engine = cafe.engine

    @app.post("/api/sales", status_code=201, response_model=Sold)
    def sell(order: Order, keyed: Keyed, x_buyer: Annotated[str, Header()] = "anna") -> Response:
        return keyed.answer(x_buyer, 201, lambda connection: cafe.sell(connection, x_buyer, order.cents))

    @app.post("/tips", status_code=201, response_model=Sold)
    def tip(order: Order, keyed: Keyed) -> Response:
        return keyed.answer("anna", 201, lambda connection: cafe.sell(connection, "anna", order.cents))

    @app.get("/api/sales")
    def list_sales(request: Request, wanted: Wanted, database: Database) -> PageOf[Sold]:
        page = database.read(lambda connection: SALES.page(connection, select(SALE), wanted))
        return page.as_json(request, _sold)

    @app.post("/plain-sales")
    def sell_without_key(database: Database) -> Sold:
        return database.change(lambda connection: cafe.sell(connection, "anna", 100))

    @app.post("/twice")
    def sell_twice(database: Database) -> None:
        for _ in range(2):
            database.change(lambda connection: cafe.sell(connection, "anna", 100))

    @app.get("/selling-reads")
    def sell_by_reading(database: Database) -> Sold:
        return database.read(lambda connection: cafe.sell(connection, "anna", 100))

    @app.post("/async-sales")
    async def sell_on_the_loop(database: Database) -> Sold:
        return database.change(lambda connection: cafe.sell(connection, "anna", 100))

    @app.post("/amounts")
    def read_amount(text: Annotated[str, Body(embed=True)]) -> int:
        return money.from_euros(text)

    @app.get("/broken")
    def break_down() -> None:
        raise KeyError("the password is hunter2")

    @app.post("/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    @app.post("/bank/statements")
    async def take_statement(request: Request) -> int:
        return len(await request.body())

    faults.install(app, limit=1000, larger={"/bank": 5000})
    return app


def _sold(row: Row[Any]) -> Sold:
    return Sold(id=row.id, cents=row.cents)
