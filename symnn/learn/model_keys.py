"""The keys of a model file: one record each, from which files are checked and the page of all keys is made."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeAlias

from symnn.algebra.reader import read
from symnn.errors import SymnnError

Path: TypeAlias = tuple[str | int, ...]
LARGEST = 1_000_000


class Refusal(Exception):
    """What is wrong at a path of a document; whoever knows the text adds file and line."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{written_path(path)}: {reason}" if path else reason)
        self.path = path


class WrongValue(Exception):
    """Why a value is refused; raised by a kind, which knows no path."""


def written_path(path: Path) -> str:
    """A path as a reader counts: ``layers[2].units`` is the second layer's."""
    found = ""
    for part in path:
        found += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if found else part
    return found


@dataclass(frozen=True)
class Kind:
    """What a value must be: in words, as it would be written, and the function that reads it or raises WrongValue."""

    words: str
    example: str
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Key:
    """A key of a table: what its value must be, what it means, and whether it may be left out, and for what value."""

    name: str
    kind: Kind | Table | Tables
    meaning: str
    required: bool = True
    default: Any = None


@dataclass(frozen=True)
class Table:
    """A table with these keys, and those that `further` tells from it, `gathered` in one value; others are refused."""

    keys: tuple[Key, ...]
    further: Callable[[Mapping[str, Any]], tuple[Key, ...]] | None = None
    gathered: str = ""


@dataclass(frozen=True)
class Tables:
    """An array of tables, at least one."""

    table: Table


def check_table(table: Table, found: object, path: Path = ()) -> dict[str, Any]:
    """The values of all keys, defaults among them. Raises Refusal at the first that is unknown, wrong or missing."""
    if not isinstance(found, dict):
        where = written_path(path)
        raise Refusal(path, f"a table is expected, found {shown(found)}; write [{where}] and its keys below")
    further = table.further(found) if table.further else ()
    known = [key.name for key in (*table.keys, *further)]
    for name in found:
        if name not in known:
            keys = f"the keys {'here' if path else 'of a model'} are {', '.join(known)}"
            raise Refusal((*path, name), f"there is no such key{nearest(name, known)}; {keys}")
    checked = {key.name: _checked_key(key, found, path) for key in table.keys}
    if table.gathered:
        checked[table.gathered] = MappingProxyType({key.name: _checked_key(key, found, path) for key in further})
    return checked


def _checked_key(key: Key, found: Mapping[str, object], path: Path) -> Any:
    place = (*path, key.name)
    if key.name not in found:
        if key.required:
            raise Refusal(path, f"the key {key.name} is missing: {key.meaning}; write {example(key)}")
        return (
            check_table(key.kind, {}, place) if isinstance(key.kind, Table) and key.default is not None else key.default
        )
    value = found[key.name]
    if isinstance(key.kind, Table):
        return check_table(key.kind, value, place)
    if isinstance(key.kind, Tables):
        if not isinstance(value, list) or not value:
            raise Refusal(place, f"at least one table is expected, found {shown(value)}; write {example(key)}")
        return tuple(check_table(key.kind.table, item, (*place, index)) for index, item in enumerate(value))
    try:
        return key.kind.read(value)
    except WrongValue as wrong:
        reason = str(wrong) or f"{key.kind.words} is expected, found {shown(value)}"
        raise Refusal(place, f"{reason}; write {example(key)}") from None


def example(key: Key) -> str:
    """The key as it may be written."""
    if isinstance(key.kind, Kind):
        return f"{key.name} = {key.kind.example}"
    return f"[[{key.name}]]" if isinstance(key.kind, Tables) else f"[{key.name}]"


def nearest(name: str, known: Sequence[str]) -> str:
    """``; did you mean …?`` where a known name is near."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def shown(value: object) -> str:
    """A value of a document with what it is, cut where it is long."""
    words = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "an array",
        dict: "a table",
    }
    kind = words.get(type(value), "a date or time")
    text = (
        {True: "true", False: "false"}[value]
        if isinstance(value, bool)
        else repr(value)
        if kind != "a date or time"
        else str(value)
    )
    return f"{text if len(text) <= 60 else text[:57] + '…'} ({kind})"


# --- kinds of values ------------------------------------------------------------------------------------------------


def whole(least: int, most: int = LARGEST, example: str = "") -> Kind:
    """A whole number in a range; neither true nor 3.0 is one."""

    def checked(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise WrongValue
        return value

    return Kind(f"a whole number from {least:,} to {most:,}", example or str(least), checked)


def number(
    least: float, most: float = math.inf, example: str = "", *, open_below: bool = False, open_above: bool = False
) -> Kind:
    """A finite number in a range whose ends may not belong to it."""
    below = f"above {least:g}" if open_below else f"from {least:g} on"
    above = "" if most == math.inf else f" and below {most:g}" if open_above else f" up to {most:g}"

    def checked(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise WrongValue
        if not least <= value <= most or (open_below and value == least) or (open_above and value == most):
            raise WrongValue
        return float(value)

    return Kind(f"a number {below}{above}", example or f"{least:g}", checked)


def either(first: Kind, second: Kind) -> Kind:
    """One kind or another."""

    def checked(value: object) -> Any:
        try:
            return first.read(value)
        except WrongValue:
            return second.read(value)

    return Kind(f"{first.words} or {second.words}", first.example, checked)


def constant(text: str, value: Any) -> Kind:
    """A text that stands for a value."""

    def checked(found: object) -> Any:
        if found != text:
            raise WrongValue
        return value

    return Kind(f'"{text}"', f'"{text}"', checked)


def _read_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValue
    return value


def _read_line(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise WrongValue
    return value.strip()


TRUTH = Kind("true or false", "true", _read_truth)
LINE = Kind("one line of text", '"…"', _read_line)


def one_of(names: Sequence[str]) -> Kind:
    """One of some names."""

    def checked(value: object) -> str:
        if value not in names:
            near = nearest(value, names) if isinstance(value, str) else ""
            raise WrongValue(f"found {shown(value)}{near}; there are {', '.join(names)}")
        return str(value)

    return Kind(f"one of {', '.join(names)}", f'"{names[0]}"', checked)


def name_or_formula(names: Sequence[str], variables: Mapping[str, tuple[str, ...]], example: str) -> Kind:
    """One of some names, or a formula in some variables of these shapes."""

    def checked(value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise WrongValue
        text = value.strip()
        if text in names:
            return text
        if text.isidentifier() and text not in variables:
            raise WrongValue(
                f"found {shown(text)}{nearest(text, names)}; there are {', '.join(names)}, or write a formula"
            )
        _check_formula(text, variables)
        return text

    return Kind(f"a name, or a formula in {' and '.join(variables)}", f'"{example}"', checked)


def _check_formula(text: str, variables: Mapping[str, tuple[str, ...]]) -> None:
    """Raises WrongValue where the text cannot be read, or has other variables."""
    try:
        used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        reading = read(text, {name: shape for name, shape in variables.items() if name in used})
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise WrongValue(f"the formula {text!r} cannot be read: {error}") from None
    except SymnnError as error:
        raise WrongValue(f"the formula {text!r} cannot be read: {error}") from None
    if reading.inferred:
        others = ", ".join(reading.inferred)
        raise WrongValue(f"the formula {text!r} is one in {' and '.join(variables)}, and has {others} besides")
    if not reading.parameters:
        raise WrongValue(f"the formula {text!r} has no {' and no '.join(variables)} in it")


# --- the keys -------------------------------------------------------------------------------------------------------

ACTIVATION_NAMES = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "gelu", "softmax")
LOSS_NAMES = ("softmax_cross_entropy", "cross_entropy", "binary_cross_entropy", "squared_error")
WEIGHT_NAMES = ("xavier", "he", "normal", "zeros")
OPTIMISER_SETTINGS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "gd": {},
        "sgd": {},
        "momentum": {"momentum": 0.9},
        "nesterov": {"momentum": 0.9},
        "adagrad": {"epsilon": 1e-8},
        "rmsprop": {"rho": 0.9, "epsilon": 1e-8},
        "adam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    }
)
DECAY_NAMES = ("none", "inverse_sqrt")


def _settings(optimiser: Mapping[str, Any]) -> tuple[Key, ...]:
    """The settings of the optimiser that is named; of all of them where none is, which is refused for that."""
    name = optimiser.get("name")
    named = OPTIMISER_SETTINGS.get(name) if isinstance(name, str) else None
    settings = named if named is not None else {key: 0.0 for each in OPTIMISER_SETTINGS.values() for key in each}
    kind = number(0, 1, "0.9", open_above=True)
    return tuple(Key(name, kind, "a setting", False, value) for name, value in settings.items())


LAYER = Table(
    (
        Key("units", whole(1, example="28"), "the number of its outputs"),
        Key(
            "activation",
            name_or_formula(ACTIVATION_NAMES, {"x": ("m", "n")}, "sigmoid"),
            "what is applied to each value, but softmax to each row",
        ),
        Key("bias", TRUTH, "whether a bias is added to each output", False, True),
    )
)
REGULARISATION = Table(
    (
        Key("l2", number(0, example="1e-4"), "λ of the penalty λ/2 · ∑ W²", False, 0.0),
        Key("biases", TRUTH, "whether the biases are penalised too", False, False),
    )
)
INITIALISATION = Table(
    (
        Key("weights", one_of(WEIGHT_NAMES), "how the weights begin", False, "xavier"),
        Key("scale", number(0, example="1.0", open_below=True), "a factor to that", False, 1.0),
    )
)
OPTIMISER = Table(
    (
        Key("name", one_of(tuple(OPTIMISER_SETTINGS)), "the rule of each step"),
        Key("learning_rate", number(0, example="0.01", open_below=True), "the length of a step"),
        Key(
            "decay",
            name_or_formula(DECAY_NAMES, {"t": ()}, "1/(1 + 0.1*t)"),
            "what the learning rate is multiplied by after t epochs",
            False,
            "none",
        ),
    ),
    _settings,
    "settings",
)
TRAINING = Table(
    (
        Key("epochs", whole(1, example="30"), "how often the training data are gone through"),
        Key("batch", either(whole(1, example="32"), constant("all", None)), "the samples of one step", False, None),
        Key("seed", whole(0, 2**32 - 1), "of all random numbers", False, 0),
        Key(
            "validation",
            either(number(0, 1, "0.2", open_above=True), whole(1)),
            "the part of the training data, or the count of samples, that is held back to tell when to stop",
            False,
            0.0,
        ),
        Key("patience", whole(1, example="5"), "the epochs without improvement after which to stop", False, None),
    )
)
DATA = Table(
    (
        Key("name", LINE, "the data set"),
        Key(
            "training", either(whole(1, example="5000"), constant("all", None)), "so many first training samples", False
        ),
        Key("test", either(whole(1, example="1000"), constant("all", None)), "so many first test samples", False),
        Key("standardise", TRUTH, "whether each input gets mean 0 and variance 1 over the training data", False, False),
    )
)
MODEL = Table(
    (
        Key("title", LINE, "the heading of its page"),
        Key("inputs", whole(1, example="784"), "the number of inputs"),
        Key("layers", Tables(LAYER), "the layers from the first to the last"),
        Key(
            "loss",
            name_or_formula(LOSS_NAMES, {"Z": ("m", "k"), "A": ("m", "k"), "Y": ("m", "k")}, "softmax_cross_entropy"),
            "what is minimised, over the samples of a batch",
        ),
        Key("regularisation", REGULARISATION, "the penalty on the weights", False, {}),
        Key("initialisation", INITIALISATION, "how the parameters begin", False, {}),
        Key("optimiser", OPTIMISER, "how the parameters change"),
        Key("training", TRAINING, "how long, and on what"),
        Key("data", DATA, "what `symnn run` trains on", False, None),
        Key("dtype", one_of(("float64", "float32")), "the type of all arrays", False, "float64"),
    )
)
