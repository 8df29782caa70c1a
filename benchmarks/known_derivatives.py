"""Known derivatives through symnn, SymPy's `.diff` and its `array_derive`: right, silently wrong, refused, crashed.

    python benchmarks/known_derivatives.py [--symnn] [CASES.jsonl …]

Without a file it takes the cases beside this script and those of ``tests/corpus``; with ``--symnn`` it leaves SymPy out
and takes every case in each way in which it is written. SymPy gets the objective that symnn has read, as plain SymPy.
An answer is right where its value at random arrays of two sets of sizes equals the known derivative, or central
differences of the objective where none is known; to leave a derivative unevaluated is to refuse. The texts of the
cases are executed, so give it only files that you trust.
"""

from __future__ import annotations

import ast
import signal
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import sympy
from known_cases import SIZES, Case, agree, all_cases, by_differences, by_known, draw, laid_out, read_cases
from sympy.tensor.array.expressions.arrayexpr_derivatives import array_derive
from sympy.tensor.array.expressions.from_array_to_matrix import convert_array_to_matrix
from sympy.tensor.array.expressions.from_matrix_to_array import convert_matrix_to_array

from symnn import Result, SymnnError, derive
from symnn.codegen import load_module

Values: TypeAlias = Mapping[str, Any]
Derived: TypeAlias = Callable[[Values], Any]
"""A derivative as a function of the values of all variables."""

SECONDS = 20
TOLERANCE = 1e-5
OUTCOMES = ("right", "silently wrong", "refused", "crashed")


def understood(case: Case, text: str) -> Result:
    return derive(text, case.wrt, case.shapes, case.assumptions)


def by_symnn(case: Case, text: str) -> Derived:
    result = understood(case, text)
    function = getattr(load_module(result.numpy(case.what), case.what), case.what)
    return lambda values: laid_out(case, values, function(*(values[part.name] for part in result.parameters)))


def by_sympy(differentiate: Callable[[Any, Any], Any]) -> Callable[[Case, str], Derived]:
    """A way of SymPy's; its result is evaluated by putting explicit matrices in."""

    def answer(case: Case, text: str) -> Derived:
        objective = understood(case, text).objective.to_sympy()
        symbols = {str(symbol): symbol for symbol in objective.free_symbols | objective.atoms(sympy.MatrixSymbol)}
        made = differentiate(objective, symbols[case.wrt])
        if case.kind == "hessian":
            made = differentiate(made, symbols[case.wrt])
        if made.has(sympy.Derivative):
            raise NotImplementedError("left unevaluated")
        return lambda values: _value(case, made, symbols, values)

    return answer


def _value(case: Case, made: Any, symbols: Mapping[str, Any], values: Values) -> Any:
    """SymPy's derivative at the values, from the layout variable.shape + output.shape to that of the cases."""
    shapes = [zip(shape, np.shape(values[name]), strict=True) for name, shape in case.shapes.items()]
    named = {str(size): number for pairs in shapes for size, number in pairs}
    sizes = {symbol: named[str(symbol)] for symbol in made.free_symbols if str(symbol) in named}
    put = {symbols[name].subs(sizes): _explicit(array) for name, array in values.items() if name in symbols}
    evaluated = made.subs(sizes).subs(put).doit()
    explicit = evaluated.as_explicit() if hasattr(evaluated, "as_explicit") else evaluated
    found = np.array(explicit.tolist() if hasattr(explicit, "tolist") else explicit.evalf(), dtype=float)
    if found.ndim == 4:
        return laid_out(case, values, found.transpose(2, 3, 0, 1))
    return found.T if case.kind == "vector" else found


def _explicit(array: Any) -> Any:
    return sympy.ImmutableMatrix(np.asarray(array).tolist()) if np.ndim(array) else sympy.Float(float(array))


def _by_arrays(objective: Any, symbol: Any) -> Any:
    return convert_array_to_matrix(array_derive(convert_matrix_to_array(objective), symbol))


CONTENDERS: Mapping[str, Callable[[Case, str], Derived]] = {
    "symnn": by_symnn,
    "SymPy .diff": by_sympy(lambda objective, symbol: objective.diff(symbol)),
    "SymPy array_derive": by_sympy(_by_arrays),
}


@dataclass(frozen=True)
class Outcome:
    """How a contender did on one text. `seconds` is the time of the derivation, without that of the comparison."""

    case: Case
    text: str
    word: str
    seconds: float
    reason: str = ""


def outcome(answer: Callable[[Case, str], Derived], case: Case, text: str) -> Outcome:
    def too_long(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    start = time.perf_counter()
    seconds = 0.0
    try:
        derived = answer(case, text)
        seconds = time.perf_counter() - start
        right = all(_right(derived, case, text, number) for number in range(len(SIZES)))
    except (SymnnError, NotImplementedError) as error:
        return Outcome(case, text, "refused", time.perf_counter() - start, str(error).partition("\n")[0])
    except Exception as error:  # whatever a contender raises, it gave no wrong answer
        return Outcome(case, text, "crashed", time.perf_counter() - start, f"{type(error).__name__}: {error}")
    finally:
        signal.alarm(0)
    return Outcome(case, text, "right" if right else "silently wrong", seconds)


def _right(derived: Derived, case: Case, text: str, number: int) -> bool:
    values = draw(case, SIZES[number], np.random.default_rng(number))
    wanted = by_known(case, values)
    wanted = by_differences(case, text, values) if wanted is None else wanted
    return agree(derived(values), wanted, TOLERANCE)


def functions_of(text: str) -> set[str]:
    """The names of all functions and methods that a text applies."""
    called = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return {part.attr if isinstance(part, ast.Attribute) else ast.unparse(part) for part in called}


def show(name: str, outcomes: list[Outcome]) -> None:
    counted = Counter(found.word for found in outcomes)
    median = statistics.median(found.seconds for found in outcomes)
    print(f"{name:20}{''.join(f'{counted[word]:>16}' for word in OUTCOMES)}{median * 1e3:>9.1f} ms", flush=True)


def show_failures(name: str, outcomes: list[Outcome]) -> None:
    failed = [found for found in outcomes if found.word != "right"]
    if not failed:
        return
    print(f"\n{name}")
    refused = [found for found in failed if found.word == "refused"]
    by_function = Counter(function for found in refused for function in functions_of(found.text))
    of_all = Counter(function for found in outcomes for function in functions_of(found.text))
    listed = (f"{function} {count} of {of_all[function]}" for function, count in by_function.most_common())
    print(f"  refused, by function: {', '.join(listed) or 'none'}")
    for found in failed:
        detailed = name == "symnn" or found.word != "refused"
        if detailed:
            print(f"  {found.case.id} ({found.word}): {found.text!r} {found.reason[:160]}")


def main() -> None:
    given = [argument for argument in sys.argv[1:] if argument != "--symnn"]
    alone = len(given) < len(sys.argv) - 1
    here = Path(__file__).resolve().parent
    cases = [case for path in given for case in read_cases(Path(path))]
    cases = cases or [*all_cases(here), *all_cases(here.parent / "tests" / "corpus")]
    warnings.simplefilter("ignore")
    for case in cases[:3]:
        outcome(by_symnn, case, case.expressions[0])
    texts = [(case, text) for case in cases for text in (case.expressions if alone else case.expressions[:1])]
    print(f"{len(cases)} cases: {dict(Counter(case.kind for case in cases))}, {len(texts)} objectives")
    print(f"{'':20}{''.join(f'{word:>16}' for word in OUTCOMES)}{'median':>12}")
    found = {}
    for name in ["symnn"] if alone else CONTENDERS:
        found[name] = [outcome(CONTENDERS[name], case, text) for case, text in texts]
        show(name, found[name])
    for name, outcomes in found.items():
        show_failures(name, outcomes)


if __name__ == "__main__":
    main()
