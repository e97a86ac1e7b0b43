"""What every route about acts shares: the deployment, what is shown to sign, what comes back signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.fields import Body, Hex32Field, SignatureField, from_hex
from heitje_chain.http.idempotency import HEADER, Answer, KeyedRequest, keyed_request
from heitje_chain.http.transaction import Database, RequestDatabase

from .service import Act, check_digest


async def contracts(request: Request) -> Contracts:
    """Give a route the deployment; the application keeps it in `app.state.contracts`."""
    found: Contracts = request.app.state.contracts
    return found


OnChain = Annotated[Contracts, Depends(contracts)]


ActState = Literal["prepared", "signed", "scheduled", "done", "failed", "cancelled"]


class ActView(BaseModel):
    """An act: what is decided, by whom, and how far it is."""

    ADDRESS: ClassVar[str] = "/api/v1/acts/{id}"

    id: str
    kind: Annotated[str, Field(examples=["close_job", "grant"])]
    actor: Annotated[str, Field(description="An officer's name, or a partner's id.")]
    state: Annotated[
        ActState,
        Field(description="done: it is final on the chain. scheduled: its delay is running."),
    ]
    content: dict[str, Any]
    deadline: Annotated[int, Field(description="UTC seconds; a signature counts until then.")]
    refusal: Annotated[
        dict[str, Any] | None, Field(description="The contract's error, name and arguments, when it failed.")
    ]

    @classmethod
    def of(cls, act: Act) -> ActView:
        return cls.model_validate(
            {
                "id": act.id,
                "kind": act.kind,
                "actor": act.actor,
                "state": act.state,
                "content": dict(act.content),
                "deadline": act.deadline,
                "refusal": act.refusal,
            }
        )


_TO_SIGN: dict[str, Any] = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "CloseJob": [{"name": "job", "type": "bytes32"}, {"name": "deadline", "type": "uint48"}],
    },
    "primaryType": "CloseJob",
    "domain": {
        "name": "Heitje JobEscrow",
        "version": "1",
        "chainId": 1337,
        "verifyingContract": "0x5fc8d32690cc91d4c39d9d3abcbd16989f875707",
    },
    "message": {"job": "0x" + "5e" * 32, "deadline": 1798848000},
}


class PreparedAct(ActView):
    """An act with what is to be signed."""

    typed_data: Annotated[
        dict[str, Any],
        Field(
            description="EIP-712 JSON. Sign it with your key and send the signature to the sister route.",
            examples=[_TO_SIGN],
        ),
    ]

    @classmethod
    def of(cls, act: Act) -> PreparedAct:
        """Raises:
        DigestWrong: a fault.
        """
        check_digest(act)
        return cls.model_validate({**ActView.of(act).model_dump(), "typed_data": dict(act.typed_data)})


@dataclass(frozen=True)
class PreparingRequest:
    """A request for something to sign, with or without an Idempotency-Key."""

    database: RequestDatabase
    keyed: KeyedRequest | None

    def answer(
        self,
        caller: str,
        prepare: Callable[[Connection], Act],
        view: Callable[[Connection, Act], PreparedAct] | None = None,
    ) -> Response:
        """Prepare an act, or show the one that the same key prepared.

        Without a key the same order is the same act until it is final, and a new one afterwards: who may send
        an order twice, such as a script, sends a key.

        Args:
            view: shows the act with what only its own route tells

        Raises:
            KeyReused, DatabaseBusy, and what preparing raises.
        """

        def work(connection: Connection) -> PreparedAct:
            act = prepare(connection)
            return PreparedAct.of(act) if view is None else view(connection, act)

        if self.keyed is not None:
            return self.keyed.answer(caller, 200, work)
        return Answer(200, self.database.change(work).model_dump_json().encode()).response()


async def preparing_request(
    request: Request,
    database: Database,
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description="8 to 64 characters out of A-Z, a-z, 0-9, - and _: the same key is the same act, "
            "also after it is final.",
        ),
    ] = None,
) -> PreparingRequest:
    """Raises:
    KeyMalformed; and KeyReused once it answers.
    """
    keyed = None if key is None else await keyed_request(request, database, key)
    return PreparingRequest(database, keyed)


Preparing = Annotated[PreparingRequest, Depends(preparing_request)]


class SignedAct(Body):
    """The signature over a prepared act, by the officer that the token is of."""

    act: Annotated[
        Hex32Field,
        Field(
            description="The prepared act's `id`, without 0x. Signed again it is the same act, also under "
            "another Idempotency-Key: 202, with how it stands now."
        ),
    ]
    signature: SignatureField

    @property
    def signature_bytes(self) -> bytes:
        return from_hex(self.signature)


class SignedByPartner(SignedAct):
    """The signature over a prepared act, by one of the partner's signers."""

    signer: Annotated[
        SignatureField | None,
        Field(
            description="Leave it out with a key: the signature says whose it is. With a passkey: who "
            "signed, as ERC-7913 hex. Refused when it is not who signed.",
            examples=[None],
        ),
    ] = None

    @property
    def signer_bytes(self) -> bytes | None:
        return None if self.signer is None else from_hex(self.signer)
