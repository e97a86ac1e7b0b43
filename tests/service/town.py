"""A town for tests: the whole service in one process, on a real chain and a real database.

Requests go through the application as clients send them; the worker goes round when a test says so.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from sqlalchemy import Connection, update
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain.chain import typed_data
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.deployment import DeploymentRecord
from heitje_chain.chain.ids import new_client_id
from heitje_chain.chain.model import INTENT
from heitje_chain.chain.node import Node
from heitje_chain.config import Config, from_environment
from heitje_chain.custody.master_key import write_new_master_key
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import open_engine, transaction, upgrade
from heitje_chain.http.transaction import is_unavailable
from heitje_chain.people import tokens
from heitje_chain.people.roles import OFFICER_ROLES
from heitje_chain.reconcile import service as reconcile
from heitje_chain.worker import Worker, open_worker
from tests.databases import ON_POSTGRESQL, database_of
from tests.http.apps import app_of
from tests.http.client import client
from tests.ledger.databases import unprotect
from tests.mining import is_sending, mined

DAY = 86_400

EARNED = 15_00
"""What `anna` has earned."""

ROUNDS = 100

# Accounts 2 to 8 of the public test mnemonic: the devnet's officers (scripts/networks/local.toml).
OFFICER_KEYS = {
    "treasurer": "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "auditor": "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    "settlement": "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
    "registrar": "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
    "arbiter": "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
    "enforcer": "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
    "guardian": "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
}

ADMIN_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
"""Of the one officer who has no token of the service."""

IBANS = ("NL41ABNA9000000001", "NL28ABNA9000000138", "NL15ABNA9000000275")


CONTRACT = {"valid_from": "2020-01-01", "valid_until": "2099-12-31"}
"""A merchant's with the municipality, that holds whenever a test runs."""


DECLARATION = {
    "kinds": ["green", "care"],
    "words": "Niemand verliest er werk door.",
    "declared_by": "Bestuur",
}
"""A partner's, of the kinds of jobs that tests post."""


@dataclass
class Person:
    """A participant and what it asks with."""

    town: Town
    id: str
    secret: str
    key: str | None = None
    """A partner's private key."""

    @property
    def chain_id(self) -> str:
        """The ParticipantId in hex."""
        kind = next(k for k in ("residents", "merchants", "associations", "partners") if self._is(k))
        return str(self.town.get("registrar", f"/{kind}/{self.id}")["participant"]).removeprefix("0x")

    def _is(self, kind: str) -> bool:
        return bool(self.town.ask("GET", "registrar", f"/{kind}/{self.id}").status_code == 200)


@dataclass
class Town:
    url: str
    record: DeploymentRecord
    config: Config
    secrets: dict[str, str] = field(default_factory=dict)
    furnished: Any = None
    """What was in it before the test began (stock.py)."""
    _worker: Worker | None = field(default=None, init=False, repr=False)
    _second: Worker | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(self.config.database_url)
        self.contracts = Contracts(self.record)
        if not self.secrets:
            self._found()
        self.http = client(app_of(self.engine, self.contracts, self.config))

    def _found(self) -> None:
        write_new_master_key(self.config.master_key_file)
        upgrade(self.engine)
        with transaction(self.engine) as connection:
            for role in OFFICER_ROLES:
                self.secrets[role] = tokens.create(connection, role, role)[1]

    # ------------------------------------------------------------ asking

    def ask(
        self,
        method: str,
        who: str | Person,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Any:
        """Send a request as an officer (by role) or a person; return the response."""
        secret = self.secrets[who] if isinstance(who, str) else who.secret
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        return self.http.request(method, f"/api/v1{path}", json=body, headers=headers)

    def get(self, who: str | Person, path: str) -> Any:
        answer = self.ask("GET", who, path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, who: str | Person, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> Any:
        answer = self.ask("POST", who, path, body or {}, key or None)
        assert answer.is_success, answer.text
        return answer.json()

    def refused(self, who: str | Person, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, str]:
        """Send an order that must be refused; return status and sentence."""
        answer = self.ask("POST", who, path, body or {})
        assert not answer.is_success, answer.text
        return answer.status_code, answer.json()["detail"]

    def prepare(self, who: str | Person, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Have an act prepared and signed; return what is to be sent."""
        prepared = self.post(who, f"{path}/prepare", body)
        return {"act": prepared["id"], "signature": sign(prepared["typed_data"], self.key_of(who))}

    def act(self, who: str | Person, path: str, body: Mapping[str, Any]) -> Any:
        return self.post(who, path, self.prepare(who, path, body))

    def key_of(self, who: str | Person) -> str:
        key = OFFICER_KEYS[who] if isinstance(who, str) else who.key
        assert key is not None
        return key

    # ------------------------------------------------------------ working

    @property
    def worker(self) -> Worker:
        if self._worker is None:
            self._worker = open_worker(self.config)
        return self._worker

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
        for worker in (self._worker, self._second):
            if worker is not None:
                worker.engine.dispose()

    def restart_worker(self) -> None:
        self._worker = self._second = None

    def _round(self) -> bool:
        """Let the worker go round; on PostgreSQL two of them at once."""
        if not ON_POSTGRESQL:
            return self.worker.round()
        if self._second is None:
            self._second = open_worker(self.config)
            self._second.sender._owner = f"second:{os.getpid()}"  # as another process would be called
        with ThreadPoolExecutor(2) as pool:
            return any(list(pool.map(round_of, (self.worker, self._second))))

    def work(self) -> None:
        """Go round until twice in a row there was nothing to do; what waits for a while is asked for now.

        What was sent and is in no block yet is something to do: the node takes its time. Where two workers
        found nothing, one of them looks once more.
        """
        quiet = False
        for _ in range(ROUNDS):
            with transaction(self.engine) as connection:
                connection.execute(update(INTENT).values(not_before=0, lease_until=0))
            busy = (self.worker.round() if quiet else self._round()) or is_sending(self.engine)
            if quiet and not busy:
                return
            quiet = not busy
        raise AssertionError("The worker finds no end.")

    def work_until(self, done: Callable[[], bool]) -> None:
        """Go round until it is so, also while something waits that would be tried again and again."""
        for _ in range(ROUNDS):
            if done():
                return
            self._round()
        raise AssertionError("The worker does not come to it.")

    def pass_time(self, seconds: int) -> None:
        """Let the chain's clock move on."""
        self.rpc("evm_increaseTime", seconds)
        self.rpc("evm_mine")
        self.work()

    def pass_delay(self) -> None:
        """Let the time run out in which a delayed act can be cancelled."""
        self.pass_time(self.delay_seconds)

    @property
    def delay_seconds(self) -> int:
        """After so many seconds any delayed act that was scheduled can be carried out."""
        return max(self.record.delays.values()) + 1

    def now(self) -> int:
        return Node(self.url).head().timestamp

    def mined(self, sent: str) -> bool:
        """Wait until a transaction is in a block; return whether the contract took it."""
        return mined(Node(self.url), sent)

    def rpc(self, method: str, *parameters: Any) -> Any:
        return Node(self.url)._ask(method, *parameters)

    # ------------------------------------------------------------ people

    def resident(self, name: str = "Anna Jansen", **recorded: Any) -> Person:
        """A resident of 21 or older whom the registrar confirmed, unless told otherwise."""
        person = self._person("residents", {"id": new_wallet_id(), "name": name})
        self.confirm(person, **recorded)
        return person

    def confirm(self, person: Person, **recorded: Any) -> None:
        """Have the registrar record somebody: `confirmed`, `under_21`, `changes_on`."""
        body = {"confirmed": True, "under_21": False, **recorded}
        answer = self.ask("PUT", "registrar", f"/residents/{person.id}/allowance-record", body)
        assert answer.is_success, answer.text

    def merchant(self, name: str = "Welpie Toys", iban: str = IBANS[0]) -> Person:
        body = {
            "id": new_wallet_id(),
            "name": name,
            "iban": iban,
            "category": "speelgoed",
            "contract": CONTRACT,
        }
        return self._person("merchants", body)

    def association(self) -> Person:
        return self._person("associations", {"id": new_wallet_id(), "name": "Buurtvereniging"})

    def partner(self, budget: int = 100_00) -> Person:
        """A partner with a signer, a mint limit and a budget for 2026."""
        person = self._person("partners", {"id": new_wallet_id(), "name": "Alcander"})
        person.key = Account.create().key.hex()
        signer = Account.from_key(person.key).address
        self.act("registrar", "/signers", {"partner": person.id, "signer": signer})
        limit = {"partner": person.id, "capacity": 10_000_00, "window": DAY}
        self.act("treasurer", "/mint-limits", limit)
        self.attest(1_000_000_00)
        self.post(person, "/declarations", DECLARATION)
        self.work()
        self.pass_delay()
        self.act("treasurer", "/grants", {"partner": person.id, "period": 2026, "cents": budget})
        self.work()
        return person

    def attest(self, cents: int) -> None:
        self.act(
            "auditor",
            "/attestations",
            {"cents": cents, "as_of": self.now() - 1, "statement_sha256": uuid.uuid4().hex * 2},
        )

    def job(self, partner: Person, **terms: Any) -> dict[str, Any]:
        """Post a job and wait until it is open."""
        job: dict[str, Any] = self.act(partner, "/jobs", self.terms(**terms))
        self.work()
        return job

    def terms(self, **terms: Any) -> dict[str, Any]:
        now = self.now()
        return {
            "title": "Bloembak bouwen",
            "description": "Bouw een bloembak.",
            "place": "Buurttuin JENS",
            "neighbourhood": "Heerlen-Noord",
            "bring": "werkhandschoenen",
            "minutes": 180,
            "evidence": "photo",
            "kind": "green",
            "reward": 15_00,
            "slots": 3,
            "period": 2026,
            "claim_by": now + 7 * DAY,
            "submit_by": now + 14 * DAY,
            **terms,
        }

    def submitted(self, partner: Person, resident: Person, **terms: Any) -> dict[str, Any]:
        """Have a job posted, claimed and handed in; return the claim."""
        return self.handed_in(resident, self.job(partner, **terms))

    def handed_in(self, resident: Person, job: Mapping[str, Any]) -> dict[str, Any]:
        claim: dict[str, Any] = self.post(resident, "/claims", {"job": job["id"]})
        self.work()
        self.post(resident, f"/claims/{claim['id']}/submission", {"note": "Klaar"})
        self.work()
        return claim

    def earned(self, partner: Person, resident: Person, cents: int = 15_00) -> None:
        """Let a resident earn this."""
        claim = self.submitted(partner, resident, reward=cents, slots=1)
        self.act(partner, "/approvals", {"claims": [claim["id"]]})
        self.work()

    def code_of(self, person: Person) -> str:
        return str(self.get(person, "/wallet")["code"])

    def spendable(self, person: Person) -> int:
        return int(self.get(person, "/wallet")["spendable"])

    def paid(self, payer: Person, payee: Person, cents: int) -> dict[str, Any]:
        """Make a payment and wait until it is final."""
        payment: dict[str, Any] = self.post(payer, "/payments", {"code": self.code_of(payee), "cents": cents})
        self.work()
        return payment

    def _person(self, kind: str, body: Mapping[str, Any]) -> Person:
        self.post("registrar", f"/{kind}", body)
        self.work()
        if kind != "residents":
            self.act("registrar", "/admissions", {"participants": [body["id"]]})
            self.work()
            self.pass_delay()
        state = self.get("registrar", f"/{kind}/{body['id']}")["state"]
        assert state == "active", state
        secret = self.post("registrar", "/tokens", {"participant": body["id"]})["secret"]
        return Person(self, body["id"], secret)

    # ------------------------------------------------------------ looking

    def differences(self) -> tuple[str, ...]:
        """What a comparison of chain, books and bank finds, in English."""
        self.work()
        found = reconcile.compare(self.engine, Node(self.url), self.contracts).differences
        return tuple(one["en"] for one in found)

    def events(self, name: str) -> list[dict[str, Any]]:
        """All events of this name on the chain since the contracts were deployed."""
        node, codec = Node(self.url), self.contracts.codec
        logs = node.logs(self.record.first_block, node.head().number, codec.watched)
        return [dict(event.arguments) for event in codec.events(logs) if event.name == name]

    @contextmanager
    def change_books(self) -> Iterator[Connection]:
        """The database as somebody has it who owns it: without the triggers that keep it append-only."""
        with transaction(self.engine) as connection:
            unprotect(connection, "journal_line")
            yield connection

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have the enforcer pause the coin for a while, past the service."""
        self._enforce("pause")
        yield
        self._enforce("unpause")

    def _enforce(self, function: str, *arguments: object, **transaction: str) -> None:
        """Have the enforcer act past the service, in a transaction with these fields besides."""
        self.act_elsewhere("enforcer", "HeitjeToken", function, *arguments, **transaction)

    def act_elsewhere(
        self, officer: str, contract: str, function: str, *arguments: object, **transaction: str
    ) -> None:
        """Have an officer act past the service, in a transaction with these fields besides."""
        target, account = self.contracts.address(contract), self.record.officers[officer].account
        data, act_id = self.contracts.codec.call(contract, function, *arguments), new_client_id()
        domain = self.contracts.officer_domain(officer)
        message = typed_data.act(domain, target, data, act_id, 2**48 - 1)
        signature = message.signed_by(ADMIN_KEY if officer == "admin" else OFFICER_KEYS[officer])
        call = self.contracts.codec.call("OfficerAccount", "act", target, data, act_id, 2**48 - 1, signature)
        payer = self.rpc("eth_accounts")[0]
        sent = self.rpc(
            "eth_sendTransaction", {"from": payer, "to": account, "data": "0x" + call.hex(), **transaction}
        )
        if self.rpc("anvil_getAutomine"):  # else the test makes the block
            self.mined(sent)


def round_of(worker: Worker) -> bool:
    """Go round as a worker's process does, which goes on after a deadlock."""
    try:
        return worker.round()
    except SQLAlchemyError as error:
        if not is_unavailable(error):
            raise
        return True


def sign(typed_data: Mapping[str, Any], key: str) -> str:
    """Return r, s, v as hex over EIP-712 JSON, as a partner's or an officer's own tool makes it."""
    message = encode_typed_data(full_message=dict(typed_data))
    return "0x" + bytes(Account.sign_message(message, key).signature).hex()


def open_town(
    url: str,
    record: DeploymentRecord,
    record_path: Path,
    home: Path,
    database_url: str = "",
    secrets: Mapping[str, str] | None = None,
) -> Town:
    """Found a town in a new folder; or, with the officers' tokens, open the one that lies there."""
    home.mkdir(exist_ok=secrets is not None)
    config = from_environment(
        {
            "HEITJE_HOME": str(home),
            "HEITJE_DATABASE_URL": database_url or database_of(home),
            "HEITJE_RPC_URL": url,
            "HEITJE_DEPLOYMENT_RECORD": str(record_path),
            "HEITJE_RATE_READS": "0",  # a test asks faster than anybody would
            "HEITJE_RATE_ORDERS": "0",
            "HEITJE_DEBTOR_NAME": "Gemeente Heerlen",
            "HEITJE_DEBTOR_IBAN": "NL46ABNA9000009999",
        }
    )
    return Town(url, record, config, dict(secrets or {}))


def wall_clock() -> int:
    return int(time.time())
