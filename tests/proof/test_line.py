"""The line of a proof as terms, of which a step replaces one: the same as substituting in the whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import dims, matrix, scalar, tanh
from symnn.algebra.nodes import Add, Function, Multiply, Node, Number, Power
from symnn.algebra.walk import postorder, substitute
from symnn.proof.line import Line, terms_of

n, d = dims("n d")
A, B, C = (matrix(name, n, n) for name in "ABC")
a, b, c, e = map(scalar, "abce")


def opened(line: Node) -> Node:
    terms = terms_of(line)
    return terms[0] if len(terms) == 1 else Add(*terms)


@st.composite
def scalars(draw: st.DrawFn) -> Node:
    """A shared graph over a few scalars."""
    pool: list[Node] = [a, b, c, Number(2)]
    for _ in range(draw(st.integers(2, 12))):
        first, second = (pool[draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        kind = draw(st.sampled_from(["add", "multiply", "power", "tanh"]))
        pool.append(
            Add(first, second)
            if kind == "add"
            else Multiply(first, second)
            if kind == "multiply"
            else Power(first, Number(2))
            if kind == "power"
            else tanh(first)
        )
    return pool[-1]


@settings(deadline=None, max_examples=300)
@given(scalars(), st.data())
def test_a_line_is_what_substitution_makes_of_it(start: Node, data: st.DataObject) -> None:
    line, wanted = Line(start), opened(start)
    for _ in range(data.draw(st.integers(1, 6))):
        parts = [part for part in postorder(wanted) if not isinstance(part, Function)]
        redex = parts[data.draw(st.integers(0, len(parts) - 1))]
        other = parts[data.draw(st.integers(0, len(parts) - 1))]
        contractum = data.draw(
            st.sampled_from([e, Add(e, other), Multiply(e, other), tanh(other), tanh(e), other, Add(redex, e)])
        )
        line.replace(redex, contractum)
        wanted = opened(contractum if redex is wanted else substitute(wanted, {redex: contractum}))
        if data.draw(st.booleans()):
            assert line.node is wanted
    assert line.node is wanted
