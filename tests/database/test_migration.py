"""The migrations make the tables that the code describes, neither more nor less, and keep what was there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from eth_account import Account
from sqlalchemy import BigInteger, Connection, Engine, Integer, inspect, select, text
from sqlalchemy.exc import IntegrityError

import heitje_chain.app
import heitje_chain.audit.model
import heitje_chain.ledger.model
import heitje_chain.worker  # every slice that runs brings its tables
from heitje_chain.chain import attempts, outbox
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.lane import all_lanes
from heitje_chain.chain.model import BLOCK, INTENT
from heitje_chain.db import METADATA, open_engine, transaction, upgrade
from heitje_chain.people import recovery, service, tokens
from heitje_chain.people.recovery import Recovery
from heitje_chain.people.service import Participant
from heitje_chain.reconcile.model import RECONCILIATION
from heitje_chain.settlement import batches
from heitje_chain.stops import service as stops
from heitje_chain.stops.service import PauseState
from tests.databases import new_database

MIGRATIONS = Path(heitje_chain.app.__file__).parent / "migrations"

ANNA, BILAL = "3f8a2b1c4d5e4f60817263544a5b6c7d", "3f8a2b1c4d5e4f60817263544a5b6c7e"
ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
ON_CHAIN = ADDRESS[2:].lower()

TRIGGERS = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table FROM information_schema.triggers",
}
"""The tables that have one, in each database's words."""

_PARTICIPANT = (
    "INSERT INTO participant (id, kind, name, state, chain_id, created_at) "
    "VALUES (:id, 'resident', :name, :state, :chain_id, 1)"
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(new_database(tmp_path, tables=False))
    yield engine
    engine.dispose()


@pytest.fixture
def old(engine: Engine) -> Engine:
    """A database as the first version left it: one resident on the chain, one asked for."""
    with transaction(engine) as connection:
        _upgrade_to(connection, "0001")
        connection.execute(
            text(_PARTICIPANT), {"id": ANNA, "name": "Anna", "state": "active", "chain_id": ON_CHAIN}
        )
        connection.execute(
            text(_PARTICIPANT), {"id": BILAL, "name": "Bilal", "state": "asked", "chain_id": None}
        )
        connection.execute(
            text("INSERT INTO wallet VALUES (:id, :address, :one, :one, :one, :one, 1, 1, 'admitted')"),
            {"id": ANNA, "address": ADDRESS, "one": b"\x01"},
        )
        connection.execute(
            text(
                "INSERT INTO intent (id, kind, lane, bundle, payload, event_name, event_key, event_content, "
                "state, alone, created_at, lease_until, fence) VALUES (:id, 'admit_resident', 'main', :id, "
                "'{}', 'ParticipantAdmitted', '0x00', '{\"kind\": 1}', 'waiting', false, 1, 0, 3)"
            ),
            {"id": "01" * 32},
        )
        connection.execute(
            text("INSERT INTO access_token VALUES ('1', 'hash', 'Registrar', '[]', 1, 2, NULL)")
        )
    return engine


def test_upgrade__of_an_empty_database__makes_what_the_code_describes(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)

    with engine.begin() as connection:
        triggers = set(connection.scalars(text(TRIGGERS[connection.dialect.name])))
    assert _differences(engine) == []
    assert triggers == {"audit_lock", "audit_record", "declaration", "journal_entry", "journal_line"}


def test_upgrade__of_the_first_version__makes_what_the_code_describes(old: Engine) -> None:
    upgrade(old)

    assert _differences(old) == []


def test_upgrade__of_the_first_version__keeps_participants_with_their_wallets(old: Engine) -> None:
    upgrade(old)

    with transaction(old) as connection:
        anna = service.participant(connection, ANNA)
        bilal = service.participant(connection, BILAL)
        assert service.by_wallet(connection, ADDRESS) == anna
    assert anna == Participant(ANNA, "resident", "Anna", "active", False, ON_CHAIN, ADDRESS.lower(), None)
    assert bilal == Participant(BILAL, "resident", "Bilal", "asked", False, None, None, None)


def test_upgrade__of_the_first_version__lets_a_waiting_intent_be_taken(old: Engine) -> None:
    upgrade(old)

    with transaction(old) as connection:
        [taken] = outbox.take(connection, "main", "worker-1", 10)
        columns = connection.execute(text("SELECT not_before, attempts FROM intent")).one()
    assert (taken.id, taken.fence) == ("01" * 32, 4)
    assert tuple(columns) == (0, 0)


def test_upgrade__of_the_first_version__ends_tokens_that_name_no_role(old: Engine) -> None:
    upgrade(old)

    with transaction(old) as connection:
        assert tokens.all_tokens(connection) == []


@pytest.mark.parametrize("state", ["asked", "ready", "admitting", "active", "refused"])
def test_participant__in_a_state_that_there_is__is_taken(old: Engine, state: str) -> None:
    upgrade(old)

    with transaction(old) as connection:
        connection.execute(text("UPDATE participant SET state = :state WHERE id = :id"), _of(state))

        assert service.participant(connection, BILAL).state == state


def test_participant__in_a_state_that_there_is_not__is_refused(old: Engine) -> None:
    upgrade(old)

    with transaction(old) as connection, pytest.raises(IntegrityError, match="ck_participant_state"):
        connection.execute(text("UPDATE participant SET state = :state WHERE id = :id"), _of("gone"))


@pytest.mark.parametrize(
    ("table", "states"),
    [
        ("act", "'prepared', 'signed', 'scheduled', 'done', 'failed', 'cancelled'"),
        (
            "claim",
            "'asked', 'claimed', 'submitted', 'rejected', 'disputed', 'approved', 'awarded', "
            "'withdrawn', 'lapsed', 'denied', 'rejected_finally', 'refused'",
        ),
        ("job", "'posting', 'open', 'closed', 'refused'"),
        ("participant", "'asked', 'ready', 'admitting', 'active', 'refused'"),
        ("payment", "'pending', 'paid', 'refused'"),
        ("payout_batch", "'closed', 'filed', 'settling', 'settled'"),
        ("reconciliation", "'asked', 'done'"),
        ("wallet_recovery", "'asked', 'ready', 'replaced'"),
        ("sending_account", "'active', 'paused', 'resuming'"),
        ("repayment", "'filed', 'done'"),
        ("redemption", "'asked', 'locked', 'batched', 'booked', 'rejected', 'released', 'refused'"),
        ("webhook_delivery", "'waiting', 'delivered', 'failed'"),
        ("webhook_endpoint", "'enabled', 'disabled'"),
    ],
)
def test_checks__of_states__are_those_of_the_code(
    old: Engine, tmp_path: Path, table: str, states: str
) -> None:
    upgrade(old)
    described = open_engine(new_database(tmp_path, tables=False))
    METADATA.create_all(described)

    # Autogenerate compares no CHECK constraints.
    assert _checked(old, table) == states
    assert _checked(described, table) == states
    described.dispose()


def test_upgrade__of_a_chain_that_stopped_coins__knows_what_stands_still(old: Engine) -> None:
    second, other = "0x" + "c3" * 20, "0x" + "d4" * 20
    told = (
        ("Frozen", "", {"account": ADDRESS.lower(), "amount": 5}),
        ("Frozen", "", {"account": other, "amount": 7}),
        ("WalletReplaced", f"0x{ON_CHAIN}", {"oldWallet": ADDRESS.lower(), "newWallet": second}),
        ("Frozen", "", {"account": ADDRESS.lower(), "amount": 0}),
        ("Frozen", "", {"account": second, "amount": 5}),
        ("Frozen", "", {"account": other, "amount": 0}),
        ("Paused", "", {"account": other}),
    )
    with transaction(old) as connection:
        _upgrade_to(connection, "0002")
        connection.execute(text("INSERT INTO block VALUES (7, '0x07', 1700000000, true)"))
        for number, (name, key, arguments) in enumerate(told):
            connection.execute(
                text("INSERT INTO chain_event VALUES (7, :number, '0x', 'HeitjeToken', :name, :key, :told)"),
                {"number": number, "name": name, "key": key, "told": json.dumps(arguments)},
            )

    upgrade(old)

    with transaction(old) as connection:
        freezes = connection.execute(stops.freezes_query()).all()
        assert stops.pause_state(connection) == PauseState(True, 1700000000)
    assert [tuple(one)[:4] for one in freezes] == [(ON_CHAIN, 5, 1700000000, ANNA)]


def test_upgrade__of_what_was_sent__keeps_it_as_an_attempt(old: Engine) -> None:
    fields = {"chainId": 31337, "nonce": 7, "gas": 21_000, "to": ADDRESS, "value": 0, "data": b"\x01"}
    fees = {"maxFeePerGas": 3, "maxPriorityFeePerGas": 2}
    raw = bytes(Account.sign_transaction({**fields, **fees}, b"\x07" * 32).raw_transaction)
    with transaction(old) as connection:
        connection.execute(
            text("INSERT INTO sending_account VALUES ('main', :address, 8)"), {"address": ADDRESS}
        )
        connection.execute(
            text(
                "INSERT INTO chain_transaction (id, lane, nonce, hash, raw, state, created_at) "
                "VALUES (1, 'main', 7, '0x01', :raw, 'signed', 5)"
            ),
            {"raw": raw},
        )

    upgrade(old)

    with transaction(old) as connection:
        [kept] = attempts.of(connection, [1])[1]
        [lane] = all_lanes(connection)
    assert (kept.hash, kept.raw, kept.created_at) == ("0x01", raw, 5)
    assert (kept.fees.most, kept.fees.tip) == (3, 2)
    assert (lane.state, lane.next_nonce) == ("active", 8)


def test_upgrade__of_a_comparison_in_english__tells_it_as_it_was(engine: Engine) -> None:
    sentence = "The supply on the chain: 5.00; the journal: 4.00; off by 1.00."
    with transaction(engine) as connection:
        _upgrade_to(connection, "0024")
        connection.execute(
            text(
                "INSERT INTO reconciliation (id, state, asked_at, differences) "
                "VALUES ('1', 'done', 5, :told), ('2', 'done', 6, '[]'), ('3', 'asked', 7, NULL)"
            ),
            {"told": json.dumps([sentence])},
        )
        connection.execute(
            text("INSERT INTO payout_stop (reason, since) VALUES (:told, 5)"), {"told": sentence}
        )

    upgrade(engine)

    told = {"nl": sentence, "en": sentence}
    with transaction(engine) as connection:
        kept = connection.execute(select(RECONCILIATION.c.id, RECONCILIATION.c.differences)).all()
        assert sorted(map(tuple, kept)) == [("1", [told]), ("2", []), ("3", None)]
        assert batches.payout_stop(connection) == told


def test_upgrade__of_a_chain_that_replaced_wallets__keeps_their_history(old: Engine) -> None:
    last = "0x" + "c3" * 20
    with transaction(old) as connection:
        _upgrade_to(connection, "0002")
        connection.execute(text("INSERT INTO block VALUES (7, '0x07', 1700000000, true)"))
        connection.execute(
            text(
                "INSERT INTO chain_event VALUES (7, 1, '0x', 'ParticipantRegistry', 'WalletReplaced', "
                ":key, :told)"
            ),
            {
                "key": f"0x{ON_CHAIN}",
                "told": json.dumps({"oldWallet": ADDRESS.lower(), "newWallet": last}),
            },
        )

    upgrade(old)

    with transaction(old) as connection:
        [row] = connection.execute(recovery.recoveries_query()).all()
    assert recovery.recovery_of(row) == Recovery(
        last[2:34], ANNA, None, "replaced", ADDRESS.lower(), last, None, 1700000000, 1700000000
    )


def test_columns__of_times_block_numbers_and_money__hold_64_bits(engine: Engine) -> None:
    upgrade(engine)
    wide = re.compile(r"(.*_)?(at|by|until|since|before|cents|deadline|timestamp|block|block_number|head)")

    narrow = [
        f"{table}.{column['name']}"
        for table in inspect(engine).get_table_names()
        for column in inspect(engine).get_columns(table)
        if wide.fullmatch(column["name"]) and isinstance(column["type"], Integer)
        if engine.dialect.name == "postgresql" and not isinstance(column["type"], BigInteger)
    ]

    assert narrow == []


def test_upgrade__of_blocks_and_intents__takes_times_after_2038(old: Engine) -> None:
    upgrade(old)
    late = 2**40

    with transaction(old) as connection:
        connection.execute(BLOCK.insert().values(number=late, hash="0x", timestamp=late, final=True))
        connection.execute(INTENT.update().values(created_at=late, lease_until=late, not_before=late))
        assert chain_now(connection) == late
        kept = connection.execute(select(INTENT.c.created_at, INTENT.c.lease_until, INTENT.c.not_before))
        assert kept.one() == (late, late, late)


def _of(state: str) -> dict[str, str]:
    return {"state": state, "id": BILAL}


def _checked(engine: Engine, table: str) -> str:
    """Return the states that the table's CHECK allows; PostgreSQL writes it in words of its own."""
    [check] = [
        one for one in inspect(engine).get_check_constraints(table) if one["name"] == f"ck_{table}_state"
    ]
    return ", ".join(re.findall(r"'\w+'", check["sqltext"]))


def _differences(engine: Engine) -> list[object]:
    ours = {name for name in METADATA.tables if not name.startswith("test_")}
    with engine.begin() as connection:
        return [
            difference
            for difference in compare_metadata(MigrationContext.configure(connection), METADATA)
            if getattr(difference[-1], "name", "") in ours
        ]


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
