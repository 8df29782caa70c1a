"""The walk over a syntax tree: a closed list of what is read, nothing is ever run, and nesting costs no stack.

A method that needs the value of a part yields the part and is sent its value; one loop keeps the waiting methods.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

from sympy import Integer

from symnn.algebra.nodes import Function, Named, Variable
from symnn.algebra.reading import arrays, conditions, loops
from symnn.algebra.reading.arrays import Array, LocalFunction, Reading, RunningSum, Value
from symnn.algebra.reading.declarations import RESERVED, Declarations, nearest, normal_name
from symnn.algebra.reading.reductions import INFINITY, MINUS_INFINITY
from symnn.algebra.reading.refusals import FUNCTIONS, SYNTAX
from symnn.algebra.reading.source import LAMBDA, STAND_IN, Source
from symnn.algebra.reading.statements import apply, local_function
from symnn.algebra.reading.subscripts import Subscript, subscript
from symnn.algebra.reading.word import Arguments, Word
from symnn.algebra.reading.words import CONSTANTS, METHODS, PROPERTIES, elementwise, vocabulary
from symnn.algebra.sizes import Size, dim
from symnn.algebra.walk import surface
from symnn.errors import ReadError

MOST_PARTS = 100_000
FLOATS = frozenset({"float", "np.float64", "numpy.float64", "'float64'", "'float'"})


SPREAD_ARGUMENTS = frozenset({"reshape", "transpose"})
"""Methods that take a tuple part by part."""

MODULES = {"np": "np", "numpy": "np", "linalg": "np.linalg", "scipy": "scipy", "math": "math"}
TRUSTED_MODULES = frozenset({"numpy", "math", "builtins", "symnn", "scipy", "autograd", "jax"})

BINARY: Mapping[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Mult: arrays.multiply,
    ast.Div: arrays.divide,
    ast.MatMult: arrays.matmul,
    ast.Pow: arrays.power,
    ast.BitAnd: arrays.both,
    ast.BitOr: arrays.either,
}


class Interpreter:
    """Reads one objective. `parameters` are the names of a function's parameters, None for a plain text."""

    def __init__(
        self,
        source: Source,
        declarations: Declarations,
        parameters: Sequence[str] | None = None,
        surroundings: Mapping[str, object] | None = None,
        *,
        keeps_names: bool = False,
        functions: Sequence[str] = (),
    ) -> None:
        self.source = source
        self.keeps_names = keeps_names
        self.given_names: set[str] = set()
        self.declarations = declarations
        self.parameters = parameters
        self.surroundings = surroundings or {}
        self.words = vocabulary() | {name: elementwise(Function(name), True) for name in functions}
        self.locals: ChainMap[str, Value] = ChainMap()
        self.active: set[ast.AST] = set()
        self.found: dict[str, tuple[tuple[int, int], Variable]] = {}
        self._parts = 0
        self._in_shape: set[ast.expr] = set()

    # --- the loop ---

    def run(self, first: Reading) -> Value:
        """The value that a generator comes to, the expressions that it asks for being read."""
        waiting: list[Reading] = [first]
        value: Value = None
        while waiting:
            try:
                found = self._visit(waiting[-1].send(value))
            except StopIteration as finished:
                waiting.pop()
                value = finished.value
                continue
            if isinstance(found, Generator):
                waiting.append(found)
                value = None
            else:
                value = found
        return value

    def _visit(self, part: ast.expr) -> Value | Reading:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise self.source.refuse(part, f"more than {MOST_PARTS} parts are not read", "Write a shorter formula.")
        method = self._METHODS.get(type(part))
        if method is None:
            raise self.refused(part)
        return method(self, part)

    def refused(self, part: ast.AST, place: ast.AST | None = None) -> ReadError:
        what, instead = SYNTAX.get(type(part), (f"`{type(part).__name__}`", "Write a formula of names and numbers."))
        return self.source.refuse(place or part, f"{what} is not read", instead)

    def array(self, value: Value, place: ast.AST) -> Array:
        if not isinstance(value, Array):
            shown = "a tuple" if isinstance(value, tuple) else repr(value)
            if isinstance(value, LocalFunction):
                shown = f"the function `{value.name}`; apply it: `{value.name}(…)`"
            raise self.source.refuse(place, f"an expression is expected, found {shown}")
        return value

    # --- leaves ---

    def _constant(self, part: ast.Constant) -> Value:
        value = part.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            with self.source.at(part):
                return arrays.scalar(self.source.rational(part))
        if value is None or isinstance(value, bool | str):
            return value
        raise self.source.refuse(part, "this constant is not read", "Write a real number.")

    def _name(self, part: ast.Name) -> Value:
        name = LAMBDA if part.id == STAND_IN else part.id
        if name in self.locals:
            return self.locals[name]
        if self.parameters is not None and name not in self.parameters:
            raise self.source.refuse(
                part,
                f"`{part.id}` is no parameter of the function, and its value outside is not looked up",
                f"Make it a parameter. {nearest(name, self.parameters)}".rstrip(),
            )
        if name in self.words and name not in self.declarations.shapes and name not in (self.parameters or ()):
            raise self.source.refuse(
                part, f"`{name}` is a function", "Apply it, or choose another name for a variable."
            )
        if name in RESERVED or name.startswith("__"):
            raise self.source.refuse(part, f"`{name}` does not name a variable", "Choose another name.")
        if self.parameters is None and name in self.declarations.sizes:
            return arrays.extent(dim(name))
        variable = self.declarations.variable(name)
        position = (part.lineno, part.col_offset)
        known = self.found.get(name)
        self.found[name] = (position if known is None else min(position, known[0]), variable)
        return Array(variable, variable.rank)

    def _tuple(self, part: ast.Tuple | ast.List) -> Reading:
        values: list[Value] = []
        for element in part.elts:
            values.append((yield element))
        return tuple(values)

    # --- operators ---

    def _unary(self, part: ast.UnaryOp) -> Reading:
        value = yield part.operand
        if isinstance(part.op, ast.Not):
            return conditions.junction(self, part, [value], lambda only, _: arrays.opposite(only))
        if value == INFINITY and isinstance(part.op, ast.USub):
            return MINUS_INFINITY
        operand = self.array(value, part.operand)
        if isinstance(part.op, ast.USub | ast.Invert):
            with self.source.at(part):
                return arrays.negated(operand) if isinstance(part.op, ast.USub) else arrays.opposite(operand)
        if isinstance(part.op, ast.UAdd):
            return operand
        raise self.refused(part.op, part)

    def _binary(self, part: ast.BinOp) -> Reading:
        if isinstance(part.op, ast.Add | ast.Sub):
            return (yield from self._sum(part))
        rule = BINARY.get(type(part.op))
        if rule is None:
            raise self.refused(part.op, part)
        left = self.array((yield part.left), part.left)
        right = self.array((yield part.right), part.right)
        with self.source.at(part):
            return rule(left, right)

    def _lambda(self, part: ast.Lambda) -> Reading:
        return (yield from local_function(self, part, "lambda"))

    def _sum(self, part: ast.BinOp) -> Reading:
        links: list[ast.BinOp] = []
        first: ast.expr = part
        while isinstance(first, ast.BinOp) and isinstance(first.op, ast.Add | ast.Sub):
            links.append(first)
            first = first.left
        total = RunningSum(self.array((yield first), first))
        for link in reversed(links):
            term = self.array((yield link.right), link.right)
            with self.source.at(link):
                total.add(term, "+" if isinstance(link.op, ast.Add) else "-")
        return total.array()

    # --- attributes and subscripts ---

    def _attribute(self, part: ast.Attribute) -> Value | Reading:
        path = self._path(part)
        if path is None:
            return self._property(part)
        constant = CONSTANTS.get(path.removeprefix("np.").removeprefix("math."))
        if constant is not None:
            return constant()
        if path in self.words:
            raise self.source.refuse(part, f"`{path}` is a function", f"Apply it: `{path}(…)`.")
        raise self._unknown_word(part, path)

    def _property(self, part: ast.Attribute) -> Reading:
        operand = self.array((yield part.value), part.value)
        read = PROPERTIES.get(part.attr)
        if read is None:
            instead = f"Apply it: `.{part.attr}()`." if part.attr in METHODS else ""
            accepted = (
                f"The attributes that are read are {', '.join(PROPERTIES)}. {nearest(part.attr, PROPERTIES)}".rstrip()
            )
            raise self.source.refuse(part, f"the attribute `.{part.attr}` is not read", instead or accepted)
        return read(operand)

    def _subscript(self, part: ast.Subscript) -> Reading:
        base = yield part.value
        elements = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
        parts: list[Subscript] = []
        for element in elements:
            if isinstance(element, ast.Slice):
                start = yield from self._place(element.lower)
                stop = yield from self._place(element.upper)
                step = yield from self._place(element.step)
                if step is not None and not step.is_Integer:
                    raise self.source.refuse(element, "the step of a slice is a constant integer")
                parts.append((start, stop, 1 if step is None else int(step)))
            elif isinstance(element, ast.Constant) and element.value is ...:
                parts.append(...)
            else:
                parts.append((yield from self._place(element)))
        if isinstance(base, tuple):
            return self._part_of_tuple(base, parts, part)
        operand = self.array(base, part.value)
        with self.source.at(part):
            return subscript(operand, parts)

    def _place(self, part: ast.expr | None) -> Generator[ast.expr, Value, Size | None]:
        """A constant integer, or one made of sizes; None for None."""
        value = None if part is None else (yield part)
        if part is None or value is None:
            return None
        if isinstance(value, Array) and value.is_condition:
            message = "entries picked by a condition have no size that is known before"
            raise self.source.refuse(
                part, message, "Write `np.where(condition, x, 0)`, or a product with the condition."
            )
        with self.source.at(part):
            place = arrays.whole_number(value) if isinstance(value, Array) else None
        if place is None:
            message = "a subscript is a constant integer, a slice, `None` or `...`"
            raise self.source.refuse(
                part, message, "For rows named by an array write a product with their one-hot rows."
            )
        return place

    def _part_of_tuple(self, base: tuple[Value, ...], parts: Sequence[Subscript], part: ast.Subscript) -> Value:
        (only,) = parts if len(parts) == 1 else (None,)
        if isinstance(only, tuple) and all(bound is None or bound.is_Integer for bound in only[:2]):
            start, stop = (None if bound is None else int(bound) for bound in only[:2])
            if only[2]:
                return base[start : stop : only[2]]
        if isinstance(only, Integer) and -len(base) <= only < len(base):
            return base[int(only)]
        raise self.source.refuse(part, f"a tuple of {len(base)} is subscripted by one constant integer within it")

    # --- calls ---

    def _path(self, function: ast.expr) -> str | None:
        """``np.linalg.norm`` of a function so named; None where the root is no module that is known."""
        names: list[str] = []
        while isinstance(function, ast.Attribute):
            names.append(function.attr)
            function = function.value
        if not names or not isinstance(function, ast.Name) or function.id in self.locals:
            return None
        root = MODULES.get(function.id)
        if root is None or function.id in self.declarations.shapes:
            return None
        self._check_module(function)
        path = ".".join([root, *reversed(names)])
        in_scipy = path.replace("np.", "scipy.", 1)
        return in_scipy if function.id == "linalg" and path not in self.words and in_scipy in self.words else path

    def _call(self, part: ast.Call) -> Reading:
        if isinstance(part.func, ast.Name) and part.func.id == "sum" and len(part.args) == 1 and not part.keywords:
            only = part.args[0]
            if isinstance(only, ast.GeneratorExp | ast.ListComp):
                self._check_word(part.func)
                values = yield from loops.each(self, only)
                return loops.added(self, only, [self.array(value, only.elt) for value in values])  # type: ignore[union-attr]
        known = self.locals.get(part.func.id) if isinstance(part.func, ast.Name) else None
        if isinstance(part.func, ast.Lambda):
            known = yield part.func
        if isinstance(known, LocalFunction):
            return (yield from apply(self, known, part))
        if isinstance(part.func, ast.Attribute) and part.func.attr == "astype":
            return (yield from self._as_float(part, part.func.value))
        word, given = None, list(part.args)
        path = self._path(part.func)
        if path is not None:
            word = self.words.get(path)
            if word is None:
                raise self._unknown_word(part.func, path)
        elif isinstance(part.func, ast.Name):
            word = self._bare_word(part.func)
        elif isinstance(part.func, ast.Attribute):
            word = METHODS.get(part.func.attr)
            if word is None:
                raise self._unknown_method(part.func)
            if word.bare in SPREAD_ARGUMENTS and len(given) > 1:
                given = [ast.copy_location(ast.Tuple(given, ast.Load()), part)]
            given.insert(0, part.func.value)
        if word is None:
            raise self.source.refuse(part, "only functions and methods by name are applied")
        return (yield from self._apply(word, part, given))

    def _as_float(self, part: ast.Call, operand: ast.expr) -> Reading:
        if part.keywords or len(part.args) != 1 or ast.unparse(part.args[0]) not in FLOATS:
            raise self.source.refuse(part, "`.astype` is read for real numbers", "Write `.astype(float)`.")
        return replace(self.array((yield operand), operand), is_condition=False)

    def _apply(self, word: Word, part: ast.Call, given: Sequence[ast.expr]) -> Reading:
        signature = list(word.signature())
        names = [name for name, _, _ in signature]
        if len(given) > len(names):
            accepted = ", ".join(word.parameters.split())
            raise self.source.refuse(
                part, f"`{word.name}` takes {len(names)} arguments ({accepted}), found {len(given)}"
            )
        places: dict[str, ast.expr] = dict(zip(names, given, strict=False))
        for keyword in part.keywords:
            if keyword.arg == "dtype" and ast.unparse(keyword.value) in FLOATS:
                continue
            if keyword.arg not in names:
                shown = f"the argument `{keyword.arg}`" if keyword.arg else "`**`-unpacking"
                accepted = f"The arguments are {', '.join(word.parameters.split())}."
                raise self.source.refuse(keyword, f"{shown} of `{word.name}` is not read", accepted)
            if keyword.arg in places:
                raise self.source.refuse(keyword, f"`{word.name}` is given `{keyword.arg}` twice")
            places[keyword.arg] = keyword.value
        values: dict[str, Value] = {}
        for name, has_default, default in signature:
            if name in places:
                values[name] = yield places[name]
            elif has_default:
                values[name] = default
            else:
                raise self.source.refuse(part, f"`{word.name}` needs the argument `{name}`")
        arguments = Arguments(self.source, part, values, places)
        if isinstance(part.func, ast.Name) and part.func.id == "sum" and isinstance(values["a"], tuple):
            return loops.added(self, part, arguments.arrays("a"))
        self._check_own_sum(part, values[names[0]])
        with self.source.at(part):
            return word.build(arguments)

    def _check_own_sum(self, part: ast.Call, operand: Value) -> None:
        """Python's own `sum` adds along the first axis, and its second argument is where it starts."""
        bare = isinstance(part.func, ast.Name) and part.func.id == "sum"
        if bare and (len(part.args) > 1 or (not part.keywords and isinstance(operand, Array) and operand.rank == 2)):
            message = "Python's own `sum` adds the rows of a matrix, and starts from its second argument"
            raise self.source.refuse(part, message, "Write `np.sum(…)`, or `np.sum(…, axis=0)` to add the rows.")
        if isinstance(part.func, ast.Name) and part.func.id in ("max", "min") and len(part.args) > 1:
            message = f"Python's own `{part.func.id}` takes the larger or smaller of its arguments"
            raise self.source.refuse(part, message, f"Write `np.{part.func.id}imum(a, b)`.")

    def _bare_word(self, function: ast.Name) -> Word:
        name = function.id
        taken = (self.locals, self.found, self.declarations.shapes, self.parameters or ())
        if any(name in names for names in taken):
            raise self.source.refuse(function, f"`{name}` is a variable, not a function", "Write `*` for a product.")
        word = self.words.get(name)
        if word is None:
            raise self._unknown_word(function, name)
        self._check_word(function)
        return word

    def _check_word(self, function: ast.Name) -> None:
        """Inside a Python function a word means what it means there; a function of the user's own is not read."""
        meant = self.surroundings.get(function.id)
        module = str(getattr(meant, "__module__", None) or "builtins").partition(".")[0]
        if meant is not None and (module not in TRUSTED_MODULES or getattr(meant, "__name__", "") != function.id):
            raise self.source.refuse(
                function,
                f"`{function.id}` is a function of your own here, and is not read",
                "Write its formula out, or define it for symnn by a formula.",
            )

    def _check_module(self, root: ast.Name) -> None:
        meant = self.surroundings.get(root.id)
        if meant is not None and (
            not isinstance(meant, ModuleType) or not {"numpy", root.id}.intersection(meant.__name__.split("."))
        ):
            raise self.source.refuse(root, f"`{root.id}` is another module here")

    def _unknown_word(self, place: ast.AST, name: str) -> ReadError:
        last = name.rpartition(".")[2]
        if last in FUNCTIONS:
            return self.source.refuse(place, f"`{name}` is not read", FUNCTIONS[last])
        bare = self.words.get(last)
        if bare is not None and bare.own:
            return self.source.refuse(place, f"NumPy has no `{last}`", f"Write `{last}(…)`.")
        close = nearest(last, [word for word in self.words if "." not in word])
        close = close.replace("`", f"`{name.removesuffix(last)}", 1)
        accepted = "Give what it computes as a variable, or write its formula; docs/reading.md lists what is read."
        return self.source.refuse(place, f"`{name}` is not a function that is read", close or accepted)

    def _unknown_method(self, function: ast.Attribute) -> ReadError:
        if function.attr in PROPERTIES:
            return self.source.refuse(
                function, f"`.{function.attr}` is not applied", f"Write `.{function.attr}` alone."
            )
        instead = FUNCTIONS.get(function.attr) or (
            f"The methods that are read are {', '.join(METHODS)}. {nearest(function.attr, METHODS)}".rstrip()
        )
        return self.source.refuse(function, f"the method `.{function.attr}` is not read", instead)

    # --- names that are assigned ---

    def target(self, part: ast.expr, *, is_function: bool = False) -> str:
        """The name that an assignment or a loop gives a value to. Raises ReadError where it may not."""
        if not isinstance(part, ast.Name):
            raise self.source.refuse(part, "a value is given to a name", "Write `name = …`.")
        name = LAMBDA if part.id == STAND_IN else part.id
        taken = name in self.declarations.shapes or name in self.found or name in (self.parameters or ())
        if taken and name not in self.locals:
            raise self.source.refuse(part, f"`{name}` is a variable of the objective", "Give the value another name.")
        if name in self.words and not is_function:
            raise self.source.refuse(part, f"`{name}` is a function", "Give the value another name.")
        try:
            return normal_name(name)
        except ReadError as error:
            raise self.source.refuse(part, str(error)) from error

    def assign(self, target: ast.expr, value: Value) -> None:
        """Gives a name a value, or several names the values of a tuple."""
        if not isinstance(target, ast.Tuple | ast.List):
            name = self.target(target, is_function=isinstance(value, LocalFunction))
            self.locals[name] = self._named(name, value)
            return
        if not isinstance(value, tuple) or len(value) != len(target.elts):
            raise self.source.refuse(target, f"{len(target.elts)} names take a tuple of {len(target.elts)}")
        for part, element in zip(target.elts, value, strict=True):
            self.assign(part, element)

    def _named(self, name: str, value: Value) -> Value:
        """A value that varies, by the name that the text gives it; given a second time it is told apart by a number."""
        if not self.keeps_names or self.active or not isinstance(value, Array) or value.is_condition:
            return value
        varies = any(isinstance(node, Named | Variable) for node in surface(value.node))
        if isinstance(value.node, Named | Variable) or not varies:
            return value
        label, count = name, 1
        while label in self.given_names or label in self.found:
            count += 1
            label = f"{name}_{count}"
        self.given_names.add(label)
        return replace(value, node=Named(label, value.rank, value.node))

    _METHODS: Mapping[type[ast.expr], Callable[[Interpreter, Any], Value | Reading]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Tuple: _tuple,
        ast.List: _tuple,
        ast.UnaryOp: _unary,
        ast.BinOp: _binary,
        ast.Compare: conditions.compare,
        ast.BoolOp: conditions.boolean,
        ast.IfExp: conditions.choice,
        ast.Lambda: _lambda,
        ast.ListComp: loops.each,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Call: _call,
    }
