"""The court: hands each step of a proof to the judges, in the order shape, exact, digits, and gives their judgement.

It does not know how a line was derived. One court serves one proof, and evaluates each node of it once per instance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from sympy import Integer

from symnn.algebra.nodes import (
    Add,
    Determinant,
    Differential,
    Equation,
    Inner,
    MatMul,
    Node,
    Number,
    Several,
    Variable,
    Vec,
)
from symnn.algebra.sizes import Size, same_shape, same_size, show_shape
from symnn.algebra.walk import depends, fold, written_out
from symnn.errors import SymnnError
from symnn.proof.judges import structure
from symnn.proof.judges.digits import Digits
from symnn.proof.judges.exact import Exact
from symnn.proof.judges.fields import FunctionsInvolved
from symnn.proof.judges.instance import SizePlan
from symnn.proof.judges.local import Local
from symnn.proof.judges.opaque import Opaque
from symnn.proof.judges.question import Question, find_counterexample
from symnn.proof.judges.sign import judge_sign
from symnn.proof.step import WORST_FIRST, Condition, Judgement, Relation, Status

ZERO = Integer(0)

WHOLE_LINES = (
    Relation.DIFFERENTIAL,
    Relation.STACKED,
    Relation.GRADIENT,
    Relation.JACOBIAN,
    Relation.STATIONARY,
    Relation.POSITIVE,
)


class Court:
    """Judges the steps of a proof of `statement`, whose differentials are those of the variables `wrt`."""

    def __init__(self, statement: Node, wrt: tuple[Variable, ...], *, seed: int = 0) -> None:
        self.statement = statement
        self.wrt = tuple(wrt)
        self.seed = seed
        self._ranks: set[tuple[Size, Size]] = set()
        self._try_at(SizePlan(statement, *wrt, seed=seed))
        self._local = Local(self.wrt, seed)
        self._opaque = Opaque(self.wrt, seed)
        self._depths: dict[Node, int] = {}
        self._written_out: dict[Node, Node] = {}

    def _try_at(self, plan: SizePlan) -> None:
        self._plan = plan
        self._exact = Exact(plan, self.wrt, self.seed)
        self._digits = Digits(plan, self.wrt, self.seed)

    def judge(
        self,
        relation: Relation,
        before: Node,
        after: Node,
        *,
        line: Node | None = None,
        depth: int | None = None,
        witness: Node | None = None,
        conditions: Sequence[Condition] = (),
        is_differential: bool = False,
    ) -> Judgement:
        """Whether `after` follows from `before`, a part of `line`, or all of it. A false step is REFUTED, never raised.

        `depth` says how many differentials stand inside each other on the line, where that is known; with
        `is_differential` the lines before have shown that this one is the differential of the statement.
        """
        line = before if line is None else line
        depth = self.depth(line) if depth is None else depth
        if relation in WHOLE_LINES and before is not line:
            return structure.refuted(f"the relation {relation.value!r} holds between whole lines")
        self._suppose(conditions)
        match relation:
            case Relation.EQUAL:
                return self._equal(before, after, depth)
            case Relation.DIFFERENTIAL:
                return self._differential(before, after)
            case Relation.STACKED:
                return structure.judge_stacked(before, after)
            case Relation.GRADIENT:
                return self._gradient(before if is_differential else Differential(self.statement), after)
            case Relation.JACOBIAN:
                return self._jacobian(after)
            case Relation.STATIONARY:
                return structure.judge_stationary(before, after)
            case Relation.EQUIVALENT:
                return self._equivalent(before, after, witness, conditions)
            case Relation.SUBSTITUTION:
                made = structure.substituted(before, line, witness)
                return made if isinstance(made, Judgement) else self._equal(made, after, depth)
            case Relation.POSITIVE:
                return self._positive(before, after, conditions)

    def _suppose(self, conditions: Sequence[Condition]) -> None:
        """Conditions are part of the theorem: lines are tried at sizes at which the ranks in them are possible."""
        pairs = {pair for condition in conditions for pair in self._asked(condition)} - self._ranks
        if pairs:
            self._ranks |= pairs
            self._try_at(self._plan.taller(pairs))

    def _asked(self, condition: Condition) -> list[tuple[Size, Size]]:
        """What a condition asks of sizes: the first of each pair is at least the second."""
        node = condition.node
        if condition.word in ("full column rank", "full row rank"):
            return [node.shape if condition.word == "full column rank" else (node.cols, node.rows)]
        if condition.word != "independent":
            return []
        maps = node.children if isinstance(node, Several) else (node,)
        unknowns = [variable for variable in self.wrt if any(depends(part, [variable]) for part in maps)]
        entries = sum((part.rows * part.cols for part in maps), ZERO)
        return [(entries, sum((variable.rows * variable.cols for variable in unknowns), ZERO))]

    # --- the relations ----------------------------------------------------------------------------------------------

    def _equal(self, before: Node, after: Node, depth: int) -> Judgement:
        """Equal as functions to the order to which the line may differentiate the redex."""
        pairs = _paired(before, after)
        if pairs is None:
            return structure.refuted("both lines must consist of as many expressions and equations, in one order")
        return _joined([self._same(mine, theirs, max(0, depth - self.depth(mine))) for mine, theirs in pairs])

    def _differential(self, before: Node, after: Node) -> Judgement:
        if after is not structure.differential_of(before):
            return structure.refuted("the line after must be the differential of the line before, and nothing else")
        if any(isinstance(part, Equation) for part in (before, *before.children)):
            return structure.refuted("an equation may hold at one point only, and has no differential")
        wanted = self.statement
        for _ in range(self.depth(before)):
            wanted = structure.differential_of(wanted)
        pairs = _paired(wanted, before)
        if pairs is None:
            return structure.refuted("the statement, or its differential, is differentiated as it stands")
        judgement = _joined([self._same(mine, theirs, 1) for mine, theirs in pairs])
        if judgement.status is Status.PROVED:
            return structure.PROVED
        if judgement.status is Status.REFUTED and judgement.judge != "shape":
            reason = "a fact about the variable was used before differentiating, where it does not hold"
            return replace(judgement, reason=reason)
        return judgement

    def _gradient(self, differential: Node, after: Node) -> Judgement:
        gradients = after.children if isinstance(after, Several) else (after,)
        if not self.statement.is_scalar or isinstance(self.statement, Equation | Several):
            return _shape("only a scalar has a gradient")
        if len(gradients) != len(self.wrt):
            return _shape(f"{len(self.wrt)} gradients are expected, one for each variable, found {len(gradients)}")
        for gradient, variable in zip(gradients, self.wrt, strict=True):
            if self.depth(gradient):
                return _shape(f"the gradient by {variable.name} has no differentials, found {gradient}")
            if isinstance(gradient, Equation | Several) or not same_shape(gradient.shape, variable.shape):
                found = show_shape(gradient.shape)
                return _shape(
                    f"the gradient by {variable.name} has its shape {show_shape(variable.shape)}, found {found}"
                )
        parts = [Inner(*pair) for pair in zip(gradients, map(Differential, self.wrt), strict=True)]
        return self._same(differential, Add(*parts), 0, Relation.GRADIENT)

    def _jacobian(self, after: Node) -> Judgement:
        jacobians = after.children if isinstance(after, Several) else (after,)
        if not self.wrt or len(jacobians) != len(self.wrt):
            return _shape(f"{len(self.wrt)} Jacobians are expected, one for each variable, found {len(jacobians)}")
        if any(isinstance(line, Equation | Several) for line in (self.statement, *jacobians)):
            return _shape("a Jacobian is an expression, that of an expression")
        stacked, terms = Vec(Differential(self.statement)), []
        for jacobian, variable in zip(jacobians, self.wrt, strict=True):
            direction = Vec(Differential(variable))
            if self.depth(jacobian):
                return _shape(f"a Jacobian has no differentials, found {jacobian}")
            wanted = stacked.rows, direction.rows
            if not same_shape(jacobian.shape, wanted):
                found = show_shape(jacobian.shape)
                return _shape(f"the Jacobian by {variable.name} has shape {show_shape(wanted)}, found {found}")
            terms.append(MatMul(jacobian, direction))
        return self._same(stacked, Add(*terms) if len(terms) > 1 else terms[0], 0, Relation.JACOBIAN)

    def _equivalent(
        self, before: Node, after: Node, witness: Node | None, conditions: Sequence[Condition]
    ) -> Judgement:
        mine = before.children if isinstance(before, Several) else (before,)
        theirs = after.children if isinstance(after, Several) else (after,)
        factors = (
            witness.children
            if isinstance(witness, Several)
            else [Number(1) if witness is None else witness] * len(mine)
        )
        if not len(mine) == len(theirs) == len(factors):
            return structure.refuted("both lines must have as many equations, with a factor for each or for all")
        return _joined([self._multiple(*parts, conditions) for parts in zip(mine, theirs, factors, strict=True)])

    def _multiple(self, before: Node, after: Node, factor: Node, conditions: Sequence[Condition]) -> Judgement:
        """Whether (left − right) before is an invertible factor times (left − right) after.

        The factor may also be one of stacked columns: Bᵀ ⊗ A for A·(left − right)·B.
        """
        if not isinstance(before, Equation) or not isinstance(after, Equation):
            return structure.refuted("equations are equivalent, not expressions")
        gaps = before.left - before.right, after.left - after.right
        stacked = not same_shape(before.shape, after.shape) or (
            not factor.is_scalar and not same_size(factor.cols, after.rows)
        )
        if stacked:
            gaps = Vec(gaps[0]), Vec(gaps[1])
        if not factor.is_scalar and not (same_size(factor.rows, factor.cols) and same_size(factor.cols, gaps[1].rows)):
            return _shape("the factor is a scalar or a square matrix that fits the equation on its left")
        judgement = self._same(gaps[0], factor @ gaps[1], 0)
        if judgement.status in (Status.REFUTED, Status.UNDECIDED):
            return judgement
        invertible = structure.is_invertible(factor, conditions)
        singular = "zero" if factor.is_scalar else "singular"
        word = "nonzero" if factor.is_scalar else "invertible"
        vanishing = self._same(Determinant(factor), Number(0), 0)
        if vanishing.status is Status.REFUTED and invertible:
            return judgement
        if vanishing.status in (Status.PROVED, Status.CHECKED) and not invertible:
            return structure.refuted(f"the factor {factor} is {singular}")
        if invertible:
            reason = f"{factor} is said to be {word}, and was {singular} or without value wherever it was tried"
        else:
            reason = f"{factor} must be {word}, which does not follow from what is assumed"
        return replace(judgement, status=Status.UNDECIDED, reason=reason)

    def _positive(self, form: Node, after: Node, conditions: Sequence[Condition]) -> Judgement:
        if after is not form or not form.is_scalar or isinstance(form, Equation | Several):
            return structure.refuted("that a line is positive is said of a scalar, which stays as it stands")
        return judge_sign(written_out(form, self._written_out), self.wrt, conditions)

    # --- values -----------------------------------------------------------------------------------------------------

    def _same(self, before: Node, after: Node, order: int, relation: Relation = Relation.EQUAL) -> Judgement:
        """Whether two expressions agree, with their derivatives up to `order`: by *exact*, else by *digits*."""
        if not same_shape(before.shape, after.shape):
            return _shape(f"the shapes differ: {show_shape(before.shape)} before, {show_shape(after.shape)} after")
        if before is after:
            return Judgement(Status.PROVED, "structure", bound=Fraction(0))
        precision = order + max(self.depth(before), self.depth(after))
        try:
            by_itself = self._opaque.judge(Question(before, after, order, precision, relation))
        except SymnnError:
            by_itself = None
        if by_itself is not None:
            return by_itself
        left, right = (written_out(side, self._written_out) for side in (before, after))
        question = Question(left, right, order, precision, relation)
        try:
            return self._values(question)
        except SymnnError as error:
            return Judgement(Status.UNDECIDED, "exact", seed=self.seed, reason=str(error))

    def _values(self, question: Question) -> Judgement:
        judgement = self._exact.judge(question)
        if judgement.status is Status.PROVED:
            return judgement
        if judgement.status is Status.REFUTED:
            try:
                found = find_counterexample(question, self._plan, self.wrt, self.seed, judgement.sizes[0])
            except FunctionsInvolved:
                return self._local.judge(question) or self._digits.judge(question)
            reason = "" if found else "both sides differ at random residues modulo a large prime"
            return replace(judgement, counterexample=found, reason=reason)
        checked = self._digits.judge(question)
        return judgement if checked.status is Status.UNDECIDED else checked

    def depth(self, root: Node) -> int:
        """How many differentials stand inside each other."""

        def combine(node: Node, parts: Sequence[int]) -> int:
            return max(parts, default=0) + isinstance(node, Differential)

        return fold(root, combine, self._depths)


def _paired(before: Node, after: Node) -> list[tuple[Node, Node]] | None:
    """The expressions that two lines consist of, side by side; None where the lines are built differently."""
    pairs = [(before, after)]
    while any(isinstance(node, Equation | Several) for pair in pairs for node in pair):
        opened: list[tuple[Node, Node]] = []
        for mine, theirs in pairs:
            if not isinstance(mine, Equation | Several) and not isinstance(theirs, Equation | Several):
                opened.append((mine, theirs))
            elif type(mine) is type(theirs) and len(mine.children) == len(theirs.children):
                opened.extend(zip(mine.children, theirs.children, strict=True))
            else:
                return None
        pairs = opened
    return pairs


def _joined(judgements: Sequence[Judgement]) -> Judgement:
    """The worst of the judgements, with the bounds of all added up."""
    worst = min(judgements, key=lambda judgement: WORST_FIRST.index(judgement.status))
    bounds = [judgement.bound for judgement in judgements if judgement.bound is not None]
    if worst.status is not Status.PROVED or not bounds:
        return worst
    shown = max(judgements, key=lambda judgement: len(judgement.sizes))
    return replace(shown, bound=sum(bounds, Fraction(0)))


def _shape(reason: str) -> Judgement:
    return Judgement(Status.REFUTED, "shape", reason=reason)
