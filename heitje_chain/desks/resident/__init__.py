"""The resident's desk.

jobs       finding a job and claiming it
claims     one's own claims, each as it goes
wallet     what one has, what came and went
allowance  what one may still earn, and limits of one's own
card       paying without a phone: how one's card stands
giving     which associations one can give to
paying     a shop's code, the amount, and "Betaald"
"""

from fastapi import APIRouter

from heitje_chain.desks import photos, places

from . import allowance, card, claims, giving, jobs, paying, wallet

router = APIRouter(include_in_schema=False)
for _one in (jobs, claims, wallet, giving, paying, card, allowance):
    router.include_router(_one.router)

at_counter = APIRouter(include_in_schema=False, prefix="/counter/{counter_id}")
"""What an employee does for a resident (`heitje_chain/desks/places.py`), but for what somebody says of
itself."""
for _one in (jobs, claims, wallet, giving, paying, photos):
    at_counter.include_router(_one.router)

at_club = APIRouter(include_in_schema=False, prefix=places.CLUB)
"""What an association has, and paying with it."""
for _one in (wallet, paying):
    at_club.include_router(_one.router)
