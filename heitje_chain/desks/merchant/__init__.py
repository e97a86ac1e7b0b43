"""The merchant's desk.

till     an amount as a QR, and "Paid" as soon as it is
card     a customer's card and PIN
day      what came in, and giving it back
month    what came in by day, and as a file
redeem   Heitjes into euros
staff    tills for staff, without the owner's login
"""

from fastapi import APIRouter

from . import card, day, month, redeem, staff, till

router = APIRouter(include_in_schema=False)
for _one in (till, card, staff, day, month, redeem):
    router.include_router(_one.router)
