"""What the reader refuses, with place and reason, and that junk raises nothing but errors of symnn."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.reader import (
    read,
    read_assumption,
    read_formula,
    read_shape,
)
from symnn.algebra.sizes import dim
from symnn.errors import AssumptionError, ReadError, SymnnError

SHAPES = {
    "X": ("n", "d"),
    "Z": ("n", "d"),
    "A": ("n", "n"),
    "S": ("d", "d"),
    "W": ("d", "k"),
    "c": ("n", 1),
    "e": ("d", 1),
    "r": (1, "d"),
    "v": ("n",),
    "w": ("d",),
    "a": (),
    "b": (),
}


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("v - c", (1, 1), "[:, None]"),
        ("prelu(v, w)", (1, 10), "a scalar, or for a matrix one number for each column"),
        ("swish(X, Z)", (1, 10), "a scalar, or for a matrix one number for each column"),
        ("prelu(X, v)", (1, 1), "do not fit"),
        ("prelu(X)", (1, 1), "alpha"),
        ("c*v", (1, 1), "[:, None]"),
        ("X + v", (1, 1), "[:, None]"),
        ("X + Z.T", (1, 1), "do not fit"),
        ("v + w", (1, 1), "do not fit"),
        ("v@w", (1, 1), "inner sizes"),
        ("X@v", (1, 1), "A.T @ B"),
        ("X@Z", (1, 1), "differ"),
        ("X@w[None, :]", (1, 1), "A @ B.T"),
        ("a@w", (1, 1), "write `*`"),
        ("X@(c.T@c)", (1, 1), "differ"),
        ("np.diag(c)", (1, 1), "[:, 0]"),
        ("np.trace(X)", (1, 1), "square"),
        ("np.linalg.inv(X)", (1, 1), "square"),
        ("(-2)**X", (1, 1), "is positive, found -2"),
        ("sum(X)", (1, 1), "np.sum"),
        ("sum(v, 1)", (1, 1), "np.sum"),
        ("X.sum(2)", (1, 1), "no axis 2"),
        ("v.sum(1)", (1, 1), "no axis 1"),
        ("X[w]", (1, 3), "one-hot rows"),
        ("v[v > 0]", (1, 3), "np.where"),
        ("v[0.5]", (1, 3), "constant integer"),
        ("v[0, 1]", (1, 1), "2 subscripts"),
        ("v[..., ...]", (1, 1), "at most once"),
        ("c[:, 1]", (1, 1), "no entry 1 on an axis of length 1"),
        ("c[:, 1:]", (1, 1), "picks nothing"),
        ("v[3:3]", (1, 1), "picks nothing"),
        ("v[2:5:-1]", (1, 1), "picks nothing"),
        ("v[::2]", (1, 1), "depends on a remainder"),
        ("v[::0]", (1, 1), "not zero"),
        ("v[::len(v)]", (1, 3), "step of a slice is a constant integer"),
        ("v[-len(v) - 1]", (1, 1), "do not lie within"),
        ("X[:, None]", (1, 1), "at most two axes"),
        ("np.where(a, a, 0)", (1, 1), "write `x > 0`"),
        ("np.where(v > 0, v, w)", (1, 1), "do not fit"),
        ("np.where(v > 0)", (1, 1), "needs the argument"),
        ("a + np.clip(a)", (1, 5), "`a_min`"),
        ("max(a, b)", (1, 1), "np.maximum"),
        ("0 < v < 1", (1, 1), "`(a < b) & (b < c)`"),
        ("v > 0 and a > 0", (1, 1), "`(a > 0) & (b > 0)`"),
        ("not v > 0", (1, 1), "`~`"),
        ("a and b", (1, 1), "conditions of scalars"),
        ("a is b", (1, 1), "`==`"),
        ("a in (1, 2)", (1, 1), "`(x == a) | (x == b)`"),
        ("v if v > 0 else 1", (1, 6), "np.where"),
        ("f = lambda z: z**2; f", (1, 21), "apply it"),
        ("f = lambda z: z**2; f(a, b)", (1, 21), "takes 1 arguments"),
        ("f = lambda z: z**2; f(y=a)", (1, 23), "Its parameters are z"),
        ("f = lambda z, y: z**2; f(a)", (1, 24), "needs the argument `y`"),
        ("def f(z): return f(z)\nf(a)", (1, 18), "applies itself"),
        ("def f(*z): return a\nf(a)", (1, 8), "Name each parameter"),
        ("def f(z): z**2\nf(a)", (1, 11), "ends with `return`"),
        ("def f(z):\n  return z\n  return 2\nf(a)", (2, 3), "last statement"),
        ("if a > 0: b = 1\nb", (1, 4), "no constant"),
        ("for i in v: pass\na", (1, 10), "`axis=`"),
        ("t = v; t += 1; t", (1, 8), "others may hold"),
        ("t = v + 1; u = t[1:]; t += 1; u", (1, 23), "others may hold"),
        ("t = v*1; t += np.ones((1, 1)); t", (1, 10), "keeps its shape"),
        ("while a: pass\na", (1, 1), "range"),
        ("class A: pass\na", (1, 1), "a function"),
        ("X.astype(int)", (1, 1), "`.astype(float)`"),
        ("v > w", (1, 1), "do not fit"),
        ("(a > 0) + (b > 0)", (1, 1), "`|`"),
        ("(a > 0) - (b > 0)", (1, 1), "~b"),
        ("-(a > 0)", (1, 1), "`~`"),
        ("~a", (1, 1), "a condition such as"),
        ("(a > 0) & b", (1, 1), "a condition such as"),
        ("(v > 0) @ (v > 0)", (1, 1), "two conditions"),
        ("a if a else b", (1, 6), "condition of scalars"),
        ("a ^ 2", (1, 1), "`**`"),
        ("a // 2", (1, 1), "`/`"),
        ("np.tahn(a)", (1, 1), "`np.tanh`"),
        ("np.sigmoid(a)", (1, 1), "NumPy has no"),
        ("foo(a)", (1, 1), "not a function that is read"),
        ("np.exp + a", (1, 1), "Apply it"),
        ("exp*a", (1, 1), "is a function"),
        ("a(2)", (1, 1), "not a function"),
        ("np*a", (1, 1), "does not name a variable"),
        ("__import__('os')", (1, 1), "not a function that is read"),
        ("X.__class__", (1, 1), "attribute"),
        ("a.real", (1, 1), "attribute"),
        ("np.sum(X, dtype=1)", (1, 11), "dtype"),
        ("np.sum()", (1, 1), "needs the argument"),
        ("np.exp(a, b)", (1, 1), "takes 1"),
        ("np.sum(X, axis=a)", (1, 16), "constant integer"),
        ("1/0*a", (1, 1), "zero"),
        ("2**10000000*a", (1, 1), "too large"),
        ("1e100000*a", (1, 1), "length"),
        ("(-2)**0.5*a", (1, 1), "not real"),
        ("2j*a", (1, 1), "real number"),
        ("a + True", (1, 5), "True"),
        ("a +\n", (1, 4), "not Python"),
        ("a\nb + 1", (1, 1), "not used"),
        ("b*a; a", (1, 1), "not used"),
        ("t = a; a = 2; t", (1, 8), "variable of the objective"),
        ("a += 1\na", (1, 1), "in place"),
        ("import os", (1, 1), "import"),
        ("Xᵀ@v", (1, 2), ".T"),
        ("a·b", (1, 2), "*"),
        ("sum(a for i in range(10**9))", (1, 16), "not read"),
        ("sum(a for i in v)", (1, 16), "range"),
        ("X.shape", (1, 1), "not an expression"),
        ("np.eye(a)", (1, 1), "size"),
        ("s = X.shape[0] + 1\nfor i in range(40): s = s*s\nnp.eye(s)", (3, 1), "more than 50 parts"),
        ("s = 3\nfor i in range(40): s = s*s\na*s", (2, 25), "too large"),
        ("np.ones((2, 2, 2))", (1, 9), "at most two"),
        ("'a'", (1, 1), "not an expression"),
        ("np.linalg.matrix_power(S, 1000)", (1, 1), "up to 64"),
        ("np.linalg.norm(X, 3)", (1, 1), "np.sum(np.abs(X)**p)"),
        ("-" * 40_000 + "a", (1, 1), "nested too deeply"),
        ("+".join(["a"] * 20_000), (1, 1), "Give parts of it names"),
    ],
)  # fmt: skip
def test_refused_with_place_and_reason(text, place, reason):
    shapes = {name: SHAPES[name] for name in "XZScvw" if re.search(rf"\b{name}\b", text)}
    with pytest.raises(ReadError) as caught:
        read(text, shapes)
    message = str(caught.value)
    assert reason in message
    if place is not None:
        assert message.startswith(f"line {place[0]}, column {place[1]}:")
    _, shown, carets, *_ = message.split("\n")
    assert shown.startswith("  ") and set(carets) == {" ", "^"}


def test_carets_stand_under_the_place():
    with pytest.raises(ReadError) as caught:
        read("s = λ*2\n  \n\nnp.sum(λ + X@v)", {"X": ("n", "d"), "v": ("n",)})
    first, shown, carets, *_ = str(caught.value).split("\n")
    assert first.startswith("line 4, column 12:")
    assert [letter for letter, caret in zip(shown, carets, strict=False) if caret == "^"] == list("X@v")
    with pytest.raises(ReadError) as caught:
        read("\n    s = a*2\n    np.foo(s)\n")
    assert str(caught.value).startswith("line 3, column 5:")
    with pytest.raises(ReadError) as caught:
        read("lambda*np.foo(s)")
    first, shown, carets, *_ = str(caught.value).split("\n")
    assert shown == "  lambda*np.foo(s)" and carets == "         ^^^^^^"


@pytest.mark.parametrize(
    ("shapes", "assume", "reason"),
    [
        ({"x": ("n",), "lam": ()}, None, "`lam`, which does not occur"),
        ({"x": ("n",)}, {"lam": "positive"}, "`lam`, which does not occur"),
        ({"x": ("n", "n", "n")}, None, "at most two"),
        ({"x": (0,)}, None, "positive"),
        ({"x": ("n-n",)}, None, "positive"),
        ({"x": ("n**2",)}, None, "made of names and integers"),
        ({"x": ("__import__('os')",)}, None, "made of names and integers"),
        ({"x": (1.5,)}, None, "size"),
        ({"x": None}, None, "tuple"),
        ({"x": ("x",)}, None, "both a size and a variable"),
        ({"x y": ()}, None, "named like"),
        ({"np": ()}, None, "NumPy's"),
        ({3: ()}, None, "is a text"),
        ([("x", ())], None, "mapping"),
        (None, {"x": "symetric"}, "`symmetric`"),
        ({"x": ("n", "d")}, {"x": "symmetric"}, "square"),
        (None, {"x": 3}, "list of words"),
    ],
)
def test_refused_declarations(shapes, assume, reason):
    with pytest.raises((ReadError, AssumptionError)) as caught:
        read("x", shapes, assume)
    assert reason in str(caught.value)


def test_shapes_of_sizes_and_integers():
    d, n = dim("d"), dim("n")
    assert read("x", {"x": ["2*d + n - 1", 3]}).value.shape == (2 * d + n - 1, 3)
    assert read("X@w", {"X": ("n", "d+1"), "w": ("1 + d",)}).value.shape == (n, 1)
    assert read("x", {"x": "n, 1"}).rank == 2
    with pytest.raises(ReadError):
        read("X@w", {"X": ("n", "d+1"), "w": ("d",)})


def test_command_line_texts():
    assert read_shape("X=n,d") == ("X", ("n", "d"))
    assert read_shape("w=d") == ("w", ("d",))
    assert read_shape("y=n,1") == ("y", ("n", 1))
    assert read_shape("lam=") == ("lam", ())
    assert read_shape("lambda=") == ("lambda_", ())
    assert read_shape("W=k, d+1") == ("W", ("k", "d+1"))
    assert read_assumption("lam=positive") == ("lam", ("positive",))
    assert read_assumption("A=symmetric, full column rank") == ("A", ("symmetric", "full column rank"))
    for text in ("X", "=n", "X=n,,d", "X=n;d", "X=a,b,c", "1=n"):
        with pytest.raises(ReadError):
            read_shape(text)
    with pytest.raises(AssumptionError, match="positive"):
        read_assumption("lam=postive")


# --- junk ---

PIECES = st.sampled_from(
    [
        *"()[]{}+-*/@.,:;=<>!~^%|&'\"\\#\n\t 019jλ_ᵀ²\x00\ud800",
        *[
            "**",
            "//",
            "...",
            ":=",
            "*x",
            "**x",
            "[0]",
            ".T",
            ".sum",
            "np.",
            "np.linalg.",
            "exp(",
            "sum(",
            "range(",
            "eye(",
            "__import__(",
            "axis=",
            "x",
            "X",
            "shape",
        ],
        *["None", "True", "1e999", "0x1f", "f'{x}'", "lambda"],
        *(f"{word} " for word in ["for", "in", "if", "else", "not", "return", "import", "yield", "await"]),
        "9" * 50,
        "def f(x):\n ",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30))
def test_junk_raises_nothing_but_errors_of_symnn(text):
    for call in (
        lambda: read(text),
        lambda: read(text, {"X": ("n", "d"), "x": ("n",)}),
        lambda: read("x + X", {"x": text}),
        lambda: read_shape(text),
        lambda: read_assumption(text),
        lambda: read_formula(text, "fresh"),
    ):
        try:
            call()
        except SymnnError as error:
            assert str(error)


ATOMS = st.sampled_from(
    ["x", "X", "v", "2", "0", "1/0", "10**9", "None", "'a'", "True", "X.shape", "np.pi", "range(3)"]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "**", "@", "//", "<", " and "])
APPLIED = st.sampled_from(
    ["np.sum", "np.eye", "np.ones", "np.linalg.inv", "np.linalg.norm", "abs", "len", "np.where", "x", "sum"]
)
ILL_TYPED = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({}{}{})".format, inner, OPERATORS, inner),
        st.builds("{}({})".format, APPLIED, inner),
        st.builds("({}, {})".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}.T".format, inner),
        st.builds("sum([i*{} for i in range(3)])".format, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(ILL_TYPED)
def test_ill_typed_formulas_raise_nothing_but_errors_of_symnn(text):
    try:
        read(text, {name: SHAPES[name] for name in "Xv" if re.search(rf"\b{name}\b", text)})
    except SymnnError as error:
        assert str(error)
