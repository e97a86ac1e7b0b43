"""What is refused about who may log in as whom, and how one shows it: codes, passkeys, tills, the counter.

Refused
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
