"""What Heitjes mean for people with benefits, in plain words: headings with their texts, in order.

Source: the pilot's rules, as the municipality enters them. It explains and is no legal advice, and says so.
"""

from __future__ import annotations

from heitje_chain.http.language import Words


def _both(nl: str, en: str) -> Words:
    return {"nl": nl, "en": en}


EXPLANATION: tuple[tuple[Words, Words], ...] = (
    (
        _both("Hoeveel mag je verdienen?", "How much may you earn?"),
        _both(
            "Een Heitje is een vergoeding voor vrijwilligerswerk. Er is een grens per uur, per maand en "
            "per jaar. Alle klussen bij alle organisaties tellen samen. Een klus telt in de maand waarin "
            "je hem inlevert. Wij houden het voor je bij: een klus waarmee je boven een grens komt, kun "
            "je niet kiezen.",
            "A Heitje is an allowance for volunteering. There is a limit for an hour, a month and a year."
            " All jobs for all organisations count together. A job counts in the month in which you hand "
            "it in. We keep count for you: you cannot choose a job that would take you over a limit.",
        ),
    ),
    (
        _both("Je hebt een uitkering en bent 27 of ouder", "You get benefits and are 27 or older"),
        _both(
            "Blijf je binnen de grenzen, dan gaat er meestal niets van je bijstandsuitkering af. Kom je "
            "boven de grens van het jaar, dan kan het hele bedrag meetellen. Krijg je ook ergens anders "
            "een vrijwilligersvergoeding? Vul die in: dan tellen wij haar mee. Heb je een andere "
            "uitkering of een toeslag, vraag het dan eerst aan wie die betaalt.",
            "As long as you stay within the limits, usually nothing is taken off your social assistance. "
            "If you pass the limit for the year, the whole amount may count. Do you get a volunteer's "
            "allowance elsewhere as well? Enter it: then we count it too. If you get other benefits, ask "
            "whoever pays them first.",
        ),
    ),
    (
        _both("Je hebt een uitkering en bent jonger dan 27", "You get benefits and are under 27"),
        _both(
            "Dan kan wat je verdient meetellen voor je bijstandsuitkering, ook binnen de grenzen. Vraag "
            "eerst aan je contactpersoon bij de gemeente wat voor jou geldt.",
            "Then what you earn may count for your social assistance, also within the limits. Ask your "
            "contact at the municipality first what holds for you.",
        ),
    ),
    (
        _both("Je bent jonger dan 21", "You are under 21"),
        _both(
            "Voor jou is de grens per uur lager. Je ziet bij elke klus vooraf wat jij ervoor krijgt.",
            "Your limit for an hour is lower. With each job you see beforehand what you get for it.",
        ),
    ),
    (
        _both("Zelf een lagere grens kiezen", "Choosing a lower limit yourself"),
        _both(
            "Je kunt zelf een grens kiezen voor een maand, voor een jaar of allebei. Niemand anders ziet "
            "die, en niemand anders ziet wat je elders verdient. Je kunt het altijd weer weghalen. Wij "
            "weten niet of je een uitkering hebt, en dat willen wij ook niet weten.",
            "You can choose a limit yourself for a month, for a year or both. Nobody else sees it, and "
            "nobody else sees what you earn elsewhere. You can always take it away again. We do not know "
            "whether you get benefits, and we do not want to know.",
        ),
    ),
    (
        _both("Dit is uitleg, geen juridisch advies", "This explains; it is no legal advice"),
        _both(
            "Twijfel je? Vraag het aan de gemeente of aan een sociaal raadsman of -vrouw. Dat kost niets.",
            "Are you in doubt? Ask the municipality or a social counsellor. That costs nothing.",
        ),
    ),
)
