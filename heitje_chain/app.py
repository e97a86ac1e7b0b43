"""The web application, put together. It holds no key, signs nothing and never asks the node."""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import Engine, text

from heitje_chain import __version__
from heitje_chain.http import faults
from heitje_chain.http.transaction import Database
from heitje_chain.people.api import router as residents


def create_app(engine: Engine) -> FastAPI:
    """Return the application on this database, whose tables are there."""
    app = FastAPI(
        title="Heitje",
        version=__version__,
        description="A city's reward coin: earned by volunteering, spent at local merchants.",
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
    )
    app.state.engine = engine
    faults.install(app)
    app.include_router(residents)

    @app.get("/healthz", include_in_schema=False)
    def healthy(database: Database) -> dict[str, str]:
        """Tell that the application answers and reads its database."""
        database.read(lambda connection: connection.execute(text("SELECT 1")))
        return {"status": "ok"}

    return app
