"""The merchant's desk.

till     an amount as a QR, and "Paid" as soon as it is
card     a customer's card and PIN
day      what came in, and giving it back
redeem   Heitjes into euros
"""

from fastapi import APIRouter

from . import card, day, redeem, till

router = APIRouter(include_in_schema=False)
for _one in (till, card, day, redeem):
    router.include_router(_one.router)
