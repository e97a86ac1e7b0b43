"""The file that asks the city's bank to pay merchants. The same input gives the same bytes.

No address stands in it: none is needed for a credit transfer within SEPA, and an unstructured one is refused
from 15 November 2026.

BankFileError
├── BankFileEmpty     there is nobody to pay
├── AmountOutOfRange  less than a cent, or more than SEPA takes
├── IdUnfit           a bank would refuse this id
├── IdRepeated        two transfers have the same end-to-end id
├── AccountInvalid    an IBAN or a BIC that cannot exist
└── TextEmpty         nothing is left of a text in the characters that banks take

Source: ISO 20022 pain.001.001.09; EPC132-08, SEPA Credit Transfer, Customer-to-PSP Implementation Guidelines.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from stdnum import bic as bic_rules
from stdnum import iban as iban_rules

from heitje_chain.money import to_euros

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MAX_CENTS = 999_999_999_99
MAX_ID = 35
MAX_NAME = 70
MAX_REMITTANCE = 140

_SEPA = r"A-Za-z0-9/\-?:().,'+"
_ID = re.compile(rf"(?!/)(?!.*//)[{_SEPA}]{{1,{MAX_ID}}}(?<!/)")
_NOT_SEPA = re.compile(rf"[^{_SEPA}]+")
_SPELT = str.maketrans(
    {"&": "+", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "€": "EUR"}
    | {"\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'"}
    | {"\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{FRACTION SLASH}": "/"}
)
"""What has no plain letter in it that NFKD could lay bare."""


class BankFileError(Exception):
    """No file is made; the message is a sentence for a person, without names or account numbers."""


class BankFileEmpty(BankFileError):
    def __init__(self) -> None:
        super().__init__("A bank file holds at least one transfer.")


class AmountOutOfRange(BankFileError):
    def __init__(self, end_to_end_id: str, cents: int) -> None:
        super().__init__(f"Transfer {end_to_end_id} is of {cents} cents; SEPA takes 1 to {MAX_CENTS}.")


class IdUnfit(BankFileError):
    def __init__(self, unfit: str) -> None:
        super().__init__(
            f"{unfit!r} is no id for a bank: 1 to {MAX_ID} letters, digits or / - ? : ( ) . , ' +, "
            "with no / at either end and no // within."
        )


class IdRepeated(BankFileError):
    def __init__(self, end_to_end_id: str) -> None:
        super().__init__(f"Two transfers have the end-to-end id {end_to_end_id}.")


class AccountInvalid(BankFileError):
    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is not valid.")


class TextEmpty(BankFileError):
    def __init__(self, what: str) -> None:
        super().__init__(f"Nothing is left of the {what} in the characters that banks take.")


@dataclass(frozen=True)
class Debtor:
    """Who pays. Without a BIC the bank finds its own from the IBAN."""

    name: str
    iban: str
    bic: str | None


@dataclass(frozen=True)
class CreditTransfer:
    """One payment; the end-to-end id comes back in the bank's statement, the remittance reaches the creditor.

    An IBAN has no blanks and only capitals.
    """

    end_to_end_id: str
    cents: int
    creditor: str
    iban: str
    remittance: str


@dataclass(frozen=True)
class CreditTransferFile:
    """What one file asks for. A bank refuses a message id that it has seen before."""

    message_id: str
    created_at: int
    """UTC, in seconds since 1970."""
    execution_date: date
    debtor: Debtor
    transfers: tuple[CreditTransfer, ...]


def build(file: CreditTransferFile) -> bytes:
    """Return the file's XML, in UTF-8.

    Names and remittance texts are spelt in SEPA's Latin characters and cut to 70 and 140 of them.

    Raises:
        BankFileError
    """
    _check(file)
    document = ET.Element("Document", xmlns=NAMESPACE)
    initiation = ET.SubElement(document, "CstmrCdtTrfInitn")
    _add_header(initiation, file)
    _add_payment(initiation, file)
    ET.indent(document)
    content: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return content


# ---------------------------------------------------------------- what is refused


def _check(file: CreditTransferFile) -> None:
    if not file.transfers:
        raise BankFileEmpty
    _check_id(file.message_id)
    _check_iban(file.debtor.iban, "debtor's IBAN")
    if file.debtor.bic is not None and not _is_bic(file.debtor.bic):
        raise AccountInvalid("debtor's BIC")
    known: set[str] = set()
    for transfer in file.transfers:
        _check_transfer(transfer)
        if transfer.end_to_end_id in known:
            raise IdRepeated(transfer.end_to_end_id)
        known.add(transfer.end_to_end_id)


def _check_transfer(transfer: CreditTransfer) -> None:
    _check_id(transfer.end_to_end_id)
    if not 0 < transfer.cents <= MAX_CENTS:
        raise AmountOutOfRange(transfer.end_to_end_id, transfer.cents)
    _check_iban(transfer.iban, f"IBAN of transfer {transfer.end_to_end_id}")


def _check_id(text: str) -> None:
    """Blanks are in SEPA's character set, yet Dutch banks take none in an id."""
    if not _ID.fullmatch(text):
        raise IdUnfit(text)


def _check_iban(iban: str, what: str) -> None:
    if iban_rules.compact(iban) != iban or not iban_rules.is_valid(iban, check_country=False):
        raise AccountInvalid(what)


def _is_bic(bic: str) -> bool:
    return bool(bic_rules.compact(bic) == bic and bic_rules.is_valid(bic))


# ---------------------------------------------------------------- what is written, in the schema's order


def _add_header(initiation: ET.Element, file: CreditTransferFile) -> None:
    header = ET.SubElement(initiation, "GrpHdr")
    _add(header, "MsgId", file.message_id)
    _add(header, "CreDtTm", f"{datetime.fromtimestamp(file.created_at, UTC):%Y-%m-%dT%H:%M:%SZ}")
    _add_totals(header, file.transfers)
    _add(header, "InitgPty/Nm", _name(file.debtor.name, "debtor's name"))


def _add_payment(initiation: ET.Element, file: CreditTransferFile) -> None:
    payment = ET.SubElement(initiation, "PmtInf")
    _add(payment, "PmtInfId", f"{file.message_id[: MAX_ID - 2]}-1")
    _add(payment, "PmtMtd", "TRF")
    _add(payment, "BtchBookg", "false")
    _add_totals(payment, file.transfers)
    _add(payment, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(payment, "ReqdExctnDt/Dt", file.execution_date.isoformat())
    _add(payment, "Dbtr/Nm", _name(file.debtor.name, "debtor's name"))
    _add(payment, "DbtrAcct/Id/IBAN", file.debtor.iban)
    if file.debtor.bic is None:
        _add(payment, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    else:
        _add(payment, "DbtrAgt/FinInstnId/BICFI", file.debtor.bic)
    _add(payment, "ChrgBr", "SLEV")
    for transfer in file.transfers:
        _add_transfer(payment, transfer)


def _add_transfer(payment: ET.Element, transfer: CreditTransfer) -> None:
    to = ET.SubElement(payment, "CdtTrfTxInf")
    of = f"of transfer {transfer.end_to_end_id}"
    _add(to, "PmtId/EndToEndId", transfer.end_to_end_id)
    _add(to, "Amt/InstdAmt", to_euros(transfer.cents)).set("Ccy", "EUR")
    _add(to, "Cdtr/Nm", _name(transfer.creditor, f"creditor's name {of}"))
    _add(to, "CdtrAcct/Id/IBAN", transfer.iban)
    _add(to, "RmtInf/Ustrd", _text(transfer.remittance, MAX_REMITTANCE, f"remittance text {of}"))


def _add_totals(parent: ET.Element, transfers: Sequence[CreditTransfer]) -> None:
    _add(parent, "NbOfTxs", str(len(transfers)))
    _add(parent, "CtrlSum", to_euros(sum(transfer.cents for transfer in transfers)))


def _add(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Add the elements of a path, each new and within the one before it; the last holds the text."""
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent


def _name(text: str, what: str) -> str:
    return _text(text, MAX_NAME, what)


def _text(text: str, most: int, what: str) -> str:
    """Spell a text in SEPA's characters; what cannot be spelt becomes a blank, many blanks become one."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    spelt = _NOT_SEPA.sub(" ", bare.translate(_SPELT)).strip()[:most].rstrip()
    if not spelt:
        raise TextEmpty(what)
    return spelt
