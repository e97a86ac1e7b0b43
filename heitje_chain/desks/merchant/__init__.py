"""The merchant's desk.

till     an amount as a QR, and "Paid" as soon as it is
day      what came in, and giving it back
redeem   Heitjes into euros
"""

from fastapi import APIRouter

from . import day, redeem, till

router = APIRouter(include_in_schema=False)
for _one in (till, day, redeem):
    router.include_router(_one.router)
