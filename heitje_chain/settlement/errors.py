"""What is refused about redemptions and payouts.

Refused
├── RedemptionUnknown       404
├── RedemptionNotHeld       409  there is no other account to confirm
├── RedemptionNotBooked     409  only what was paid can come back
├── NotItsPayment           409  the bank returned another payment than this redemption's
├── ReturnGiven             409  it came back before, for another reason
├── PayoutsStopped          409  the books and the chain differ
├── NothingToPay            409
├── BatchUnknown            404
├── BatchNotInState         409  the batch is not where this act starts from
├── BatchIncomplete         409  not all of its lines are known here
├── LineHeld                409  a line has no account, or an old one
├── LineNotInBatch          409
├── OutcomeGiven            409  the bank said something else before
├── OutcomesMissing         409
├── FileNotMade             409  a bank would refuse the file
├── DebtorMissing           409  nobody said who pays
├── NotPayable              409  it never came back, or is being paid anew, or its merchant is blocked
├── RepaymentUnknown        404
├── RepaymentNotMade        409  a bank would refuse the file
└── LineNotInRepayment      409
"""

from __future__ import annotations

from heitje_chain.http.language import Words
from heitje_chain.http.problems import Refused


class RedemptionUnknown(
    Refused,
    slug="redemption-unknown",
    status=404,
    nl="Deze inwisseling kennen wij niet.",
    en="We do not know this redemption.",
):
    """No such redemption, or somebody else's."""


class RedemptionNotHeld(
    Refused,
    slug="redemption-not-held",
    status=409,
    nl="Deze inwisseling wacht niet op een bevestigd rekeningnummer.",
    en="This redemption does not wait for an account to be confirmed.",
    members=("redemption", "state"),
):
    """It is paid to the merchant's present account, or it is too late or too early, or there is none."""

    def __init__(self, redemption: str, state: str) -> None:
        self.redemption, self.state = redemption, state


class RedemptionNotBooked(
    Refused,
    slug="redemption-not-booked",
    status=409,
    nl="Deze inwisseling is niet uitbetaald en kan dus niet terugkomen.",
    en="This redemption was not paid out, so it cannot come back.",
    members=("redemption", "state"),
):
    """Its coins are not burned: the bank's no is an outcome of its batch."""

    def __init__(self, redemption: str, state: str) -> None:
        self.redemption, self.state = redemption, state


class NotItsPayment(
    Refused,
    slug="not-payment-of-redemption",
    status=409,
    nl="De betaling {end_to_end_id} hoort niet bij deze inwisseling.",
    en="The payment {end_to_end_id} does not belong to this redemption.",
    members=("redemption",),
):
    def __init__(self, redemption: str, end_to_end_id: str) -> None:
        self.redemption, self.end_to_end_id = redemption, end_to_end_id


class ReturnGiven(
    Refused,
    slug="return-given",
    status=409,
    nl="De bank heeft inwisseling {redemption} al teruggestuurd, om reden {reason}.",
    en="The bank returned redemption {redemption} before, for reason {reason}.",
):
    def __init__(self, redemption: str, reason: str) -> None:
        self.redemption, self.reason = redemption, reason


class PayoutsStopped(
    Refused,
    slug="payouts-stopped",
    status=409,
    nl="De uitbetalingen liggen stil: {difference:words}",
    en="Payouts are stopped: {difference:words}",
):
    """Reconciliation found a difference."""

    def __init__(self, difference: Words) -> None:
        self.difference = difference


class NothingToPay(
    Refused,
    slug="nothing-to-pay",
    status=409,
    nl="Er is nu niets om uit te betalen.",
    en="There is nothing to pay out now.",
):
    """No redemption is locked for good, or all of them are held."""


class BatchUnknown(
    Refused,
    slug="payout-batch-unknown",
    status=404,
    nl="Uitbetaling {batch} kennen wij niet, of zij is nog niet definitief.",
    en="We do not know payout batch {batch}, or it is not final yet.",
):
    def __init__(self, batch: int) -> None:
        self.batch = batch


class BatchNotInState(
    Refused,
    slug="payout-batch-not-in-state",
    status=409,
    nl="Dit kan nu niet met uitbetaling {batch}. Kijk hoe het ermee staat.",
    en="This cannot be done with payout batch {batch} now. Look how it stands.",
    members=("state",),
):
    def __init__(self, batch: int, state: str) -> None:
        self.batch, self.state = batch, state


class BatchIncomplete(
    Refused,
    slug="payout-batch-incomplete",
    status=409,
    nl="Van uitbetaling {batch} zijn {known} van {lines} regels bekend, {cents:euros} van {wanted:euros}.",
    en="Of payout batch {batch} {known} of {lines} lines are known here, {cents:euros} of {wanted:euros}.",
):
    """The lines do not add up to what the chain closed; paying them would pay something else."""

    def __init__(self, batch: int, known: int, lines: int, cents: int, wanted: int) -> None:
        self.batch, self.known, self.lines, self.cents, self.wanted = batch, known, lines, cents, wanted


class LineHeld(
    Refused,
    slug="redemption-held",
    status=409,
    nl="Inwisseling {redemption} wacht tot het rekeningnummer is bevestigd.",
    en="Redemption {redemption} waits until its account is confirmed.",
):
    """It has no account, or the merchant has another one by now."""

    def __init__(self, redemption: str) -> None:
        self.redemption = redemption


class LineNotInBatch(
    Refused,
    slug="redemption-not-in-batch",
    status=409,
    nl="Inwisseling {redemption} zit niet in uitbetaling {batch}.",
    en="Redemption {redemption} is not in payout batch {batch}.",
):
    def __init__(self, redemption: str, batch: int) -> None:
        self.redemption, self.batch = redemption, batch


class OutcomeGiven(
    Refused,
    slug="outcome-given",
    status=409,
    nl="Voor inwisseling {redemption} gaf de bank al een andere uitkomst.",
    en="For redemption {redemption} the bank gave another outcome before.",
):
    """An outcome, once given, stays; or one request gives two."""

    def __init__(self, redemption: str) -> None:
        self.redemption = redemption


class OutcomesMissing(
    Refused,
    slug="outcomes-missing",
    status=409,
    nl="Van {missing} regels in uitbetaling {batch} is de uitkomst nog niet bekend.",
    en="The outcome of {missing} lines in payout batch {batch} is not known yet.",
):
    def __init__(self, batch: int, missing: int) -> None:
        self.batch, self.missing = batch, missing


class FileNotMade(
    Refused,
    slug="bank-file-not-made",
    status=409,
    nl="De bank zou het bestand van uitbetaling {batch} weigeren: {reason}",
    en="The bank would refuse the file of payout batch {batch}: {reason}",
):
    """See pain001.BankFileError, whose sentence this tells."""

    def __init__(self, batch: int, reason: str) -> None:
        self.batch, self.reason = batch, reason


class DebtorMissing(
    Refused,
    slug="debtor-missing",
    status=409,
    nl="Stel eerst in wie betaalt: HEITJE_DEBTOR_NAME en HEITJE_DEBTOR_IBAN.",
    en="First set who pays: HEITJE_DEBTOR_NAME and HEITJE_DEBTOR_IBAN.",
):
    """The configuration names no account that merchants are paid from."""


class NotPayable(
    Refused,
    slug="redemption-not-payable",
    status=409,
    nl="Inwisseling {redemption} kan nu niet opnieuw worden uitbetaald. Kijk hoe het ermee staat.",
    en="Redemption {redemption} cannot be paid anew now. Look how it stands.",
):
    """The bank never sent it back, a file names it already, it was repaid, or its merchant is blocked."""

    def __init__(self, redemption: str) -> None:
        self.redemption = redemption


class RepaymentUnknown(
    Refused,
    slug="repayment-unknown",
    status=404,
    nl="Nabetaling {repayment} kennen wij niet.",
    en="We do not know repayment {repayment}.",
):
    def __init__(self, repayment: int) -> None:
        self.repayment = repayment


class RepaymentNotMade(
    Refused,
    slug="repayment-not-made",
    status=409,
    nl="De bank zou het bestand van deze nabetaling weigeren: {reason}",
    en="The bank would refuse the file of this repayment: {reason}",
):
    """See pain001.BankFileError, whose sentence this tells."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class LineNotInRepayment(
    Refused,
    slug="redemption-not-in-repayment",
    status=409,
    nl="Inwisseling {redemption} zit niet in nabetaling {repayment}.",
    en="Redemption {redemption} is not in repayment {repayment}.",
):
    def __init__(self, redemption: str, repayment: int) -> None:
        self.redemption, self.repayment = redemption, repayment
