"""Whatever happens over the years: no limit is passed, nothing allowed is blocked, totals are the books'."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .machine import Life

STEPS = 100
LIVES = 122
"""Of one round; about ten rounds make the acts that are wanted."""

Life.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestLife = Life.TestCase


@pytest.mark.prove
@pytest.mark.seconds(140)
def test_lives__of_a_hundred_thousand_acts__never_pass_a_limit() -> None:
    until = Life.acts + 100_000
    while Life.acts < until:  # some lives end early, so that no number of them makes it surely
        run_state_machine_as_test(
            Life,
            settings=settings(
                max_examples=LIVES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=False,  # or every round would live the same lives in CI
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert min(Life.accepted, Life.refused) > 1_000, "both happen often"
