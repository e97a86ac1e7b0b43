"""What is refused about people.

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
├── IbanUnchanged         409
├── SignerInvalid         400
├── RecoveryUnknown       404
├── RecoveryUnderWay      409  one is open, for another reason
├── RecoveryDone          409  the wallet was replaced
├── WalletNotMade         409  the worker has not made the new wallet yet
├── RecoveryOwn           409  whoever asked for it does not confirm it
├── RecoveryNobodys       409  it is not known who asked for it
├── IdentityMissing       400  it was not said how it was seen who somebody is
├── CounterOver           409  nobody is acted for under this any more
├── CounterOwn            409  the employee would have something from it
├── EmailInvalid          400
├── RoleInvalid           400
├── AccountUnknown        404
├── RoleHeld              409  the same person has this role for another
├── RoleLast              409  nobody could give roles any more
├── NotLoggedIn           401
├── LoginOver             409  the code cannot be entered any more
├── CodesTooMany          429
├── TillUnknown           404
├── TillsTooMany          409
├── TillCodeUnknown       409  typed wrong, typed before, or too old
├── PasskeyRefused        400  the device's answer is not good
├── PasskeyMissing        409  it is not known here, or was removed
├── PasskeyHeld           409  the device's passkey is here already
├── PasskeyNeeded         403  a code by mail is not enough for this
├── PasskeyOld            403  a passkey was shown, and not just now
├── PasskeyLast           409  whoever decides needs one
├── ChallengeOver         409  it took too long, or was answered before
├── NotToSign             409  an act that is signed, or is not this ticket's
└── TicketOver            410  the address does not lead to anything to be signed any more
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


class CounterOver(
    Refused,
    slug="counter-over",
    status=409,
    nl="Je handelt niet meer voor deze bewoner. Kijk opnieuw wie er voor je staat, en begin opnieuw.",
    en="You do not act for this resident any more. Look again who is before you, and begin anew.",
):
    """Its time is over, the employee ended it or began with somebody else, or it was another browser's."""


class CounterOwn(
    Refused,
    slug="counter-own",
    status=409,
    nl="Dit is van jou zelf, of van een winkel of organisatie waarvoor je handelt. Laat een collega dit "
    "doen.",
    en="This is yours, or of a shop or organisation for which you act. Let a colleague do this.",
):
    """An employee who acts for a resident gains nothing from it."""


class EmailInvalid(
    Refused,
    slug="email-invalid",
    status=400,
    nl="Dit is geen goed e-mailadres. Een goed adres is bijvoorbeeld naam@voorbeeld.nl.",
    en="This is not a valid e-mail address. A valid one is for example name@example.nl.",
):
    """No name, no @, no domain, or longer than 254 characters."""


class RoleInvalid(
    Refused,
    slug="role-invalid",
    status=400,
    nl="Deze rol kan niemand op de pagina's hebben.",
    en="Nobody can have this role on the pages.",
):
    """Neither a participant's kind nor an officer's role."""


class AccountUnknown(
    Refused,
    slug="account-unknown",
    status=404,
    nl="Wij kennen dit account niet.",
    en="We do not know this account.",
):
    """No such account."""


class RoleHeld(
    Refused,
    slug="role-held",
    status=409,
    nl="Met dit e-mailadres heeft iemand deze rol al, voor een andere deelnemer.",
    en="Whoever has this e-mail address has this role already, for another participant.",
):
    """In each role a person acts as one participant."""


class RoleLast(
    Refused,
    slug="role-last",
    status=409,
    nl="Dit is de laatste registrator. Geef eerst iemand anders deze rol, en neem hem dan hier weg.",
    en="This is the last registrar. Give somebody else this role first, and then take it away here.",
):
    """Without a registrar nobody could be given a role on the pages."""


class NotLoggedIn(
    Refused,
    slug="not-logged-in",
    status=401,
    nl="Je bent niet ingelogd. Log in en probeer het nog een keer.",
    en="You are not logged in. Log in and try again.",
):
    """No session, or one that is over."""


class LoginOver(
    Refused,
    slug="login-over",
    status=409,
    nl="Met deze code kan het niet meer. Vraag een nieuwe code aan.",
    en="This code cannot be used any more. Ask for a new one.",
):
    """Its time is over, it was tried too often, or another browser asked for it."""


class CodesTooMany(
    Refused,
    slug="codes-too-many",
    status=429,
    nl="Er zijn te veel codes naar dit adres gestuurd. Wacht een uur en probeer het dan nog een keer.",
    en="Too many codes were sent to this address. Wait an hour and then try again.",
):
    """More than six within an hour."""


class TillUnknown(
    Refused,
    slug="till-unknown",
    status=404,
    nl="Deze kassa is er niet (meer).",
    en="This till is not there (any more).",
):
    """No such till of this shop, or it was switched off."""


class TillsTooMany(
    Refused,
    slug="tills-too-many",
    status=409,
    nl="Je hebt al {most} kassa's. Zet er eerst een uit die je niet meer gebruikt.",
    en="You have {most} tills already. First switch one off that you do not use any more.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class TillCodeUnknown(
    Refused,
    slug="till-code-unknown",
    status=409,
    nl="Deze code is niet goed, of hij is niet meer geldig. Kijk hem na, of vraag de eigenaar om een nieuwe.",
    en="This code is not right, or no longer good. Check it, or ask the owner for a new one.",
):
    """There is no such code, it was typed before, or its quarter of an hour is over."""


class PasskeyRefused(
    Refused,
    slug="passkey-refused",
    status=400,
    nl="Je passkey is niet aangenomen. Er is niets gebeurd. Probeer het nog een keer.",
    en="Your passkey was not accepted. Nothing happened. Try it again.",
):
    """It answers something else or for another address, nobody was verified, or its key is a wrong one."""


class PasskeyMissing(
    Refused,
    slug="passkey-missing",
    status=409,
    nl="Deze passkey kennen wij niet, of hij is verwijderd. Kies een andere.",
    en="We do not know this passkey, or it was removed. Choose another one.",
):
    """No such credential, or of somebody else, or for the other address."""


class PasskeyHeld(
    Refused,
    slug="passkey-held",
    status=409,
    nl="Deze passkey staat er al.",
    en="This passkey is here already.",
):
    """Its credential's id is known."""


class PasskeyNeeded(
    Refused,
    slug="passkey-needed",
    status=403,
    nl="Hiervoor moet je met je passkey inloggen. Er is niets gebeurd. Doe dat, en probeer het opnieuw.",
    en="For this you have to log in with your passkey. Nothing happened. Do that, and try again.",
):
    """Whoever decides about others, or about money of others, was logged in by a code alone."""


class PasskeyOld(
    Refused,
    slug="passkey-old",
    status=403,
    nl="Gebruik hiervoor eerst je passkey opnieuw. Er is niets gebeurd. Doe dat, en probeer het opnieuw.",
    en="For this use your passkey once more first. Nothing happened. Do that, and try again.",
):
    """A session is left open on a desk: passkeys are changed only soon after one was shown."""


class PasskeyLast(
    Refused,
    slug="passkey-last",
    status=409,
    nl="Dit is je laatste passkey om in te loggen. Maak eerst een andere, of vraag de gemeente.",
    en="This is your last passkey to log in with. Make another one first, or ask the municipality.",
):
    """Without one anybody who reads the mailbox of a person that decides could make the next."""


class ChallengeOver(
    Refused,
    slug="challenge-over",
    status=409,
    nl="Dit duurde te lang, of het is al gebeurd. Probeer het nog een keer.",
    en="This took too long, or it was done before. Try it again.",
):
    """A challenge is answered once, within minutes."""


class NotToSign(
    Refused,
    slug="not-to-sign",
    status=409,
    nl="Dit hoef je hier niet meer te ondertekenen. Er is niets ondertekend. Kijk op je pagina's hoe het is.",
    en="You need not sign this here any more. Nothing was signed. Look on your pages how it stands.",
):
    """It is signed meanwhile, or it is not among what the ticket was made for."""


class TicketOver(
    Refused,
    slug="ticket-over",
    status=410,
    nl="Deze pagina is verlopen of al gebruikt. Er is nu niets ondertekend. Ga terug en begin opnieuw.",
    en="This page is over or was used before. Nothing was signed now. Go back and begin again.",
):
    """No such ticket, or it was used, or its time or its session is over."""
