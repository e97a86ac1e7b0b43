"""Where things lie and how the chain is reached, from the environment.

Everything that a running Heitje writes lies under one folder, `var/` unless HEITJE_HOME names another.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

OWN_THRESHOLDS = Path(__file__).parent / "reports" / "thresholds.toml"
"""What is known where the software is made; another file takes its place."""


@dataclass(frozen=True)
class Config:
    home: Path
    """The folder of everything that is written."""
    database_url: str
    """SQLAlchemy's form, or postgresql:// as PostgreSQL's own tools take it; SQLite in the home unless told
    otherwise."""
    rpc_url: str
    """The node."""
    deployment_record: Path
    master_key_file: Path
    """32 bytes in hex that wrap every wallet's key; readable by its owner alone."""
    key_store: Path
    """The second place for wrapped keys, on another disk in production."""
    sender_key_file: Path
    """The private key of the sending account in hex; readable by its owner alone."""
    finality_depth: int
    """How many blocks deep a block is final; 1 is the newest block itself."""
    most_fee: int
    """Wei per gas that no transaction offers more than."""
    debtor_name: str
    """Who pays merchants, as the bank knows it; empty until it is set."""
    debtor_iban: str
    debtor_bic: str | None
    backup_recipients: Path | None
    """Who can open backups, an age recipient a line."""
    refund_days: int
    """How long after a payment a merchant can give it back."""
    rate_reads: int
    """How often a minute one caller may read; 0 is no bound."""
    rate_orders: int
    """How often a minute one caller may order; 0 is no bound."""
    trusted_proxies: str
    """Whose X-Forwarded-For is believed: addresses with commas between them; nobody's when empty."""
    webhook_key_file: Path
    """32 bytes in hex that seal webhooks' secrets; made when the first is, readable by its owner alone."""
    block_seconds: int | None
    """How often the chain makes a block; 0 when only something to put into it makes one, as on a devnet."""
    ready_round_seconds: int
    """After so long without the worker getting on, or the node answering, the service is not ready."""
    ready_sending_seconds: int
    """The same of a signed transaction that gets into no block."""
    ready_comparison_seconds: int
    """The same without a comparison of chain, books and bank."""
    thresholds_file: Path
    """What the law has the municipality measure, as data with dates."""
    payout_weekday: int | None
    """On which day of the week shops are paid, 1 Monday to 7 Sunday (ISO 8601), to tell them so; None when no
    day is kept."""
    mail_server: str
    """Where mail is handed in, smtp:// or smtps://; nothing is sent when empty."""
    public_url: str
    """Where people open the pages, for links in mail: https://heitje.example."""
    origin: str
    """The same, as passkeys are bound to it; empty when it was not told: then it is what the browser says."""
    mail_sender: str
    """Whose address mail is from: Heitje <heitje@example.nl>."""
    approve_origin: str
    """Where one signs by a passkey, another origin; `approve.` before the pages' own when empty."""
    demo: bool
    """Whether anybody may be anybody: the pages of the demo are there, and mail is shown instead of sent."""
    demo_keys: Path | None
    """The folder with the keys of the demo's partners and officers, by which its pages sign; read in the demo
    alone."""
    webhook_private_addresses: bool
    """Whether webhooks may go to addresses inside, and without TLS to this machine: to try things out."""


def from_environment(environment: dict[str, str] | None = None) -> Config:
    """Read HEITJE_HOME, _DATABASE_URL, _RPC_URL, _DEPLOYMENT_RECORD, _MASTER_KEY_FILE, _KEY_STORE,
    _SENDER_KEY_FILE, _FINALITY_DEPTH and _MOST_FEE_GWEI; each has a default that suits a devnet.
    _DEBTOR_NAME, _DEBTOR_IBAN and _DEBTOR_BIC name the account that merchants are paid from, and have none;
    nor has _BACKUP_RECIPIENTS. _REFUND_DAYS is 90.
    _RATE_READS and _RATE_ORDERS are per minute and caller; _TRUSTED_PROXIES is empty.
    _THRESHOLDS_FILE is heitje_chain/reports/thresholds.toml.
    _PAYOUT_WEEKDAY is 1 to 7, or not there.
    _MAIL_SERVER is empty, and no mail is sent then; _MAIL_SENDER is Heitje <heitje@localhost>.
    _PUBLIC_URL is http://localhost:8000 for links in mail; passkeys take what the browser says without it.
    _APPROVE_ORIGIN follows from it.
    _DEMO is 1 in the demo alone, and _DEMO_KEYS is told by it.
    _WEBHOOK_KEY_FILE has a default, and _WEBHOOK_PRIVATE_ADDRESSES is 1 or not there.
    _BLOCK_SECONDS is told by the chain id when it is not there; _READY_ROUND_SECONDS is 120,
    _READY_SENDING_SECONDS 600, _READY_COMPARISON_SECONDS 3600."""
    given = os.environ if environment is None else environment
    recipients = given.get("HEITJE_BACKUP_RECIPIENTS")
    block = given.get("HEITJE_BLOCK_SECONDS")
    demo_keys = given.get("HEITJE_DEMO_KEYS")
    home = Path(given.get("HEITJE_HOME", "var")).absolute()
    return Config(
        home=home,
        database_url=given.get("HEITJE_DATABASE_URL", database_in(home)),
        rpc_url=given.get("HEITJE_RPC_URL", "http://127.0.0.1:8545"),
        deployment_record=Path(given.get("HEITJE_DEPLOYMENT_RECORD", home / "deployment.json")),
        master_key_file=Path(given.get("HEITJE_MASTER_KEY_FILE", home / "master.key")),
        key_store=Path(given.get("HEITJE_KEY_STORE", home / "keys")),
        sender_key_file=Path(given.get("HEITJE_SENDER_KEY_FILE", home / "sender.key")),
        finality_depth=int(given.get("HEITJE_FINALITY_DEPTH", "1")),
        most_fee=int(given.get("HEITJE_MOST_FEE_GWEI", "500")) * 10**9,
        debtor_name=given.get("HEITJE_DEBTOR_NAME", ""),
        debtor_iban=given.get("HEITJE_DEBTOR_IBAN", ""),
        debtor_bic=given.get("HEITJE_DEBTOR_BIC"),
        backup_recipients=Path(recipients) if recipients else None,
        refund_days=int(given.get("HEITJE_REFUND_DAYS", "90")),
        rate_reads=int(given.get("HEITJE_RATE_READS", "6000")),
        rate_orders=int(given.get("HEITJE_RATE_ORDERS", "1200")),
        trusted_proxies=given.get("HEITJE_TRUSTED_PROXIES", ""),
        webhook_key_file=Path(given.get("HEITJE_WEBHOOK_KEY_FILE", home / "webhook.key")),
        block_seconds=int(block) if block else None,
        ready_round_seconds=int(given.get("HEITJE_READY_ROUND_SECONDS", "120")),
        ready_sending_seconds=int(given.get("HEITJE_READY_SENDING_SECONDS", "600")),
        ready_comparison_seconds=int(given.get("HEITJE_READY_COMPARISON_SECONDS", "3600")),
        thresholds_file=Path(given.get("HEITJE_THRESHOLDS_FILE", OWN_THRESHOLDS)),
        payout_weekday=_weekday(given.get("HEITJE_PAYOUT_WEEKDAY")),
        mail_server=given.get("HEITJE_MAIL_SERVER", ""),
        public_url=given.get("HEITJE_PUBLIC_URL", "http://localhost:8000").rstrip("/"),
        mail_sender=given.get("HEITJE_MAIL_SENDER", "Heitje <heitje@localhost>"),
        origin=_origin(given.get("HEITJE_PUBLIC_URL", "")),
        approve_origin=_origin(given.get("HEITJE_APPROVE_ORIGIN", "")),
        demo=given.get("HEITJE_DEMO") == "1",
        demo_keys=Path(demo_keys) if demo_keys else None,
        webhook_private_addresses=given.get("HEITJE_WEBHOOK_PRIVATE_ADDRESSES") == "1",
    )


def _origin(text: str) -> str:
    """Return an origin as browsers write it: in lower case, without the port that its scheme has anyway."""
    origin = text.strip().rstrip("/")
    scheme, _, rest = origin.partition("://")
    host, slash, path = rest.partition("/")
    host = host.lower().removesuffix({"https": ":443", "http": ":80"}.get(scheme.lower(), "-"))
    return f"{scheme.lower()}://{host}{slash}{path}" if rest else origin


def _weekday(text: str | None) -> int | None:
    """Raises:
    ValueError: no day of the week.
    """
    if not text:
        return None
    if text not in tuple("1234567"):
        raise ValueError(f"HEITJE_PAYOUT_WEEKDAY is {text!r}: write 1 for Monday, 2 for Tuesday, up to 7.")
    return int(text)


def database_in(home: Path) -> str:
    """Return the URL of a home's own database."""
    return f"sqlite:///{home / 'heitje.db'}"
