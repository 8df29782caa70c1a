"""What stands left and right of the sign on each line."""

from symnn.algebra.language import matrix, scalar, squared_norm, vector
from symnn.algebra.nodes import Differential, Equation, MatMul, Multiply, Number, Power, Several, Transpose
from symnn.algebra.sizes import dim
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation
from symnn.results.result import derive
from symnn.typeset.lines import proof_lines, theorem

X, v = matrix("X", "n", "d"), vector("v", "d")


def _shown(proof):
    return [(line.left.text, line.sign.text, [row.text for row in line.rows]) for line in proof_lines(proof)]


def test_a_positive_form():
    form = MatMul(Transpose(v), Transpose(X), X, v)
    proof = Proof(form, [v], conditions=[Condition("full column rank", X)])
    square = squared_norm(X @ v)
    proof.step(form, square, rule="square")
    proof.step(square, square, rule="sum of squares", relation=Relation.POSITIVE, uses=proof.conditions)
    assert _shown(proof) == [("", "", ["vᵀXᵀXv"]), ("", "=", ["‖Xv‖²"]), ("", ">", ["0 unless v = 0"])]
    assert theorem(proof_lines(proof))[0][1][0].text == "vᵀXᵀXv > 0 unless v = 0"


def test_several_variables_and_a_variable_named_f():
    f, b = scalar("f"), scalar("b")
    statement = f * f + b
    proof = Proof(statement, [f, b])
    proof.step(statement, Differential(statement), rule="differential", relation=Relation.DIFFERENTIAL)
    expanded = Multiply(Multiply(Number(2), f), Differential(f)) + Differential(b)
    proof.step(Differential(statement), expanded, rule="product rule")
    gradients = Several(Multiply(Number(2), f), Number(1))
    proof.step(expanded, gradients, rule="gradient", relation=Relation.GRADIENT)
    assert _shown(proof) == [
        ("F", "=", ["ff + b"]),
        ("dF", "=", ["d(ff + b)"]),
        ("", "=", ["2f df + db"]),
        ("", "", ["∇_f F = 2f", "∇_b F = 1"]),
    ]


def test_an_equation_and_its_equivalent():
    a, b = scalar("a"), scalar("b", assume="positive")
    before, after = Equation(a * b, Number(1)), Equation(a, Power(b, Number(-1)))
    proof = Proof(before, [a], conditions=[Condition("positive", b)])
    proof.step(before, after, rule="divide", relation=Relation.EQUIVALENT, witness=b)
    assert _shown(proof) == [("", "", ["ab = 1"]), ("", "⟺", ["a = 1/b"])]
    assert [words for words, _ in theorem(proof_lines(proof))] == ["The statement", "holds if and only if"]


def test_a_system_shows_what_a_step_changes_and_all_at_its_end() -> None:
    u, v, a = (vector(name, dim("n")) for name in ("u", "v", "a"))
    proof = derive(squared_norm(u - a) + squared_norm(v - a) / 2, wrt=[u, v]).solve().proof
    rows = [[row.text for row in line.rows] for line in proof_lines(proof)]
    assert rows[1] == ["2(u − a) = 0", "v − a = 0"]
    assert rows[2] == ["2u − 2a = 0"]
    assert rows[-1] == ["u = a", "v = a"]
    assert all(len(row) == 1 for row in rows[2:-1])
