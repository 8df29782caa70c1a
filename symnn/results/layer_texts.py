"""A chain of equal layers as a user states it: one layer as definitions in NumPy, and the loss at the end."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping, Sequence

from sympy import Symbol

from symnn.algebra.names import split_layer
from symnn.algebra.nodes import Extent, Named, Node, Variable
from symnn.algebra.reader import read
from symnn.algebra.reading.declarations import Declarations
from symnn.algebra.sizes import dim, show_shape
from symnn.algebra.walk import labelled, postorder, substitute, variables
from symnn.calculus.induction import Chain, Layer
from symnn.errors import SymnnError
from symnn.results.problem import AssumptionSpec, ShapeSpec

BEFORE = "_before"
EXAMPLE = '"Z = A_before @ W + b; A = sigmoid(Z)"'


def read_chain(
    layer: str,
    loss: str,
    shapes: ShapeSpec,
    parameters: str | Sequence[str],
    *,
    by: str = "",
    penalty: str = "",
    shared: str | Sequence[str] = (),
    assume: AssumptionSpec | None = None,
    source: str = "X",
    adjoint: str = "delta",
    functions: str | Sequence[str] = (),
) -> Chain:
    """The chain that the texts mean. Raises SymnnError where they are not understood, or do not fit each other."""
    for taken in {"f", "g"}.intersection(_names(functions, "functions")):
        raise SymnnError(f"{taken} is what an objective is called on the page; name the function phi, for example")
    texts = _Texts(dict(shapes), dict(assume or {}), _names(functions, "functions"))
    definitions, entering = _definitions(texts, layer)
    labels = {label.name: label for label, _ in definitions}
    end = texts.read(f"{layer}\n{loss}", "the loss")
    if not end.is_scalar:
        raise SymnnError(f"the loss is a scalar, found one of shape {show_shape(end.shape)}: {end}")
    at_end = substitute(end, {node: labels[node.name] for node in _named(end) if node.name in labels})
    added = texts.read(penalty, "the penalty") if penalty else None
    texts.check_used()
    roots = [*(body for _, body in definitions), at_end, *(() if added is None else (added,))]
    found = {variable.name: variable for variable in variables(*roots)}
    free = {name: variable for name, variable in found.items() if name not in labels and variable is not entering}
    _check_names({*found, *labels}, adjoint)
    own = [_one_of(name, free, "parameters") for name in _names(parameters, "parameters")]
    common = [_one_of(name, free, "shared") for name in _names(shared, "shared")]
    for variable in own:
        if variable in common:
            raise SymnnError(f"{variable.name} is one of the parameters of every layer, or shared by all; not both")
    for variable in () if added is None else variables(added):
        if variable.name in labels or variable.name == entering.name:
            raise SymnnError(f"the penalty of a layer is made of its parameters, and {variable.name} is a value in it")
    widths = texts.widths()
    constants = [
        variable
        for variable in free.values()
        if variable not in [*own, *common]
        and any(variable in variables(body) for _, body in definitions)
        and any(size.free_symbols & {*widths, *widths.values()} for size in variable.shape)
    ]
    return Chain(
        Layer(entering, definitions, entering.name.removesuffix(BEFORE), tuple(own), widths, tuple(constants)),
        at_end,
        free[source]
        if source in free
        else Variable(source, *entering.shape, entering.rank, (), "", "what enters the first layer"),
        by or entering.name.removesuffix(BEFORE),
        added,
        tuple(common),
        adjoint,
    )


def _check_names(names: Collection[str], adjoint: str) -> None:
    """Raises SymnnError for a name with the number of a layer, or that of the adjoints."""
    for name in names:
        if split_layer(name)[1]:
            raise SymnnError(f"{name} is the name of something in one layer; layers are not counted in the texts")
    if adjoint in names:
        raise SymnnError(f"the adjoints are named {adjoint}, which stands in the texts; give another name by adjoint=…")


class _Texts:
    """Texts over the same names, each read with the shapes and assumptions of the names that it mentions."""

    def __init__(
        self,
        shapes: dict[str, Sequence[object]],
        assume: dict[str, str | Sequence[str]],
        functions: Sequence[str],
    ) -> None:
        self._functions = functions
        self._shapes = shapes
        self._assume = assume
        self._named_sizes = Declarations(shapes, assume).sizes
        self._used: set[str] = set()
        self._sizes: set[Symbol] = set()

    def read(self, text: str, what: str) -> Node:
        if not isinstance(text, str):
            raise SymnnError(f"{what} is a text such as {EXAMPLE}, found {type(text).__name__}")
        mentioned = set(re.findall(r"\w+", text))
        shapes = {name: shape for name, shape in self._shapes.items() if name in mentioned}
        assume = {name: words for name, words in self._assume.items() if name in mentioned}
        self._used |= mentioned
        node = read(text, shapes, assume, self._functions).named
        # A text need not mention an array of a size to mean this size.
        scalars = [v for v in variables(node) if v.name in self._named_sizes]
        node = substitute(node, {variable: Extent(dim(variable.name)) for variable in scalars})
        self._sizes.update(symbol for part in postorder(node) for size in part.shape for symbol in size.free_symbols)
        return node

    def check_used(self) -> None:
        """Raises SymnnError where a shape or an assumption is given for a name that stands in no text."""
        unused = [name for name in (*self._shapes, *self._assume) if name not in self._used]
        if unused:
            raise SymnnError(f"a shape or an assumption is given for {unused[0]}, which stands in none of the texts")

    def widths(self) -> dict[Symbol, Symbol]:
        """The sizes that differ from layer to layer: those that have one of the layer before."""
        names = {symbol.name: symbol for symbol in self._sizes}
        return {dim(name.removesuffix(BEFORE)): symbol for name, symbol in names.items() if name.endswith(BEFORE)}


def _definitions(texts: _Texts, layer: str) -> tuple[tuple[tuple[Variable, Node], ...], Variable]:
    """The definitions of a layer, and what enters it."""
    names = _assigned(texts, layer)
    entering = {name for name in re.findall(rf"\w+{BEFORE}\b", layer) if name not in names}
    if len(entering) != 1:
        raise SymnnError(
            f"one value enters a layer from the one before, written with {BEFORE}, as in {EXAMPLE}; "
            f"found {', '.join(sorted(entering)) or 'none'}"
        )
    (name,) = entering
    carried = name.removesuffix(BEFORE)
    if carried not in names:
        raise SymnnError(f"{name} is the {carried} of the layer before, but the layer does not define {carried}")
    root = texts.read(f"{layer}\n{carried}", "the layer")
    found = _named(root) if isinstance(root, Named) else []
    if not found or found[-1].name != carried:
        raise SymnnError(f"{carried} is given a value once, which depends on {name}; write the layer as {EXAMPLE}")
    known = {variable.name: variable for variable in variables(root)}
    if name not in known:
        raise SymnnError(f"{carried} does not depend on {name}, so that no layer acts on the next")
    return tuple((node.label, labelled(node.body)) for node in found), known[name]


def _assigned(texts: _Texts, layer: str) -> list[str]:
    """The names that a layer defines."""
    if not isinstance(layer, str):
        raise SymnnError(f"a layer is a text such as {EXAMPLE}, found {type(layer).__name__}")
    try:
        body = ast.parse(layer.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        texts.read(layer, "the layer")
        raise
    targets = [target for part in body if isinstance(part, ast.Assign) for target in part.targets]
    if not body or not isinstance(body[-1], ast.Assign):
        raise SymnnError(f"a layer is a list of definitions such as {EXAMPLE}, found {layer!r}")
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _named(root: Node) -> list[Named]:
    """The named values, each after those that it is made of."""
    return [node for node in postorder(root) if isinstance(node, Named)]


def _names(wanted: str | Sequence[str], what: str) -> list[str]:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise SymnnError(f"{what}: different names are expected, found {wanted!r}")
    return names


def _one_of(name: str, known: Mapping[str, Variable], what: str) -> Variable:
    if name not in known:
        raise SymnnError(f"{what}: no variable {name} stands in the texts; there are {', '.join(known)}")
    return known[name]
