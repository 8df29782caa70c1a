"""An author's argument: claims that need more than algebra, each judged by a judge that fits it, or said to be argued.

A derivation is a chain of expressions. An argument is a list of claims: equations, inequalities, limits, series,
expectations, and words. It proves no gradient, and no code is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from inspect import signature
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from sympy import Expr, Integral, Sum, Symbol, SympifyError, sympify
from sympy.stats import Expectation as Expected
from sympy.stats.rv import random_symbols

from symnn.algebra.names import one_variable_a_name
from symnn.algebra.nodes import MatMul, Node, SquaredNorm, Transpose, Variable, as_node
from symnn.algebra.sizes import ONE, same_shape, show_shape
from symnn.algebra.walk import variables
from symnn.claims.analysis import SympyEquation
from symnn.claims.inequality import Inequality
from symnn.claims.integrals import IntegralInequality
from symnn.claims.probability import Cases, Expectation
from symnn.claims.series import Convergence
from symnn.errors import RefutedError, ShapeError, SymnnError, UnsupportedError
from symnn.proof.court import Court
from symnn.proof.judges.entries import NONNEGATIVE, POSITIVE
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Judgement, Relation, Status, worst

if TYPE_CHECKING:
    from symnn.codegen import FunctionSpec

Side: TypeAlias = Node | Expr | None


class Question(Protocol):
    """What a judge is asked, as often as one likes, with other random values for another seed."""

    def judge(self, seed: int) -> Judgement: ...


@dataclass(frozen=True)
class Equality:
    """Two expressions are equal: a question for the court that judges the lines of proofs."""

    left: Node
    right: Node
    conditions: tuple[Condition, ...] = ()

    def judge(self, seed: int) -> Judgement:
        court = Court(self.left, (), seed=seed)
        return court.judge(Relation.EQUAL, self.left, self.right, conditions=self.conditions)


@dataclass(frozen=True)
class Claim:
    """One line: what is claimed, why, what is given, and the verdict; what is only argued has words and no verdict.

    `sign` stands between the sides: ``=``, ``≤``, ``<``, ``≥``, ``>``, ``⪰`` for a semi-definite matrix, or the words
    ``converges`` and ``diverges``.
    """

    rule: str
    left: Side = None
    sign: str = ""
    right: Side = None
    given: tuple[Condition, ...] = ()
    words: str = ""
    question: Question | None = None
    judgement: Judgement | None = None

    @property
    def sides(self) -> str:
        """What is claimed, in one line."""
        return f"{self.left} {self.sign} {'' if self.right is None else self.right}".rstrip()

    def nodes(self) -> list[Node]:
        """The expressions in it."""
        sides = [side for side in (self.left, self.right) if isinstance(side, Node)]
        return [*sides, *(condition.node for condition in self.given)]


class argument:  # noqa: N801
    """Claims one below the other: ``with argument("Title") as proof: proof.at_most(a, b, by="why")``.

    Each is judged as soon as it is written: a false one raises RefutedError with what was found against it, one that no
    judge can decide is kept with the verdict undecided.
    """

    theorems: ClassVar[tuple[Proof, ...]] = ()
    lemmas: ClassVar[tuple[Proof, ...]] = ()
    rests_on: ClassVar[tuple[Proof, ...]] = ()

    def __init__(self, title: str, *, note: str = "", seed: int = 0) -> None:
        self.title = title
        self.note = note
        self.seed = seed
        self.claims: list[Claim] = []

    def __enter__(self) -> argument:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and not self.claims:
            raise SymnnError(f"the argument {self.title!r} has no line; write one with .equal(…, …, by=…)")

    # --- algebra ----------------------------------------------------------------------------------------------------

    def equal(self, left: object, right: object, *, by: str, given: Sequence[Node | Condition] = ()) -> argument:
        """left = right, expressions of one shape, provided that all that is `given` is nonnegative."""
        sides, conditions = (self._of_symnn(left), self._of_symnn(right)), _conditions(given)
        return self._judge(Claim(by, sides[0], "=", sides[1], conditions, question=Equality(*sides, conditions)))

    def at_most(
        self,
        left: object,
        right: object,
        *,
        by: str,
        given: Sequence[Node | Condition] = (),
        margin: object = None,
        strict: bool = False,
    ) -> argument:
        """left ≤ right for scalars, or left < right where `strict`, provided that all that is `given` is nonnegative.

        `margin` equals right − left, and its form shows that it is not negative: with it the line is proved, and
        without it tried at random and adversarial values. Raises ShapeError for what is no scalar, RefutedError with
        the values at which the line fails.
        """
        return self._compare(left, right, "<" if strict else "≤", by, given, margin)

    def at_least(
        self,
        left: object,
        right: object,
        *,
        by: str,
        given: Sequence[Node | Condition] = (),
        margin: object = None,
        strict: bool = False,
    ) -> argument:
        """left ≥ right for scalars, as in `at_most`; `margin` equals left − right."""
        return self._compare(left, right, ">" if strict else "≥", by, given, margin)

    def _compare(
        self, left: object, right: object, sign: str, by: str, given: Sequence[Node | Condition], margin: object
    ) -> argument:
        sides, conditions = (self._of_symnn(left), self._of_symnn(right)), _conditions(given)
        for side in sides:
            if not side.is_scalar:
                raise ShapeError(
                    f"{self._place} compares scalars, found {side}, which is {show_shape(side.shape)}; "
                    "write a number of it, as total(…), squared_norm(…) or an entry"
                )
        less, more = sides if sign in "≤<" else sides[::-1]
        evident = None if margin is None else as_node(margin)
        question = Inequality(less, more, conditions, evident, strict=sign in "<>", is_turned=sign in "≥>")
        return self._judge(Claim(by, sides[0], sign, sides[1], conditions, question=question))

    def semidefinite(
        self,
        matrix: Node,
        *,
        by: str,
        root: Node | None = None,
        along: Variable | None = None,
        margin: object = None,
        given: Sequence[Node | Condition] = (),
    ) -> argument:
        """A matrix is symmetric, and vᵀAv ≥ 0 for every v.

        It is proved with a `root` R, where A = RᵀR, or with a `margin` that equals vᵀAv for the vector v named `along`.
        Without either it is tried.
        """
        if not same_shape(matrix.shape, (matrix.cols, matrix.rows)):
            raise ShapeError(f"a semi-definite matrix is square, found {show_shape(matrix.shape)}")
        conditions = _conditions(given)
        known = variables(matrix, *(condition.node for condition in conditions))
        direction = along if along is not None else Variable(_free_name(known), matrix.rows, 1, 1)
        if direction in known or direction.assumptions or not same_shape(direction.shape, (matrix.cols, ONE)):
            raise SymnnError(
                f"`along` stands for any column of {matrix.cols} entries; give a vector of which nothing is assumed "
                f"and that occurs neither in the matrix nor in what is given, found {direction.name}"
            )
        form = MatMul(Transpose(direction), matrix, direction)
        if root is not None:
            if root.cols != matrix.cols:
                raise ShapeError(
                    f"{self._place} takes a root R with RᵀR = {matrix}, so one of {matrix.cols} columns, "
                    f"found {root}, which is {show_shape(root.shape)}"
                )
            margin = SquaredNorm(MatMul(root, direction))
        ranks = tuple(condition for condition in conditions if condition.word not in (POSITIVE, NONNEGATIVE))
        symmetric = Equality(matrix, Transpose(matrix), ranks)
        evident = None if margin is None else as_node(margin)
        question = Both(symmetric, Inequality(as_node(0), form, conditions, evident, is_turned=True))
        return self._judge(Claim(by, matrix, "⪰", as_node(0), conditions, question=question))

    # --- analysis and probability -----------------------------------------------------------------------------------

    def sympy(self, left: object, right: object, *, by: str) -> argument:
        """left = right, two SymPy expressions: limits, series, sums, integrals, derivatives, not worked out.

        Raises UnsupportedError for text and for expressions of this package, which SymPy does not know.
        """
        sides = self._of_sympy(left), self._of_sympy(right)
        return self._judge(Claim(by, sides[0], "=", sides[1], question=SympyEquation(*sides)))

    def integral_at_most(self, left: Integral, right: Integral, *, by: str) -> argument:
        """left ≤ right, two SymPy integrals over one interval, of which the left integrand is nowhere the greater."""
        sides = self._of_sympy(left, Integral), self._of_sympy(right, Integral)
        return self._judge(Claim(by, left, "≤", right, question=IntegralInequality(*sides)))

    def converges(self, series: Sum, *, by: str) -> argument:
        """An infinite sum converges."""
        question = Convergence(self._of_sympy(series, Sum), True)
        return self._judge(Claim(by, series, "converges", question=question))

    def diverges(self, series: Sum, *, by: str) -> argument:
        """An infinite sum does not converge."""
        question = Convergence(self._of_sympy(series, Sum), False)
        return self._judge(Claim(by, series, "diverges", question=question))

    def expectation(self, expression: Expr, value: object, *, by: str) -> argument:
        """The expectation of an expression in independent random symbols of `sympy.stats` is the value."""
        wanted, left = self._of_sympy(value), Expected(self._of_sympy(expression))
        if not random_symbols(expression):
            raise UnsupportedError(
                f"{self._place} has no random symbol in {expression}; write them as sympy.stats does, "
                'such as Normal("Z", 0, 1)'
            )
        return self._judge(Claim(by, left, "=", wanted, question=Expectation(expression, wanted)))

    def cases(
        self,
        left: Expr,
        right: object,
        *,
        at: Sequence[Mapping[Symbol, int]],
        value: Callable[..., Fraction],
        by: str,
    ) -> argument:
        """left = right at some cases, each a value for every symbol.

        `value` takes a case by the names of its symbols, and works out the left side exactly, by going through all that
        it speaks of. Raises SymnnError where a case and the symbols, or what `value` takes, do not fit each other.
        """
        wanted = self._of_sympy(right)
        for case in at:
            self._fits(case, wanted, value)
        return self._judge(Claim(by, left, "=", wanted, question=Cases(wanted, tuple(at), value, left)))

    def argued(self, words: str, *, by: str) -> argument:
        """Words that no judge can judge; they are printed as argued."""
        if not words.strip():
            raise SymnnError(f"{self._place} has no words; write what is argued")
        self.claims.append(Claim(by, words=words))
        return self

    # --- what is taken ----------------------------------------------------------------------------------------------

    @property
    def _place(self) -> str:
        """The next line, as messages name it."""
        return f"line ({len(self.claims) + 1}) of {self.title!r}"

    def _of_symnn(self, value: object) -> Node:
        try:
            return as_node(value)
        except SymnnError as error:
            raise UnsupportedError(
                f"{self._place} takes an expression of symnn, found {value!r}; "
                "write its variables as scalar(…), vector(…) or matrix(…)"
            ) from error

    def _of_sympy(self, value: object, kind: type[Expr] = Expr) -> Any:
        try:
            found = None if isinstance(value, Node) else sympify(value, strict=True)
        except SympifyError:
            found = None
        if not isinstance(found, kind):
            name = "expression" if kind is Expr else kind.__name__
            raise UnsupportedError(
                f"{self._place} takes a SymPy {name}, found {value!r}; write it with SymPy's symbols and functions"
            )
        return found

    def _fits(self, case: Mapping[Symbol, int], wanted: Expr, value: Callable[..., Fraction]) -> None:
        missing = wanted.free_symbols - set(case)
        if missing:
            names = ", ".join(sorted(map(str, missing)))
            raise SymnnError(f"{self._place} has no value of {names} in the case {dict(case)}; give every symbol one")
        try:
            signature(value).bind(**{str(name): given for name, given in case.items()})
        except TypeError as error:
            taken = ", ".join(signature(value).parameters) or "nothing"
            raise SymnnError(
                f"{self._place} calls `value` with {', '.join(map(str, case))}, and it takes {taken}; "
                "name what it takes as the symbols are named"
            ) from error

    # --- verdicts ---------------------------------------------------------------------------------------------------

    def _judge(self, claim: Claim) -> argument:
        one_variable_a_name(variables(*(node for each in (*self.claims, claim) for node in each.nodes())))
        assert claim.question is not None
        try:
            judgement = claim.question.judge(self.seed)
        except SymnnError as error:
            error.args = (f"{self._place}: {error}",)
            raise
        if judgement.status is Status.REFUTED:
            line = f"{self._place} does not hold by {claim.rule!r}"
            raise RefutedError(f"{line}: {claim.sides}\n{judgement.counterexample or judgement.reason}")
        self.claims.append(
            Claim(
                claim.rule,
                claim.left,
                claim.sign,
                claim.right,
                claim.given,
                question=claim.question,
                judgement=judgement,
            )
        )
        return self

    def judged_again(self, seed: int) -> list[Judgement]:
        """The verdicts on all lines that are judged, with other random values."""
        return [claim.question.judge(seed) for claim in self.claims if claim.question is not None]

    @property
    def judged(self) -> int:
        """How many lines were judged."""
        return len(self.claims) - self.argued_lines

    @property
    def argued_lines(self) -> int:
        """How many lines are only argued."""
        return sum(claim.judgement is None for claim in self.claims)

    @property
    def status(self) -> Status:
        """The worst of the lines that were judged; undecided where none was."""
        found = [claim.judgement.status for claim in self.claims if claim.judgement is not None]
        return worst(found) if found else Status.UNDECIDED

    @property
    def undecided(self) -> list[str]:
        """The lines that no judge could decide, each with what was found and what would help."""
        return [
            f"line ({number}) of {self.title!r} is undecided: {claim.sides}\n{claim.judgement.reason}"
            for number, claim in enumerate(self.claims, 1)
            if claim.judgement is not None and claim.judgement.status is Status.UNDECIDED
        ]

    @property
    def verdict(self) -> str:
        return self.status.value

    def functions(self, _: Any = None) -> tuple[FunctionSpec, ...]:
        """An argument emits no code."""
        return ()


@dataclass(frozen=True)
class Both:
    """Two questions, of which both must be answered with yes."""

    one: Question
    other: Question

    def judge(self, seed: int) -> Judgement:
        found = [question.judge(seed) for question in (self.one, self.other)]
        last = found[-1]
        return last if worst(each.status for each in found) is last.status else found[0]


def _conditions(given: Sequence[Node | Condition]) -> tuple[Condition, ...]:
    return tuple(each if isinstance(each, Condition) else Condition(NONNEGATIVE, as_node(each)) for each in given)


def _free_name(known: Sequence[Variable]) -> str:
    taken = {variable.name for variable in known}
    letters = ("v", "u", "z", "direction")
    return next(name for name in (*letters, *(f"v{number}" for number in range(len(taken) + 1))) if name not in taken)
