"""Who may be at which page of the municipality: all officers read, and each role orders what is its own."""

from __future__ import annotations

from typing import Annotated

from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk
from heitje_chain.people.roles import OFFICER_ROLES

AnyOfficer = Annotated[Desk, At(*OFFICER_ROLES)]
Treasurer = Annotated[Desk, At("treasurer")]
Auditor = Annotated[Desk, At("auditor")]
Settlement = Annotated[Desk, At("settlement")]
Arbiter = Annotated[Desk, At("arbiter")]
Enforcer = Annotated[Desk, At("enforcer")]
