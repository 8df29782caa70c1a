"""False claims that no chapter makes, each with the kind of trap that it is, which no judge of arguments may pass.

A claim about arrays is a text: left, sign, right, and after a bar what is given to be nonnegative. Its letters mean
what LETTERS says. The others are SymPy's.
"""

from __future__ import annotations

import sympy
from sympy import Abs, I, Integral, KroneckerDelta, Limit, Max, Piecewise, Rational, Sum, oo, pi, stats
from sympy import binomial as choose

LETTERS: dict[str, tuple[tuple[str, ...], str]] = {
    **dict.fromkeys("rstxy", ((), "")),
    **dict.fromkeys("pq", ((), "positive")),
    "k": ((), "nonnegative"),
    "e": ((), "signs"),
    **dict.fromkeys("uvw", (("d",), "")),
    "g": (("d",), "binary"),
    "h": (("d",), "nonnegative"),
    "o": (("d",), "onehot"),
    "z": (("n",), ""),
    "X": (("n", "d"), ""),
    **dict.fromkeys("AB", (("d", "d"), "")),
    "S": (("d", "d"), "symmetric"),
    **dict.fromkeys("PQR", (("d", "d"), "positive definite")),
}

INEQUALITIES: dict[str, str] = {
    "fails in a narrow region": """
        x**4 - 4*x**2 + 4 >= 1e-9
        (x - 3.7)**2 >= 1e-8
        np.exp(x) >= 2.718281828*x + 1e-8
        np.log(p) <= p - 1 - 1e-10
        np.log(p) <= p/2 - 0.3069
        np.sin(x) <= 0.9999999
        np.sin(x) + np.sin(1.4142*x) <= 1.9999
        x*np.exp(-x) <= 0.36787
        np.tanh(x)*(1 - np.tanh(x)**2) <= 0.38489
        1/(1 + (x - 37)**2) <= 0.99
        1/(1 + 10000*(x - 37)**2) <= 0.5
        (x - 0.3)**4 + (y - 0.7)**4 + 1.999 >= 4*(x - 0.3)*(y - 0.7)
        (1.3 - x)**2 + 100*(y - x**2)**2 >= 1e-6
        np.cosh(x) <= np.exp(x**2/2.01)
        np.sin(p) >= p - p**3/6.1
        np.sqrt(p) <= p + 0.2499
        np.sqrt(p) >= np.log(p) + 0.6138
        x/(1 + x**2) <= 0.49999
        (x - 5)**2 + (y + 7)**2 >= 0.001
        (x - 50.3)**2 + (y - 20.1)**2 + (s - 3.3)**2 + (t + 70.7)**2 >= 0.01
        p + 4*q >= 4.00001*np.sqrt(p*q)
        np.sum(v**2) + np.sum(w**2) >= 2.0001*np.sum(v*w)
        np.sum((v - 3.3)**2) >= 0.0001
        np.sum(np.exp(v)) >= 2.7182818*np.sum(v) + 1e-6
        np.sum(v*w)**2 <= 0.99999*np.sum(v**2)*np.sum(w**2)
        np.linalg.det(A)**2 >= 1e-6
        np.exp(-(x - 4.2)**2) <= 0.999
        (x*y - 1)**2 + (x - 2.2)**2 >= 1e-5
        np.sum(softplus(v) - g*v) >= 1e-6
    """,
    "fails far out, or near zero": """
        p >= 1e-5
        p <= 100000
        x**2 >= x*0.001
        np.abs(x) >= x**2/500
        np.exp(x) <= 1e30
        np.log(p) <= 8
        np.log(p) >= -8
        np.log(p) <= 3.6*p**0.1
        np.tanh(x) <= 0.999999
        1/(1 + np.exp(-x)) >= 1e-20
        np.arctan(x) <= 1.5707
        x**2 <= 1e8 + x
        x**3 >= -1e12
        x*y <= 1e5
        np.sqrt(k) >= k/300
        np.sum(v**2) <= 1e7
        np.sum(v*w) >= -1e6
        p*q >= 1e-6
        p/q <= 1e5
        np.sum(X**2)*np.sum(v**2) <= 1e9
        relu(x - 5000) <= 0
        np.where(x > 10000, -1, 1) >= 0
        np.log(1 + p) >= p/(1 + p/3)
        np.sqrt(1 + x**2) <= 1 + np.abs(x) - 1e-5
        1/p <= 1e4 + p
    """,
    "fails at zero, at ties, or where both sides are equal": """
        np.sign(x)**2 >= 1
        k > 0
        np.abs(x - y) > 0
        np.sum(v**2) > 0
        np.abs(x) + np.abs(x - 7) > 7
        (x - 0.3)**2 > 0
        x**4 - 4*x**2 + 4 > 0
        np.where(x >= 3, 1, 0) <= np.where(x > 3, 1, 0)
        np.sum(g) >= 1
        np.maximum(x, y) > np.minimum(x, y)
        p + 1/p > 2
        np.sum(h) > 0
        np.sum((v - w)**2) > 0
        np.exp(x) > 1 + x
        p + 9*q > 6*np.sqrt(p*q)
        np.sum(np.abs(v)) > np.max(np.abs(v))
        np.sum(h) + 1 >= d
        np.where(x > 0, 1, 0) + np.where(x < 0, 1, 0) >= 1
        e*x <= np.abs(x) - 1e-12
        np.sum(o*v) < np.max(v)
    """,
    "fails for d ≥ 2 only": """
        np.sum(np.abs(v)) <= np.sqrt(np.sum(v**2))
        np.sum(v**2)**2 <= np.sum(v**4)
        np.sum(v*w)**2 >= np.sum(v**2)*np.sum(w**2)
        np.trace(A@A) >= 0
        np.sum(A**2) <= np.trace(A)**2
        np.trace(A@B@A@B) >= 0
        np.linalg.det(P) >= np.trace(P)
        np.sum(v)**2 <= np.sum(v**2)
        np.sum(v)**2 >= np.sum(v**2)
        v@A@v*(w@A@w) <= (v@A@w)**2
        np.linalg.det(A + B) >= np.linalg.det(A) + np.linalg.det(B)
        np.trace(P)*np.trace(np.linalg.inv(P)) <= 1
        np.trace(P@Q@R) >= 0
        w@(P@Q + Q@P)@w >= 0
        np.linalg.det(S) <= np.trace(S)**2/4 - 1e-9
    """,
    "fails at large sizes only": """
        np.sum(v)**2 <= 3*np.sum(v**2)
        np.sum(v)**2 <= 10*np.sum(v**2)
        np.sum(np.abs(v)) <= 2*np.sqrt(np.sum(v**2))
        np.max(v) >= np.log(np.sum(np.exp(v))) - 1.2
        np.max(v) >= np.log(np.sum(np.exp(v))) - 2
        2.0**n + np.sum(z**2) <= n**2 + 4 + np.sum(z**2)
        n*np.sum(z**2) <= 12*np.sum(z**2)
        np.sum(z**2) <= 6*np.max(z**2)
        np.trace(A)**2 <= 5*np.sum(A**2)
        np.trace(P)*np.trace(np.linalg.inv(P)) >= d**3 - 2*d
        np.sum(np.outer(u, v)**2) <= 40*np.max(u**2)*np.max(v**2)
        np.sum(g) <= 5
        n*d + np.sum(X**2) <= 30 + np.sum(X**2)
    """,
    "fails for matrices that are not symmetric, or special": """
        v@(A@A)@v >= 0
        v@(A@A.T - A.T@A)@v >= 0
        d*np.trace(A@A) >= np.trace(A)**2
        np.trace(A@B) <= np.sum(A**2) - np.sum(A*A) + np.trace(A.T@B)
        v@P@v >= np.sum(v**2)
        v@P@v >= 0.001*np.sum(v**2)
        np.trace(P) >= 1
        np.linalg.det(P) >= 1
        np.trace(np.linalg.inv(P)) <= 100
        np.linalg.det(P) <= 10000
        v@S@v >= -50*np.sum(v**2)
        v@S@v <= 500*np.sum(v**2)
        np.trace(S@S@S) >= -1e6
        np.sum(v*w)**2 <= v@P@v*(w@w)
        np.trace(np.linalg.inv(P)) >= 0.001
    """,
    "what is given is narrow, or too weak": """
        x >= 0.001 | x*(1 - x)
        np.sum(v) <= 1 | 1 - np.sum(v**2)
        np.sum(np.abs(v)) <= 1.4142 | 1 - np.sum(v**2)
        x*y <= 0.999 | x + y - 1 | 2 - x - y
        x <= 0.693 | np.exp(-x) - 0.5
        x**2 >= 1002*x | x - 1000
        x >= 0 | x**2 - 4
        x*y >= 0.01 | x | y
        x + y >= 1.415 | x | y | x*y - 0.5
        np.sum(v*w) >= 0 | np.sum(v) | np.sum(w)
        x**2 <= 1 - 1e-7 | 1 - x**2
        (x - 0.5)**2 >= 1e-5 | x | 1 - x
        x > 0 | x
        v@A@v >= 0 | np.trace(A)
        np.sum(v*w) >= 0 | np.sum(u*v) | np.sum(u*w)
        y >= x - 1e-5 | y - x + 1e-4
        np.log(p) <= -1e-4 | 1 - p
        x**2 + y**2 <= 0.999 | 1 - x - y | x | y
    """,
}

MARGINS: list[tuple[str, str]] = [
    ("p*x >= 0 | k*x", "p*x"),
    ("q*x*y >= 0 | h@h*x*y", "q*x*y"),
    ("x >= 0", "np.sqrt(x)**2"),
    ("x >= 0", "np.exp(np.log(x))"),
    ("x >= 0", "x**2/x"),
    ("x >= 0", "np.exp(np.log(x**2)/2)"),
    ("1 - 3*relu(x - 1e9) >= 0", "1 + 0*x"),
    ("1 - 3*relu(x - 1e9) >= 0", "np.exp(0*x)"),
    ("np.abs(x) > 0", "np.abs(x)"),
    ("np.sum(v**2) > 0", "np.sum(v**2)"),
    ("x**3 >= 0", "np.abs(x)**3"),
    ("relu(x) > 0", "relu(x)"),
    ("np.sum(v*w) >= 0", "np.sqrt(np.sum(v*w)**2)"),
    ("np.trace(A@A) >= 0", "np.sum(A**2)"),
    ("v@A@v >= 0", "np.sum((A@v)*v)"),
    ("v@S@v >= 0", "v@S@v"),
    ("x >= 5 | -1 - x**2", "(x - 5)*(-1 - x**2)*(-1 - x**2)/(1 + x**2)**2"),
    ("-1 - x**2 >= 0 | -1 - x**2", "-1 - x**2"),
    ("-1*p >= 0 | -p", "-p"),
    ("x*y >= 1 | x*y - 1 | -x*y", "x*y - 1"),
    ("np.sum(v**2) <= 0 | 0 - np.sum(v**2) - 1e-9", "(0 - np.sum(v**2) - 1e-9) + 1e-9"),
    ("np.max(v) >= 0", "np.max(np.abs(v))"),
    ("np.log(p) >= 0", "np.abs(np.log(p))"),
    ("np.where(x > 1e8, -1, 1) >= 0", "1 + 0*x"),
    ("p - q >= 0 | np.sum(h)*(p - q)", "p - q"),
    ("x*p >= 0 | np.sum(g)*x", "x*p"),
    ("x*p >= 0 | relu(y)*x", "x*p"),
]
"""Inequalities with a margin that does not show them."""

SEMIDEFINITE: list[str] = [
    "A",
    "S",
    "S@S - S",
    "X.T@X - 1e-7*np.eye(d)",
    "np.ones((d, d)) - 0.001*np.eye(d)",
    "P - 0.01*np.eye(d)",
    "P@Q + Q@P",
    "np.diag(v)",
    "3*np.eye(d) - np.ones((d, d))",
    "8*np.eye(d) - np.ones((d, d))",
    "50*np.eye(d) - X.T@X",
    "np.linalg.inv(P) - 0.0001*np.eye(d)",
    "np.diag(h) - np.outer(h, h)",
    "P@P - Q@Q",
    "A@A.T + A + A.T + 0.99*np.eye(d)",
    "A.T@A - A@A.T",
    "np.diag(softmax(v)) - 1.01*np.outer(softmax(v), softmax(v))",
    "np.outer(v, w) + np.outer(w, v)",
    "P@A",
    "0.2499*np.eye(d) - np.diag(softmax(v)) + np.outer(softmax(v), softmax(v))",
]

x, y = sympy.symbols("x y", real=True)
a, c = sympy.symbols("a c", positive=True)
f = sympy.Symbol("f")
m = sympy.Symbol("m", integer=True, nonnegative=True)
n = sympy.Symbol("n", integer=True, positive=True)
j = sympy.Symbol("j", integer=True, positive=True)

EQUATIONS: dict[str, list[tuple[sympy.Expr, object]]] = {
    "what a symbol is assumed to be matters": [
        (Abs(x), x),
        (sympy.conjugate(f), f),
        (Abs(f) ** 2, f**2),
        (sympy.re(f), f),
        (sympy.sqrt(f**2), f),
        (sympy.sqrt(x**2), x),
        (sympy.log(x**2), 2 * sympy.log(x)),
        (sympy.log(x * y), sympy.log(x) + sympy.log(y)),
        (sympy.sqrt(x * y), sympy.sqrt(x) * sympy.sqrt(y)),
        ((x**3) ** Rational(1, 3), x),
        (sympy.sqrt(x) ** 2, Abs(x)),
        (sympy.exp(I * pi * n), 1),
        (sympy.sin(pi * x), 0),
        (Integral(sympy.exp(-x * y), (y, 0, oo)), 1 / x),
        (Integral(sympy.exp(-x * y**2), (y, -oo, oo)), sympy.sqrt(pi / x)),
        (Integral(y**x, (y, 0, 1)), 1 / (x + 1)),
        (Limit(sympy.exp(-x * y), y, oo), 0),
        (Limit(a**n, n, oo), 0),
        (Limit(y**x, y, 0), 0),
        (Limit(sympy.exp((a - 10) * y), y, oo), 0),
        (Sum(x**m, (m, 0, oo)), 1 / (1 - x)),
        (Sum(a**m, (m, 0, oo)), 1 / (1 - a)),
        (Sum(1 / j**a, (j, 1, oo)), sympy.zeta(a)),
        (sympy.asin(sympy.sin(x)), x),
        (sympy.atan(sympy.tan(a / 10)), a / 10),
    ],
    "fails at zero or far out": [
        (sympy.sign(x) ** 2, 1),
        (Max(x, 10), 10),
        (Max(x, 1000), 1000),
        (Abs(x - 300), 300 - x),
        (choose(m, 60), 0),
        (sympy.floor(m / 100), 0),
        (KroneckerDelta(m, 0), 0),
        (sympy.Integer(0) ** m, 0),
        (sympy.Heaviside(x - 50), 0),
        (Piecewise((1, x < 1000), (0, True)), 1),
        (sympy.Min(a, Rational(1, 100)), Rational(1, 100)),
        (sympy.floor(a * 100) / sympy.floor(a * 100), 1 + 0 * a + sympy.Heaviside(a - 77, 0)),
        (sympy.sign(x - 700), -1),
        (sympy.Mod(n, 97), n),
        (Max(0, x**2 - 1000), 0),
        (KroneckerDelta(n, 57), 0),
    ],
    "limits": [
        (Limit(1 / x, x, 0, "+-"), oo),
        (Limit(Abs(x) / x, x, 0, "+-"), 1),
        (Limit(sympy.sin(1 / x), x, 0), 0),
        (Limit(sympy.sin(x), x, oo), 0),
        (Limit((1 + 1 / n) ** n, n, oo), Rational(271828, 100000)),
        (Limit(1 / sympy.log(sympy.log(n)), n, oo), Rational(1, 10)),
        (Limit(n * (sympy.E - (1 + 1 / n) ** n), n, oo), sympy.E / 3),
        (Limit(sympy.exp(1 / x), x, 0), 0),
        (Limit(sympy.floor(x), x, 2, "-"), 2),
        (Limit(sympy.tan(x), x, pi / 2), oo),
        (Limit((-1) ** n, n, oo), 0),
        (Limit(x / Abs(x), x, 0, "-"), 1),
        (Limit(sympy.log(n) / n ** Rational(1, 100), n, oo), oo),
        (Limit(n ** Rational(1, 100) / sympy.log(n) ** 3, n, oo), 0),
        (Limit(sympy.atan(1 / x), x, 0, "+-"), pi / 2),
        (Limit(sympy.exp(-1 / x), x, 0, "+-"), 0),
        (Limit(sympy.cos(pi * n), n, oo), 1),
        (Limit(x * sympy.sin(1 / x), x, oo), 0),
        (Limit((x + sympy.sin(x)) / x, x, oo), 2),
        (Limit(sympy.sqrt(x**2 + a * x) - x, x, oo), a),
    ],
    "sums and integrals": [
        (Sum(1 / j, (j, 1, n)), sympy.log(n) + sympy.EulerGamma + 1 / (2 * n)),
        (Sum(j, (j, 1, n)), n**2 / 2),
        (Integral(1 / x, (x, -1, 1)), 0),
        (Integral(1 / x**2, (x, -1, 1)), -2),
        (Integral(sympy.sin(x) / x, (x, 0, oo)), pi),
        (Sum((-1) ** m, (m, 0, oo)), Rational(1, 2)),
        (Sum(2**m, (m, 0, oo)), -1),
        (Sum(m, (m, 0, oo)), -Rational(1, 12)),
        (Sum(1 / j**2, (j, 1, oo)), Rational(16449, 10000)),
        (Sum((-1) ** j / j, (j, 1, oo)), sympy.log(2)),
        (Sum(1 / (j * (j + 1)), (j, 1, oo)), Rational(99, 100)),
        (Sum(1 / (j * sympy.log(j + 1) ** 2), (j, 1, oo)), 2),
        (Integral(sympy.sin(x), (x, 0, oo)), 1),
        (Integral(1 / (1 + x**2), (x, -oo, oo)), 2 * pi),
        (Integral(x, (x, -oo, oo)), 0),
        (Integral(Abs(x), (x, -1, 2)), Rational(3, 2)),
        (Integral(sympy.tan(x), (x, 0, pi)), 0),
        (Integral(1 / sympy.sqrt(Abs(x)), (x, -1, 1)), 2),
        (sympy.Product(1 + 1 / j, (j, 1, n)), n),
        (sympy.Derivative(Abs(x), x), 1),
        (sympy.Derivative(Max(x, 20), x), 0),
        (Sum(choose(n, m), (m, 0, n)), 2**n - 1),
    ],
}

CONVERGING: list[tuple[sympy.Expr, int]] = [
    (1 / n, 1),
    (1 / (n * sympy.log(n)), 2),
    (1 / (n * sympy.log(n) * sympy.log(sympy.log(n))), 3),
    ((-1) ** n, 1),
    (sympy.cos(1 / n), 1),
    (c / n, 1),
    (1 / n**a, 1),
    (a**n, 1),
    (x**n, 1),
    ((1 + 1 / n) ** n, 1),
    (n ** (1 / n) - 1, 1),
    (1 / n ** (1 + 1 / n), 1),
    (sympy.log(1 + 1 / n), 1),
    (sympy.sin(1 / n), 1),
    ((-1) ** n * n / (n + 1), 1),
    (Abs(sympy.sin(n)) / n, 1),
    (1 / (n + 10**6), 1),
    (sympy.exp(-x * n), 1),
    (1 / sympy.log(n) ** 5, 2),
    (1 / m**2, 0),
    ((-1) ** n / (sympy.sqrt(n) + (-1) ** n), 2),
    (1 / (n**2 - 9), 1),
    (sympy.sin(n) ** 2 / n, 1),
    (n**x, 1),
    (1 / (10**6 * n), 1),
]
DIVERGING: list[tuple[sympy.Expr, int]] = [
    (1 / n**2, 1),
    (1 / (n * sympy.log(n) ** 2), 2),
    ((-1) ** n / n, 1),
    ((-1) ** n / sympy.sqrt(n), 1),
    (x / n, 1),
    (1 / n**a, 1),
    (a**n / sympy.factorial(n), 1),
    (1 / n ** Rational(11, 10), 1),
    (sympy.log(1 + 1 / n**2), 1),
    (1 - sympy.cos(1 / n), 1),
    (sympy.sin(n) / n, 1),
    (sympy.exp(-n), 1),
    (1 / n - 1 / (n + 1), 1),
    (sympy.log(n) / n ** Rational(3, 2), 1),
    (1 / sympy.log(n) ** sympy.log(n), 2),
    (x**2 * 10**9 / n, 1),
    (a**n, 1),
    (n**5 / 2**n, 1),
]
"""General terms with the index at which the series begins; the index is m where that is 0, else n."""

Z, V = stats.Normal("Z", 0, 1), stats.Normal("V", 0, 1)
N, U = stats.Normal("N", 0, a), stats.Uniform("U", -a, a)
C, T = stats.Cauchy("C", 0, 1), stats.StudentT("T", 1)
EXPECTATIONS: list[tuple[sympy.Expr, object]] = [
    (C, 0),
    (stats.Cauchy("C", 0, Rational(1, 10**7)), 0),
    (stats.Cauchy("C", 0, a), 0),
    (C**2, 1),
    (T, 0),
    (stats.StudentT("T", 3) ** 3, 0),
    (stats.StudentT("T", 2) ** 2, 10),
    (stats.StudentT("T", a), 0),
    (stats.Pareto("P", 1, 1), 10),
    (N**2, a),
    (sympy.exp(Z**2 / 2), 2 * sympy.sinh(6) / sympy.sqrt(2 * pi)),
    (1 / Z, 0),
    (1 / stats.Uniform("U", -1, 1), 0),
    (sympy.tan(stats.Uniform("U", -pi / 2, pi / 2)), 0),
    (Z / V, 0),
    (Z * Z, 0),
    (Abs(N), a * sympy.sqrt(2 / pi) * (1 + Rational(1, 10**9))),
    (N**2, a**2 + Rational(1, 10**10)),
    (stats.Poisson("K", a) ** 2, a**2),
    (stats.Geometric("G", Rational(1, 3)), 2),
    (stats.Die("D", 6), Rational(7, 2) + Rational(1, 10**9)),
    (1 / stats.Uniform("U", 1, 2), Rational(2, 3)),
    (Max(Z, V), 0),
    (N**4, a**4),
    (stats.Bernoulli("B", Rational(1, 3)) ** 2, Rational(1, 9)),
    (U**2, a**2 / 2),
    (sympy.exp(stats.Exponential("X", 1)), 1),
    (sympy.exp(stats.Exponential("X", a)), a / (a - 1)),
    (N**2, Max(a, 7) * a * a / 7),
    (Z**2 * V**2, 3),
    (sympy.sin(Z), Rational(1, 10**9)),
    (stats.LogNormal("L", 0, 1), 1),
    (Max(0, Z - 1), 0),
    (stats.Gamma("Y", a, 1) ** 2, a**2),
    (Piecewise((1, Z > 1), (0, True)), Rational(16, 100)),
    (stats.Beta("E", 2, 3), Rational(1, 2)),
    (1 / Z**2, -1),
    (sympy.exp(stats.Uniform("U", 0, 1)), Rational(171828183, 10**8)),
    (stats.Binomial("W", 5, Rational(1, 4)) ** 2, Rational(5, 2) + Rational(1, 10**10)),
    (stats.Laplace("A", 0, a) ** 2, a**2),
]
