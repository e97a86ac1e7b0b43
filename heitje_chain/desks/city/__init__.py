"""The municipality's desk, for all officers; each sees what its roles may do.

home          what waits for the officer
participants  who takes part, and whoever wants to: found, added, admitted
registering   what the registrar writes down of one: residence, account, contracts, addresses, signers
stopping      what the enforcer does about one: blocks, and stops Heitjes
"""

from fastapi import APIRouter

from . import home, participants, registering, stopping

router = APIRouter(include_in_schema=False)
for _one in (home, participants, registering, stopping):
    router.include_router(_one.router)
