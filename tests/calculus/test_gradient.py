"""Gradients against two oracles, autograd and central differences, and the form of their proofs."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symnn.algebra.functions import ARGUMENT, define
from symnn.algebra.language import exp, matrix, mean, relu, scalar, sigmoid, squared_norm, tanh, total, trace, vector
from symnn.algebra.nodes import Differential, Function, Node, Several, Variable
from symnn.algebra.sizes import dims
from symnn.algebra.walk import postorder
from symnn.calculus.gradient import differentiate
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, Status
from symnn.results.derivatives import first_proof
from symnn.results.problem import understand
from symnn.results.result import derive

Shapes = Mapping[str, Sequence[str | int]]
SIZES = {"n": 4, "d": 3, "k": 2, "m": 5}

X, w, y = ("n", "d"), ("d", 1), ("n", 1)
REGRESSION: Shapes = {"X": X, "w": w, "y": y}
LAYER: Shapes = {"X": X, "W": ("d", "k"), "b": ("k", 1), "Y": ("n", "k")}

# Name, objective, shapes, assumptions, the variables to differentiate by.
CASES: dict[str, tuple[str, Shapes, Mapping[str, str], str]] = {
    # The Matrix Cookbook, by equation.
    "49": ("np.linalg.det(X)", {"X": ("n", "n")}, {}, "X"),
    "53": ("np.linalg.det(X.T@A@X)", {"A": ("n", "n"), "X": X}, {"A": "symmetric"}, "X"),
    "57": ("np.log(abs(np.linalg.det(X)))", {"X": ("n", "n")}, {}, "X"),
    "63": ("np.trace(A@np.linalg.inv(X)@B)", {"A": ("n", "n"), "X": ("n", "n"), "B": ("n", "n")}, {}, "X"),
    "70": ("a.T@X@b", {"a": ("n", 1), "X": X, "b": ("d", 1)}, {}, "X"),
    "77": ("b.T@X.T@X@c", {"X": X, "b": ("d", 1), "c": ("d", 1)}, {}, "X"),
    "84": (
        "(x-A@s).T@W@(x-A@s)",
        {"x": ("n", 1), "A": X, "s": ("d", 1), "W": ("n", "n")},
        {"W": "symmetric"},
        "s",
    ),
    "85": ("(x-s).T@W@(x-s)", {"x": ("n", 1), "s": ("n", 1), "W": ("n", "n")}, {"W": "symmetric"}, "x"),
    "91": ("a.T@X@X@X@b", {"a": ("n", 1), "X": ("n", "n"), "b": ("n", 1)}, {}, "X"),
    "100": ("np.trace(X@A)", {"X": X, "A": ("d", "n")}, {}, "X"),
    "118": ("np.trace(A@X@B@X.T@Cm)", {"A": ("m", "n"), "X": X, "B": ("d", "d"), "Cm": ("n", "m")}, {}, "X"),
    # matrixcalculus.org
    "linear in c": ("x.T@A@x + c*np.sin(y).T@x", {"x": y, "A": ("n", "n"), "c": (), "y": y}, {}, "c"),
    "sum of entries": ("((A*X)@b).sum()", {"A": X, "X": X, "b": ("d", 1)}, {}, "X"),
    "sum of logarithms": ("np.log(x).sum()", {"x": ("n", 1)}, {"x": "positive"}, "x"),
    # Regression.
    "least squares": ("0.5*np.linalg.norm(X@w-y)**2", REGRESSION, {}, "w"),
    "mean squared error": ("((X@w-y)**2).mean()", REGRESSION, {}, "w"),
    "ridge": ("np.linalg.norm(X@w-y)**2+lam*w.T@w", {**REGRESSION, "lam": ()}, {"lam": "positive"}, "w"),
    "logistic": ("np.log(1+np.exp(-y*(X@w))).sum()", REGRESSION, {"y": "signs"}, "w"),
    "squared hinge": ("(np.maximum(0,1-y*(X@w))**2).sum()", REGRESSION, {"y": "signs"}, "w"),
    "many outputs": (
        "np.linalg.norm(X@W-Y)**2+lam*np.linalg.norm(W)**2",
        {"X": X, "W": ("d", "k"), "Y": ("n", "k"), "lam": ()},
        {"lam": "positive"},
        "W",
    ),
    "weighted ridge with offset": (
        "np.sum(v*(X@w + b - y)**2) + lam*np.sum((w - w0)**2)",
        {**REGRESSION, "v": ("n", 1), "w0": w, "b": (), "lam": ()},
        {"lam": "positive", "v": "positive"},
        "w,b",
    ),
    "the same in one-dimensional arrays": (
        "np.sum(v*(X@w + b - y)**2) + lam*np.sum((w - w0)**2)",
        {"X": X, "w": ("d",), "y": ("n",), "v": ("n",), "w0": ("d",), "b": (), "lam": ()},
        {},
        "w,b,lam,v,X,y,w0",
    ),
    # Networks.
    "cross-entropy": ("-y.T@z+np.log(np.exp(z).sum())", {"z": ("k", 1), "y": ("k", 1)}, {"y": "onehot"}, "z"),
    "cross-entropy of a batch": (
        "np.log(np.exp(X@W).sum(1)).sum()-np.trace(Y.T@X@W)",
        {"X": X, "W": ("d", "k"), "Y": ("n", "k")},
        {"Y": "onehot rows"},
        "W",
    ),
    "two layers": (
        "0.5*((V@np.tanh(W@x)-y)**2).sum()",
        {"V": ("k", "n"), "W": X, "x": ("d", 1), "y": ("k", 1)},
        {},
        "V,W,x",
    ),
    "a batch with bias": ("((np.tanh(X@W+b.T)-Y)**2).sum()", LAYER, {}, "b,W"),
    "entries": ("((X*X)**2).sum()", {"X": X}, {}, "X"),
    "matrix factorisation": ("np.linalg.norm(X-U@V)**2", {"X": X, "U": ("n", "k"), "V": ("k", "d")}, {}, "U,V"),
    "Rayleigh quotient": ("(x.T@A@x)/(x.T@x)", {"A": ("n", "n"), "x": ("n", 1)}, {}, "x"),
    "Gaussian": (
        "-0.5*np.log(np.linalg.det(S))-0.5*(x-mu).T@np.linalg.inv(S)@(x-mu)",
        {"x": ("n", 1), "mu": ("n", 1), "S": ("n", "n")},
        {"S": "positive definite"},
        "mu",
    ),
    "graphical lasso": (
        "-np.log(np.linalg.det(P))+np.trace(S@P)",
        {"P": ("n", "n"), "S": ("n", "n")},
        {"P": "positive definite", "S": "positive definite"},
        "P",
    ),
    "attention": (
        "E=np.exp(Q@K.T/np.sqrt(Q.shape[1]));P=E/E.sum(1,keepdims=True);np.trace(Cm.T@P@V)",
        {"Q": X, "K": X, "V": ("n", "k"), "Cm": ("n", "k")},
        {},
        "V,Q,K",
    ),
    "root mean square": (
        "c.T@x/np.sqrt((x**2).mean()+eps)",
        {"x": ("n", 1), "c": ("n", 1), "eps": ()},
        {"eps": "positive"},
        "x",
    ),
    "divergence": (
        "(p*(np.log(p)-np.log(q))).sum()",
        {"p": ("n", 1), "q": ("n", 1)},
        {"p": "positive", "q": "positive"},
        "q,p",
    ),
    # None of these stands in a book.
    "entries to a learned power": ("(v*x**s).sum()", {"v": ("n",), "x": ("n",), "s": ()}, {"x": "positive"}, "x,s"),
    "shared subexpressions": (
        "a=np.tanh(A@x);c=a*a+a;(c*np.sin(a)).sum()+(a@c)**2",
        {"A": ("n", "n"), "x": ("n",)},
        {},
        "x,A",
    ),
    "ratio of norms": (
        "np.linalg.norm(X@w)**2/(1+np.linalg.norm(w)**2)+np.trace(X.T@X)**2",
        {"X": X, "w": w},
        {},
        "X,w",
    ),
}


def value(name: str, shape: Sequence[str | int], words: str, random: np.random.Generator) -> Any:
    lengths = tuple(SIZES[size] if isinstance(size, str) else size for size in shape)
    made = random.normal(size=lengths)
    match words:
        case "positive":
            return np.abs(made) + 0.3
        case "symmetric":
            return made + made.T
        case "positive definite":
            return made @ made.T + np.eye(*lengths)
        case "signs":
            return np.where(made > 0, 1.0, -1.0)
        case "onehot":
            return (made == made.max()) * 1.0
        case "onehot rows":
            return (made == made.max(axis=1, keepdims=True)) * 1.0
    if len(lengths) == 2 and lengths[0] == lengths[1]:
        made = made + 2 * np.eye(*lengths)
        return made if np.linalg.det(made) > 0 else made[[1, 0, *range(2, len(made))]]
    return made if lengths else float(abs(made) + 0.2)


def loaded(source: str, name: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(source, name, "exec"), space)
    return space[name]


def written(text: str, names: Sequence[str], numpy: Any) -> Callable[..., Any]:
    """The objective as a Python function, by a reading that has nothing to do with symnn's."""
    *statements, last = text.split(";")
    body = "".join(f"    {statement.strip()}\n" for statement in statements)
    space: dict[str, Any] = {"np": numpy}
    exec(f"def objective({', '.join(names)}):\n{body}    return np.sum({last})\n", space)
    return space["objective"]


def central_differences(function: Callable[..., Any], values: Sequence[Any], place: int) -> Any:
    step, at = 1e-6, np.array(values[place], dtype=float)
    made = np.zeros_like(at)
    for index in product(*map(range, at.shape)):
        ends = []
        for sign in (1, -1):
            moved = at.copy()
            moved[index] += sign * step
            ends.append(float(function(*values[:place], moved, *values[place + 1 :])))
        made[index] = (ends[0] - ends[1]) / (2 * step)
    return made


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_the_oracles(name: str) -> None:
    text, shapes, assume, wrt = CASES[name]
    chosen = wrt.split(",")
    result = derive(text, chosen, shapes, assume)
    assert result.verdict in ("proved", "checked")
    random = np.random.default_rng(7)
    names = [parameter.name for parameter in result.parameters]
    values = [value(each, shapes[each], assume.get(each, ""), random) for each in names]
    found = loaded(result.numpy("gradient"), "gradient")(*values)
    gradients = found if len(chosen) > 1 else (found,)
    plain, traced = written(text, names, np), written(text, names, anp)
    emitted = loaded(result.numpy("value"), "value")
    assert float(np.squeeze(emitted(*values))) == pytest.approx(float(plain(*values)), rel=1e-12)
    for variable, gradient in zip(chosen, gradients, strict=True):
        place = names.index(variable)
        assert np.shape(gradient) == np.shape(values[place])
        assert gradient == pytest.approx(autograd.grad(traced, place)(*values), rel=1e-10, abs=1e-10)
        assert gradient == pytest.approx(central_differences(plain, values, place), rel=1e-5, abs=1e-6)


# --- objectives of expressions, with functions that an author defines -------------------------------------------------

n, d = dims("n d")
A, M = matrix("A", n, d), matrix("M", d, d)
u, v, p = vector("u", n), vector("v", d), vector("p", d)
s = scalar("s")
SOFTSIGN = define("test_softsign", ARGUMENT / (1 + ARGUMENT**2))
SWISH = define("test_silu", ARGUMENT / (1 + exp(-ARGUMENT)))
OWN: dict[str, tuple[Node, list[Variable], Callable[..., Any]]] = {
    "softsign": (
        total(SOFTSIGN(A @ v + s) * u),
        [A, v, s, u],
        lambda A, v, s, u: anp.sum((A @ v + s) / (1 + (A @ v + s) ** 2) * u),
    ),
    "swish": (
        mean(SWISH(A @ M) ** 2),
        [A, M],
        lambda A, M: anp.mean((A @ M / (1 + anp.exp(-A @ M))) ** 2),
    ),
    "gates": (
        squared_norm(sigmoid(M @ v) * tanh(M.T @ p) + relu(v)),
        [M, v, p],
        lambda M, v, p: anp.sum((1 / (1 + anp.exp(-M @ v)) * anp.tanh(M.T @ p) + anp.maximum(v, 0)) ** 2),
    ),
    "traces": (
        trace(M @ M @ M.T) + s * trace(M) ** 2,
        [M, s],
        lambda M, s: anp.trace(M @ M @ M.T) + s * anp.trace(M) ** 2,
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_own_functions(name: str) -> None:
    objective, wrt, oracle = OWN[name]
    result = derive(objective, wrt=wrt)
    assert result.verdict in ("proved", "checked")
    random = np.random.default_rng(11)
    values = {each.name: value(each.name, [str(z) for z in each.shape[: each.rank]], "", random) for each in wrt}
    gradients = loaded(result.numpy("gradient"), "gradient")(*(values[each.name] for each in result.parameters))
    for place, gradient in enumerate(gradients):
        expected = autograd.grad(oracle, place)(*(values[each.name] for each in wrt))
        assert gradient == pytest.approx(expected, rel=1e-10, abs=1e-10)


# --- the proof ------------------------------------------------------------------------------------------------------


def test_proof_begins_with_the_differential_and_ends_with_the_gradients() -> None:
    proof = Proof(squared_norm(A @ v - u), [v, A])
    differentiate(proof)
    assert proof.steps[0].relation is Relation.DIFFERENTIAL
    assert proof.steps[-1].relation is Relation.GRADIENT
    assert isinstance(proof.line, Several) and len(proof.line.children) == 2
    assert not any(isinstance(node, Differential) for node in postorder(proof.line))
    assert proof.status is Status.PROVED


def test_gradient_of_a_constant_is_zero() -> None:
    result = derive(squared_norm(u) + 0 * s, wrt=s)
    assert str(result.gradient) == "0"
    assert str(derive(squared_norm(u) * total(v), wrt=[u, v]).gradients["v"]) == "‖u‖²1_d"


def test_steps_are_linear_in_the_depth() -> None:
    """Each shared node is taken once, although the number of paths doubles with every layer."""

    def steps(depth: int) -> int:
        node: Node = v
        for _ in range(depth):
            node = Function("sin")(node * node)
        proof = Proof(total(node), [v])
        differentiate(proof)
        return len(proof.steps)

    assert steps(9) - steps(6) == steps(6) - steps(3)


def test_what_is_no_scalar_has_no_gradient() -> None:
    with pytest.raises(UnsupportedError, match=r"needs a scalar objective, found one of shape n×1.*Jacobian"):
        differentiate(Proof(A @ v, [v]))


def test_terms_that_joined_a_sum_are_found_again() -> None:
    """d(h·k) of two terms stands on the line beside d(k²), and no longer as one part."""
    proof = first_proof(understand("h = s - s + b**3\nk = 4/9*s\nh*k + k**2").by("s"))
    assert str(proof.line) == "(4/9)b³ + (32/81)s"
    assert proof.status is Status.PROVED
