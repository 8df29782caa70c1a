"""One mathematical function, one gradient, however it is written and whatever its variables are called."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import derive
from symnn.algebra.walk import count
from symnn.calculus.ordering import letters

SHAPES = {
    "A": ("n", "n"),
    "B": ("n", "n"),
    "S": ("n", "n"),
    "X": ("n", "d"),
    "Y": ("n", "d"),
    "u": ("n",),
    "v": ("n",),
    "w": ("d",),
    "y": ("n",),
    "z": ("d",),
}
FACTS = {"S": "symmetric", "lam": "positive"}

WRITINGS: list[tuple[str, str, list[str]]] = [
    (
        "w",
        "2Xᵀ(Xw − y)",
        [
            "np.sum((X@w-y)**2)",
            "(X@w-y)@(X@w-y)",
            "np.linalg.norm(y-X@w)**2",
            "w@X.T@X@w-2*y@X@w+y@y",
            "np.sum((w@X.T-y)**2)",
        ],
    ),
    ("X", "(A + Aᵀ)X", ["np.trace(X.T@A@X)", "np.sum(X*(A@X))", "np.trace(A@X@X.T)", "np.trace(X.T@A.T@X)"]),
    ("X", "Y", ["np.trace(X.T@Y)", "np.sum(X*Y)", "np.trace(Y@X.T)", "np.sum(Y.T*X.T)"]),
    (
        "w",
        "Xᵀ(u ⊙ v)",
        ["u@(np.diag(v)@(X@w))", "np.sum(u*v*(X@w))", "(u*v)@X@w", "w@X.T@np.diag(v)@u", "(X@w)@(v*u)"],
    ),
    ("w", "∑ⱼ Xᵀ", ["np.sum(X@w)", "np.ones(X.shape[0])@X@w", "X.sum(axis=0)@w"]),
    ("w", "(1/‖w‖)w", ["np.linalg.norm(w)", "np.sqrt(np.sum(w**2))", "np.sqrt(w@w)", "(w@w)**0.5"]),
    (
        "w",
        "exp(−½‖w − z‖²)(z − w)",
        ["np.exp(-np.sum((w-z)**2)/2)", "np.exp(-(w-z)@(w-z)/2)", "np.exp(-np.linalg.norm(z-w)**2/2)"],
    ),
    (
        "w",
        "Xᵀ(σ(Xw) − y)",
        [
            "np.sum(np.log(1+np.exp(X@w)) - y*(X@w))",
            "np.sum(softplus(X@w)) - y@X@w",
            "-np.sum(y*np.log(sigmoid(X@w))+(1-y)*np.log(1-sigmoid(X@w)))",
            "np.sum(np.log(1+np.exp(-(X@w))) + (1-y)*(X@w))",
        ],
    ),
    ("w", "Xᵀ(σ(Xw) ⊙ (1ₙ − σ(Xw)))", ["np.sum(sigmoid(X@w))", "np.sum(1/(1+np.exp(-(X@w))))"]),
    ("A", "uvᵀ", ["u@A@v", "v@A.T@u", "np.trace(A@np.outer(v,u))", "np.sum(np.outer(u,v)*A)"]),
    ("u", "(A + Aᵀ)u", ["u@A@u", "u@A.T@u", "np.sum(u*(A@u))"]),
    ("u", "λu", ["lam*u@u/2", "np.sum(lam*u*u)/2", "0.5*lam*np.linalg.norm(u)**2"]),
    ("u", "Sv", ["u@S@v", "v@S@u", "u@S.T@v"]),
    ("A", "(Aᵀ)⁻¹", ["np.linalg.slogdet(A)[1]", "np.log(np.abs(np.linalg.det(A)))", "np.log(np.linalg.det(A)**2)/2"]),
    (
        "A",
        "−(Aᵀ)⁻¹Bᵀ(Aᵀ)⁻¹",
        ["np.trace(np.linalg.inv(A)@B)", "np.trace(B@np.linalg.inv(A))", "np.trace(np.linalg.solve(A,B))"],
    ),
    (
        "u",
        "(1/‖u‖²)((A + Aᵀ)u − (2uᵀAu/‖u‖²)u)",
        ["(u@A@u)/(u@u)", "(u@A@u)/np.linalg.norm(u)**2", "(u@A.T@u)/np.sum(u**2)"],
    ),
]


def gradient(text: str, by: str) -> str:
    named = {name for name in re.findall(r"[A-Za-z]+", text) if f"np.{name}" not in text}
    result = derive(
        text,
        by,
        {name: shape for name, shape in SHAPES.items() if name in named},
        {name: word for name, word in FACTS.items() if name in named},
    )
    assert result.verdict in ("proved", "checked")
    return str(result.gradient)


@pytest.mark.parametrize(("by", "expected", "texts"), WRITINGS, ids=[case[1] for case in WRITINGS])
def test_every_writing_has_one_gradient(by: str, expected: str, texts: list[str]) -> None:
    assert {gradient(text, by) for text in texts} == {expected}


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(WRITINGS), st.lists(st.integers(1, 3), min_size=26, max_size=26))
def test_names_do_not_matter_while_their_order_stays(case: tuple[str, str, list[str]], lengths: list[int]) -> None:
    by, _, texts = case
    text = texts[0]
    for facts in FACTS:
        if re.search(rf"\b{facts}\b", text):
            return
    renamed = {name: name + "q" * lengths[place] for place, name in enumerate(sorted(SHAPES))}
    pattern = r"\b(" + "|".join(SHAPES) + r")\b"
    other = re.sub(pattern, lambda found: renamed[found[0]], text)
    shapes = {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}
    mine = derive(text, by, shapes).gradient
    theirs = derive(other, renamed[by], {renamed[name]: shape for name, shape in shapes.items()}).gradient
    assert count(mine) == count(theirs)
    back = {new: old for old, new in renamed.items()}
    assert names_of(theirs, back) == names_of(mine, {})


def names_of(node: object, back: dict[str, str]) -> list[str]:
    """The names in the order in which they are read."""
    found = []
    stack = [node]
    while stack:
        part = stack.pop()
        if hasattr(part, "doc"):
            found.append(back.get(part.name, part.name))
        stack.extend(reversed(getattr(part, "children", ())))
    return found


def _expression(choice: random.Random, depth: int) -> str:
    """A random vector with as many entries as u."""
    if depth == 0:
        return choice.choice(["u", "v", "y", "(X@w)", "(A@u)", "X.sum(axis=1)"])
    inside = [_expression(choice, depth - 1) for _ in range(2)]
    forms = [
        "({} + {})",
        "({} - {})",
        "({} * {})",
        "np.tanh({}) * {}",
        "({} * s) - {}",
        "A@({}) + {}",
        "np.exp({}) + {}",
    ]
    return choice.choice(forms).format(*inside)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**20))
def test_the_result_is_not_longer_than_what_it_was_made_from(seed: int) -> None:
    choice = random.Random(seed)
    text = f"np.sum(({_expression(choice, 2)})**2)"
    by = choice.choice([name for name in "uvyw" if re.search(rf"\b{name}\b", text)] or ["X"])
    names = {name: SHAPES[name] for name in SHAPES if re.search(rf"\b{name}\b", text)}
    if by not in names:
        return
    proof = derive(text, by, names).first.proof
    lines = list(proof.lines())
    place = next(at for at, step in enumerate(proof.steps) if step.rule == "gradient")
    assert letters(lines[-1]) <= letters(lines[place + 1])
    assert len(proof.steps) <= 12 * count(proof.statement)
