"""Random objectives grow here: sums, products, functions and programs of all that symnn reads, each with its shapes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Shape = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of an objective: a template for its text, filled by the texts of smaller parts."""

    template: str
    shape: Shape
    parts: tuple[Part, ...] = ()

    @property
    def is_variable(self) -> bool:
        return self.template.isidentifier()


@dataclass(frozen=True)
class Objective:
    """A random objective with the variables that occur in it."""

    root: Part
    attributes: dict[str, str]
    wrt: str

    @property
    def text(self) -> str:
        return written(self.root)

    @property
    def shapes(self) -> dict[str, Shape]:
        return {part.template: part.shape for part in below(self.root) if part.is_variable}

    @property
    def assumptions(self) -> dict[str, str]:
        return {name: word for name, word in self.attributes.items() if name in self.shapes and word}


def below(root: Part) -> Iterator[Part]:
    """Every part once, the smaller ones first."""
    seen: set[int] = set()

    def walk(part: Part) -> Iterator[Part]:
        if id(part) not in seen:
            seen.add(id(part))
            for inner in part.parts:
                yield from walk(inner)
            yield part

    return walk(root)


def written(root: Part) -> str:
    """The text of a part; what stands in several places is given a name first."""
    uses = Counter(id(inner) for part in below(root) for inner in part.parts)
    texts: dict[int, str] = {}
    statements = []
    for part in below(root):
        text = part.template.format(*(texts[id(inner)] for inner in part.parts))
        if uses[id(part)] > 1 and part.parts:
            statements.append(f"t{len(statements)}={text}")
            text = f"t{len(statements) - 1}"
        texts[id(part)] = text
    return ";".join([*statements, texts[id(root)]])


# --- growing --------------------------------------------------------------------------------------------------------

SMOOTH = ("np.exp(np.tanh({}))", "np.tanh({})", "np.sin({})", "np.cos({})", "np.arctan({})", "sigmoid({})",
          "softplus({})", "np.logaddexp(0,{})", "({})**2", "({})**3", "np.square({})", "np.sinh(np.tanh({}))",
          "1/(1+np.exp(-({})))", "np.expm1(np.sin({}))", "np.cosh(np.sin({}))", "np.tan(np.tanh({})/2)", "erf({})",
          "np.log1p(({})**2)", "np.sqrt(1+({})**2)", "(1+({})**2)**-0.5", "gelu({})", "swish({})", "np.arcsinh({})",
          "np.arcsin(np.tanh({})/2)", "np.exp2(np.tanh({}))", "np.exp(-({})**2)")  # fmt: skip
KINKED = ("np.maximum(0,{})", "abs({})", "relu({})", "np.minimum({},0.3)", "np.clip({},-1,0.7)", "np.sign({})",
          "np.maximum({},0.1)", "np.where({0}>0,{0},0.1*({0}))", "np.abs({})", "({0})*(({0})<0.5)",
          "leaky_relu({})", "elu({})", "np.where((({0})>-0.5)&(({0})<0.5),({0})**2,0.25)",
          "np.heaviside({},0)*2")  # fmt: skip
POSITIVE = ("np.exp(np.tanh({}))", "(0.5+({})**2)", "(0.2+softplus({}))", "(0.3+abs({}))", "np.cosh(np.tanh({}))",
            "(0.1+sigmoid({}))", "np.sqrt(0.5+({})**2)")  # fmt: skip
OF_POSITIVE = ("np.log({})", "np.sqrt({})", "1/({})", "({})**-2", "({})**0.5", "({})**1.5", "({})**-0.5",
               "np.log1p({})", "np.log2({})", "np.reciprocal({})")  # fmt: skip


class Garden:
    """Where one objective grows: its random numbers, its variables, and what may be used again."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.attributes: dict[str, str] = {}
        self.grown: list[Part] = []
        self.variables: list[Part] = []

    def pick(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def size(self) -> str:
        return str(self.pick("ndk"))

    def variable(self, shape: Shape, attribute: str = "") -> Part:
        """A known variable of the shape or a new one."""
        known = [v for v in self.variables if v.shape == shape and self.attributes[v.template] == attribute]
        if known and (len(self.variables) > 5 or self.random.random() < 0.6):
            return self.pick(known)
        part = Part(f"{'sxX'[len(shape)]}{len(self.variables)}", shape)
        self.variables.append(part)
        self.attributes[part.template] = attribute
        return part

    def grow(self, shape: Shape, depth: int) -> Part:
        """A part of the shape, at most `depth` deep."""
        again = [part for part in self.grown if part.shape == shape]
        if again and self.random.random() < 0.15:
            return self.pick(again)
        if depth <= 0:
            return self.variable(shape)
        rules = [self.elementwise, self.arithmetic, *self.rules(shape)]
        part = self.pick(rules)(shape, depth - 1)
        self.grown.append(part)
        return part

    def rules(self, shape: Shape) -> list[Callable[[Shape, int], Part]]:
        if not shape:
            return [self.reduction] * 4
        found = [self.broadcast, self.product, self.product, self.along]
        if len(shape) == 2:
            found += [self.transposed, self.selected]
            if 1 not in shape:
                found += [self.outer, self.normalised]
            if shape[0] == shape[1] != 1:
                found += [self.square] * 3
        else:
            found += [self.flattened]
        return found

    def positive(self, shape: Shape, depth: int) -> Part:
        if depth <= 0 or self.random.random() < 0.25:
            return self.variable(shape, "positive")
        return Part(self.pick(POSITIVE), shape, (self.grow(shape, depth - 1),))

    def definite(self, size: Any, depth: int) -> Part:
        """A matrix that is positive definite, for inverses and determinants."""
        shape = (size, size)
        if depth <= 0 or self.random.random() < 0.5:
            return self.variable(shape, "positive definite")
        operand = self.grow((size, self.size()), depth - 1)
        scalar = self.positive((), depth - 1)
        template = self.pick(("(({0})@({0}).T+({1})*np.eye({2}))", "(np.eye({2})*({1})+({0})@({0}).T)"))
        return Part(template.replace("{2}", str(size)), shape, (operand, scalar))

    # --- what a part is made by ---

    def elementwise(self, shape: Shape, depth: int) -> Part:
        if self.random.random() < 0.25:
            return Part(self.pick(OF_POSITIVE), shape, (self.positive(shape, depth),))
        return Part(self.pick(SMOOTH * 2 + KINKED), shape, (self.grow(shape, depth),))

    def arithmetic(self, shape: Shape, depth: int) -> Part:
        kind = self.pick("++-**/wmsp")
        left = self.grow(shape, depth)
        if kind == "/":
            return Part("({})/({})", shape, (left, self.positive(shape, depth)))
        if kind == "s":
            return Part(self.pick(("({1})*({0})", "({0})*({1})", "-({1})*({0})")), shape, (left, self.grow((), depth)))
        if kind == "p":
            return Part("({})**({})", shape, (self.positive(shape, depth), self.grow((), depth - 1)))
        right = self.grow(shape, depth)
        if kind in "+-*":
            return Part(f"({{}}){kind}({{}})", shape, (left, right))
        if kind == "w":
            return Part("np.where({}>0,{},{})", shape, (self.variable(shape), left, right))
        return Part(self.pick(("np.maximum({},{})", "np.minimum({},{})")), shape, (left, right))

    def broadcast(self, shape: Shape, depth: int) -> Part:
        smaller: list[Shape] = [()]
        if len(shape) == 2 and 1 not in shape:
            smaller += [(shape[0], 1), (1, shape[1]), (shape[1],)]
        other = self.pick(smaller)
        kind = self.pick("+-*/")
        right = self.positive(other, depth) if kind == "/" else self.grow(other, depth)
        if self.random.random() < 0.3 and kind != "/":
            return Part(f"({{1}}){kind}({{0}})", shape, (self.grow(shape, depth), right))
        return Part(f"({{}}){kind}({{}})", shape, (self.grow(shape, depth), right))

    def product(self, shape: Shape, depth: int) -> Part:
        inner = self.size()
        if len(shape) == 1:
            if self.random.random() < 0.5:
                return Part("({})@({})", shape, (self.grow((shape[0], inner), depth), self.grow((inner,), depth)))
            return Part("({})@({})", shape, (self.grow((inner,), depth), self.grow((inner, shape[0]), depth)))
        form = self.pick(("({})@({})", "({})@({})", "({}).dot({})", "np.matmul({},{})"))
        return Part(form, shape, (self.grow((shape[0], inner), depth), self.grow((inner, shape[1]), depth)))

    def along(self, shape: Shape, depth: int) -> Part:
        """A sum, mean, norm or largest entry along an axis."""
        other = self.size()
        reduce = self.pick(("sum", "mean", "sum", "norm", "max", "logsumexp"))
        if len(shape) == 1:
            axis = self.pick((0, 1))
            whole, keep = (other, shape[0]) if axis == 0 else (shape[0], other), ""
        elif 1 in shape and shape != (1, 1):
            axis = shape.index(1)
            whole, keep = tuple(other if size == 1 else size for size in shape), ",keepdims=True"
        else:
            return self.arithmetic(shape, depth)
        operand = self.grow(whole, depth)
        if reduce == "norm":
            return Part(f"np.linalg.norm({{}},axis={axis}{keep})", shape, (operand,))
        if reduce == "logsumexp":
            return Part(f"np.log(np.sum(np.exp({{}}),axis={axis}{keep}))", shape, (operand,))
        form = self.pick((f"({{}}).{reduce}({axis}{keep})", f"np.{reduce}({{}},axis={axis}{keep})"))
        return Part(form if reduce != "max" else f"np.max({{}},axis={axis}{keep})", shape, (operand,))

    def transposed(self, shape: Shape, depth: int) -> Part:
        form = self.pick(("({}).T", "({}).T", "np.transpose({})"))
        return Part(form, shape, (self.grow(shape[::-1], depth),))

    def selected(self, shape: Shape, depth: int) -> Part:
        """A column or row of an array of one axis or of a matrix."""
        if shape[1] == 1 and shape[0] != 1:
            if self.random.random() < 0.3:
                return Part("({})[:,[0]]", shape, (self.grow((shape[0], self.size()), depth),))
            return Part(self.pick(("({})[:,None]", "({}).reshape(-1,1)")), shape, (self.grow((shape[0],), depth),))
        if shape[0] == 1 and shape[1] != 1:
            form, whole = self.pick((("({})[None,:]", (shape[1],)), ("({})[0:1]", (self.size(), shape[1]))))
            return Part(form, shape, (self.grow(whole, depth),))
        return self.arithmetic(shape, depth)

    def flattened(self, shape: Shape, depth: int) -> Part:
        """One axis of a column, a row or a diagonal."""
        size = shape[0]
        form, whole = self.pick(
            (
                ("({})[:,0]", (size, 1)),
                ("({})[0]", (self.size(), size)),
                ("({})[0,:]", (1, size)),
                ("np.diag({})", (size, size)),
                ("({}).ravel()", (size, 1)),
                ("({})[:,1]", (size, self.size())),
            )
        )
        return Part(form, shape, (self.grow(whole, depth),))

    def outer(self, shape: Shape, depth: int) -> Part:
        left, right = self.grow((shape[0],), depth), self.grow((shape[1],), depth)
        return Part(self.pick(("np.outer({},{})", "({})[:,None]*({})[None,:]")), shape, (left, right))

    def normalised(self, shape: Shape, depth: int) -> Part:
        form = self.pick(
            (
                "np.exp({0})/np.exp({0}).sum(1,keepdims=True)",
                "(({0})-({0}).mean(0))",
                "(({0})-({0}).mean(1,keepdims=True))",
                "softmax({0},axis=1)",
                "({0})/np.linalg.norm({0},axis=1,keepdims=True)",
            )
        )
        return Part(form, shape, (self.grow(shape, depth),))

    def square(self, shape: Shape, depth: int) -> Part:
        size = shape[0]
        kind = self.pick(("inv", "solve", "power", "diag", "eye", "gram", "diagonal", "triangle"))
        if kind == "triangle":
            return Part(self.pick(("np.tril({})", "np.triu({})", "np.triu({},1)")), shape, (self.grow(shape, depth),))
        if kind == "inv":
            return Part("np.linalg.inv({})", shape, (self.definite(size, depth),))
        if kind == "solve":
            return Part("np.linalg.solve({},{})", shape, (self.definite(size, depth), self.grow(shape, depth)))
        if kind == "power":
            return Part("np.linalg.matrix_power({},2)", shape, (self.grow(shape, depth),))
        if kind == "diag":
            return Part("np.diag({})", shape, (self.grow((size,), depth),))
        if kind == "eye":
            return Part(f"(({{}})+({{}})*np.eye({size}))", shape, (self.grow(shape, depth), self.grow((), depth)))
        if kind == "diagonal":
            return Part("np.diag(np.diag({}))", shape, (self.grow(shape, depth),))
        return Part("(({0})@({0}).T)", shape, (self.grow((size, self.size()), depth),))

    def joined(self, depth: int) -> Part:
        """A scalar from arrays put together, or from a Kronecker product."""
        n, d, k = self.size(), self.size(), self.size()
        form, wholes = self.pick(
            (
                ("np.sum(np.kron({},{})**2)", ((n, d), (d, k))),
                ("np.trace(np.kron({},{}))", ((n, n), (d, d))),
                ("np.sum(np.concatenate([{},{}])**3)", ((n,), (d,))),
                ("np.linalg.norm(np.hstack([{},{}]))", ((n, d), (n, 1))),
                ("np.sum(np.tanh(np.vstack([{},{}])))", ((n, d), (1, d))),
                ("np.sum(np.stack([{},{}])**2)", ((n,), (n,))),
                ("({}).ravel()@({}).ravel()", ((n, d), (n, d))),
                ("np.sum(softmax({})*({}))", ((n,), (n,))),
                ("logsumexp({})*np.average({})", ((n, d), (d,))),
                ("np.sum(({})[:,1:]*({})[:,0:1])", ((n, d), (n, k))),
            )
        )
        return Part(form, (), tuple(self.grow(whole, depth) for whole in wholes))

    def reduction(self, shape: Shape, depth: int) -> Part:
        """A scalar from something larger."""
        n, d = self.size(), self.size()
        kinds = (
            "all",
            "all",
            "trace",
            "det",
            "quadratic",
            "norm",
            "inner",
            "form",
            "entry",
            "products",
            "joined",
            "spread",
        )
        kind = self.pick(kinds)
        if kind == "joined":
            return self.joined(depth)
        if kind == "spread":
            forms = ("np.var({0})", "np.std({0})", "({0}).var()", "np.sum(np.cumsum({0})**2)", "np.prod(np.cosh({0}))")
            neighbours = ("np.sum(np.diff({0})**2)", "np.sum(({0})[1:]*({0})[:-1])")
            return Part(self.pick(forms + neighbours), (), (self.grow((n,), depth),))
        if kind == "all":
            form = self.pick(("({}).sum()", "np.sum({})", "({}).mean()", "np.max({})", "np.sum(({})**2)"))
            return Part(form, (), (self.grow(self.pick(((n,), (n, 1), (1, n), (n, d))), depth),))
        if kind == "trace":
            return Part("np.trace({})", (), (self.grow((n, n), depth),))
        if kind == "det":
            form = self.pick(("np.log(np.linalg.det({}))", "np.linalg.slogdet({})[1]", "np.log(abs(np.linalg.det({})))",
                              "np.linalg.det({})"))  # fmt: skip
            return Part(form, (), (self.definite(n, depth),))
        if kind == "norm":
            form = self.pick(("np.linalg.norm({})", "np.linalg.norm({})**2", "np.linalg.norm({},1)"))
            return Part(form, (), (self.grow((n,) if "1" in form else self.pick(((n,), (n, d), (n, 1))), depth),))
        if kind == "inner":
            return Part(self.pick(("({})@({})", "np.dot({},{})")), (), (self.grow((n,), depth), self.grow((n,), depth)))
        if kind == "quadratic":
            return Part("({0})@({1})@({0})", (), (self.grow((n,), depth), self.grow((n, n), depth)))
        if kind == "form":
            return Part("(({0}).T@({1})@({2})).sum()", (), (
                self.grow((n, 1), depth), self.grow((n, d), depth), self.grow((d, 1), depth)))  # fmt: skip
        if kind == "entry":
            form, whole = self.pick((("({})[0,1]", (n, d)), ("({})[1]", (n,)), ("({})[0,0]", (n, 1))))
            return Part(form, (), (self.grow(whole, depth),))
        return Part("np.sum(({})*({}))", (), (self.grow((n, d), depth), self.grow((n, d), depth)))


def random_objective(seed: int) -> Objective:
    """The objective of a seed: four in five are scalars."""
    garden = Garden(seed)
    n, d = garden.size(), garden.size()
    shape: Shape = () if garden.random.random() < 0.8 else garden.pick(((n,), (n, 1), (n, d), (1, n)))
    root = garden.grow(shape, garden.pick((2, 3, 3, 4, 5)))
    names = sorted({part.template for part in below(root) if part.is_variable})
    return Objective(root, garden.attributes, garden.pick(names))
