"""Words of NumPy, and symnn's own, mean what NumPy and SciPy compute, and their derivatives agree with differences."""

import pytest
from numpy.testing import assert_allclose

from symnn import derive
from symnn.algebra.activations import ACTIVATIONS
from symnn.algebra.reader import read
from symnn.algebra.reading.words import vocabulary
from symnn.codegen import load_module


@pytest.mark.parametrize(
    "text",
    [
        *("np.arcsin(v/2)", "np.arccos(X/2)", "np.arcsinh(v)", "np.arccosh(v + 1)", "np.arctanh(v/2)", "np.exp2(X)"),
        *("np.asin(v/2)", "np.acosh(v + 1)", "math.atan(a)", "math.exp(a)*math.pi", "math.hypot(a, b) + math.e"),
        *("np.hypot(v, 2*v)", "np.logaddexp(v, 2*v)", "np.logaddexp(v, 0)", "np.logaddexp(X, w)", "np.deg2rad(a)"),
        *("np.radians(v)", "np.rad2deg(v)", "np.degrees(a)", "np.positive(v)", "np.float64(a)*v", "float(a)"),
        *("np.asarray(X)@w", "np.array(v)", "X.copy()", "np.float64(v > 1)*2", "np.copy(X)", "np.pow(v, 2)"),
        *("leaky_relu(v - 1)", "leaky_relu(X - 1, 0.2)", "leaky_relu(v, negative_slope=a)", "elu(v - 1)"),
        *("prelu(v - 1, a)", "prelu(X - 1, w)", "elu(X - 1, w)", "swish(v, a)", "swish(X, beta=w)", "swish(v - 1)"),
        *("elu(X - 1, alpha=1.5)", "huber(v - 1)", "huber(X, 0.5)", "softmax(v)", "softmax(X)", "softmax(X, axis=0)"),
        *("log_softmax(X)", "log_softmax(v)", "logsumexp(X)", "logsumexp(X, axis=1)", "logsumexp(X, 0, keepdims=True)"),
        *(
            "np.var(v)",
            "np.var(X, axis=0)",
            "np.std(X, 1, keepdims=True)",
            "X.std(ddof=1)",
            "np.var(X, axis=1, ddof=1)",
        ),
        *(
            "np.average(v)",
            "np.var(X, axis=1, ddof=1)",
            "np.average(v, weights=2*v)",
            "np.average(X, axis=0, weights=v)",
        ),
        *("np.average(X, weights=Z)", "np.average(X, axis=1, weights=w)", "np.diff(v)", "np.diff(X, axis=0)"),
        *("np.diff(v, n=2)", "np.diff(X, axis=-1)", "np.flip(v)", "np.flip(X)", "np.flip(X, axis=0)", "np.flipud(X)"),
        *("np.fliplr(X)", "np.flipud(v)", "np.cumsum(v)", "v.cumsum()", "np.cumsum(X, axis=0)", "X.cumsum(axis=1)"),
        *("np.tril(X)", "np.tril(A, -1)", "np.triu(X, 1)", "np.triu(A, -2)", "np.tri(4)", "np.tri(3, 4, 1)"),
        *("np.concatenate((v, w))", "np.concatenate([X, Z], axis=1)", "np.concatenate((X, Z, X))", "np.hstack((v, w))"),
        *(
            "np.hstack((X, c))",
            "np.vstack((X, w))",
            "np.vstack((v, v))",
            "np.stack((v, 2*v))",
            "np.stack((v, v), axis=1)",
        ),
        *(
            "np.stack((v, v), axis=1)",
            "np.stack((a, b, a*b))",
            "np.hstack((a, v))",
            "np.column_stack((v, X))",
            "np.column_stack((v, 2*v))",
        ),
        *("np.block([[A, X], [X.T, S]])", "np.block([v, w])", "np.squeeze(c)", "r.squeeze()", "np.squeeze(c, axis=1)"),
        *("np.expand_dims(v, 1)", "np.expand_dims(v, 0)", "np.expand_dims(w, axis=-1)", "np.swapaxes(X, 0, 1)"),
        *("X.transpose((1, 0))", "np.transpose(X, (0, 1))", "np.transpose(v)", "np.atleast_1d(a)", "np.atleast_2d(v)"),
        *("np.kron(S, W)", "np.kron(v, w)", "np.kron(v, W)", "np.kron(W, v)", "np.kron(a, v)", "np.kron(c, r)"),
        *("X.ravel()", "X.flatten()", "np.ravel(X.T)", "X.reshape(-1)"),
        *(
            "np.reshape(X, (X.shape[1], -1))",
            "X.reshape(1, -1)",
            "X.reshape(-1, 1)",
            "v.reshape(-1, 1)",
        ),
        *(
            "v.reshape(len(v), 1)",
            "c.reshape(-1)",
            "X.reshape(len(w), -1, order='F')",
            "X.reshape(-1, order='F')",
        ),
        *(
            "X.reshape(X.shape)",
            "np.reshape(v, (1, -1))",
            "X.ravel()@X.ravel()",
            "X.reshape(X.size)",
        ),
        *("np.atleast_2d(X)", "np.concatenate((v,))", "np.concatenate((np.ones(3), w))", "np.diff(v, n=0)"),
    ],
)
def test_numpy_and_scipy_compute_the_same(text, agrees):
    agrees(text)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, agrees):
    agrees(f"{name}(v/2 - 0.4)" if name != "logit" else "logit(v/2)")
    argument = "x" if name != "logit" else "0.5 + x/2"
    result = derive(f"np.sum(np.exp({name}({argument})))", "x", {"x": ("n",)})
    assert result.verdict in ("proved", "checked")
    assert result.check().passed


@pytest.mark.parametrize(
    ("objective", "shapes", "gradient"),
    [
        ("np.sum(np.arcsin(x))", {"x": ("n",)}, "(√(1ₙ − x²))⁻¹"),
        ("np.sum(np.arccos(x))", {"x": ("n",)}, "−(√(1ₙ − x²))⁻¹"),
        ("np.sum(np.arcsinh(x))", {"x": ("n",)}, "(√(x² + 1ₙ))⁻¹"),
        ("np.sum(np.arctanh(x))", {"x": ("n",)}, "(1ₙ − x²)⁻¹"),
        ("np.sum(np.concatenate((x, y))**2)", {"x": ("n",), "y": ("k",)}, "2x"),
        ("np.sum(np.hstack((x, y))@w)", {"x": ("n", "d"), "y": ("n", "k"), "w": ("d + k",)}, "1ₙw[:d]ᵀ"),
        ("np.sum(np.triu(x)**2)", {"x": ("n", "n")}, None),
        ("np.sum(np.cumsum(x)**2)", {"x": ("n",)}, "2triₙₓₙᵀtriₙₓₙx"),
        ("np.sum(np.kron(x, y)**2)", {"x": ("n", "d"), "y": ("k", "m")}, None),
        (
            "np.sum(np.exp(np.kron(y, x)))",
            {"x": ("n", "d"), "y": ("k", "m")},
            "vec⁻¹_(d×n)(blocksₖₓₘ(exp(y ⊗ x))ᵀ vec(yᵀ))ᵀ",
        ),
        ("np.sum(np.kron(x, x)@v)", {"x": ("n", "n"), "v": ("n*n",)}, None),
        ("np.sum(np.exp(np.kron(x, y)))", {"x": ("n",), "y": ("k",)}, None),
        ("np.sum(np.exp(np.kron(x, y)))", {"x": ("n",), "y": ("k", "m")}, None),
        ("np.linalg.det(np.kron(x, y))", {"x": ("n", "n"), "y": ("k", "k")}, None),
        ("np.sum(x.ravel()*v)", {"x": ("n", "d"), "v": ("n*d",)}, "vec⁻¹_(d×n)(v)ᵀ"),
        ("np.sum((x.reshape(len(z), -1)@w)**2*z)", {"x": ("n*d",), "w": ("d",), "z": ("n",)}, None),
        ("np.sum(x.reshape(len(w), len(z))@z*w)", {"x": ("n", "d"), "z": ("n",), "w": ("d",)}, None),
        ("x.ravel()", {"x": (2, 3)}, None),
        ("x.reshape(3, 2)", {"x": (2, 3)}, None),
        ("np.kron(x, y)", {"x": (2, 3), "y": (3, 2)}, None),
        ("np.kron(y, x)", {"x": (2, 3), "y": (3, 2)}, None),
        ("np.kron(y, x)", {"x": ("n",), "y": (2,)}, None),
        ("np.var(x, ddof=1)", {"x": ("n",)}, None),
        ("-np.sum(log_softmax(x)*y)", {"x": ("n", "d"), "y": ("n", "d")}, None),
        ("np.logaddexp(x, y)", {}, None),
        ("np.linalg.det(np.block([[x, y], [y.T, z]]))", {"x": ("n", "n"), "y": ("n", "k"), "z": ("k", "k")}, None),
    ],
)
def test_derivatives(objective, shapes, gradient):
    result = derive(objective, "x", shapes)
    assert gradient in (None, str(result.proof.line))
    assert result.verdict in ("proved", "checked")
    assert result.check().passed


def test_logaddexp_does_not_overflow():
    value = load_module(derive("np.logaddexp(x, y)", "x").numpy("value"), "value").value
    assert_allclose([value(800.0, -3.0), value(-800.0, -799.0)], [800.0, -798.68673831248], rtol=1e-12)


def test_every_word_has_a_docstring_free_record_of_its_parameters():
    for name, word in vocabulary().items():
        parameters = list(word.signature())
        assert parameters, name
        needed = [has_default for _, has_default, _ in parameters]
        assert needed == sorted(needed), name


def test_a_name_with_a_shape_is_a_variable_even_where_numpy_has_a_function():
    reading = read("np.sum(mean*x) + std", {"mean": ("n",), "x": ("n",), "std": ()})
    assert [variable.name for variable in reading.parameters] == ["mean", "x", "std"]
