"""What is refused about participants: registering, admitting, contracts, signers, lost wallets.

Refused
├── NameInvalid           400
├── ParticipantUnknown    404
├── ParticipantExists     409
├── ParticipantNotActive  409  not admitted (yet), or blocked
├── NotReady              409  cannot be admitted now
├── IbanInvalid           400
├── ContractUnknown       404
├── ContractDaysInvalid   400  it ends before it begins
├── ContractsOverlap      409  another one of this merchant holds on some of these days
├── ContractOver          409  it has ended
├── ContractEndInvalid    409  not a day on which it can be ended
├── SignerInvalid         400
├── RecoveryUnknown       404
├── RecoveryUnderWay      409  one is open, for another reason
├── RecoveryDone          409  the wallet was replaced
├── WalletNotMade         409  the worker has not made the new wallet yet
├── RecoveryOwn           409  whoever asked for it does not confirm it
├── RecoveryNobodys       409  it is not known who asked for it
└── IdentityMissing       400  it was not said how it was seen who somebody is
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class NameInvalid(
    Refused,
    slug="name-invalid",
    status=400,
    nl="Een naam heeft 1 tot {most} tekens.",
    en="A name has 1 to {most} characters.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class ParticipantUnknown(
    Refused,
    slug="participant-unknown",
    status=404,
    nl="Wij kennen niemand met dit nummer.",
    en="We know nobody by this id.",
):
    """Nobody, or nobody of the kind that is asked for."""


class ParticipantExists(
    Refused,
    slug="participant-exists",
    status=409,
    nl="Dit nummer is al van iemand anders. Kies een nieuw nummer.",
    en="This id belongs to somebody else. Choose a new one.",
):
    """The same id was used before for something else."""


class ParticipantNotActive(
    Refused,
    slug="participant-not-active",
    status=409,
    nl="Dit kan nu niet: deze deelnemer doet op dit moment niet mee.",
    en="This cannot be done now: this participant does not take part at the moment.",
    members=("participant",),
):
    """Not admitted yet, refused, or blocked. It is told by its id: who asks may not know the name."""

    def __init__(self, participant: str) -> None:
        self.participant = participant


class NotReady(
    Refused,
    slug="participant-not-ready",
    status=409,
    nl="Niet iedereen in deze lijst kan nu worden toegelaten. Kijk wie er klaar voor is.",
    en="Not everybody in this list can be admitted now. Look who is ready.",
):
    """Somebody in the list has no wallet yet, takes part already, or is of another kind."""


class IbanInvalid(
    Refused,
    slug="iban-invalid",
    status=400,
    nl="Dit rekeningnummer (IBAN) klopt niet. Kijk de cijfers na.",
    en="This account number (IBAN) is not right. Check its digits.",
):
    """Malformed, or its check digits do not fit."""


class ContractUnknown(
    Refused,
    slug="merchant-contract-unknown",
    status=404,
    nl="Dit contract met een winkel kennen wij niet.",
    en="We do not know this contract with a merchant.",
):
    """No such contract."""


class ContractDaysInvalid(
    Refused,
    slug="merchant-contract-days-invalid",
    status=400,
    nl="Een contract eindigt niet voor het begint: valid_until moet op of na valid_from liggen.",
    en="A contract does not end before it begins: valid_until must be on or after valid_from.",
    members=("field",),
):
    field = "body.valid_until"


class ContractsOverlap(
    Refused,
    slug="merchant-contracts-overlap",
    status=409,
    nl="Deze winkel heeft al een contract van {valid_from} tot en met {last_day}. Laat het nieuwe daarna "
    "beginnen, of beëindig eerst dat contract.",
    en="This merchant already has a contract from {valid_from} to {last_day}. Let the new one begin after "
    "it, or end that one first.",
    members=("contract",),
):
    def __init__(self, contract: str, valid_from: str, last_day: str) -> None:
        self.contract, self.valid_from, self.last_day = contract, valid_from, last_day


class ContractOver(
    Refused,
    slug="merchant-contract-over",
    status=409,
    nl="Dit contract is al voorbij: {last_day} was de laatste dag.",
    en="This contract is over already: {last_day} was its last day.",
):
    def __init__(self, last_day: str) -> None:
        self.last_day = last_day


class ContractEndInvalid(
    Refused,
    slug="merchant-contract-end-invalid",
    status=409,
    nl="De laatste dag kan van {earliest} tot en met {latest} zijn. {earliest} is gisteren: dan eindigt het "
    "nu.",
    en="Its last day can be from {earliest} to {latest}. {earliest} is yesterday: then it ends now.",
):
    """What was paid under it stays so: a contract is not ended for days that are over."""

    def __init__(self, earliest: str, latest: str) -> None:
        self.earliest, self.latest = earliest, latest


class SignerInvalid(
    Refused,
    slug="signer-invalid",
    status=400,
    nl="Een ondertekenaar is een adres van 20 bytes, of een controlerend contract met een sleutel.",
    en="A signer is an address of 20 bytes, or a verifier contract followed by a key.",
):
    """Not ERC-7913 bytes: fewer than 20, more than 1,024, or not hex."""


class RecoveryUnknown(
    Refused,
    slug="recovery-unknown",
    status=404,
    nl="Dit herstel van een portemonnee kennen wij niet.",
    en="We do not know this wallet recovery.",
):
    """No such recovery."""


class RecoveryUnderWay(
    Refused,
    slug="recovery-under-way",
    status=409,
    nl="Voor deze deelnemer loopt al een herstel, om een andere reden. Maak dat eerst af.",
    en="A recovery for this participant is open already, for another reason. Finish that one first.",
    members=("recovery",),
):
    def __init__(self, recovery: str) -> None:
        self.recovery = recovery


class RecoveryDone(
    Refused,
    slug="recovery-done",
    status=409,
    nl="Deze portemonnee is al vervangen.",
    en="This wallet was replaced already.",
    members=("recovery",),
):
    def __init__(self, recovery: str) -> None:
        self.recovery = recovery


class WalletNotMade(
    Refused,
    slug="recovery-wallet-not-made",
    status=409,
    nl="De nieuwe portemonnee wordt nog gemaakt. Probeer het over een minuut opnieuw.",
    en="The new wallet is still being made. Try again in a minute.",
):
    """The worker makes it; nothing can be signed before its address is known."""


class RecoveryNobodys(
    Refused,
    slug="recovery-nobodys",
    status=409,
    nl="Wij weten niet wie dit herstel heeft aangevraagd. Laat een collega het opnieuw aanvragen.",
    en="We do not know who asked for this recovery. Let a colleague ask for it anew.",
    members=("recovery",),
):
    """Asked before it was written down who asks: one employee could ask and confirm it."""

    def __init__(self, recovery: str) -> None:
        self.recovery = recovery


class RecoveryOwn(
    Refused,
    slug="recovery-own",
    status=409,
    nl="Je hebt dit herstel zelf aangevraagd. Laat een collega met een eigen account het bevestigen.",
    en="You asked for this recovery yourself. Let a colleague with an account of its own confirm it.",
    members=("recovery",),
):
    """Two employees give somebody a new wallet: one alone could take it."""

    def __init__(self, recovery: str) -> None:
        self.recovery = recovery


class IdentityMissing(
    Refused,
    slug="identity-missing",
    status=400,
    nl="Kies hoe je hebt gezien wie dit is.",
    en="Choose how you saw who this is.",
):
    """Nothing was chosen, or what the list does not have."""
