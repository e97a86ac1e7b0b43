"""What a person reads about what it may still earn, in Dutch (B1) and English. No I/O."""

from __future__ import annotations

from heitje_chain.http.language import Words
from heitje_chain.money import in_words

_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}

_LIMITS = {
    "month": ("je grens voor {}", "your limit for {}"),
    "year": ("je grens voor het jaar {}", "your limit for the year {}"),
    "city_year": (
        "de grens van de gemeente voor het jaar {}",
        "the municipality's own limit for the year {}",
    ),
    "own_month": ("de grens die je zelf koos voor {}", "the limit that you chose yourself for {}"),
    "own_year": (
        "de grens die je zelf koos voor het jaar {}",
        "the limit that you chose yourself for the year {}",
    ),
}


def limit(code: str, when: str) -> Words:
    """Name a limit: "je grens voor november 2026".

    Args:
        code: of a rules.Barrier
        when: its month or year
    """
    nl, en = _LIMITS[code]
    return {"nl": nl.format(_time(when, "nl")), "en": en.format(_time(when, "en"))}


def left(month: int, year: int) -> Words:
    """Say what can still be earned, cents."""
    return {
        "nl": f"Je kunt deze maand nog {_nl(month)} verdienen en dit jaar nog {_nl(year)}.",
        "en": f"You can still earn {_en(month)} this month and {_en(year)} this year.",
    }


def offer(cents: int, reward: int, hourly: int, hour_limit: int) -> Words:
    """Say what a person gets for a job, and what that is for an hour, cents."""
    nl = f"Voor deze klus krijg je {_nl(cents)}. Dat is {_nl(hourly)} per uur."
    en = f"You get {_en(cents)} for this job. That is {_en(hourly)} for an hour."
    if cents < reward:
        nl += f" Voor jou is {_nl(hour_limit)} per uur de grens, daarom krijg je geen {_nl(reward)}."
        en += f" Your limit is {_en(hour_limit)} for an hour, so you do not get {_en(reward)}."
    return {"nl": nl, "en": en}


def over(code: str, when: str, rest: int) -> Words:
    """Say which limit stands in the way of a job."""
    name = limit(code, when)
    return {
        "nl": f"Met deze klus kom je boven {name['nl']}. Je kunt daar nog {_nl(rest)} van verdienen.",
        "en": f"This job would take you over {name['en']}. You can still earn {_en(rest)} of it.",
    }


def passed(code: str, when: str) -> Words:
    """Warn whoever approves work: the claim stays payable."""
    if code == "month":
        nl, en = f"de grens voor {_time(when, 'nl')}", f"the limit for {_time(when, 'en')}"
    elif code == "year":
        nl, en = f"de grens voor het jaar {when}", f"the limit for the year {when}"
    else:
        nl = f"de grens van de gemeente voor het jaar {when}"
        en = f"the municipality's own limit for the year {when}"
    return {
        "nl": f"Met alle klussen samen komt deze bewoner boven {nl}. De aanmelding was goed en mag worden "
        "uitbetaald.",
        "en": f"All jobs together take this resident over {en}. The claim was good and may be paid.",
    }


def carried_over(year: int, of: int) -> Words:
    """Warn that a year has no limits of its own."""
    return {
        "nl": f"Voor {year} zijn nog geen grenzen ingevuld. Nu gelden die van {of}. Vul die van {year} in: "
        "een medewerker doet een voorstel, een andere bevestigt het.",
        "en": f"No limits were entered for {year} yet. Those of {of} hold now. Enter those of {year}: one "
        "officer proposes them, another confirms them.",
    }


def missing() -> Words:
    """Warn that there are no limits at all."""
    return {
        "nl": "Er zijn geen grenzen ingevuld. Niemand kan zich aanmelden voor een klus tot dat is gebeurd.",
        "en": "No limits were entered. Nobody can claim a job until that is done.",
    }


def together(*parts: Words) -> Words:
    """Return texts after one another."""
    return {language: " ".join(part[language] for part in parts) for language in ("nl", "en")}


# ---------------------------------------------------------------- details


def _time(when: str, language: str) -> str:
    year, _, month = when.partition("-")
    return f"{_MONTHS[language].split()[int(month) - 1]} {year}" if month else year


def _nl(cents: int) -> str:
    return in_words(cents, "nl")


def _en(cents: int) -> str:
    return in_words(cents, "en")
