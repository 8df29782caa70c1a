"""Expressions as people write them, as text or LaTeX, by one walk with two dialects.

Beyond common notation: ``∑ A`` is the sum of all entries, ``∑ᵢ A`` the row of the sums over the rows i, ``∑ⱼ A`` the
column of the sums over the columns j; ``b·1ₙ``, ``1ₙ·bᵀ`` and ``b·1ₖᵀ`` repeat a scalar, a row and a column; functions
and powers act on each entry, and ``A∘²`` says so for square matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sympy import Integer

from symnn.algebra import nodes
from symnn.algebra.dialects import LATEX, TEXT, Dialect
from symnn.algebra.function_names import NAMED, name_of
from symnn.algebra.joining import Joiner
from symnn.algebra.masks import split_mask
from symnn.algebra.nodes import Function, Node, Number, Variable
from symnn.algebra.picking import entry, picked
from symnn.algebra.pieces import Edge, Level, Piece
from symnn.algebra.printed import (
    PI,
    distinct_names,
    is_constant,
    is_count,
    is_reciprocal,
    parts_to_name,
    power_of_quarters,
)
from symnn.algebra.sizes import ONE, Size
from symnn.algebra.walk import fold, labelled, postorder


def text(root: Node) -> str:
    """One line of Unicode text."""
    return _Printer(TEXT, labelled(root)).print()


def latex(root: Node) -> str:
    """LaTeX for math mode, with amsmath."""
    return _Printer(LATEX, labelled(root)).print()


class _Printer(Joiner):
    def __init__(self, dialect: Dialect, root: Node) -> None:
        super().__init__(dialect)
        self.root = root
        everything = list(postorder(root))
        self.names = distinct_names(dialect, [node for node in everything if isinstance(node, Variable)])
        self.functions = {"σ", r"\sigma"} | {
            self.function(node, []).body for node in everything if isinstance(node, Function)
        }
        self.identity_sizes = {node.rows for node in everything if isinstance(node, nodes.Identity)}
        self.unit_sizes = {node.cols for node in everything if nodes.is_unit(node)}
        self.pieces: dict[Node, Piece] = {}
        self.definitions: list[str] = []
        self.named, self.limit = parts_to_name(root, everything)
        taken = {name[0] for name in self.names.values()}
        self.letter = next((letter for letter in "EFGHKMPQRSTU" if letter not in taken), "E")

    def print(self) -> str:
        whole = self.signed(fold(self.root, self.combine, self.pieces))
        if self.definitions:
            return whole + self.dialect.where + self.dialect.comma.join(self.definitions)
        return whole

    def combine(self, node: Node, parts: Sequence[Piece]) -> Piece:
        piece = _RULES[type(node)](self, node, parts)
        if node is not self.root and (node in self.named or len(piece.body) > self.limit):
            name = self.dialect.subscripted(self.letter, str(len(self.definitions) + 1))
            self.definitions.append(f"{name} = {self.signed(piece)}")
            return Piece(name)
        return piece

    # --- leaves ---

    def number(self, node: Number, _: Sequence[Piece]) -> Piece:
        value = abs(node.value)
        body = self.dialect.rational(int(value.p), int(value.q))
        level = Level.ATOM if value.q == 1 or "." in body else Level.QUOTIENT if "/" in body else Level.PREFIX
        return Piece(body, level, Edge.NUMBER, Edge.NUMBER, negative=bool(node.value < 0))

    def extent(self, node: nodes.Extent, _: Sequence[Piece]) -> Piece:
        size = node.size
        shown = self.dialect.size(size)
        if size.is_Atom:
            return self.letters(shown)
        level = Level.SUM if size.is_Add else Level.POWER if size.is_Pow else Level.PRODUCT
        start = Edge.NUMBER if shown[0].isdigit() else Edge.PLAIN
        return Piece(shown, Level.QUOTIENT if "/" in shown else level, start)

    def variable(self, node: Variable, _: Sequence[Piece]) -> Piece:
        return self.letters(self.names[node])

    def letters(self, shown: str, level: Level = Level.ATOM) -> Piece:
        """A name. Several letters keep a distance; a lone d or the name of a function would change its meaning."""
        if shown == "d":
            return Piece(shown, level, end=Edge.PREFIX)
        edge = Edge.WORD if self.dialect.is_word(shown) else Edge.PLAIN
        return Piece(shown, level, edge, Edge.CALLABLE if shown in self.functions else edge)

    def identity(self, node: nodes.Identity, _: Sequence[Piece]) -> Piece:
        alone = len(self.identity_sizes) == 1 and "I" not in self.names.values()
        return Piece("I" if alone else self.dialect.subscripted("I", self.dialect.size(node.rows)))

    def ones(self, node: nodes.Ones, _: Sequence[Piece]) -> Piece:
        return Piece(self.one(node.rows, node.cols), start=Edge.DIGIT)

    def one(self, rows: Size, cols: Size) -> str:
        shape = self.dialect.size(rows)
        return self.dialect.subscripted(
            self.dialect.one, shape if cols == 1 else shape + self.dialect.by + self.dialect.size(cols)
        )

    def zeros(self, _node: Node, _: Sequence[Piece]) -> Piece:
        return Piece("0", start=Edge.NUMBER, end=Edge.NUMBER)

    def function(self, node: Node, _: Sequence[Piece]) -> Piece:
        assert isinstance(node, Function)
        shown = self.dialect.function(node.name)
        edge = Edge.PLAIN if shown in ("σ", r"\sigma") or len(shown) == 1 else Edge.OPERATOR
        return Piece(shown + self.dialect.primes(node.order), start=edge)

    # --- sums and products ---

    def add(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        body = ""
        for position, part in enumerate(parts):
            term = replace(self.operand(replace(part, negative=False), Level.HADAMARD), negative=part.negative)
            if position == 0:
                body = self.signed(term)
            else:
                body += (self.dialect.subtract if term.negative else self.dialect.add) + term.body
        return Piece(body, Level.SUM)

    def multiply(self, node: Node, parts: Sequence[Piece]) -> Piece:
        factors, parts = self.with_pi(node.children, parts)
        if len(factors) == 1:
            return parts[0]
        last = len(factors) - 1
        below = [place for place, factor in enumerate(factors) if is_reciprocal(factor) and factor not in self.named]
        if all(is_count(factors[place].children[0]) for place in below):
            below = [place for place in below if place == last]
        if below and last:
            above = [place for place in range(len(factors)) if place not in below]
            return self.quotient(
                [factors[place] for place in above],
                [parts[place] for place in above],
                [self.pieces[factors[place].children[0]] for place in below],
            )
        return self.scalar_product(factors, parts)

    def scalar_product(self, factors: Sequence[Node], parts: Sequence[Piece]) -> Piece:
        """Scalars and perhaps a matrix at the end; the last may be a product itself: λwᵀw, λXw."""
        negative = parts[0].negative
        pieces = [replace(parts[0], negative=False), *parts[1:]]
        minus_one = isinstance(factors[0], Number) and factors[0].value == -1
        if minus_one and len(pieces) > 1 and not isinstance(factors[1], Number):
            pieces = pieces[1:]
            if len(pieces) == 1 and not pieces[0].negative and pieces[0].level > Level.SUM:
                return replace(pieces[0], negative=True)
        several = sum(isinstance(factor, nodes.MatMul) for factor in factors) > 1 and factors[-1].is_scalar
        shown = []
        for position, (factor, piece) in enumerate(zip(factors[-len(pieces) :], pieces, strict=True)):
            last = position == len(pieces) - 1
            product = last and isinstance(factor, nodes.MatMul) and not several
            whole = (
                (product or isinstance(factor, nodes.Extent)) and piece.level is Level.PRODUCT and not piece.negative
            )
            shown.append(piece if whole else self.factor(piece, last))
        return replace(self.product(shown), negative=negative)

    def with_pi(self, factors: Sequence[Node], parts: Sequence[Piece]) -> tuple[Sequence[Node], Sequence[Piece]]:
        """The factors of a product with π for 4·arctan 1, also below a fraction, unless a variable is printed so."""
        powers = {factor: power_of_quarters(factor) for factor in factors}
        if not any(powers.values()) or self.dialect.pi in self.names.values():
            return factors, parts
        self.pieces[PI] = Piece(self.dialect.pi)
        coefficient, pairs = Integer(1), []
        for factor, part in zip(factors, parts, strict=True):
            power = powers[factor]
            if isinstance(factor, Number):
                coefficient *= factor.value
            elif not power:
                pairs.append((factor, part))
            else:
                coefficient /= Integer(4) ** power
                pairs.append(self.power_of_pi(power))
        if coefficient != 1:
            number = Number(coefficient)
            pairs.insert(0, (number, self.number(number, ())))
        return [factor for factor, _ in pairs], [part for _, part in pairs]

    def power_of_pi(self, power: int) -> tuple[Node, Piece]:
        if power == 1:
            return PI, self.pieces[PI]
        exponent = Number(power)
        made = PI**exponent
        return made, self.power(made, [self.pieces[PI], self.number(exponent, ())])

    def quotient(self, factors: Sequence[Node], parts: Sequence[Piece], divisors: Sequence[Piece]) -> Piece:
        """A fraction; only one over a count is written (1/n) before what it multiplies."""
        one = Piece("1", start=Edge.NUMBER, end=Edge.NUMBER)
        above = self.scalar_product(factors, parts) if len(parts) > 1 else parts[0] if parts else one
        below = divisors[0]
        if len(divisors) > 1:
            below = self.product([self.factor(divisor, divisor is divisors[-1]) for divisor in divisors])
        return replace(self.fraction(replace(above, negative=False), below), negative=above.negative)

    def scale(self, node: Node, parts: Sequence[Piece]) -> Piece:
        factor, operand = parts
        if isinstance(node.children[0], Number) and node.children[0].value == -1:
            if operand.level > Level.SUM and not operand.negative:
                return replace(operand, negative=True)
            return replace(self.parenthesized(operand), negative=True)
        scalar = node.children[0]
        if isinstance(scalar, nodes.Multiply) and factor.level is Level.PRODUCT:
            factors, parts = self.with_pi(scalar.children, [self.pieces[child] for child in scalar.children])
            return self.scalar_product([*factors, node.children[1]], [*parts, operand])
        return self.scalar_product(node.children, parts)

    def matmul(self, node: Node, parts: Sequence[Piece]) -> Piece:
        found = entry(node.children)
        if found is None:
            return self.side_by_side(node.children, parts)
        places, factors = found
        start = 1 if len(factors) < len(parts) else 0
        inner = self.side_by_side(factors, parts[start : start + len(factors)])
        return self.subscripted(inner, list(map(self.place, places)))

    def side_by_side(self, factors: Sequence[Node], parts: Sequence[Piece]) -> Piece:
        """A product, with selections of rows and columns written behind what they pick from."""
        shown = []
        for found in picked(factors):
            piece = parts[found.position]
            factor = factors[found.position]
            if found.cols is not None and found.rows is None and isinstance(factor, nodes.Transpose) and factor.is_row:
                piece = self.subscripted(self.pieces[factor.children[0]], [self.place(found.cols)])
                piece = Piece(piece.body + self.dialect.transpose, Level.POWER, piece.start)
            elif found.rows is not None or found.cols is not None:
                places = [":" if found.rows is None else self.place(found.rows)]
                places += [] if found.cols is None else [self.place(found.cols)]
                piece = self.subscripted(piece, places)
            shown.append(piece)
        if len(shown) == 1:
            return shown[0]
        return self.product([self.factor(part, part is shown[-1]) for part in shown])

    def subscripted(self, piece: Piece, places: Sequence[str]) -> Piece:
        shown = self.operand(piece, Level.ATOM)
        return Piece(f"{shown.body}[{', '.join(places)}]", start=shown.start)

    def place(self, node: nodes.Selection) -> str:
        """The rows that a selection picks, as NumPy writes them."""
        if node.is_unit:
            return self.offset(node.start)
        start, stop, step = node.slice
        written = ":".join("" if bound is None else self.offset(bound) for bound in (start, stop))
        return written + (f":{self.dialect.minus if step < 0 else ''}{abs(step)}" if step != 1 else "")

    def offset(self, place: Size) -> str:
        shown = self.dialect.size(place)
        return self.dialect.minus + shown[1:] if shown.startswith("-") else shown

    def selection(self, node: nodes.Selection, _: Sequence[Piece]) -> Piece:
        if self.is_named_unit(node):
            return Piece(self.unit(node) + self.dialect.transpose, Level.POWER)
        identity = self.dialect.subscripted("I", self.dialect.size(node.cols))
        return self.subscripted(Piece(identity), [self.place(node)])

    def is_named_unit(self, node: nodes.Selection) -> bool:
        return node.is_unit and len(self.unit_sizes) == 1 and self.unit(node) not in self.names.values()

    def unit(self, node: nodes.Selection) -> str:
        return self.dialect.subscripted("e", self.dialect.size(node.start))

    def triangle(self, node: nodes.Triangle, _: Sequence[Piece]) -> Piece:
        name = Piece(self.dialect.subscripted(self.dialect.triangle, self.by(node.shape)))
        return self.call(name, self.offset(node.args[2])) if node.diagonal else name

    def hadamard(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        shown = [self.factors_of_hadamard(part, position == len(parts) - 1) for position, part in enumerate(parts)]
        body = self.dialect.hadamard.join(part.body for part in shown)
        return Piece(body, Level.HADAMARD, shown[0].start, shown[-1].end, greedy=shown[-1].greedy)

    def factors_of_hadamard(self, piece: Piece, last: bool) -> Piece:
        if piece.greedy and not piece.negative:
            return piece if last else self.parenthesized(piece)
        return self.operand(piece, Level.QUOTIENT)

    def inner(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return Piece(self.dialect.inner(*map(self.signed, parts)))

    def power(self, node: Node, parts: Sequence[Piece]) -> Piece:
        base, exponent = parts
        value = node.children[1].value if isinstance(node.children[1], Number) else None
        if value == -1 and node.is_scalar:
            return self.fraction(Piece("1", start=Edge.NUMBER, end=Edge.NUMBER), base)
        square = not node.is_scalar and node.rows == node.cols
        shown = self.operand(base, Level.ATOM)
        atom = not exponent.negative and (exponent.level is Level.ATOM or len(exponent.body) == 1)
        raised = self.dialect.power(shown.body, self.signed(exponent), value, atom, square)
        return Piece(raised, Level.POWER, shown.start)

    def fraction(self, above: Piece, below: Piece) -> Piece:
        if self.dialect.stacks_fractions:
            return Piece(self.dialect.fraction(above.body, self.signed(below)), Level.PREFIX)
        over = self.parenthesized(above) if above.greedy else self.operand(above, Level.PRODUCT)
        greedy = below.greedy and below.level is Level.HADAMARD and not below.negative
        under = below if greedy else self.operand(below, Level.PREFIX)
        shown = self.dialect.fraction(over.body, under.body)
        return Piece(shown, Level.QUOTIENT, over.start, under.end, greedy=greedy)

    # --- matrix functions ---

    def transpose(self, node: Node, parts: Sequence[Piece]) -> Piece:
        operand = node.children[0]
        if isinstance(operand, nodes.Selection) and self.is_named_unit(operand):
            return Piece(self.unit(operand))
        shown = self.operand(parts[0], Level.DIFFERENTIAL)
        return Piece(shown.body + self.dialect.transpose, Level.POWER, shown.start)

    def inverse(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        shown = self.operand(parts[0], Level.ATOM)
        return Piece(shown.body + self.dialect.inverse, Level.POWER, shown.start)

    def determinant(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        shown = self.operand(parts[0], Level.POWER)
        space = "" if shown.start is Edge.OPEN else " "
        return Piece(self.dialect.det + space + shown.body, Level.PREFIX, Edge.OPERATOR, Edge.PREFIX)

    def trace(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return self.call(Piece(self.dialect.trace, start=Edge.OPERATOR), self.signed(parts[0]))

    def diagonal(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return self.call(Piece(self.dialect.diagonal, start=Edge.OPERATOR), self.signed(parts[0]))

    def diagonal_part(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return self.call(Piece(self.dialect.diagonal_part, start=Edge.OPERATOR), self.signed(parts[0]))

    def kronecker(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        left, right = (self.operand(part, Level.QUOTIENT) for part in parts)
        return Piece(left.body + self.dialect.kronecker + right.body, Level.HADAMARD, left.start, right.end)

    def vec(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return self.call(Piece(self.dialect.vec, start=Edge.OPERATOR), self.signed(parts[0]))

    def unvec(self, node: Node, parts: Sequence[Piece]) -> Piece:
        name = self.dialect.subscripted(self.dialect.vec + self.dialect.inverse, self.by(node.shape))
        return self.call(Piece(name, start=Edge.OPERATOR), self.signed(parts[0]))

    def block_rows(self, node: nodes.BlockRows, parts: Sequence[Piece]) -> Piece:
        name = self.dialect.subscripted(self.dialect.blocks, self.by(node.grid))
        return self.call(Piece(name, start=Edge.OPERATOR), self.signed(parts[0]))

    def by(self, shape: Sequence[Size]) -> str:
        return self.dialect.by.join(map(self.dialect.size, shape))

    def commutation(self, node: nodes.Commutation, _: Sequence[Piece]) -> Piece:
        return Piece(self.dialect.subscripted("K", self.by(node.args)))

    def squared_norm(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return Piece(self.dialect.power(self.norm(parts[0]), "2", Integer(2), True, False), Level.POWER)

    def norm(self, operand: Piece) -> str:
        return self.dialect.norm(self.signed(operand))

    def sum(self, node: Node, parts: Sequence[Piece]) -> Piece:
        assert isinstance(node, nodes.Sum)
        shown = self.operand(parts[0], Level.HADAMARD)
        body = self.dialect.sums[node.axis] + " " + shown.body
        return Piece(body, Level.HADAMARD, Edge.OPERATOR, shown.end, greedy=True)

    def named_function(self, node: Node, parts: Sequence[Piece]) -> Piece:
        operand, *directions = map(self.signed, parts)
        inside = [operand, self.dialect.comma.join(directions)] if directions else [operand]
        return self.call(Piece(name_of(node, self.dialect), start=Edge.OPERATOR), self.dialect.semicolon.join(inside))

    def singular_norm(self, node: nodes.SingularNorm, parts: Sequence[Piece]) -> Piece:
        return Piece(self.dialect.singular_norms[node.kind](self.signed(parts[0])))

    def broadcast(self, node: Node, parts: Sequence[Piece]) -> Piece:
        operand = node.children[0]
        shown = self.operand(parts[0], Level.PREFIX).body
        if operand.rows == 1 and node.rows != 1:
            ones = self.one(node.rows, node.cols if operand.cols == 1 else ONE)
            body = shown + self.dialect.dot + ones if operand.cols == 1 else ones + self.dialect.dot + shown
        else:
            body = shown + self.dialect.dot + self.one(node.cols, ONE) + self.dialect.transpose
        return Piece(body, Level.PRODUCT, Edge.DIGIT)

    def differential(self, node: Node, parts: Sequence[Piece]) -> Piece:
        d = self.dialect.differential
        shown = self.signed(parts[0])
        if isinstance(node.children[0], Variable) and d + shown not in self.names.values():
            return Piece(f"{d}{shown}" if len(d) == 1 else f"{d} {shown}", Level.DIFFERENTIAL, Edge.WORD, Edge.WORD)
        return Piece(d + self.dialect.parentheses(shown), Level.DIFFERENTIAL, Edge.WORD)

    def map(self, node: Node, parts: Sequence[Piece]) -> Piece:
        function, operand = node.children
        assert isinstance(function, Function)
        argument = self.signed(parts[1])
        if function.order == 0 and function.name == "abs" and operand.is_column:
            return Piece(self.dialect.absolute(argument))
        if function.order == 0 and function.name == "sqrt":
            if isinstance(operand, nodes.SquaredNorm) and parts[1].level is Level.POWER:
                return Piece(self.norm(self.pieces[operand.children[0]]), Level.POWER)
            return self.root_of(parts[1])
        return self.call(parts[0], argument)

    def root_of(self, radicand: Piece) -> Piece:
        if self.dialect.stacks_fractions:
            return Piece(self.dialect.root(self.signed(radicand)), Level.PREFIX)
        return Piece(self.dialect.root(self.operand(radicand, Level.ATOM).body), Level.PREFIX, end=Edge.PREFIX)

    def where(self, node: Node, parts: Sequence[Piece]) -> Piece:
        condition = self.condition(node.children[0], parts[0])
        return Piece(self.dialect.choice(condition, *map(self.signed, parts[1:])), start=Edge.OPERATOR)

    def condition(self, mask: Node, piece: Piece) -> str:
        """A comparison, with what is subtracted on its right side; else the mask as it stands."""
        comparison = split_mask(mask)
        if comparison is None or mask in self.named:
            return self.signed(piece)
        relation, difference = comparison
        shown = [self.pieces[difference]]
        if isinstance(difference, nodes.Add) and difference not in self.named:
            shown = [self.pieces[term] for term in difference.children]
        left = [term for term in shown if not term.negative]
        right = [replace(term, negative=False) for term in shown if term.negative]
        if len(left) == len(shown) > 1:
            constants = [at for at, term in enumerate(difference.children) if is_constant(term)]
            left = [term for at, term in enumerate(shown) if at not in constants] or left
            right = [replace(shown[at], negative=True) for at in constants if len(left) < len(shown)]
        return self.dialect.relations[relation].join(
            self.signed(self.add(mask, side) if len(side) > 1 else side[0]) if side else "0" for side in (left, right)
        )

    # --- lines of a proof ---

    def equation(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        sides = [self.signed(self.operand(part, Level.SUM)) for part in parts]
        return Piece(self.dialect.equals.join(sides), Level.EQUATION)

    def several(self, _node: Node, parts: Sequence[Piece]) -> Piece:
        return Piece(self.dialect.comma.join(map(self.signed, parts)), Level.LIST)


_RULES: Mapping[type[Node], Callable[[_Printer, Any, Sequence[Piece]], Piece]] = {
    nodes.Number: _Printer.number,
    nodes.Extent: _Printer.extent,
    nodes.Variable: _Printer.variable,
    nodes.Identity: _Printer.identity,
    nodes.Ones: _Printer.ones,
    nodes.Zeros: _Printer.zeros,
    nodes.Add: _Printer.add,
    nodes.Multiply: _Printer.multiply,
    nodes.Scale: _Printer.scale,
    nodes.MatMul: _Printer.matmul,
    nodes.Hadamard: _Printer.hadamard,
    nodes.Inner: _Printer.inner,
    nodes.Power: _Printer.power,
    nodes.Transpose: _Printer.transpose,
    nodes.Inverse: _Printer.inverse,
    nodes.Determinant: _Printer.determinant,
    nodes.Trace: _Printer.trace,
    nodes.SquaredNorm: _Printer.squared_norm,
    nodes.Sum: _Printer.sum,
    nodes.SingularNorm: _Printer.singular_norm,
    **dict.fromkeys(NAMED, _Printer.named_function),
    nodes.Broadcast: _Printer.broadcast,
    nodes.Diagonal: _Printer.diagonal,
    nodes.DiagonalPart: _Printer.diagonal_part,
    nodes.Kronecker: _Printer.kronecker,
    nodes.Vec: _Printer.vec,
    nodes.Commutation: _Printer.commutation,
    nodes.Unvec: _Printer.unvec,
    nodes.BlockRows: _Printer.block_rows,
    nodes.Selection: _Printer.selection,
    nodes.Triangle: _Printer.triangle,
    nodes.Function: _Printer.function,
    nodes.Map: _Printer.map,
    nodes.Where: _Printer.where,
    nodes.Differential: _Printer.differential,
    nodes.Equation: _Printer.equation,
    nodes.Several: _Printer.several,
}
