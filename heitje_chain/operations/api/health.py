"""Whether the service is alive, and whether it is ready. Neither needs a token, nor names anybody.

`/healthz` says whether to start this process anew; `/readyz` whether the service as a whole does its work.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from heitje_chain.chain.contracts import Contracts
from heitje_chain.config import Config
from heitje_chain.http.language import Language, preferred
from heitje_chain.http.transaction import Database, DatabaseBusy

from ..readiness import Check, database_failed, is_ready, judge
from ..situation import limits_of, situation

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthy(database: Database) -> dict[str, str]:
    """Tell that the application answers and reads its database."""
    database.read(lambda connection: connection.execute(text("SELECT 1")))
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, database: Database) -> Response:
    """Tell whether work is done: 200, or 503 when a check failed. Reads the database, never the node."""
    config: Config = request.app.state.config
    contracts: Contracts = request.app.state.contracts
    limits = limits_of(config, contracts.record)
    try:
        checks = judge(database.read(situation), limits)
    except DatabaseBusy:
        checks = database_failed()
    language = preferred(request.headers.get("accept-language"))
    good = is_ready(checks)
    told = {
        "status": "ready" if good else "not ready",
        "checks": [_told(check, language) for check in checks],
    }
    return Response(
        json.dumps(told, ensure_ascii=False).encode(),
        200 if good else 503,
        {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language"},
        "application/json",
    )


def _told(check: Check, language: Language) -> dict[str, Any]:
    return {
        "name": check.name,
        "state": check.verdict,
        "figure": check.figure,
        "limit": check.limit,
        "unit": check.unit or None,
        "sentence": check.sentences[language],
    }
