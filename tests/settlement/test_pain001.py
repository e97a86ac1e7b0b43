"""The bank file, judged by ISO 20022's own schema and read back element by element."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as iban_rules
from xmlschema import XMLSchema

from heitje_chain.settlement import pain001
from heitje_chain.settlement.pain001 import (
    AccountInvalid,
    AmountOutOfRange,
    BankFileEmpty,
    BankFileError,
    CreditTransfer,
    CreditTransferFile,
    Debtor,
    IdRepeated,
    IdUnfit,
    TextEmpty,
)

SCHEMA = XMLSchema(files("sepaxml").joinpath("schemas", "pain.001.001.09.xsd").read_text())
NS = {"": pain001.NAMESPACE}
TAG = f"{{{pain001.NAMESPACE}}}"

CITY = Debtor("Gemeente Voorbeeld", "NL91ABNA0417164300", "ABNANL2A")
BAKER = CreditTransfer("E-1", 12_345, "Bakkerij De Kroon", "NL02ABNA0123456789", "Heitjes R-1")
BUTCHER = CreditTransfer("E-2", 5, "Slagerij Jansen", "DE89370400440532013000", "Heitjes R-2")
FILE = CreditTransferFile("HEITJE-2026-7", 1_772_366_400, date(2026, 3, 2), CITY, (BAKER, BUTCHER))


def read(content: bytes) -> ET.Element:
    SCHEMA.validate(content.decode())
    return ET.fromstring(content)  # noqa: S314 - we just made it


def leaves(element: ET.Element, path: str = "") -> list[tuple[str, str | None]]:
    """Every element that holds no other, in the file's order: its path below `element`, its text."""
    found: list[tuple[str, str | None]] = []
    for child in element:
        here = f"{path}/{child.tag.removeprefix(TAG)}".removeprefix("/")
        found += leaves(child, here) if len(child) else [(here, child.text)]
    return found


def with_baker(**changes: object) -> CreditTransferFile:
    return replace(FILE, transfers=(replace(BAKER, **changes),))  # type: ignore[arg-type]


def name_of(text: str) -> str | None:
    return read(pain001.build(with_baker(creditor=text))).findtext(".//Cdtr/Nm", namespaces=NS)


def remittance_of(text: str) -> str | None:
    return read(pain001.build(with_baker(remittance=text))).findtext(".//Ustrd", namespaces=NS)


def refuses(file: CreditTransferFile, error: type[BankFileError], message: str) -> None:
    with pytest.raises(BankFileError, match=f"^{re.escape(message)}$") as refused:
        pain001.build(file)
    assert type(refused.value) is error


# ---------------------------------------------------------------- what the file says


def test_build__two_transfers__says_all_of_this_and_nothing_else() -> None:
    content = pain001.build(FILE)

    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<Document xmlns=")
    assert content.count(b"xmlns") == 1
    document = read(content)
    assert document.tag == f"{TAG}Document"
    assert leaves(document) == [
        ("CstmrCdtTrfInitn/GrpHdr/MsgId", "HEITJE-2026-7"),
        ("CstmrCdtTrfInitn/GrpHdr/CreDtTm", "2026-03-01T12:00:00Z"),
        ("CstmrCdtTrfInitn/GrpHdr/NbOfTxs", "2"),
        ("CstmrCdtTrfInitn/GrpHdr/CtrlSum", "123.50"),
        ("CstmrCdtTrfInitn/GrpHdr/InitgPty/Nm", "Gemeente Voorbeeld"),
        ("CstmrCdtTrfInitn/PmtInf/PmtInfId", "HEITJE-2026-7-1"),
        ("CstmrCdtTrfInitn/PmtInf/PmtMtd", "TRF"),
        ("CstmrCdtTrfInitn/PmtInf/BtchBookg", "false"),
        ("CstmrCdtTrfInitn/PmtInf/NbOfTxs", "2"),
        ("CstmrCdtTrfInitn/PmtInf/CtrlSum", "123.50"),
        ("CstmrCdtTrfInitn/PmtInf/PmtTpInf/SvcLvl/Cd", "SEPA"),
        ("CstmrCdtTrfInitn/PmtInf/ReqdExctnDt/Dt", "2026-03-02"),
        ("CstmrCdtTrfInitn/PmtInf/Dbtr/Nm", "Gemeente Voorbeeld"),
        ("CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/IBAN", "NL91ABNA0417164300"),
        ("CstmrCdtTrfInitn/PmtInf/DbtrAgt/FinInstnId/BICFI", "ABNANL2A"),
        ("CstmrCdtTrfInitn/PmtInf/ChrgBr", "SLEV"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/PmtId/EndToEndId", "E-1"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt", "123.45"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm", "Bakkerij De Kroon"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/CdtrAcct/Id/IBAN", "NL02ABNA0123456789"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/RmtInf/Ustrd", "Heitjes R-1"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/PmtId/EndToEndId", "E-2"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt", "0.05"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm", "Slagerij Jansen"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/CdtrAcct/Id/IBAN", "DE89370400440532013000"),
        ("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/RmtInf/Ustrd", "Heitjes R-2"),
    ]
    attributes = [each.attrib for each in document.iter() if each.attrib]
    assert attributes == [{"Ccy": "EUR"}, {"Ccy": "EUR"}]


def test_build__without_a_bic__says_that_none_is_given() -> None:
    document = read(pain001.build(replace(FILE, debtor=replace(CITY, bic=None))))

    (agent,) = document.iterfind(".//DbtrAgt", NS)
    assert leaves(agent) == [("FinInstnId/Othr/Id", "NOTPROVIDED")]


def test_build__a_long_message_id__keeps_the_payments_id_within_35() -> None:
    document = read(pain001.build(replace(FILE, message_id="M" * 35)))

    assert document.findtext(".//MsgId", namespaces=NS) == "M" * 35
    assert document.findtext(".//PmtInfId", namespaces=NS) == "M" * 33 + "-1"


def test_build__at_the_highest_amount__writes_every_cent() -> None:
    document = read(pain001.build(with_baker(cents=99_999_999_999)))

    assert document.findtext(".//InstdAmt", namespaces=NS) == "999999999.99"
    assert document.findtext(".//CtrlSum", namespaces=NS) == "999999999.99"


def test_build__every_sign_that_an_id_may_hold__is_kept() -> None:
    document = read(pain001.build(with_baker(end_to_end_id="a/B-9?:(),.'+")))

    assert document.findtext(".//EndToEndId", namespaces=NS) == "a/B-9?:(),.'+"


def test_build__in_the_reverse_order__keeps_that_order() -> None:
    document = read(pain001.build(replace(FILE, transfers=(BUTCHER, BAKER))))

    assert [each.text for each in document.iterfind(".//EndToEndId", NS)] == ["E-2", "E-1"]


# ---------------------------------------------------------------- how texts are spelt


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Café Zoë & Zn.", "Cafe Zoe + Zn."),
        ("Straße & STRAẞE", "Strasse + STRASSE"),
        ("Łukasz Đorđe Æbleø Œuvre œ Ø æ", "Lukasz Dorde AEbleo OEuvre oe O ae"),
        ("I\u015f\u0131k Şahin Gül Ağa İnci", "Isik Sahin Gul Aga Inci"),
        ("\N{LATIN CAPITAL LIGATURE IJ}ssalon \N{LATIN SMALL LIGATURE FI}jn", "IJssalon fijn"),
        ("\N{LEFT SINGLE QUOTATION MARK}t Hoekje d\N{RIGHT SINGLE QUOTATION MARK}Or", "'t Hoekje d'Or"),
        ("Koek \N{EN DASH} en \N{EM DASH} zopie", "Koek - en - zopie"),
        ("€ 5 korting, \N{VULGAR FRACTION ONE HALF} brood", "EUR 5 korting, 1/2 brood"),
        ('"De \t Hoek"\n <b>@home</b>; 100% #1_a', "De Hoek b home /b 100 1 a"),
        ("a/b-c?d:e(f)g.h,i'j+k", "a/b-c?d:e(f)g.h,i'j+k"),
        ("Иван 3", "3"),
        ("\x00\ud800\uffff\N{BREAD}Bakker", "Bakker"),
    ],
)
def test_build__a_text_outside_sepas_characters__is_spelt_in_them(text: str, spelt: str) -> None:
    assert name_of(text) == spelt
    assert remittance_of(text) == spelt


def test_build__the_debtors_name__is_spelt_alike_in_both_places() -> None:
    document = read(pain001.build(replace(FILE, debtor=replace(CITY, name="Gemeente Súdwest-Fryslân"))))

    assert [each.text for each in document.iterfind(".//GrpHdr/InitgPty/Nm", NS)] == [
        "Gemeente Sudwest-Fryslan"
    ]
    assert [each.text for each in document.iterfind(".//Dbtr/Nm", NS)] == ["Gemeente Sudwest-Fryslan"]


def test_build__long_texts__are_cut_after_they_are_spelt() -> None:
    assert name_of("ß" * 36) == "s" * 70
    assert remittance_of("é" * 141) == "e" * 140
    assert name_of("n" * 69 + " bis") == "n" * 69


# ---------------------------------------------------------------- what is refused


def test_build__without_transfers__is_refused() -> None:
    refuses(replace(FILE, transfers=()), BankFileEmpty, "A bank file holds at least one transfer.")


@pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
def test_build__an_amount_out_of_range__is_refused(cents: int) -> None:
    refuses(
        with_baker(cents=cents),
        AmountOutOfRange,
        f"Transfer E-1 is of {cents} cents; SEPA takes 1 to 99999999999.",
    )


UNFIT = ["", "E" * 36, "/E", "E/", "/", "E//1", "E 1", " E", "E\n", "Één", "E&1", "E_1", "E#1"]


@pytest.mark.parametrize(
    "file_of",
    [lambda text: with_baker(end_to_end_id=text), lambda text: replace(FILE, message_id=text)],
    ids=["end_to_end_id", "message_id"],
)
@pytest.mark.parametrize("unfit", UNFIT)
def test_build__an_unfit_id__is_refused(file_of: Callable[[str], CreditTransferFile], unfit: str) -> None:
    refuses(
        file_of(unfit),
        IdUnfit,
        f"{unfit!r} is no id for a bank: 1 to 35 letters, digits or / - ? : ( ) . , ' +, "
        "with no / at either end and no // within.",
    )


def test_build__an_end_to_end_id_twice__is_refused() -> None:
    twice = (BAKER, BUTCHER, replace(BUTCHER, end_to_end_id="E-1"))

    refuses(replace(FILE, transfers=twice), IdRepeated, "Two transfers have the end-to-end id E-1.")


@pytest.mark.parametrize(
    "iban", ["", "NL92ABNA0417164300", "NL91 ABNA 0417 1643 00", "nl91abna0417164300", "NL91ABNA041716430"]
)
def test_build__an_iban_that_cannot_exist__is_refused(iban: str) -> None:
    refuses(with_baker(iban=iban), AccountInvalid, "The IBAN of transfer E-1 is not valid.")
    refuses(replace(FILE, debtor=replace(CITY, iban=iban)), AccountInvalid, "The debtor's IBAN is not valid.")


@pytest.mark.parametrize("bic", ["", "ABNANL2", "abnanl2a", "ABNANL2A ", "ABNANL2AXXXX"])
def test_build__a_bic_that_cannot_exist__is_refused(bic: str) -> None:
    refuses(replace(FILE, debtor=replace(CITY, bic=bic)), AccountInvalid, "The debtor's BIC is not valid.")


@pytest.mark.parametrize("text", ["", " \t\n", "Иван", "\N{BREAD}"])
def test_build__a_text_of_which_nothing_is_left__is_refused(text: str) -> None:
    refuses(
        replace(FILE, debtor=replace(CITY, name=text)),
        TextEmpty,
        "Nothing is left of the debtor's name in the characters that banks take.",
    )
    refuses(
        with_baker(creditor=text),
        TextEmpty,
        "Nothing is left of the creditor's name of transfer E-1 in the characters that banks take.",
    )
    refuses(
        with_baker(remittance=text),
        TextEmpty,
        "Nothing is left of the remittance text of transfer E-1 in the characters that banks take.",
    )


# ---------------------------------------------------------------- whatever is paid


def an_iban(account: int) -> str:
    unchecked = f"NL00ABNA{account:010}"
    return f"NL{iban_rules.calc_check_digits(unchecked)}{unchecked[4:]}"


SIGNS = "ABCXYZabcxyz0189-?:().,'+"
ids = st.lists(st.text(SIGNS, min_size=1, max_size=11), min_size=1, max_size=3).map("/".join)
# Any text, after a letter that is sure to be left of it.
texts = st.text(max_size=160).map(lambda text: f"x{text}")
ibans = st.integers(0, 9_999_999_999).map(an_iban)
debtors = st.builds(Debtor, texts, ibans, st.sampled_from([None, "ABNANL2A", "BNGHNL2GXXX"]))
transfers = st.lists(
    st.builds(CreditTransfer, ids, st.integers(1, pain001.MAX_CENTS), texts, ibans, texts),
    min_size=1,
    max_size=20,
    unique_by=lambda transfer: transfer.end_to_end_id,
).map(tuple)
bank_files = st.builds(
    CreditTransferFile, ids, st.integers(0, 2**32), st.dates(date(2020, 1, 1)), debtors, transfers
)


def in_cents(euros: str | None) -> int:
    assert euros is not None
    assert re.fullmatch(r"(0|[1-9]\d*)\.\d{2}", euros)
    return int(euros.replace(".", ""))


@given(bank_files)
@settings(deadline=None)
def test_build__any_file__is_valid_and_adds_up(file: CreditTransferFile) -> None:
    document = read(pain001.build(file))

    total = sum(transfer.cents for transfer in file.transfers)
    amounts = [in_cents(each.text) for each in document.iterfind(".//InstdAmt", NS)]
    assert amounts == [transfer.cents for transfer in file.transfers]
    assert [in_cents(each.text) for each in document.iterfind(".//CtrlSum", NS)] == [total, total]
    assert [each.text for each in document.iterfind(".//NbOfTxs", NS)] == [str(len(file.transfers))] * 2


@given(bank_files)
@settings(deadline=None)
def test_build__any_file__holds_only_sepas_characters(file: CreditTransferFile) -> None:
    document = read(pain001.build(file))

    names = [each.text or "" for each in document.iterfind(".//Nm", NS)]
    remittances = [each.text or "" for each in document.iterfind(".//Ustrd", NS)]
    for text in names + remittances:
        assert re.fullmatch(r"[A-Za-z0-9/\-?:().,'+]([A-Za-z0-9/\-?:().,'+ ]*[A-Za-z0-9/\-?:().,'+])?", text)
    assert max(map(len, names)) <= 70
    assert max(map(len, remittances)) <= 140
    assert not document.findall(".//PstlAdr", NS)


@given(bank_files)
@settings(deadline=None)
def test_build__twice__gives_the_same_bytes(file: CreditTransferFile) -> None:
    assert pain001.build(file) == pain001.build(replace(file, transfers=tuple(file.transfers)))


def test_build__wherever_the_machine_stands__gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    here = pain001.build(FILE)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        there = pain001.build(FILE)
    time.tzset()

    assert there == here
