"""The municipality's desk, for all officers; each sees what its roles may do.

home          what waits for the officer
participants  who takes part, and whoever wants to
"""

from fastapi import APIRouter

from . import home

router = APIRouter(include_in_schema=False)
for _one in (home,):
    router.include_router(_one.router)
