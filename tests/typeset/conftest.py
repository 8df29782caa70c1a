"""One page that has everything: a judged gradient, a solution, a condition, names that need escaping, code."""

import pytest

from symnn.algebra.language import Identity, inner, inv, matrix, scalar, squared_norm, vector
from symnn.algebra.nodes import Differential, Equation, MatMul, Scale, Zeros
from symnn.algebra.sizes import dims
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation
from symnn.typeset.page import Page, Section

n, d = dims("n d")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets, 100% & _more_ | <b>")
w = vector("w", d, doc="weights")
lam = scalar("lam", latex=r"\lambda", assume="positive")

CODE = '''"""f = ½‖y − Xw‖² \\end{verbatim} $a_b^c$ {#} 'it' `x` ``` --."""


def gradient(X, y, w, lam):
    return X.T @ (X @ w - y) + lam * w  # (4) ∇f, λ > 0
'''


@pytest.fixture
def gradient() -> Proof:
    """f = ½‖y − Xw‖² + ½λ‖w‖² and its gradient, in four lines."""
    statement = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2
    proof = Proof(statement, [w], title="Gradient")
    dw = Differential(w)
    proof.step(
        statement,
        Differential(statement),
        rule="differential",
        statement="of both sides",
        relation=Relation.DIFFERENTIAL,
    )
    expanded = inner(Scale(lam, w) - X.T @ (y - X @ w), dw)
    proof.step(Differential(statement), expanded, rule="chain rule", statement="d‖A‖² = 2⟨A, dA⟩")
    proof.step(expanded, expanded.children[0], rule="gradient", statement="dF = ⟨G, dX⟩", relation=Relation.GRADIENT)
    return proof


@pytest.fixture
def solution(gradient: Proof) -> Proof:
    """The gradient set to zero and solved."""
    left = X.T @ X + lam * Identity(d)
    proof = Proof(gradient.line, [w], title="Stationary point", conditions=[Condition("invertible", left)])
    zero = Equation(gradient.line, Zeros(d, 1))
    proof.step(gradient.line, zero, rule="stationary point", relation=Relation.STATIONARY)
    normal = Equation(MatMul(left, w), X.T @ y)
    proof.step(zero, normal, rule="collect", relation=Relation.EQUIVALENT)
    solved = Equation(w, MatMul(inv(left), X.T, y))
    proof.step(normal, solved, rule="multiply by the inverse", relation=Relation.EQUIVALENT, witness=left)
    return proof


@pytest.fixture
def page(gradient: Proof, solution: Proof) -> Page:
    return Page(
        "Ridge 100% & more",
        ("L5", "B6"),
        "Least squares with a penalty.\n\nSecond *paragraph*.",
        (
            Section("Gradient", gradient, 0, (X, y, w, lam), (), "theorem"),
            Section("Stationary point", solution, 4, (w,), solution.conditions, "theorem"),
        ),
        CODE,
        "generated/ridge_1.py",
    )
