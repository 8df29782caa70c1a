"""The normal form: every rule is judged, all spellings have one form, nothing gets longer, and it reads well."""

import pytest

from symnn.algebra.language import exp, matrix, relu, scalar, sigmoid, vector
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import (
    Add,
    BlockRows,
    Broadcast,
    Commutation,
    Determinant,
    Diagonal,
    DiagonalPart,
    Differential,
    EntryProduct,
    Exponential,
    Extent,
    Extreme,
    ExtremePlace,
    Function,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    OtherProducts,
    Power,
    Scale,
    Selection,
    SingularNorm,
    SingularPart,
    Softmax,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Triangle,
    Unvec,
    Vec,
    Where,
    Zeros,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import variables
from symnn.calculus.logistic import LOGISTIC
from symnn.calculus.normal_form import NORMAL_FORM
from symnn.calculus.normalise import normal
from symnn.calculus.pieces import PIECES
from symnn.calculus.softmax import SOFTMAX
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d, k = dims("n d k")
X, Y, U = matrix("X", n, d), matrix("Y", n, d), matrix("U", d, k)
T, g = matrix("T", n, k), vector("g", k)
A, B, C = (matrix(name, n, n) for name in "ABC")
S, P = matrix("S", n, n, assume="symmetric"), matrix("P", n, n, assume="positive definite")
Q = matrix("Q", n, n, assume="orthogonal")
u, v, y = vector("u", n), vector("v", n), vector("y", n)
w = vector("w", d)
a, b = scalar("a"), scalar("b")
e, h = vector("e", n, assume="signs"), vector("h", n, assume="binary")
label, labels = vector("c", n, assume="onehot"), matrix("L", n, d, assume="onehot rows")
lam = scalar("lam", latex=r"\lambda", assume="positive")
TAIL, E0 = Selection(n - 1, n, 1), Selection(1, n)
two, half, minus = Number(2), Number(1) / 2, Number(-1)

POSITIVE = greater(X, Y)

# --- one rule, one test ---------------------------------------------------------------------------------------------

# Name of the rule, what it is applied to, and how what it makes reads.
CASES: list[tuple[str, Node, str]] = [
    ("size", Extent(2 * n), "2n"),
    ("transpose of a transpose", Transpose(Transpose(X)), "X"),
    ("transpose of a product", Transpose(MatMul(X, U)), "UᵀXᵀ"),
    ("transpose of a multiple", Transpose(Scale(a, X)), "aXᵀ"),
    ("symmetry", Transpose(S), "S"),
    ("symmetry", Transpose(Add(MatMul(Transpose(X), X), Identity(d))), "XᵀX + I"),
    ("symmetry", Transpose(Inverse(P)), "P⁻¹"),
    ("transpose of an inverse", Transpose(Inverse(A)), "(Aᵀ)⁻¹"),
    ("transpose of a sum", Transpose(Add(Transpose(A), B)), "A + Bᵀ"),
    ("transpose of a sum", Transpose(Add(A, S)), "Aᵀ + S"),
    ("transpose of a sum", Transpose(Add(A, Transpose(B))), "Aᵀ + B"),
    ("sum of transposes", Add(Transpose(A), Scale(two, Transpose(B))), "(A + 2B)ᵀ"),
    ("sum of transposes", Add(MatMul(Transpose(w), Transpose(X)), Transpose(u)), "(Xw + u)ᵀ"),
    (
        "sum of transposes",
        Add(MatMul(Transpose(U), Transpose(X)), Transpose(T), Broadcast(g, k, n)),
        "(XU + T + 1ₙ·gᵀ)ᵀ",
    ),
    ("transpose of entries", Transpose(Hadamard(Transpose(A), B)), "A ⊙ Bᵀ"),
    ("transpose of entries", Transpose(Power(Transpose(X), two)), "X²"),
    ("entries of transposes", Hadamard(Transpose(X), Transpose(Y)), "(X ⊙ Y)ᵀ"),
    ("entries of transposes", Power(Transpose(X), two), "(X²)ᵀ"),
    ("entries of transposes", exp(MatMul(Transpose(U), Transpose(X))), "exp(XU)ᵀ"),
    ("transpose of sums and repetitions", Transpose(Sum(X, 0)), "∑ⱼ Xᵀ"),
    ("transpose of sums and repetitions", Transpose(Broadcast(u, n, d)), "1_d·uᵀ"),
    ("transpose of sums and repetitions", Transpose(Ones(n, d)), "1_(d×n)"),
    ("arithmetic", Multiply(two, a, Number(3), a, b), "6a²b"),
    ("arithmetic", Multiply(Power(a, two), Power(a, Number(-2)), b), "b"),
    ("signs and common factors", Multiply(a, Add(Multiply(two, b), Number(-2))), "2a(b − 1)"),
    ("signs and common factors", Scale(minus, Add(X, Scale(minus, Y))), "Y − X"),
    ("signs and common factors", MatMul(A, Add(Scale(two, B), Scale(Number(-4), C))), "2A(B − 2C)"),
    ("signs and common factors", Hadamard(A, Add(Scale(half, B), C)), "½(A ⊙ (B + 2C))"),
    ("signs and common factors", Inner(X, Add(Scale(two, X), Scale(two, Y))), "2⟨X, X + Y⟩"),
    ("scalar factors", Scale(a, Scale(b, X)), "abX"),
    ("scalar factors", Scale(Number(1), X), "X"),
    ("scalar factors", Scale(Number(0), X), "0"),
    ("scalar factors", MatMul(X, Scale(a, U)), "aXU"),
    ("scalar factors", MatMul(A, Identity(n), B), "AB"),
    ("scalar factors", MatMul(A, Zeros(n, d)), "0"),
    ("inverse cancels", MatMul(B, Inverse(A), A), "B"),
    ("inverse cancels", MatMul(Transpose(X), X, Inverse(MatMul(Transpose(X), X)), w), "w"),
    ("ones and repetitions", MatMul(Ones(1, n), X), "∑ᵢ X"),
    ("ones and repetitions", MatMul(X, Ones(d, 1)), "∑ⱼ X"),
    ("number times its sign", Multiply(two, a, Map(Function("sign"), a)), "2|a|"),
    ("number times its sign", Hadamard(Map(Function("sign"), X), Power(Map(Function("abs"), X), minus)), "X⁻¹"),
    ("derivative along a multiple", Exponential(A, Scale(a, B), Scale(two, C)), "2a expm″(A; B, C)"),
    ("derivative along a multiple", SingularPart(X, "nuclear", Zeros(n, d)), "0"),
    ("derivative along a multiple", OtherProducts(X, 0, Scale(a, Y)), "a othersᵢ′(X; Y)"),
    ("exponential along the identity", Exponential(A, Identity(n)), "expm(A)"),
    ("exponential of zero", Exponential(Zeros(n, n)), "I"),
    ("exponential of zero", Exponential(Zeros(n, n), A), "A"),
    ("transpose of a function of a matrix", Transpose(Exponential(A, B)), "expm′(Aᵀ; Bᵀ)"),
    ("transpose of a function of a matrix", SingularNorm(Transpose(X), "spectral"), "‖X‖₂"),
    ("transpose of a function of a matrix", EntryProduct(Transpose(X), 1), "prodᵢ(X)ᵀ"),
    ("transpose of a function of a matrix", SingularPart(Transpose(X), "nuclear"), "polar(X)ᵀ"),
    ("transpose of a function of a matrix", OtherProducts(Transpose(X), 0), "othersⱼ(X)ᵀ"),
    ("norm of a multiple", SingularNorm(Scale(Number(-2), X), "nuclear"), "2‖X‖⁎"),
    ("norm of a multiple", SingularPart(Scale(lam, X), "spectral"), "sign(λ) leading(X)"),
    ("powers of assumed values", Power(e, two), "1ₙ"),
    ("powers of assumed values", Power(e, Number(-3)), "e"),
    ("powers of assumed values", Power(h, Number(3)), "h"),
    ("function of assumed values", Map(Function("abs"), lam), "λ"),
    ("function of assumed values", Map(Function("step"), lam), "1"),
    ("function of assumed values", Map(Function("relu"), h), "h"),
    ("orthogonal matrix", MatMul(A, Transpose(Q), Q), "A"),
    ("orthogonal matrix", MatMul(Q, Transpose(Q), A), "A"),
    ("functions with a kink at 0", Hadamard(u, Map(Function("sign"), u)), "|u|"),
    ("functions with a kink at 0", Hadamard(v, relu(u), Map(Function("step"), u)), "relu(u) ⊙ v"),
    ("functions with a kink at 0", Multiply(a, Map(Function("sign"), a), Power(Map(Function("abs"), a), minus)), "1"),
    ("functions with a kink at 0", Power(Map(Function("abs"), u), two), "u²"),
    ("functions with a kink at 0", Power(Map(Function("step"), u), two), "step(u)"),
    ("sigmoid", Power(Add(Ones(n, 1), exp(Scale(minus, u))), Number(-2)), "σ(u)²"),
    ("sigmoid", Power(Add(exp(a), Number(1)), minus), "σ(−a)"),
    ("softmax", Scale(Power(Sum(exp(u)), minus), exp(u)), "softmax(u)"),
    ("softmax", Scale(Power(Sum(exp(u)), minus), Diagonal(exp(u))), "diag(softmax(u))"),
    ("softmax", Scale(Power(Sum(exp(X)), Number(-3)), Power(exp(X), two)), "(∑ exp(X))⁻²(softmax(X) ⊙ exp(X))"),
    ("softmax", Scale(Power(Sum(exp(u)), minus), Add(exp(u), Scale(a, exp(u)))), "softmax(u) + a softmax(u)"),
    (
        "softmax",
        Scale(Power(Sum(exp(u)), Number(-2)), MatMul(exp(u), Transpose(exp(u)))),
        "(1/∑ exp(u)) softmax(u) exp(u)ᵀ",
    ),
    ("softmax", Multiply(a, Power(Sum(exp(u)), minus), Inner(exp(u), v)), "a⟨softmax(u), v⟩"),
    ("softmax", Inner(exp(u), Scale(Power(Sum(exp(u)), minus), v)), "⟨softmax(u), v⟩"),
    ("softmax", MatMul(Scale(Power(Sum(exp(u)), minus), A), exp(u)), "A softmax(u)"),
    ("softmax", Hadamard(Y, exp(X), Broadcast(Power(Sum(exp(X), 1), minus), n, d)), "Y ⊙ softmaxⱼ(X)"),
    ("softmax", Hadamard(exp(X), Broadcast(Power(Sum(exp(X), 0), minus), n, d)), "softmaxᵢ(X)"),
    (
        "softmax",
        Hadamard(Power(Sum(exp(X), 1), minus), u, Sum(Hadamard(exp(X), Y), 1)),
        "u ⊙ ∑ⱼ softmaxⱼ(X) ⊙ Y",
    ),
    ("softmax", Hadamard(Power(Sum(exp(X), 1), minus), MatMul(exp(X), w)), "softmaxⱼ(X)w"),
    ("softmax of a shift", Softmax(Add(u, Ones(n, 1), Scale(a, Ones(n, 1)))), "softmax(u)"),
    ("softmax of a shift", Softmax(Add(X, Broadcast(u, n, d)), 1), "softmaxⱼ(X)"),
    ("softmax of a shift", Softmax(Add(Broadcast(Transpose(w), n, d), X), 0), "softmaxᵢ(X)"),
    ("softmax along an axis", Softmax(Transpose(X), 0), "softmaxⱼ(X)ᵀ"),
    ("softmax along an axis", Softmax(u, 0), "softmax(u)"),
    ("softmax along an axis", Softmax(u, 1), "1ₙ"),
    ("sum of a softmax", Sum(Softmax(u)), "1"),
    ("sum of a softmax", MatMul(v, Ones(1, n), Softmax(u)), "v"),
    ("sum of a softmax", MatMul(A, Softmax(X, 1), Ones(d, 1)), "A1ₙ"),
    ("sum of a softmax", MatMul(Ones(k, n), Softmax(X, 0)), "1_(k×d)"),
    ("sum of a softmax", Sum(Softmax(X, 1), 1), "1ₙ"),
    ("sum of a softmax", Sum(Softmax(X, 0)), "d"),
    ("sum of assumed values", Sum(label), "1"),
    ("sum of assumed values", Sum(labels, 1), "1ₙ"),
    ("sum of assumed values", Sum(labels), "n"),
    ("sigmoid of the opposite", sigmoid(Scale(minus, u)), "1ₙ − σ(u)"),
    ("sigmoid and exponential", Hadamard(v, exp(Scale(minus, u)), Power(sigmoid(u), two)), "v ⊙ σ(u) ⊙ (1ₙ − σ(u))"),
    ("sigmoid and exponential", Multiply(exp(a), 1 - sigmoid(a)), "σ(a)"),
    ("extreme of a multiple", Extreme(Scale(Number(-2), X), 0), "−2 minᵢ(X)"),
    ("extreme of a multiple", ExtremePlace(Scale(Number(-2), X), 1, -1), "argmaxⱼ(X)"),
    ("extreme along an axis of one entry", Extreme(u, 1), "u"),
    ("extreme along an axis of one entry", ExtremePlace(u, 1), "1ₙ"),
    ("extreme of a transpose", Extreme(Transpose(X)), "max(X)"),
    ("extreme of a transpose", ExtremePlace(Transpose(X), 0, -1), "argminⱼ(X)ᵀ"),
    ("diagonal matrix times a column", MatMul(Diagonal(u), v), "u ⊙ v"),
    ("diagonal matrix times a column", MatMul(Transpose(X), Diagonal(u), A, v), "Xᵀ(u ⊙ Av)"),
    ("diagonal matrix times ones", MatMul(A, Diagonal(u), Ones(n, 1)), "Au"),
    ("diagonal matrix times ones", MatMul(v, Ones(1, n), Diagonal(u)), "vuᵀ"),
    ("scalar product in normal order", MatMul(Transpose(w), Transpose(X), y), "yᵀXw"),
    ("scalar product in normal order", MatMul(Transpose(v), S, Transpose(A), u), "uᵀASv"),
    ("entries in normal order", Hadamard(Y, X), "X ⊙ Y"),
    ("entries in normal order", Hadamard(X, X), "X²"),
    ("entries in normal order", Hadamard(X, Broadcast(a, n, d)), "aX"),
    ("entries in normal order", Hadamard(X, Ones(n, d)), "X"),
    ("entries in normal order", Hadamard(X, Zeros(n, d)), "0"),
    ("selection of a selection", MatMul(Selection(n - 2, n - 1), Selection(n - 1, n, 1), u), "u[1:−1]"),
    ("selection of a selection", MatMul(X, Selection(d - 1, d, 1).T, Selection(1, d - 1).T), "Xe₁"),
    ("rows of the identity matrix", MatMul(TAIL, TAIL.T, TAIL, u), "u[1:]"),
    ("rows of the identity matrix", MatMul(Selection(1, n, 2), Selection(1, n, 2).T), "1"),
    ("rows of the identity matrix", MatMul(u, Selection(1, n, 2), Selection(1, n, 3).T), "0"),
    ("unstacked columns", Unvec(Vec(X), n, d), "X"),
    ("unstacked columns", Unvec(Scale(a, Vec(X)), n, d), "aX"),
    ("blocks of a Kronecker product", BlockRows(Kronecker(Scale(a, X), A), n, d, n, n), "a vec(Xᵀ) vec(Aᵀ)ᵀ"),
    ("blocks of a Kronecker product", BlockRows(Scale(a, Kronecker(A, X)), n, d, n, n), "a blocks_(n×d)(A ⊗ X)"),
    ("blocks of a Kronecker product", BlockRows(Ones(2 * n, 3 * d), n, d, 2, 3), "1_(dn×6)"),
    ("rows of joined arrays", MatMul(TAIL, Add(MatMul(TAIL.T, Selection(n - 1, n), X), MatMul(E0.T, w.T))), "X[:−1]"),
    ("rows of joined arrays", MatMul(Add(MatMul(X.T, TAIL.T, TAIL), MatMul(w, E0)), E0.T), "w"),
    ("zeros and ones", Power(Transpose(Triangle(n, d, 1)), two), "tri_(n×d)(1)ᵀ"),
    ("selection of repeated rows", MatMul(TAIL, Broadcast(w.T, n, d)), "1_(n − 1)·wᵀ"),
    ("selection of repeated rows", MatMul(Broadcast(u, n, d), Selection(d - 1, d).T), "u·1_(d − 1)ᵀ"),
    ("selection of repeated rows", MatMul(TAIL, Ones(n, d)), "1_(n − 1×d)"),
    ("inner product", Inner(X, X), "‖X‖²"),
    ("inner product", Inner(v, u), "uᵀv"),
    ("inner product", Inner(Transpose(v), Transpose(u)), "uᵀv"),
    ("inner product", Inner(Scale(a, X), Y), "a⟨X, Y⟩"),
    ("inner product", Inner(Y, X), "tr(XᵀY)"),
    ("inner product", Inner(Hadamard(X, Y), X), "∑ X ⊙ X ⊙ Y"),
    ("product with itself", MatMul(Transpose(w), Transpose(X), X, w), "‖Xw‖²"),
    ("product with itself", MatMul(Transpose(v), S, S, v), "‖Sv‖²"),
    ("scalar product of entries", MatMul(Transpose(Hadamard(u, v)), y), "∑ y ⊙ u ⊙ v"),
    ("scalar product of entries", MatMul(Transpose(v), Power(u, two)), "∑ v ⊙ u²"),
    (
        "scalar product of entries",
        MatMul(Transpose(Hadamard(u, MatMul(A, v))), X, w),
        "∑ Xw ⊙ u ⊙ Av",
    ),
    ("equal terms", Add(X, Scale(two, X)), "3X"),
    ("equal terms", Add(X, Y, Scale(minus, X)), "Y"),
    ("equal terms", Add(X, Scale(minus, X)), "0"),
    ("equal terms", Add(Multiply(a, b), a, Number(0)), "ab + a"),
    ("powers", Power(X, Number(1)), "X"),
    ("powers", Power(X, Number(0)), "1_(n×d)"),
    ("powers", Power(two, Number(-3)), "⅛"),
    ("powers", Power(Power(X, two), Number(3)), "X⁶"),
    ("powers", Power(Multiply(a, b), two), "a²b²"),
    ("power of a square root", Power(lam, Number(-3) / 2), "(√λ)⁻³"),
    ("square root in a quotient", Multiply(a, Map(Function("sqrt"), lam), Power(lam, minus)), "a/√λ"),
    ("square root in a quotient", Hadamard(Map(Function("sqrt"), u), Power(u, minus)), "(√u)⁻¹"),
    ("square root in a quotient", Multiply(lam, Power(Map(Function("sqrt"), lam), minus)), "√λ"),
    ("power of a square root", Power(Map(Function("sqrt"), lam), Number(-2)), "1/λ"),
    ("powers", Power(Scale(a, X), two), "a²X²"),
    ("powers", Power(Hadamard(X, Y), two), "X² ⊙ Y²"),
    ("powers", Power(Ones(n, d), two), "1_(n×d)"),
    ("inverse", Inverse(Inverse(A)), "A"),
    ("inverse", Inverse(Scale(a, A)), "(1/a)A⁻¹"),
    ("inverse", Inverse(Identity(n)), "I"),
    ("inverse", Inverse(MatMul(A, B)), "B⁻¹A⁻¹"),
    ("inverse", Inverse(Q), "Qᵀ"),
    ("inverse", Inverse(Diagonal(u)), "diag(u⁻¹)"),
    ("inverse", Inverse(a), "1/a"),
    ("trace", Trace(Scale(a, A)), "a tr(A)"),
    ("trace", Trace(Identity(n)), "n"),
    ("trace", Trace(Transpose(A)), "tr(A)"),
    ("trace", Trace(MatMul(C, A, B)), "tr(ABC)"),
    ("trace", Trace(MatMul(Transpose(B), Transpose(A))), "tr(AB)"),
    ("trace", Trace(MatMul(Transpose(B), P)), "tr(BP)"),
    ("trace", Trace(MatMul(u, Transpose(v), A)), "vᵀAu"),
    ("trace", Trace(MatMul(X, Transpose(X))), "‖X‖²"),
    ("trace", Trace(MatMul(Transpose(U), Transpose(X), X, U)), "‖XU‖²"),
    ("trace", Trace(MatMul(Transpose(X), Hadamard(X, Y))), "∑ X ⊙ X ⊙ Y"),
    ("trace", Trace(MatMul(X, Inverse(MatMul(Transpose(X), X)), Transpose(X))), "d"),
    ("squared norm", SquaredNorm(Scale(a, X)), "a²‖X‖²"),
    ("squared norm", SquaredNorm(Transpose(X)), "‖X‖²"),
    ("squared norm", SquaredNorm(Ones(n, d)), "dn"),
    ("squared norm", SquaredNorm(a), "a²"),
    ("squared norm", SquaredNorm(Add(v, Scale(minus, u))), "‖u − v‖²"),
    (
        "product with itself",
        MatMul(Transpose(Add(u, Scale(minus, v))), Add(v, Scale(minus, u))),
        "−‖v − u‖²",
    ),
    ("squared norm", SquaredNorm(MatMul(Transpose(U), Transpose(X))), "‖XU‖²"),
    ("squared norm", SquaredNorm(MatMul(Transpose(v), A)), "‖Aᵀv‖²"),
    ("scalar factors", Kronecker(Scale(a, X), Scale(b, U)), "ab(X ⊗ U)"),
    ("scalar factors", Kronecker(Identity(n), Identity(d)), "I"),
    ("scalar factors", Kronecker(Ones(n, d), Ones(1, k)), "1_(n×dk)"),
    ("scalar factors", Kronecker(X, Zeros(k, n)), "0"),
    ("transpose of a Kronecker product", Transpose(Kronecker(X, U)), "Xᵀ ⊗ Uᵀ"),
    ("transpose of a Kronecker product", Transpose(Commutation(n, d)), "K_(d×n)"),
    ("stacked columns", Vec(Scale(a, X)), "a vec(X)"),
    ("stacked columns", Vec(Transpose(u)), "u"),
    ("stacked columns", Vec(Sum(X, 0)), "(∑ᵢ X)ᵀ"),
    ("stacked columns", Vec(Ones(n, d)), "1_dn"),
    ("product of Kronecker products", MatMul(Kronecker(X, A), Kronecker(U, Y)), "XU ⊗ AY"),
    ("commutation of stacked columns", MatMul(Commutation(n, d), Vec(X)), "vec(Xᵀ)"),
    ("commutation of stacked columns", MatMul(Transpose(Vec(X)), Commutation(d, n)), "vec(Xᵀ)ᵀ"),
    ("commutation cancels", MatMul(Commutation(d, n), Commutation(n, d), Vec(X)), "vec(X)"),
    ("Kronecker product times stacked columns", MatMul(Kronecker(Transpose(U), A), Vec(X)), "vec(AXU)"),
    ("Kronecker product times stacked columns", MatMul(Transpose(Vec(X)), Kronecker(U, A)), "vec(AᵀXU)ᵀ"),
    ("sum of entries", Sum(Scale(a, X)), "a ∑ X"),
    ("sum of entries", Sum(Power(X, two)), "‖X‖²"),
    ("sum of entries", Sum(Hadamard(u, v)), "uᵀv"),
    ("sum of entries", Sum(Hadamard(X, Y)), "tr(XᵀY)"),
    ("sum of entries", Sum(Hadamard(u, v, MatMul(X, w))), "(u ⊙ v)ᵀXw"),
    ("sum of entries", Sum(Broadcast(u, n, d)), "d · ∑ u"),
    ("sum of entries", Sum(Transpose(X)), "∑ X"),
    ("sum of entries", Sum(Ones(n, d), 0), "n1_(1×d)"),
    ("sum of entries", Sum(Zeros(n, d)), "0"),
    ("repetition", Broadcast(Scale(a, u), n, d), "a(u·1_dᵀ)"),
    ("diagonal matrix", Diagonal(Scale(a, u)), "a diag(u)"),
    ("diagonal matrix", Diagonal(Ones(n, 1)), "I"),
    ("diagonal of a matrix", DiagonalPart(Scale(a, A)), "a diagonal(A)"),
    ("diagonal of a matrix", DiagonalPart(Transpose(A)), "diagonal(A)"),
    ("diagonal of a matrix", DiagonalPart(Diagonal(u)), "u"),
    ("diagonal of a matrix", DiagonalPart(MatMul(u, Transpose(v))), "u ⊙ v"),
    ("determinant", Determinant(Identity(n)), "1"),
    ("determinant", Determinant(Transpose(A)), "det A"),
    ("determinant", Determinant(Inverse(A)), "1/det A"),
    ("choice", Where(POSITIVE, X, X), "X"),
    ("choice", Where(Ones(n, d), X, Y), "X"),
    ("choice", Where(Zeros(n, d), X, Y), "Y"),
    ("choice", Where(POSITIVE, Scale(two, X), Scale(two, Y)), "2 where(X > Y, X, Y)"),
    ("choice", Where(POSITIVE, Scale(a * b, X), Scale(a, Y)), "a where(X > Y, bX, Y)"),
    ("choice", Where(POSITIVE, Scale(a, X), Zeros(n, d)), "a where(X > Y, X, 0)"),
    ("choice inside a choice", Where(POSITIVE, Where(POSITIVE, X, Y), Zeros(n, d)), "where(X > Y, X, 0)"),
    (
        "choice inside a choice",
        Where(POSITIVE, Hadamard(X, Where(POSITIVE, Y, Zeros(n, d))), Y),
        "where(X > Y, X ⊙ Y, Y)",
    ),
    ("choice in a product", Hadamard(X, Where(POSITIVE, Y, Zeros(n, d))), "where(X > Y, X ⊙ Y, 0)"),
    ("choice in a product", Hadamard(Where(POSITIVE, Zeros(n, d), Y), X), "where(X > Y, 0, X ⊙ Y)"),
    ("choice in a product", Multiply(two, a, where(greater(a, b), b, Number(0))), "2 where(a > b, ab, 0)"),
    (
        "choices by one mask",
        Add(Where(POSITIVE, X, Zeros(n, d)), Y, Where(POSITIVE, Zeros(n, d), Scale(two, X))),
        "where(X > Y, X, 2X) + Y",
    ),
    (
        "choices by one mask",
        Add(Scale(a, Where(POSITIVE, X, Y)), Scale(b, Where(POSITIVE, X, Zeros(n, d)))),
        "where(X > Y, aX + bX, aY)",
    ),
]

# Facts about a variable hold for its values, not for its differential.
FACTS = {S, P, Q, e, h, label, labels}
OF_FUNCTIONS = {rule.name for book in (PIECES, LOGISTIC, SOFTMAX) for rule in book.all()} | {
    "function of assumed values"
}
# Rules about order, signs, the exponential itself or singular values rest on digits; those about any function do not.
CHECKED = {
    "extreme of a multiple",
    "number times its sign",
    "choice inside a choice",
    "exponential along the identity",
    "exponential of zero",
    "norm of a multiple",
}
SINGULAR = (SingularNorm, SingularPart)


def applied(name: str, node: Node) -> Node:
    (made,) = (
        found
        for rule in NORMAL_FORM[type(node)]
        if rule.name == name and (found := rule.apply(node)) is not None and found is not node
    )
    return made


def test_a_sum_stays_on_the_side_of_a_transpose_where_fewer_are_written() -> None:
    residual = Add(MatMul(X, U), T, Broadcast(Transpose(g), n, k))
    assert str(normal(Transpose(residual))) == "(XU + T + 1ₙ·gᵀ)ᵀ"
    assert normal(Transpose(normal(Transpose(residual)))) is normal(residual)
    assert str(normal(MatMul(Transpose(residual), Ones(n, 1)))) == "∑ⱼ (XU + T + 1ₙ·gᵀ)ᵀ"


@pytest.mark.parametrize(("name", "node", "text"), CASES, ids=[f"{name}: {node}" for name, node, _ in CASES])
def test_rule_holds(name: str, node: Node, text: str) -> None:
    made = applied(name, node)
    assert str(made) == text
    occurring = tuple(variables(node))
    court = Court(node, occurring)
    passed = {Status.CHECKED} if name in CHECKED or isinstance(node, SINGULAR) else {Status.PROVED}
    if name in OF_FUNCTIONS:
        passed = {Status.CHECKED, Status.PROVED}
    assert court.judge(Relation.EQUAL, node, made, line=node).status in passed
    judged = court.judge(Relation.EQUAL, node, made, line=Differential(node)).status
    assert judged is Status.REFUTED or name in OF_FUNCTIONS if FACTS & set(occurring) else judged in passed


def test_every_rule_has_a_case() -> None:
    covered = {(type(node), name) for name, node, _ in CASES}
    assert covered == {(kind, rule.name) for kind, rules in NORMAL_FORM.items() for rule in rules}
