"""The part of PromQL that our alarms are written in, worked out over two scrapes.

The parser is another's and knows the language in full; this knows selectors, comparisons, arithmetic, `and`,
`or`, `unless`, sum, min, max, increase, rate and histogram_quantile, and refuses the rest. A rise is the
difference between the two scrapes: a series that the first did not have yet tells of none, as in Prometheus.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isnan, nan

import promql_parser as parser

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]

NAME = "__name__"


@dataclass(frozen=True)
class Scrapes:
    """What Prometheus has: every series with its name as a label."""

    before: Vector
    now: Vector


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_COUNT: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda one, other: one / other if other else nan,
}
_AGGREGATE: dict[str, Callable[[Iterable[float]], float]] = {"sum": sum, "min": min, "max": max}


def rings(expression: str, scrapes: Scrapes) -> bool:
    """Whether an alarm with this expression rings."""
    found = _value(parser.parse(expression), scrapes)
    assert isinstance(found, dict), expression
    return any(not isnan(value) for value in found.values())


def selectors(expression: str) -> list[parser.VectorSelector]:
    """Return every selector in it, wherever it stands."""
    found: list[parser.VectorSelector] = []

    def note(node: parser.Expr) -> None:
        if isinstance(node, parser.VectorSelector):
            found.append(node)

    parser.walk(parser.parse(expression), note)
    return found


def select(selector: parser.VectorSelector, series: Vector) -> Vector:
    """Return the series that a selector chooses, without their name."""
    return {
        labels - {(NAME, dict(labels)[NAME])}: value
        for labels, value in series.items()
        if dict(labels)[NAME] == selector.name and _fits(selector, dict(labels))
    }


def _fits(selector: parser.VectorSelector, labels: Mapping[str, str]) -> bool:
    return all(_matches(one, labels.get(one.name, "")) for one in selector.matchers.matchers)


def _matches(matcher: parser.Matcher, value: str) -> bool:
    pattern = matcher.op in (parser.MatchOp.Re, parser.MatchOp.NotRe)
    found = value == matcher.value if not pattern else re.fullmatch(matcher.value, value) is not None
    return found if matcher.op in (parser.MatchOp.Equal, parser.MatchOp.Re) else not found


def _value(node: parser.Expr, scrapes: Scrapes) -> Vector | float:
    match node:
        case parser.NumberLiteral():
            return node.val
        case parser.ParenExpr():
            return _value(node.expr, scrapes)
        case parser.VectorSelector():
            return select(node, scrapes.now)
        case parser.Call():
            return _called(node, scrapes)
        case parser.AggregateExpr():
            return _aggregated(node, _vector(node.expr, scrapes))
        case parser.BinaryExpr():
            return _both(node, _value(node.lhs, scrapes), _value(node.rhs, scrapes))
    raise NotImplementedError(node.prettify())


def _vector(node: parser.Expr, scrapes: Scrapes) -> Vector:
    found = _value(node, scrapes)
    assert isinstance(found, dict), node.prettify()
    return found


def _called(node: parser.Call, scrapes: Scrapes) -> Vector:
    if node.func.name == "histogram_quantile":
        quantile, buckets = node.args
        assert isinstance(quantile, parser.NumberLiteral)
        return _quantile(quantile.val, _vector(buckets, scrapes))
    [ranged] = node.args
    assert node.func.name in ("increase", "rate"), node.prettify()
    assert isinstance(ranged, parser.MatrixSelector)
    seconds = ranged.range.total_seconds() if node.func.name == "rate" else 1
    before = select(ranged.vector_selector, scrapes.before)
    now = select(ranged.vector_selector, scrapes.now)
    return {labels: (now[labels] - before[labels]) / seconds for labels in now.keys() & before.keys()}


def _aggregated(node: parser.AggregateExpr, of: Vector) -> Vector:
    assert node.modifier is None or node.modifier.type == parser.AggModifierType.By
    by = node.modifier.labels if node.modifier else []
    groups: dict[Labels, list[float]] = {}
    for labels, value in of.items():
        groups.setdefault(_kept(labels, by), []).append(value)
    return {labels: float(_AGGREGATE[str(node.op)](values)) for labels, values in groups.items()}


def _both(node: parser.BinaryExpr, left: Vector | float, right: Vector | float) -> Vector | float:
    what = str(node.op)
    if isinstance(left, float) and isinstance(right, float):
        return _COUNT[what](left, right)
    if isinstance(left, float):
        assert isinstance(right, dict)
        return {labels: _COUNT[what](left, value) for labels, value in right.items()}
    if isinstance(right, float):
        return _each(what, left, dict.fromkeys(left, right))
    on = _on(node)
    others = {_kept(labels, on): value for labels, value in right.items()}
    if what == "or":
        return left | {labels: v for labels, v in right.items() if _kept(labels, on) not in left}
    if what in ("and", "unless"):
        return {lb: v for lb, v in left.items() if (_kept(lb, on) in others) == (what == "and")}
    return _each(what, left, {lb: others[_kept(lb, on)] for lb in left if _kept(lb, on) in others})


def _each(what: str, left: Vector, right: Vector) -> Vector:
    """Compare or count each series with its counterpart."""
    if what in _COMPARE:
        return {lb: left[lb] for lb in right if _COMPARE[what](left[lb], right[lb])}
    return {lb: _COUNT[what](left[lb], right[lb]) for lb in right}


def _on(node: parser.BinaryExpr) -> list[str] | None:
    matching = node.modifier.matching if node.modifier else None
    assert matching is None or matching.type == parser.LabelModifierType.Include
    return None if matching is None else list(matching.labels)


def _kept(labels: Labels, names: Iterable[str] | None) -> Labels:
    """Return the labels of these names; all when None."""
    return labels if names is None else frozenset(one for one in labels if one[0] in set(names))


def _quantile(quantile: float, buckets: Vector) -> Vector:
    """Return it for each group of cumulative buckets, between their bounds as Prometheus does."""
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        rest = frozenset(one for one in labels if one[0] != "le")
        groups.setdefault(rest, []).append((float(dict(labels)["le"].replace("+Inf", "inf")), count))
    return {labels: _within(quantile, sorted(bounds)) for labels, bounds in groups.items()}


def _within(quantile: float, bounds: list[tuple[float, float]]) -> float:
    rank = quantile * bounds[-1][1]
    if not rank:
        return nan
    for (low, below), (high, count) in pairwise([(0.0, 0.0), *bounds]):
        if count >= rank:
            return low if high == inf else low + (high - low) * (rank - below) / (count - below)
    return nan
