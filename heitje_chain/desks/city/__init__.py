"""The municipality's desk, for all officers; each sees what its roles may do.

home          what waits for the officer
participants  who takes part, and whoever wants to: found, added, admitted
logins        who of the municipality logs in in which role, and taking anybody's role away
registering   what the registrar writes down of one: residence, account, contracts, addresses, signers
cards         cards for people without a phone: made, printed, blocked
stopping      what the enforcer does about one: blocks, and stops Heitjes
recoveries    a lost wallet, replaced by two employees
counter       acting for a resident without a phone
allowances    what residents may earn
log           the audit log

budgets       what partners may promise: granting, closing, awarding
limits        how much a partner can approve in a while
reserve       what is in the bank, and what it covers
payouts       what shops wait for, and the batches; batch is one of them, to the bank and settled
repayments    what the bank sent back
disputes      what both sides said, and deciding
equation      chain = books = bank
figures       by month, neighbourhood and kind of shop; meters
pause         no coin moves
"""

from fastapi import APIRouter

from . import (
    allowances,
    batch,
    budgets,
    cards,
    counter,
    disputes,
    equation,
    figures,
    home,
    limits,
    log,
    logins,
    participants,
    pause,
    payouts,
    recoveries,
    registering,
    repayments,
    reserve,
    stopping,
)

PEOPLE = (home, participants, registering, logins, cards, stopping, recoveries, counter, allowances, log)
MONEY = (budgets, limits, reserve, payouts, batch, repayments, disputes, equation, figures, pause)

router = APIRouter(include_in_schema=False)
for _one in (*PEOPLE, *MONEY):
    router.include_router(_one.router)
