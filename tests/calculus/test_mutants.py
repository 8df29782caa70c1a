"""Every rule broken in turn: its sign, a factor, a transpose, a term, a product, an argument; no judge may pass that.

The rules are collected from the tables and books of rules and from the texts of the program, so a new rule that no
proof of this corpus uses makes a test fail. What each rule makes is altered by machine, and the step judged where it
stands. A mutant that is passed must be equivalent, which SymPy says entry by entry.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

import symnn
import symnn.calculus
from symnn import backpropagation, derive
from symnn.algebra import nodes
from symnn.algebra.functions import SIGMOID
from symnn.algebra.language import matrix, vector
from symnn.algebra.nodes import (
    Add,
    Equation,
    Hadamard,
    MatMul,
    Multiply,
    Node,
    Number,
    Several,
    Transpose,
    Variable,
)
from symnn.algebra.sizes import dims, same_shape
from symnn.algebra.walk import count, postorder, substitute, variables
from symnn.calculus.collecting import COLLECTED
from symnn.calculus.rule import RuleBook, RuleTable
from symnn.calculus.second import take_differential
from symnn.errors import SymnnError
from symnn.proof.court import Court
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.proof import Proof, apply_at
from symnn.proof.step import Condition, Relation, Status

# --- the rules ------------------------------------------------------------------------------------------------------


def entered() -> set[tuple[str, str]]:
    """Name and statement of every rule in a table or a book of rules."""
    found: set[tuple[str, str]] = set()
    for module in pkgutil.iter_modules(symnn.calculus.__path__):
        for value in vars(importlib.import_module(f"symnn.calculus.{module.name}")).values():
            if isinstance(value, RuleBook):
                found |= {(rule.name, rule.statement) for rule in value.all()}
            elif isinstance(value, RuleTable):
                found |= {(name, statement) for name, statement, _ in value.values()}
    return found


def written() -> set[str]:
    """The rules that are named where a step is made, from the texts of the program."""
    found = set()
    for path in Path(symnn.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = {word.arg: word.value for word in node.keywords}.get("rule")
                if isinstance(named, ast.Constant):
                    found.add(named.value)
    return found


# --- a small corpus -------------------------------------------------------------------------------------------------

# What each rule of the normal form is tested with.
NORMAL_FORMS, COLLECTED_FORMS = (
    run_path(str(Path(__file__).with_name(f"test_{name}.py")))["CASES"] for name in ("normal_form", "collecting")
)

SHAPES = {
    "X": ("n", "d"),
    "Y": ("n", "d"),
    "W": ("d", "k"),
    "A": ("n", "n"),
    "B": ("n", "n"),
    "u": ("n",),
    "v": ("n",),
    "y": ("n",),
    "w": ("d",),
    "c": ("n", 1),
}

n, d = dims("n d")
A, X = matrix("A", n, n), matrix("X", n, d)

GRADIENTS = [
    ("np.sum((X@w - y)**2)", "w"),
    ("z = X@w\nh = np.exp(z)\nnp.sum(h*z*y)", "w"),
    ("np.linalg.det(A)", "A"),
    ("np.trace(np.linalg.inv(A) @ B)", "A"),
    ("np.sum(np.tanh(X@w))", "w"),
    (nodes.Inner(A @ A, A), "A"),
    (nodes.Sum(SIGMOID(vector("u", n))), "u"),
    ("np.sum(np.exp(w)/(1 + np.exp(w)))", "w"),
    ("np.sum(np.diag(u) @ X)", "u"),
    ("np.diag(A) @ u", "A"),
    ("np.sum(np.where(X > Y, X * Y, X))", "X"),
    ("np.sum(np.maximum(X, Y) ** 2)", "X"),
    ("np.where(X > Y, X * Y, X)", "X"),
    ("np.sum(np.max(X, axis=0))", "X"),
    ("np.prod(u)", "u"),
    ("softmax(u) @ v", "u"),
    (nodes.Sum(nodes.OtherProducts(vector("u", n))), "u"),
    ("np.sum(B * expm(A))", "A"),
    ("np.linalg.norm(X, 'nuc')", "X"),
    ("np.sum(X.sum(axis=0) ** 2)", "X"),
    ("np.sum(X * Y.T.T) * s", "X"),
    ("np.sum(X[1:] ** 2)", "X"),
    ("np.sum((s * X) * t)", "s,t"),
    ("(u @ v) * s + 7", "s"),
    ("np.linalg.norm(u)", "u"),
    ("np.sum(np.sign(u))", "u"),
    ("np.sum(X - u[:, None])", "u"),
    ("s ** 3 * u.T @ u", "s,u"),
    ("np.sum(X.T @ c)", "c"),
    ("np.sum(u ** s)", "s"),
    ("np.sum(np.kron(w, u) ** 3)", "u"),
    ("np.sum(np.exp(X.ravel()))", "X"),
    (nodes.SquaredNorm(nodes.BlockRows(A @ X, n, d, 1, 1)), "X"),
]
JACOBIANS = [
    ("np.tanh(X @ w)", "w"),
    ("X @ W", "X"),
    ("X.T", "X"),
    (nodes.Scale(nodes.SquaredNorm(X), X), "X"),
    ("s * X * Y", "X"),
    ("np.diag(u)", "u"),
    ("np.diag(A)", "A"),
    ("u * np.trace(A @ B)", "A"),
    ("u * np.sum(A * B)", "A"),
    ("np.outer(u, np.ones(4)) * 1.0", "u"),
    ("X.sum(axis=0)", "X"),
    ("s * X", "s"),
    ("np.linalg.inv(A)", "A"),
    ("X - u[:, None]", "u"),
    ("(u @ v) * X", "u"),
    ("np.kron(X, W)", "X"),
    (nodes.Unvec(vector("q", n * d), n, d), "q"),
]
DIFFERENTIALS = [nodes.Kronecker(A, X), nodes.Vec(X), nodes.Inner(A @ A, A)]
SOLVED = [
    ("np.sum((X@w - y)**2) + np.sum(w**2)", "w"),
    ("np.sum((X@w + b - y)**2) + np.sum(w**2)", "w,b"),
    ("np.sum(v*(s*u + b - y)**2)", "s,b"),
]
LAYER = "Z = A_before @ W; A = np.tanh(Z)"
LAYER_SHAPES = {"A_before": ("m", "M_before"), "W": ("M_before", "M"), "Y": ("m", "M")}


@dataclass(frozen=True)
class Taken:
    """A step as it was taken."""

    rule: str
    statement: str
    relation: Relation
    court: Court
    line: Node
    redex: Node
    contractum: Node
    place: tuple[int, ...] | None
    witness: Node | None
    conditions: tuple[Condition, ...]


@cache
def taken() -> list[Taken]:
    """All steps of the corpus, the smallest first."""
    found: list[Taken] = []
    with pytest.MonkeyPatch.context() as patched:
        step = Proof.step

        def recorded(proof: Proof, redex: Node, contractum: Node, **given: Any) -> None:
            line = proof.line
            step(proof, redex, contractum, **given)
            found.append(
                Taken(
                    given["rule"],
                    given.get("statement", ""),
                    given.get("relation", Relation.EQUAL),
                    proof.court,
                    line,
                    redex,
                    contractum,
                    given.get("place"),
                    given.get("witness"),
                    proof.conditions,
                )
            )

        patched.setattr(Proof, "step", recorded)
        for objective, wrt in GRADIENTS:
            derived(objective, wrt)
        for objective, wrt in JACOBIANS:
            derived(objective, wrt).derivative("jacobian")
        for node in DIFFERENTIALS:
            take_differential(Proof(node, variables(node)))
        for objective, wrt in SOLVED:
            derived(objective, wrt).solve()
        backpropagation(LAYER, "np.sum((A - Y)**2)", LAYER_SHAPES, ["W"], by="Z").at(2)
        for name, node, _ in [*NORMAL_FORMS, *COLLECTED_FORMS]:
            rule = next(r for r in COLLECTED[type(node)] if r.name == name and r.apply(node) not in (None, node))
            Proof(node, variables(node)).step(node, rule.apply(node), rule=name, statement=rule.statement)
    return sorted(found, key=lambda step: count(step.line, step.contractum))


def derived(objective: str | Node, wrt: str):
    if isinstance(objective, Node):
        return derive(objective, wrt=wrt)
    names = re.findall(r"[A-Za-z]+", objective)
    used = {name: shape for name, shape in SHAPES.items() if name in names}
    return derive(objective, wrt=wrt.split(","), shapes=used)


def test_every_rule_is_used():
    names = {(step.rule, step.statement) for step in taken()}
    unused = entered() - names, written() - {name for name, _ in names}
    assert unused == (set(), set()), "give the corpus an objective whose proof uses these rules"


# --- alterations ----------------------------------------------------------------------------------------------------


def negated(node: Node, _others: list[Variable]) -> Node:
    return -node


def doubled(node: Node, _others: list[Variable]) -> Node:
    return 2 * node


def turned(node: Node, _others: list[Variable]) -> Node | None:
    if isinstance(node, Transpose):
        return node.children[0]
    return None if node.is_scalar else Transpose(node)


def dropped(node: Node, _others: list[Variable]) -> Node | None:
    return type(node)(*node.children[:-1]) if isinstance(node, SHORTER) and len(node.children) > 1 else None


def exchanged(node: Node, _others: list[Variable]) -> Node | None:
    if isinstance(node, MatMul | nodes.Kronecker):
        return type(node)(*node.children[::-1])
    return nodes.Where(node.mask, *node.branches[::-1]) if isinstance(node, nodes.Where) else None


def multiplied_otherwise(node: Node, _others: list[Variable]) -> Node | None:
    other = {MatMul: Hadamard, Hadamard: MatMul}.get(type(node))
    return other(*node.children) if other else None


def put_instead(node: Node, others: list[Variable]) -> Node | None:
    if isinstance(node, Number):
        return Number(node.value + 1)
    if not isinstance(node, Variable):
        return None
    return next((other for other in others if other is not node and same_shape(other.shape, node.shape)), 2 * node)


SHORTER = (Add, Multiply, MatMul, Hadamard)
ALTERATIONS: list[Callable[[Node, list[Variable]], Node | None]] = [
    negated,
    doubled,
    turned,
    dropped,
    exchanged,
    multiplied_otherwise,
    put_instead,
]


def mutants(step: Taken) -> Iterator[tuple[str, Node]]:
    """What a broken rule would have made: each alteration at the first part of what it made that can be altered."""
    others = variables(step.line, step.court.statement)
    old = set(postorder(step.redex))
    found = list(postorder(step.contractum))[::-1]
    parts = [part for part in found if part not in old] + [part for part in found if part in old]
    for alteration in ALTERATIONS[len(parts) % 2 :]:
        for part in parts:
            made = altered(step, part, alteration, others)
            if made is not None and made is not step.contractum:
                yield alteration.__name__, made
                break


def altered(step: Taken, part: Node, alteration: Callable[..., Node | None], others: list[Variable]) -> Node | None:
    if isinstance(part, Equation | Several | nodes.Function):
        return None
    try:
        instead = alteration(part, others)
        if instead is None or not same_shape(instead.shape, part.shape):
            return None
        made = substitute(step.contractum, {part: instead})
        apply_at(step.line, step.redex, made, step.place)
    except SymnnError:
        return None
    return made


def rules() -> list[Taken]:
    """The smallest step of each rule that makes something new."""
    found: dict[tuple[str, str], Taken] = {}
    for step in taken():
        found.setdefault((step.rule, step.statement), step)
    return list(found.values())


# What SymPy does not see: 2X is largest where X is, the inverse of a symmetric matrix is symmetric, and expm(0) = I
# beyond size 2.
EQUIVALENT = {
    "I = Iᵀ",
    "step(u) = step(2u)",
    "argmaxⱼ(X) = argmaxⱼ(2X)",
    "w = (XᵀX + I)⁻¹Xᵀy = w = ((XᵀX + I)⁻¹)ᵀXᵀy",
}


def is_equivalent(step: Taken, mutant: Node, given: dict[str, Any]) -> bool:
    if f"{step.contractum} = {mutant}" in EQUIVALENT:
        return True
    court = step.court
    explicit = judge_explicit(step.relation, step.redex, mutant, court.wrt, court.statement, **given)
    return explicit.status is Status.PROVED


def test_no_broken_rule_is_passed():
    broken, passed = 0, []
    for step in rules():
        for name, mutant in mutants(step):
            given = {"line": step.line, "witness": step.witness, "conditions": step.conditions}
            judgement = step.court.judge(step.relation, step.redex, mutant, **given)
            if judgement.status in (Status.REFUTED, Status.UNDECIDED):
                broken += 1
            elif not is_equivalent(step, mutant, given):
                passed.append(f"{step.rule}, {name}: {step.redex} = {step.contractum}, altered {mutant}")
    assert not passed, "\n".join(passed)
    assert broken > 2 * len(rules())
