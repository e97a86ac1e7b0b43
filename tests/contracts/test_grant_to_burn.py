"""A reward's whole way with only the signatures that the design allows, from the bank statement to the burn.

After every step the books are compared with what they must be.
"""

from __future__ import annotations

from dataclasses import dataclass

from ape import chain
from eth_utils.crypto import keccak

from heitje_chain.chain import ids
from heitje_chain.chain.ids import ParticipantId

from .city import DAY, PERIOD, City, Person

ALCANDER = ParticipantId(b"alcander".ljust(20, b"\0"))

NOT_SUBMITTED = 0


@dataclass
class Books:
    """All in cents."""

    supply: int
    owed: int
    granted: int
    reserved: int
    minted: int
    locked: int


def books(city: City, people: list[Person]) -> Books:
    """Read the books, and check what must always be true of them."""
    supply = city.token.totalSupply()
    balances = [city.token.balanceOf(person.address) for person in people]
    locked = city.token.balanceOf(city.redemption.address)
    budget = city.budget.budget(ids.budget_id(ALCANDER, PERIOD))

    assert supply == sum(balances) + locked
    assert supply == budget.minted - city.token.totalBurned()
    assert budget.reserved + budget.minted <= budget.granted
    assert city.token.balanceOf(city.escrow.address) == city.token.balanceOf(city.budget.address) == 0
    payable = 0  # the bank returned nothing after a burn
    return Books(supply, supply + payable, budget.granted, budget.reserved, budget.minted, locked)


def test_reward__from_grant_to_burn__keeps_the_books(city: City) -> None:
    approver = Person("approver of Alcander")
    anna, bilal, carla, dora, erik = (Person(name) for name in ("Anna", "Bilal", "Carla", "Dora", "Erik"))
    baker, grocer, choir = Person("baker"), Person("grocer"), Person("choir")
    people = [anna, bilal, carla, dora, erik, baker, grocer, choir]

    # The auditor reads the bank statement, the registrar admits, the treasurer sets a limit and grants.
    city.act(
        "auditor", city.budget.attestReserve, 500_00, chain.pending_timestamp - 1, keccak(text="statement")
    )
    assert city.budget.reserveLeft() == 500_00
    city.act("registrar", city.registry.admitPartner, ALCANDER)
    city.act("registrar", city.registry.admitAssociations, [choir.address])
    city.schedule("registrar", city.registry.admitMerchants, [baker.address, grocer.address])
    city.schedule("registrar", city.registry.addSigner, ALCANDER, approver.signer)
    city.schedule("treasurer", city.budget.setMintLimit, ALCANDER, 250_00, DAY)
    city.wait(2 * DAY)
    city.carry_out("registrar", city.registry.admitMerchants, [baker.address, grocer.address])
    city.carry_out("registrar", city.registry.addSigner, ALCANDER, approver.signer)
    city.carry_out("treasurer", city.budget.setMintLimit, ALCANDER, 250_00, DAY)
    city.registry.admitResidents(
        [person.address for person in (anna, bilal, carla, dora, erik)], sender=city.sender
    )
    city.act("treasurer", city.budget.grant, ALCANDER, PERIOD, 200_00, ids.new_client_id())
    assert books(city, people) == Books(supply=0, owed=0, granted=200_00, reserved=0, minted=0, locked=0)

    # A job of five slots reserves its rewards; five people claim it.
    job = city.post(ALCANDER, approver, 15_00, 5)
    claims = {person.name: city.claim(job, person, 15_00) for person in (anna, bilal, carla, dora)}
    claims["Erik"] = city.claim(job, erik, 8_25)  # under 21: a lower hour limit
    for person in (anna, bilal, dora):
        city.submit(claims[person.name], person)
    assert books(city, people) == Books(0, 0, 200_00, 75_00, 0, 0)

    # One signature pays two and skips the one that is not submitted yet.
    approval = city.approval(ALCANDER, approver, [claims["Anna"], claims["Bilal"], claims["Carla"]])
    receipt = city.escrow.approve(*approval, sender=city.sender)
    assert receipt.events == [
        city.token.Transfer("0x" + "0" * 40, anna.address, 15_00),
        city.token.Transfer("0x" + "0" * 40, bilal.address, 15_00),
        city.escrow.ClaimApproved(claims["Anna"], 15_00),
        city.escrow.ClaimApproved(claims["Bilal"], 15_00),
        city.escrow.ClaimSkipped(claims["Carla"], NOT_SUBMITTED),
    ]
    assert books(city, people) == Books(30_00, 30_00, 200_00, 45_00, 30_00, 0)

    # Carla submits, and the same signature is sent again: it pays her, and nobody twice.
    city.submit(claims["Carla"], carla)
    city.escrow.approve(*approval, sender=city.sender)
    assert books(city, people) == Books(45_00, 45_00, 200_00, 30_00, 45_00, 0)

    # Dora's work is rejected; she disputes; the arbiter awards.
    city.reject(approver, claims["Dora"])
    city.dispute(claims["Dora"], dora)
    assert books(city, people) == Books(45_00, 45_00, 200_00, 30_00, 45_00, 0)
    city.act("arbiter", city.escrow.decide, claims["Dora"], True, 1, keccak(text="decision"))
    assert books(city, people) == Books(60_00, 60_00, 200_00, 15_00, 60_00, 0)

    # Erik never submits: a day after the shown deadline anyone may let the claim lapse, and its slot is free.
    city.wait(job.terms.submit_by - chain.pending_timestamp + DAY + 60)
    city.escrow.lapse(claims["Erik"], sender=city.sender)
    assert books(city, people) == Books(60_00, 60_00, 200_00, 0, 60_00, 0)

    # Payments, a refund, a donation, and the association spends.
    city.pay(anna, baker, 10_00)
    city.pay(baker, anna, 2_00)
    city.pay(bilal, choir, 5_00)
    city.pay(choir, baker, 3_00)
    city.pay(carla, grocer, 15_00)
    held = {person.name: city.token.balanceOf(person.address) for person in people}
    assert held == {
        "Anna": 7_00,
        "Bilal": 10_00,
        "Carla": 0,
        "Dora": 15_00,
        "Erik": 0,
        "baker": 11_00,
        "grocer": 15_00,
        "choir": 2_00,
    }
    assert books(city, people) == Books(60_00, 60_00, 200_00, 0, 60_00, 0)

    # Both merchants redeem; the city still owes what lies in Redemption.
    of_baker, of_grocer = city.redeem(baker, 11_00), city.redeem(grocer, 15_00)
    assert books(city, people) == Books(60_00, 60_00, 200_00, 0, 60_00, 26_00)
    city.act("settlement", city.redemption.close, 1, [of_baker, of_grocer])
    assert books(city, people) == Books(60_00, 60_00, 200_00, 0, 60_00, 26_00)

    # The bank books one line and refuses the other: one is burned, the other goes back to its merchant.
    city.act("settlement", city.redemption.settle, 1, [of_grocer])
    assert books(city, people) == Books(49_00, 49_00, 200_00, 0, 60_00, 15_00)
    city.redemption.release(of_grocer, sender=city.sender)
    assert books(city, people) == Books(49_00, 49_00, 200_00, 0, 60_00, 0)
    assert city.token.balanceOf(grocer.address) == 15_00

    # 11.00 euro have left the bank, which the next grant knows before anyone read a new statement.
    assert city.budget.reserveLeft() == 489_00

    # What nobody was promised goes back to the city.
    city.act("treasurer", city.budget.closeBudget, ALCANDER, PERIOD)
    assert books(city, people) == Books(49_00, 49_00, 60_00, 0, 60_00, 0)
    assert city.budget.outstanding() == 0
