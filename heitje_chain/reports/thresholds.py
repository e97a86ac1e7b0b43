"""What the law has the municipality measure, as data with dates: `thresholds.toml`, or another file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from heitje_chain.money import MAX_CENTS


class ThresholdsUnreadable(Exception):
    """The service does not start with thresholds that it cannot read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The thresholds in {path} cannot be read: {why}.")


@dataclass(frozen=True)
class Threshold:
    since: date
    """The first day on which it holds."""
    cents: int
    warn_at: tuple[int, ...]
    """Percents of it, rising."""
    source: str
    """Where it is written."""


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[date, Field(alias="from")]
    cents: Annotated[int, Field(strict=True, gt=0, le=MAX_CENTS)]
    warn_at_percent: Annotated[list[Annotated[int, Field(strict=True, gt=0, lt=100)]], Field(min_length=1)]
    source: Annotated[str, Field(min_length=1, max_length=200)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limited_network: Annotated[list[_Value], Field(min_length=1)]


def read_thresholds(path: Path) -> tuple[Threshold, ...]:
    """Return what holds since when, the first first.

    Raises:
        ThresholdsUnreadable: no such file, no TOML, or not of this form.
    """
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ThresholdsUnreadable(path, error.strerror or "it is not there") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThresholdsUnreadable(path, str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ThresholdsUnreadable(path, f"{where}: {first['msg']}") from None
    found = [
        Threshold(one.since, one.cents, tuple(sorted(set(one.warn_at_percent))), one.source)
        for one in read.limited_network
    ]
    return tuple(sorted(found, key=lambda one: one.since))


def at(thresholds: Sequence[Threshold], day: date) -> Threshold:
    """Return which of them holds on a day; before the first, the first."""
    return next((one for one in reversed(thresholds) if one.since <= day), thresholds[0])
