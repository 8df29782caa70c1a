"""The judge *explicit*: a line at small explicit sizes, entry by entry, by SymPy alone.

It knows no matrix calculus and shares nothing with the other judges: matrices become arrays of symbols, differentials
become SymPy's partial derivatives, and a line holds at these sizes when every difference of entries vanishes. Slow, and
silent ("undecided") where too many operations would be needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, permutations, product
from random import Random
from typing import Any

import sympy
from sympy import ImmutableMatrix, Rational

from symnn.algebra import nodes
from symnn.algebra.components import Components, UnfitSizesError, determinant, differential_entry, entry, evaluated_size
from symnn.algebra.nodes import Differential, Equation, Node, Several, Variable
from symnn.algebra.sizes import same_shape, show_shape
from symnn.algebra.walk import bounds_of, fold, postorder, size_symbols, substitute, variables
from symnn.errors import ShapeError, UnsupportedError
from symnn.proof.judges.discrete import DISCRETE, discrete_values
from symnn.proof.judges.vanishing import is_zero_fraction, vanishes
from symnn.proof.step import Condition, Counterexample, Judgement, Relation, Status

JUDGE = "explicit"
SIZES = (2, 3, 4, 5)
ENTRIES = 60
OPERATIONS = 60_000
ATTEMPTS, SAMPLES, DIGITS = 4, 8, 50

Difference = tuple[tuple[int, int], Any, Any]


@dataclass(frozen=True)
class _Line:
    """What is asked: a relation, both sides, and where they stand."""

    relation: Relation
    before: Node
    after: Node
    wrt: tuple[Variable, ...]
    statement: Node
    witness: Node | None
    conditions: tuple[Condition, ...]
    as_functions: bool
    operations: int

    @property
    def roots(self) -> tuple[Node, ...]:
        given = [self.before, self.after, *(condition.node for condition in self.conditions)]
        if self.relation in (Relation.GRADIENT, Relation.JACOBIAN):
            given.append(self.statement)
        if self.relation is not Relation.EQUAL:
            given.extend(self.wrt)
        return (*given, *([self.witness] if self.witness is not None else []))


class _Refuted(Exception):
    def __init__(self, reason: str, counterexample: Counterexample | None = None) -> None:
        super().__init__(reason)
        self.counterexample = counterexample


def judge_explicit(
    relation: Relation,
    before: Node,
    after: Node,
    wrt: Sequence[Variable],
    statement: Node,
    *,
    line: Node | None = None,
    witness: Node | None = None,
    conditions: Sequence[Condition] = (),
    seed: int = 0,
    operations: int = OPERATIONS,
) -> Judgement:
    """Judge one step by components at two choices of sizes among 2 to 5, each size once even and once odd if possible.

    `line` is the whole line before: below a differential both sides must agree as functions, elsewhere as values.
    PROVED means that every difference is zero identically at these sizes; REFUTED comes with values; all else is
    UNDECIDED, such as a step that needs more than so many `operations` between entries.
    """
    as_functions = line is not None and _differentials(line) > _differentials(before)
    by_variables = relation in (Relation.GRADIENT, Relation.JACOBIAN)
    whole = statement if by_variables else before
    asked = _Line(relation, before, after, tuple(wrt), whole, witness, tuple(conditions), as_functions, operations)
    try:
        _check_witness(asked, before if line is None else line)
    except UnsupportedError as error:
        return Judgement(Status.UNDECIDED, JUDGE, (), None, seed, str(error))
    return _judged(asked, seed)


@lru_cache(maxsize=2048)
def _judged(asked: _Line, seed: int) -> Judgement:
    """The judgement on a line; many proofs share some."""
    tried: list[Mapping[str, int]] = []
    try:
        choices = _size_choices(asked.roots)
        first = _judge_at_first(asked, choices, tried, seed)
        others = [sizes for sizes in choices if sizes != first]
        flipped = [sizes for sizes in others if all((sizes[name] - first[name]) % 2 for name in sizes)]
        if others:
            _judge_at_first(asked, flipped or others, tried, seed)
    except _Refuted as refuted:
        return Judgement(Status.REFUTED, JUDGE, tuple(tried), None, seed, str(refuted), refuted.counterexample)
    except (UnsupportedError, ShapeError) as error:
        return Judgement(Status.UNDECIDED, JUDGE, tuple(tried), None, seed, str(error))
    except RecursionError:
        return Judgement(Status.UNDECIDED, JUDGE, tuple(tried), None, seed, "nested too deep for SymPy")
    return Judgement(Status.PROVED, JUDGE, tuple(tried), None, seed, "every entry agrees identically at these sizes")


# --- where a line is tried ------------------------------------------------------------------------------------------


def _size_choices(roots: Sequence[Node]) -> list[dict[str, int]]:
    """All sizes that fit, those with the fewest entries first."""
    symbols = [symbol.name for symbol in size_symbols(*roots)]
    numbers: Iterator[tuple[int, ...]]
    if len(symbols) <= len(SIZES):
        numbers = permutations(SIZES, len(symbols))
    else:
        numbers = product(SIZES[:2], repeat=len(symbols))
    found = []
    for choice in islice(numbers, 256):
        sizes = dict(zip(symbols, choice, strict=True))
        entries = _entries(roots, sizes)
        if entries is not None and entries <= ENTRIES:
            found.append((entries, sizes))
    if not found:
        raise UnsupportedError(f"no sizes among {SIZES} fit with at most {ENTRIES} entries in all variables")
    return [sizes for _, sizes in sorted(found, key=lambda pair: pair[0])]


def _judge_at_first(
    asked: _Line, choices: Sequence[dict[str, int]], tried: list[Mapping[str, int]], seed: int
) -> dict[str, int]:
    """Judge at the first sizes that are neither singular nor too large, and add them to those that were tried."""
    reasons = []
    for sizes in choices[:ATTEMPTS]:
        tried.append(sizes)
        try:
            _judge_all_values(asked, sizes, Random(f"{seed}:{sizes}"))
        except UnfitSizesError as error:
            tried.pop()
            reasons.append(str(error))
        else:
            return sizes
    raise UnsupportedError("; ".join(dict.fromkeys(reasons)))


def _judge_all_values(asked: _Line, sizes: Mapping[str, int], random: Random) -> None:
    """Judge at all values of one-hot and other discrete variables: at once, where these do not matter."""
    if any(DISCRETE & set(variable.assumptions) for variable in variables(*asked.roots)):
        try:
            return _judge_at(asked, sizes, {}, random)
        except (_Refuted, UnsupportedError):
            pass
    for values in discrete_values(asked.roots, sizes):
        _judge_at(asked, sizes, values, random)
    return None


def _entries(roots: Sequence[Node], sizes: Mapping[str, int]) -> int | None:
    """The entries of all variables; None where a size is not positive or a matrix cannot have full rank."""
    count = 0
    try:
        for node in postorder(*roots):
            rows, cols, *_ = (evaluated_size(size, sizes) for size in (*node.shape, *bounds_of(node)))
            if isinstance(node, Variable):
                count += rows * cols
                words = node.assumptions
                if ("full column rank" in words and rows < cols) or ("full row rank" in words and cols < rows):
                    return None
    except ShapeError:
        return None
    return count


# --- what has to vanish ---------------------------------------------------------------------------------------------


def _judge_at(asked: _Line, sizes: Mapping[str, int], values: Mapping[Variable, Any], random: Random) -> None:
    components = Components(sizes, values, asked.wrt, asked.operations)
    if asked.relation is Relation.POSITIVE:
        _judge_positive(asked, components)
        return
    differences = list(_differences(asked, components))
    open_entries = [item for item in differences if item[1] != item[2] and not _evidently_equal(item)]
    if open_entries:
        _refute(asked, components, open_entries, random)
    for _, before, after in open_entries:
        if not vanishes(before - after):
            raise UnsupportedError(f"SymPy does not bring this to zero: {str(before - after)[:200]}")
    if asked.relation is Relation.EQUIVALENT:
        _check_invertible(asked, components)


def _evidently_equal(item: Difference) -> bool:
    """Whether both sides are one rational function; most are, so that no values need to be tried first."""
    _, before, after = item
    try:
        return is_zero_fraction(before - after)
    except UnsupportedError:
        return False


def _differences(asked: _Line, components: Components) -> Iterator[Difference]:
    before, after = asked.before, asked.after
    match asked.relation:
        case Relation.EQUAL:
            value = components.free if asked.as_functions else components
            yield from _equal(before, after, value)
        case Relation.DIFFERENTIAL:
            yield from _equal(_differential_of(before), after, components)
        case Relation.STACKED:
            yield from _compared(ImmutableMatrix(components(before).vec()), components(after))
        case Relation.GRADIENT:
            yield from _gradient(asked, components)
        case Relation.JACOBIAN:
            yield from _jacobian(asked, components)
        case Relation.STATIONARY:
            for line, equation in zip(_parts(before), _paired(before, after), strict=True):
                if not isinstance(equation, Equation):
                    raise _Refuted(f"an equation is expected, found {equation}")
                yield from _compared(components(line), _gap(equation, components))
        case Relation.EQUIVALENT:
            yield from _equivalent(asked, components)
        case Relation.SUBSTITUTION:
            assert isinstance(asked.witness, Equation)
            replaced = substitute(before, {asked.witness.left: asked.witness.right})
            yield from _equal(replaced, after, components)
        case _:
            raise UnsupportedError(f"the relation {asked.relation.value} is not judged entry by entry")


def _differential_of(line: Node) -> Node:
    parts = [
        Equation(Differential(part.left), Differential(part.right))
        if isinstance(part, Equation)
        else Differential(part)
        for part in _parts(line)
    ]
    return Several(*parts) if isinstance(line, Several) else parts[0]


def _differentials(line: Node) -> int:
    """How many differentials stand inside each other."""

    def combine(node: Node, depths: Sequence[int]) -> int:
        return max(depths, default=0) + isinstance(node, Differential)

    return fold(line, combine)


def _parts(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Several) else (node,)


def _paired(before: Node, after: Node) -> tuple[Node, ...]:
    if len(_parts(before)) != len(_parts(after)):
        raise _Refuted(f"{len(_parts(before))} expressions before, {len(_parts(after))} after")
    return _parts(after)


def _equal(before: Node, after: Node, value: Callable[[Node], Any]) -> Iterator[Difference]:
    for left, right in zip(_parts(before), _paired(before, after), strict=True):
        if isinstance(left, Equation) != isinstance(right, Equation):
            raise _Refuted(f"an equation is compared with an expression: {left}, {right}")
        if isinstance(left, Equation) and isinstance(right, Equation):
            yield from _compared(value(left.left), value(right.left))
            yield from _compared(value(left.right), value(right.right))
        elif not same_shape(left.shape, right.shape):
            raise _Refuted(f"the shapes differ: {show_shape(left.shape)} before, {show_shape(right.shape)} after")
        else:
            yield from _compared(value(left), value(right))


def _compared(before: Any, after: Any) -> Iterator[Difference]:
    if before.shape != after.shape:
        raise _Refuted(f"the shapes differ: {before.shape} before, {after.shape} after")
    for row in range(before.rows):
        for col in range(before.cols):
            yield (row, col), before[row, col], after[row, col]


def _gradient(asked: _Line, components: Components) -> Iterator[Difference]:
    found = _parts(asked.after)
    if len(found) != len(asked.wrt) or not asked.statement.is_scalar:
        raise _Refuted(f"a gradient of a scalar by {len(asked.wrt)} variables is expected")
    for variable, gradient in zip(asked.wrt, found, strict=True):
        rows, cols = components.shape(variable)
        true = ImmutableMatrix(
            rows,
            cols,
            lambda row, col, of=variable: components.derivative(asked.statement, of, int(row), int(col))[0, 0],
        )
        yield from _compared(true, components(gradient))


def _jacobian(asked: _Line, components: Components) -> Iterator[Difference]:
    found = _parts(asked.after)
    if len(found) != len(asked.wrt):
        raise _Refuted(f"{len(asked.wrt)} Jacobians are expected, one for each variable")
    for variable, jacobian in zip(asked.wrt, found, strict=True):
        rows, cols = components.shape(variable)
        columns = [
            components.derivative(asked.statement, variable, row, col).vec()
            for col in range(cols)
            for row in range(rows)
        ]
        yield from _compared(ImmutableMatrix(sympy.Matrix.hstack(*map(sympy.Matrix, columns))), components(jacobian))


def _gap(equation: Equation, components: Components) -> Any:
    return components(equation.left) - components(equation.right)


def _equivalent(asked: _Line, components: Components) -> Iterator[Difference]:
    for before, after, factor in _factored(asked):
        if not isinstance(before, Equation) or not isinstance(after, Equation):
            raise _Refuted("equations are equivalent, not expressions")
        scale, old, gap = components(factor), _gap(before, components), _gap(after, components)
        if old.shape != gap.shape or (scale.shape != (1, 1) and scale.cols != gap.rows):
            old, gap = old.vec(), gap.vec()
        if scale.shape != (1, 1) and not scale.rows == scale.cols == gap.rows:
            raise _Refuted(f"the factor {factor} is {scale.shape}, the equation {gap.shape}")
        yield from _compared(old, scale[0, 0] * gap if scale.shape == (1, 1) else scale * gap)


def _factored(asked: _Line) -> Iterator[tuple[Node, Node, Node]]:
    """Each equation before and after with its factor; one factor may serve for all, none is 1."""
    before, after = _parts(asked.before), _paired(asked.before, asked.after)
    witness = nodes.Number(1) if asked.witness is None else asked.witness
    factors = witness.children if isinstance(witness, Several) else (witness,) * len(before)
    if len(factors) != len(before):
        raise _Refuted(f"{len(before)} equations and {len(factors)} factors")
    return zip(before, after, factors, strict=True)


def _check_witness(asked: _Line, line: Node) -> None:
    if asked.relation is not Relation.SUBSTITUTION:
        return
    witness = asked.witness
    if not isinstance(witness, Equation) or not isinstance(witness.left, Variable):
        raise UnsupportedError("a substitution needs an equation of a variable and its value as its witness")
    if asked.as_functions or not any(node is witness for node in postorder(line)):
        raise UnsupportedError(f"the equation {witness} does not stand on the line, or stands beside a differential")


def _check_invertible(asked: _Line, components: Components) -> None:
    for _, _, factor in _factored(asked):
        if not _built_invertible(factor, asked.conditions):
            value = sympy.factor(determinant(components(factor)))
            if not value.is_nonzero:
                raise UnsupportedError(f"that {factor} is invertible does not follow from the conditions")


def _built_invertible(factor: Node, conditions: Sequence[Condition]) -> bool:
    given = {condition.node for condition in conditions if condition.word in ("invertible", "nonzero")}

    def combine(node: Node, children: Sequence[bool]) -> bool:
        match node:
            case nodes.Number():
                return bool(node.value != 0)
            case Variable():
                return node in given or bool({"positive", "positive definite", "orthogonal"} & set(node.assumptions))
            case nodes.Inverse() | nodes.Identity() | nodes.Extent():
                return True
            case nodes.Multiply() | nodes.Scale() | nodes.Transpose():
                return node in given or all(children)
            case nodes.MatMul():
                square = all(same_shape((child.rows,), (child.cols,)) for child in node.children)
                return node in given or (square and all(children))
        return node in given

    return fold(factor, combine)


def _judge_positive(asked: _Line, components: Components) -> None:
    form = sympy.expand(components(asked.before)[0, 0])
    places = _places(asked, components)
    symbols = [make(*place) for make in (differential_entry, entry) for place in places]
    half = len(symbols) // 2
    directions = symbols[:half] if form.has(*symbols[:half]) else symbols[half:]
    hessian = sympy.hessian(form, directions)
    column = sympy.Matrix(directions)
    if hessian.has(*directions) or not vanishes(form - (column.T * hessian * column)[0, 0] / 2):
        raise _Refuted("the line is not a quadratic form")
    for side in range(1, len(directions) + 1):
        minor = sympy.factor(hessian[:side, :side].det(method="berkowitz"))
        if minor.is_nonpositive:
            raise _Refuted(f"the leading minor of order {side} is {minor}, which is not positive")
        if not (minor.is_positive or sympy.expand(minor).is_positive):
            raise UnsupportedError(f"that the leading minor {str(minor)[:200]} is positive does not follow")


def _places(asked: _Line, components: Components) -> list[tuple[Variable, int, int]]:
    return [
        (variable, row, col)
        for variable in asked.wrt
        for row in range(components.shape(variable)[0])
        for col in range(components.shape(variable)[1])
    ]


# --- a counterexample -------------------------------------------------------------------------------------------------


def _refute(asked: _Line, components: Components, entries: Sequence[Difference], random: Random) -> None:
    """Raise _Refuted with values at which both sides differ, if a few random ones show it."""
    free = asked.as_functions and asked.relation is Relation.EQUAL
    shown = variables(*asked.roots)
    for sample in range(SAMPLES):
        point = _sample(shown, components, random, free, at_origin=sample == SAMPLES - 1)
        if point is None or not _conditions_hold(asked, components, point):
            continue
        for where, before, after in entries:
            left, right = before.xreplace(point), after.xreplace(point)
            if _certainly_different(left, right):
                raise _Refuted(
                    "both sides differ", _counterexample(shown, components, point, free, (where, left, right))
                )


def _sample(
    found: Sequence[Variable], components: Components, random: Random, free: bool, at_origin: bool
) -> dict[Any, Any] | None:
    """Small rationals for all symbols, or zeros, since jumps hide there; None where the assumptions are missed."""
    point: dict[Any, Any] = {}
    for variable in found:
        rows, cols = components.shape(variable)
        signed = {"positive", "nonnegative"} & set(variable.assumptions)
        numbers = sympy.Matrix(rows, cols, lambda _r, _c, of=variable: _number(of, random))
        if at_origin and not signed:
            numbers = sympy.zeros(rows, cols)
        if "positive definite" in variable.assumptions:
            numbers = numbers * numbers.T + sympy.eye(rows)
        elif "symmetric" in variable.assumptions and not free:
            numbers = numbers + numbers.T
        if "full column rank" in variable.assumptions and numbers.rank() < cols:
            return None
        if "full row rank" in variable.assumptions and numbers.rank() < rows:
            return None
        for row in range(rows):
            for col in range(cols):
                point[entry(variable, row, col)] = numbers[row, col]
                point[differential_entry(variable, row, col)] = Rational(random.randint(-4, 4))
    for value in components.values.values():
        for symbol in sorted(value.free_symbols, key=str):
            point.setdefault(symbol, Rational(random.randint(1, 3), random.randint(1, 3)))
    return point


def _number(variable: Variable, random: Random) -> Any:
    size = Rational(random.randint(1, 5), random.choice((1, 1, 2)))
    return size if {"positive", "nonnegative"} & set(variable.assumptions) else random.choice((size, -size))


def _conditions_hold(asked: _Line, components: Components, point: Mapping[Any, Any]) -> bool:
    for condition in asked.conditions:
        value = components(condition.node).xreplace(point) if not isinstance(condition.node, Several) else None
        match condition.word:
            case "invertible" if value is not None:
                holds = value.det() != 0
            case "nonzero" if value is not None:
                holds = all(item != 0 for item in value)
            case "positive" if value is not None:
                holds = all(bool(item.is_positive) for item in value)
            case word:
                holds = isinstance(condition.node, Variable) and word in condition.node.assumptions
        if not holds:
            return False
    return True


def _certainly_different(left: Any, right: Any) -> bool:
    if not (left.is_real and right.is_real):
        return False
    difference = left - right
    if difference.is_Rational:
        return bool(difference != 0)
    return bool(abs(sympy.N(difference, DIGITS)) > Rational(1, 10 ** (DIGITS // 2)))


def _counterexample(
    found: Sequence[Variable], components: Components, point: Mapping[Any, Any], free: bool, entry_found: Difference
) -> Counterexample:
    where, left, right = entry_found
    values = {}
    for variable in found:
        matrix = (components.free(variable) if free else components(variable)).xreplace(point)
        values[variable.name] = tuple(tuple(map(str, matrix.row(row))) for row in range(matrix.rows))
    return Counterexample(dict(components.sizes), values, where, str(left), str(right))
