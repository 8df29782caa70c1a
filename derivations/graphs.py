"""Graphs of small programs: a value for each node forward, an adjoint for each node backward.

Each program names the nodes of its graph. The adjoint of a node is the derivative of the end by it, and is the sum of
what the nodes that use it pass on. One that is passed on unchanged keeps its name.
"""

from symnn import chapter, derivation, derive

product = derive("q = x + y; q*z", wrt=["x", "y", "z"], name="product")

polynomial = derive("h1 = x**2; h2 = h1*y; h3 = y + 2; h2 + h3", wrt=["x", "y"], name="polynomial")

two_ways = "x = np.cos(t); y = t**2; y + np.exp(x*y)"
curve = derive(two_ways, wrt="t", name="curve")
with derivation(two_ways, wrt="t", title="By way of x and of y") as by_both:
    x, y, exponential = "np.cos(t)", "t**2", "np.exp(np.cos(t)*t**2)"
    by_both.line(f"{y}*{exponential}*(-np.sin(t)) + (1 + {x}*{exponential})*2*t", by="∂f/∂x · dx/dt + ∂f/∂y · dy/dt")

nodes = "h1 = w*x; h2 = h1 + b; h3 = -h2; h4 = np.exp(h3); h5 = 1 + h4; h6 = 1/h5; h6"
logistic = derive(nodes, wrt=["w", "x", "b"], name="logistic")
with derivation(nodes, wrt=["w", "b"], title="The value makes its own derivative") as by_value:
    value = "(1/(1 + np.exp(-(w*x + b))))"
    by_value.line([f"{value}*(1 - {value})*x", f"{value}*(1 - {value})"], by="h₆(1 − h₆) by h₂")

arrays = derive("np.sum(X*Y + Z)", ["X", "Y", "Z"], dict.fromkeys("XYZ", ("m", "n")), name="arrays")

squared = "prediction = w*x + b; error = y - prediction; error**2"
line = derive(squared, wrt=["w", "x", "b"], name="line")
of_prediction = "error = y - prediction; error**2"
prediction = derive(of_prediction, wrt="prediction", name="prediction")
with derivation(of_prediction, wrt="prediction", title="By the prediction") as by_prediction:
    by_prediction.line("-2*(y - prediction)", by="outer times inner derivative")

chapter(
    product,
    polynomial,
    curve,
    by_both,
    logistic,
    by_value,
    arrays,
    line,
    prediction,
    by_prediction,
    source=["S8", "L18", "B14", "L19", "L20", "B18"],
)
