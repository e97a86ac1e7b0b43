"""docs/gas.md: what the acts cost beside plain tokens, and what each part of the design adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

Snapshot = dict[str, dict[str, int]]
"""Group ("gas" or "bounds") -> act -> gas each."""

INTRODUCTION = """# Gas

Written by `python -m tools.gas --write`; `make test` measures again and fails when a figure or this page
differs, so a rise cannot come in unseen. The figures are gas used by whole transactions, as a receipt tells
it: calldata and the 21,000 of every transaction included, storage cold at the start, ids and signatures
without cheap zeros. What is "50 at once" is told per item. All are measured in one run of `tests/forge/gas/`,
with the settings of `foundry.toml` ([why those](decisions/0031-optimizer-runs-stay-200.md)).
"""

BESIDE_TEXT = """## Beside plain tokens

OpenZeppelin's ERC20, and its ERC-3009 on a bare ERC20, in the same run. Heitje mints by approving a claim and
burns by settling a batch; on the plain tokens nobody signs for either.

"""

PARTS_TEXT = """## What each part costs, and why it stays

Each line adds one part to the line above it; the last is the act as it is.

### A payment

Where each payment has a payer of its own, three more words are cold: balance, freeze and record.

"""

LEAN = {
    "approve a claim, 50 at once, each resident's first coins": 41_400,
    "pay, 50 in one transaction, one payer": 41_900,
    "pay, alone": 84_500,
    "settle a batch, whatever its size": 66_700,
    "admit a resident, 200 at once": 25_000,
}
"""What a lean prototype of the same acts needed, before disputes, limits and officers' accounts."""

BESIDE = [
    ("holder's own transfer", "transfer", "transfer: ERC-20"),
    ("the same, the receiver's first coins", "transfer, first coins", "transfer, first coins: ERC-20"),
    ("mint, first coins", "approve one claim, first coins", "mint, alone: ERC-20"),
    (
        "mint, first coins, 50 at once",
        "approve a claim, 50 at once, each resident's first coins",
        "mint, 50 at once: ERC-20",
    ),
    ("signed payment", "pay, alone", "pay, alone: ERC-3009"),
    (
        "signed payment, 50 at once, one payer",
        "pay, 50 in one transaction, one payer",
        "pay, 50, one payer: ERC-3009",
    ),
    (
        "signed payment, 50 at once, 50 payers",
        "pay, 50 in one transaction, 50 payers",
        "pay, 50, 50 payers: ERC-3009",
    ),
    ("burn", "settle a batch, whatever its size", "burn: ERC-20"),
]
"""What it is, our act, the plain token's."""

PAY_KEYS = [
    ("pay, alone: {}", "pay, alone"),
    ("pay, 50, one payer: {}", "pay, 50 in one transaction, one payer"),
    ("pay, 50, 50 payers: {}", "pay, 50 in one transaction, 50 payers"),
]

PAY_PARTS = [
    ("ERC-3009", "a plain ERC-3009 token"),
    ("ERC-3009 + pause", "pause: the brake that works at once, whatever key was stolen"),
    ("ERC-3009 + pause, freeze", "freeze: ERC-7943, coins under dispute stay where they are"),
    (
        "ERC-3009 + pause, freeze, matrix",
        "matrix: who may pay whom; the registry is called and two records are read",
    ),
    (
        "ERC-3009 + pause, freeze, matrix, nonces",
        "nonces per participant: a payment cannot be sent again from the wallet that replaced a lost one",
    ),
]
PAY_REST = "the rest: coins reach and leave Redemption by its own calls alone; who was replaced is named"

APPROVE_PARTS = [
    ("mint, 50 at once: ERC-20", "a plain ERC-20's mint to a first-time holder"),
    (
        "mint, 50 at once: HeitjeToken",
        "pause, and the payee's wallet looked up by id: a lost wallet loses no reward",
    ),
    ("mint, 50 at once: RewardBudget, without limit", "the budget's books: never more than was granted"),
    ("mint, 50 at once: RewardBudget", "the mint limit: what a stolen partner's key can mint"),
    (
        "approve a claim, 50 at once, each resident's first coins",
        "claim, slot, the partner's signature, events: a claim pays once, and books can be rebuilt",
    ),
]

SETTLE_PARTS = [
    ("burn: ERC-20", "a plain ERC-20's burn"),
    (
        "burn: HeitjeToken",
        "burned so far, by moment: a grant is covered by a statement less what was burned since",
    ),
    ("settle: Redemption", "the manager's check of the role, and the batch: it settles once"),
    (
        "settle a batch, whatever its size",
        "the officer's account: a signed act with an id of its own, that anyone may relay, once",
    ),
]

ADMIT_PARTS = [
    ("admit, 200 at once: a plain list", "a word per member and an event"),
    ("admit a resident, 200 at once", "role, pause, and that a wallet is bound once, ever"),
]


def page(found: Snapshot) -> str:
    """Return the whole page for these figures."""
    gas = found["gas"]
    parts = [
        INTRODUCTION,
        "## What was promised\n\n" + _promises(found),
        BESIDE_TEXT + _beside(gas),
        PARTS_TEXT + _payment(gas),
        "### An approved claim, 50 at once\n\n" + _ladder(gas, APPROVE_PARTS),
        "### Settling a batch\n\n" + _ladder(gas, SETTLE_PARTS),
        "### Admitting, 200 at once\n\n" + _ladder(gas, ADMIT_PARTS),
        "## Every act that was measured\n\n" + _acts(gas),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _promises(found: Snapshot) -> str:
    rows = []
    for act in sorted(LEAN.keys() | found["bounds"].keys()):
        lean = _number(LEAN[act]) if act in LEAN else ""
        most = _number(found["bounds"][act]) if act in found["bounds"] else "flat"
        rows.append([act, _number(found["gas"][act]), most, lean])
    return _table(["act", "gas each", "at most", "lean prototype"], rows)


def _beside(gas: dict[str, int]) -> str:
    rows = [[name, _number(gas[ours]), _number(gas[plain])] for name, ours, plain in BESIDE]
    return _table(["", "Heitje", "plain token"], rows)


def _payment(gas: dict[str, int]) -> str:
    columns = [[gas[part.format(name)] for name, _ in PAY_PARTS] + [gas[whole]] for part, whole in PAY_KEYS]
    steps = [_steps(column) for column in columns]
    words = [what for _, what in PAY_PARTS] + [PAY_REST]
    rows = [[what, *cells] for what, *cells in zip(words, *steps, strict=True)]
    rows.append(["**the payment**", *(f"**{_number(column[-1])}**" for column in columns)])
    return _table(["part", "alone", "50 at once, one payer", "50 at once, 50 payers"], rows)


def _ladder(gas: dict[str, int], parts: Sequence[tuple[str, str]]) -> str:
    column = [gas[act] for act, _ in parts]
    rows = [[what, step] for (_, what), step in zip(parts, _steps(column), strict=True)]
    rows.append(["**together**", f"**{_number(column[-1])}**"])
    return _table(["part", "gas"], rows)


def _steps(column: Sequence[int]) -> list[str]:
    """Return the first figure, and what each later one has more than the one before."""
    later = [f"+ {_number(now - before)}" for before, now in pairwise(column)]
    return [_number(column[0]), *later]


def _acts(gas: dict[str, int]) -> str:
    """Return a row for each act of ours, without the plain tokens' and the parts."""
    plain = {act for parts in (APPROVE_PARTS, SETTLE_PARTS, ADMIT_PARTS) for act, _ in parts[:-1]}
    plain |= {part.format(name) for part, _ in PAY_KEYS for name, _ in PAY_PARTS}
    plain |= {act for _, _, act in BESIDE}
    return _table(["act", "gas each"], [[act, _number(gas[act])] for act in sorted(gas.keys() - plain)])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _number(figure: int) -> str:
    return f"{figure:,}"
