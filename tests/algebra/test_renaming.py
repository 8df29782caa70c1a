from symnn import dims, matrix, tanh, vector
from symnn.algebra.nodes import Ones
from symnn.algebra.renaming import canonical, renamed

n, d, k, m = dims("n d k m")
X, W = matrix("X", n, d), matrix("W", d, k)


def test_equal_up_to_names_and_sizes() -> None:
    other = tanh(matrix("A", m, n) @ matrix("B", n, d)) + Ones(m, d)
    mine = canonical(tanh(X @ W) + Ones(n, k))
    theirs = canonical(other)
    assert mine.expression is theirs.expression
    assert [variable.name for variable in mine.names] == ["X", "W"]
    names = dict(zip(mine.names, theirs.names, strict=True))
    sizes = dict(zip(mine.sizes, theirs.sizes, strict=True))
    assert renamed(tanh(X @ W) + Ones(n, k), names, sizes) is other


def test_a_variable_that_stands_twice_is_not_two() -> None:
    A, B = matrix("A", n, n), matrix("B", n, n)
    assert canonical(A @ A).expression is not canonical(A @ B).expression
    assert canonical(matrix("A", n, n)).expression is not canonical(matrix("A", n, d)).expression


def test_assumptions_and_axes_are_kept() -> None:
    p = vector("p", n, assume="positive")
    assert canonical(p).expression is not canonical(vector("p", n)).expression
