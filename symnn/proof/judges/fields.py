"""The numbers that expressions are evaluated over: residues modulo a prime, rationals, and decimals of many digits.

A field knows +, −, ×, ÷ (the first three are NumPy's, on arrays of objects) and the values of primitive functions.
Where something has no value it raises a subclass of `Undefined`, and the judge tries other numbers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from hashlib import blake2b
from random import Random
from typing import Any, TypeAlias, cast

import mpmath
import numpy as np
from numpy.typing import NDArray

from symnn.algebra.functions import JUMPS, PRIMITIVES, kinks_of
from symnn.algebra.nodes import Node
from symnn.errors import SymnnError

Array: TypeAlias = NDArray[np.object_]

# Primes are drawn from 2⁸⁰ to 2⁸¹. There are more than 3·2⁸⁰/(5·ln 2⁸⁰) of them (Rosser and Schoenfeld, 1962), and the
# strong test with these bases is a proof of primality below 3.3·10²⁴ (Sorenson and Webster, 2015).
SMALLEST_PRIME = 2**80
WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)

# Where 1 + exp(−x) is 1 to so many digits, nothing can be told of exp; and the same of erf.
LARGEST = {"exp": 180, "sinh": 180, "cosh": 180, "tanh": 90, "erf": 13}
LARGEST_ANGLE = 10**6
INFINITY = float("inf")

# Where derivatives end or grow beyond bounds, other than at zero.
SPECIAL: Mapping[str, tuple[int, ...]] = dict.fromkeys(("arcsin", "arccos", "arctanh", "arccosh"), (-1, 1))
STEP_BITS, MOST_BITS = 10, 8192

Side: TypeAlias = tuple[str | Node, int, bool]
"""A function and its kink, or a choice, and whether an argument stood above it, or its first branch was taken."""


class Undefined(SymnnError):
    """An expression has no value at the numbers tried."""


class Singular(Undefined):
    """A division by zero, or the inverse of a singular matrix."""


class OutsideDomain(Undefined):
    """A function of a number for which it has no real value."""


class Unclear(Undefined):
    """A derivative at a kink, or a number too large or too close to a kink to be computed."""


class FunctionsInvolved(SymnnError):
    """The rationals know no value of this function."""


class Field(ABC):
    """What an interpreter needs beyond the operators of the entries."""

    @abstractmethod
    def number(self, value: Fraction) -> Any:
        """A rational as an element."""

    def reduce(self, array: Array) -> Array:
        """The array with every entry in its standard form."""
        return array

    @abstractmethod
    def reciprocal(self, array: Array) -> Array:
        """1/x, entry by entry. Raises Singular where an entry is zero."""

    def pivot(self, column: Array) -> int:
        """The position of an entry that can be divided by. Raises Singular where all are zero."""
        for position, entry in enumerate(column):
            if entry != 0:
                return position
        raise Singular("a matrix that is inverted is singular")

    @abstractmethod
    def primitive(self, name: str, order: int, array: Array) -> Array:
        """The derivative of some order of a primitive function, entry by entry."""

    @abstractmethod
    def largest(self, array: Array) -> Array:
        """1 at the largest entry of an array, 0 elsewhere. Raises Unclear where several are equal."""

    @abstractmethod
    def coefficients(self, name: str, count: int) -> list[Any] | None:
        """Numbers in the place of a power series' own coefficients; None where those are meant."""

    @abstractmethod
    def opaque(self, name: str, array: Array, shape: tuple[int, int]) -> Array | None:
        """Atoms in the place of a function of a whole matrix; None where it is to be computed."""

    def settle(self, *arrays: Array | None) -> None:  # noqa: B027
        """Raises a subclass of `Undefined` where an entry has no value, if the field has put that off."""

    def note_branch(self, node: Node, taken: bool) -> None:  # noqa: B027
        """Told when an entry of a choice is that of its first branch, or of its second."""


class PrimeField(Field):
    """Residues modulo a prime drawn by a seed. Every derivative of every primitive is an atom, an unrelated function.

    Only those of steps are zero, where they exist.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.prime = random_prime(seed)

    def number(self, value: Fraction) -> int:
        return value.numerator * self._reciprocal(value.denominator % self.prime) % self.prime

    def reduce(self, array: Array) -> Array:
        return cast(Array, array % self.prime)

    def reciprocal(self, array: Array) -> Array:
        return _entrywise(self._reciprocal, array)

    def _reciprocal(self, entry: int) -> int:
        if entry == 0:
            raise Singular("a divisor is zero")
        return pow(entry, -1, self.prime)

    def primitive(self, name: str, order: int, array: Array) -> Array:
        if order and name in JUMPS:
            return cast(Array, array * 0)
        prefix = f"{self._seed}:{name}:{order}:"

        return _entrywise(lambda entry: self._atom(f"{prefix}{entry}"), array)

    def largest(self, array: Array) -> Array:
        """Residues have no order: a place is an atom of its entry among all entries, in whatever order they stand."""
        if array.size == 1:
            return cast(Array, array * 0 + 1)
        content = ",".join(map(str, sorted(array.ravel().tolist())))
        return _entrywise(lambda entry: self._atom(f"{self._seed}:largest:{entry}:{content}"), array)

    def coefficients(self, name: str, count: int) -> list[int]:
        return [self._atom(f"{self._seed}:{name}:{order}") for order in range(count)]

    def opaque(self, name: str, array: Array, shape: tuple[int, int]) -> Array:
        content = f"{array.shape}:{','.join(map(str, array.ravel().tolist()))}"
        places = np.arange(shape[0] * shape[1]).reshape(shape).astype(object)
        return _entrywise(lambda place: self._atom(f"{self._seed}:{name}:{place}:{shape}:{content}"), places)

    def _atom(self, text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=32).digest(), "big") % self.prime


class RationalField(Field):
    """Exact fractions."""

    def number(self, value: Fraction) -> Fraction:
        return value

    def reciprocal(self, array: Array) -> Array:
        return _entrywise(self._reciprocal, array)

    @staticmethod
    def _reciprocal(entry: Fraction) -> Fraction:
        if entry == 0:
            raise Singular("a divisor is zero")
        return 1 / Fraction(entry)

    def primitive(self, name: str, order: int, array: Array) -> Array:
        raise FunctionsInvolved(f"{name} has no exact value at a rational number")

    def largest(self, array: Array) -> Array:
        raise FunctionsInvolved("what is proved of the largest entry is proved of any, and not refuted by one")

    def coefficients(self, name: str, count: int) -> list[Any]:
        raise FunctionsInvolved(f"the {name} of a matrix has no exact value")

    def opaque(self, name: str, array: Array, shape: tuple[int, int]) -> Array:
        raise FunctionsInvolved(f"the {name} of a matrix has no exact value")


class DecimalField(Field):
    """Real numbers to a given number of digits. Derivatives of primitives are high-precision differences of themselves.

    An entry without a value is NaN until `settle` asks for it: a choice may leave it out. `sides` collects on which
    sides of the kinks of which functions arguments have stood, and which branches of choices were taken.
    """

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self._real = _reals(digits)
        self._values: dict[tuple[str, int, Any], Any] = {}
        self._tiny = self._real.mpf(10) ** (-digits // 2)
        self._reason: Undefined | None = None
        self.sides: set[Side] = set()

    def number(self, value: Fraction) -> Any:
        return self._real.mpf(value.numerator) / value.denominator

    def reciprocal(self, array: Array) -> Array:
        return _entrywise(lambda entry: self._tried(self._reciprocal, entry), array)

    def _tried(self, function: Callable[[Any], Any], entry: Any) -> Any:
        if entry != entry:
            return entry
        try:
            return function(entry)
        except Undefined as error:
            self._reason = self._reason or error
            return self._real.nan

    def settle(self, *arrays: Array | None) -> None:
        if any(entry != entry for array in arrays if array is not None for entry in array.flat):
            raise self._reason or Undefined("an entry has no value")

    def note_branch(self, node: Node, taken: bool) -> None:
        self.sides.add((node, 0, taken))

    def _reciprocal(self, entry: Any) -> Any:
        if abs(entry) < self._tiny:
            raise Singular("a divisor is zero, or too small to tell")
        return self._real.mpf(1) / entry

    def pivot(self, column: Array) -> int:
        self.settle(column)
        position = max(range(len(column)), key=lambda index: abs(column[index]))
        if abs(column[position]) < self._tiny:
            raise Singular("a matrix that is inverted is singular")
        return position

    def primitive(self, name: str, order: int, array: Array) -> Array:
        def derivative(entry: Any) -> Any:
            return self._derivative(name, order, self._real.mpf(entry))

        return _entrywise(lambda entry: self._tried(derivative, entry), array)

    def _derivative(self, name: str, order: int, argument: Any) -> Any:
        if name not in PRIMITIVES:
            raise Undefined(f"{name} stands for any differentiable function, and has no values")
        for kink in kinks_of(name):
            distance = argument - kink
            if abs(distance) < self._tiny and (order or distance != 0):
                raise Unclear(f"an argument of {name} is at its kink, or too close to tell")
            self.sides.add((name, kink, bool(distance > 0)))
        known = self._values.get((name, order, argument))
        if known is None:
            known = self._differences(name, order, argument)
            self._values[name, order, argument] = known
        return known

    @property
    def tiny(self) -> Any:
        """Below this, relatively, two numbers are too close to tell apart."""
        return self._tiny

    def taken(self, array: Array) -> Array:
        """Numbers of another precision at this one."""
        return _entrywise(self._real.mpf, array)

    def coefficients(self, name: str, count: int) -> None:
        return None

    def opaque(self, name: str, array: Array, shape: tuple[int, int]) -> None:
        return None

    def largest(self, array: Array) -> Array:
        self.settle(array)
        entries: list[Any] = array.ravel().tolist()
        top = max(range(len(entries)), key=entries.__getitem__)
        if any(entries[top] - entry < self._tiny for place, entry in enumerate(entries) if place != top):
            raise Unclear("several entries are the largest, or too close to tell")
        made = np.zeros(array.shape, dtype=object)
        made.flat[top] = 1
        return made

    def _differences(self, name: str, order: int, argument: Any) -> Any:
        def function(number: Any) -> Any:
            return REAL_FUNCTIONS[name](self._real, number)

        distances = [abs(argument - place) for place in (0, *SPECIAL.get(name, ()))]
        try:
            value = function(argument)
            return self._limit(name, function, order, argument, distances) if order else value
        except OutsideDomain as error:
            if 0 < min(distances) < self._tiny:
                raise Unclear(f"an argument of {name} is too close to the border of its domain to tell") from error
            raise
        except (OverflowError, ValueError, ZeroDivisionError) as error:
            raise Unclear(f"{name} cannot be computed here: {error}") from error

    def _limit(
        self, name: str, function: Callable[[Any], Any], order: int, argument: Any, distances: Sequence[Any]
    ) -> Any:
        """A difference with a step that is small against the argument and its distances from where it is special."""
        guard = max((abs(int(self._real.mag(distance))) for distance in distances if distance), default=0)
        if guard > MOST_BITS:
            raise Unclear(f"an argument of {name} is too large or too small")
        try:
            return self._real.diff(function, argument, order, addprec=STEP_BITS + guard)
        except OutsideDomain as error:
            raise Unclear(f"an argument of {name} is at the border of its domain") from error


@lru_cache(maxsize=256)
def random_prime(seed: str) -> int:
    """A prime between SMALLEST_PRIME and its double, all of them equally likely."""
    random = Random(f"{seed}:prime")
    while True:
        number = random.randrange(SMALLEST_PRIME + 1, 2 * SMALLEST_PRIME, 2)
        if _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    """The strong test of Miller and Rabin, for odd numbers larger than the witnesses."""
    twos = (number - 1 & 1 - number).bit_length() - 1
    for witness in WITNESSES:
        power = pow(witness, number - 1 >> twos, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


@cache
def _reals(digits: int) -> Any:
    context = mpmath.ctx_mp.MPContext()
    context.dps = digits
    return context


def _entrywise(function: Callable[[Any], Any], array: Array) -> Array:
    made = np.empty(array.size, dtype=object)
    made[:] = [function(entry) for entry in array.flat]
    return made.reshape(array.shape)


def _log(real: Any, x: Any) -> Any:
    if x <= 0:
        raise OutsideDomain("the logarithm of a number that is not positive")
    return real.log(x)


def _sqrt(real: Any, x: Any) -> Any:
    if x < 0:
        raise OutsideDomain("the square root of a negative number")
    return real.sqrt(x)


def _within(name: str, least: float, most: float) -> Callable[[Any, Any], Any]:
    """An inverse function on its domain."""

    def function(real: Any, x: Any) -> Any:
        if not least <= x <= most or (name == "atanh" and abs(x) == 1):
            raise OutsideDomain(f"{name} of a number outside of its domain")
        return getattr(real, name)(x)

    return function


def _bounded(name: str) -> Callable[[Any, Any], Any]:
    def function(real: Any, x: Any) -> Any:
        if abs(x) > LARGEST.get(name, LARGEST_ANGLE):
            raise Unclear(f"the argument of {name} is too large")
        return getattr(real, name)(x)

    return function


REAL_FUNCTIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "exp": _bounded("exp"),
    "log": _log,
    "sqrt": _sqrt,
    "sin": _bounded("sin"),
    "cos": _bounded("cos"),
    "tan": _bounded("tan"),
    "arctan": lambda real, x: real.atan(x),
    "arcsin": _within("asin", -1, 1),
    "arccos": _within("acos", -1, 1),
    "arcsinh": _within("asinh", -INFINITY, INFINITY),
    "arccosh": _within("acosh", 1, INFINITY),
    "arctanh": _within("atanh", -1, 1),
    "sinh": _bounded("sinh"),
    "cosh": _bounded("cosh"),
    "tanh": _bounded("tanh"),
    "erf": _bounded("erf"),
    "abs": lambda real, x: abs(x),
    "sign": lambda real, x: real.sign(x),
    "step": lambda real, x: real.mpf(1 if x > 0 else 0),
    "relu": lambda real, x: x if x > 0 else real.mpf(0),
}
