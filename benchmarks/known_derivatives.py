"""Known derivatives through symnn, SymPy's `.diff` and its `array_derive`: right, silently wrong, refused, median time.

    python benchmarks/known_derivatives.py [CASES.jsonl]

A case is an objective and its derivative, both as NumPy text (the format is that of `cases.jsonl` beside this file,
whose lines name their sources). SymPy gets the objective that symnn has read, as plain SymPy. An answer is right where
its value at random arrays equals that of the known derivative; one that stays unevaluated, raises or has no value
there is refused. The known derivatives are executed, so give it only files that you trust.
"""

from __future__ import annotations

import json
import signal
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from sympy.tensor.array.expressions.arrayexpr_derivatives import array_derive
from sympy.tensor.array.expressions.from_array_to_matrix import convert_array_to_matrix
from sympy.tensor.array.expressions.from_matrix_to_array import convert_matrix_to_array

from symnn import SymnnError, derive
from symnn.codegen import load_module

SIZES = {"n": 3, "d": 2, "k": 4, "m": 5}
WORDS = {
    "sym": "symmetric",
    "spd": "positive definite",
    "pos": "positive",
    "pm1": "signs",
    "b01": "binary",
    "onehot": "onehot",
    "onehotrows": "onehot rows",
}
SECONDS = 20
OUTCOMES = ("right", "silently wrong", "refused")


def value(shape: list[Any], attribute: str | None, random: np.random.Generator) -> Any:
    """A random array of a shape that has an attribute of the cases."""
    sizes = tuple(SIZES.get(size, size) for size in shape)
    drawn = random.normal(size=sizes)
    match attribute:
        case "sym":
            drawn = drawn + drawn.T
        case "spd":
            drawn = drawn @ drawn.T + np.eye(sizes[0])
        case "pos":
            drawn = np.abs(drawn) + 0.5
        case "pm1":
            drawn = np.sign(drawn)
        case "b01":
            drawn = (drawn > 0).astype(float)
        case "onehot":
            drawn = np.eye(sizes[0])[:, [1]]
        case "onehotrows":
            drawn = np.eye(sizes[1])[random.integers(0, sizes[1], sizes[0])]
    return drawn if sizes else float(drawn)


def known(text: str, values: Mapping[str, Any]) -> Any:
    """The value of a known derivative. The texts are those of the benchmark's own file."""
    names = {"np": np, **values}
    *statements, last = text.split(";")
    for statement in statements:
        exec(statement, names)
    return np.asarray(eval(last, names), dtype=float)


def symnn_answer(case: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    result = understood(case)
    what = {"scalar": "gradient", "vector": "jacobian", "hessian": "hessian"}[case["kind"]]
    module = load_module(result.numpy(what), what)
    return getattr(module, what)(*(values[variable.name] for variable in result.parameters))


def understood(case: Mapping[str, Any]) -> Any:
    shapes = {name: tuple(shape) for name, shape in case["shapes"].items()}
    assume = {name: WORDS[word] for name, word in case["attributes"].items() if word in WORDS}
    return derive(case["expression"], case["wrt"], shapes, assume)


def sympy_answer(differentiate: Callable[[Any, Any], Any]) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Any]:
    """A way of SymPy's as a function of a case; its result is evaluated by putting explicit matrices in."""

    def answer(case: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        objective = understood(case).objective.to_sympy()
        symbols = {str(symbol): symbol for symbol in objective.free_symbols | objective.atoms(sympy.MatrixSymbol)}
        made = differentiate(objective, symbols[case["wrt"]])
        if case["kind"] == "hessian":
            made = differentiate(made, symbols[case["wrt"]])
        if made.has(sympy.Derivative):
            raise SymnnError("left unevaluated")
        put = {symbols[name]: explicit(array) for name, array in values.items() if name in symbols}
        sizes = {symbol: SIZES[str(symbol)] for symbol in made.free_symbols if str(symbol) in SIZES}
        evaluated = made.subs(sizes).subs({key.subs(sizes): array for key, array in put.items()}).doit()
        return np.array(evaluated.evalf().tolist() if hasattr(evaluated, "tolist") else evaluated.evalf(), dtype=float)

    return answer


def explicit(array: Any) -> Any:
    if np.ndim(array) == 0:
        return sympy.Float(float(array))
    columns = np.asarray(array)[:, None] if np.ndim(array) == 1 else array
    return sympy.ImmutableMatrix(columns.tolist())


def by_arrays(objective: Any, symbol: Any) -> Any:
    return convert_array_to_matrix(array_derive(convert_matrix_to_array(objective), symbol))


CONTENDERS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Any]] = {
    "symnn": symnn_answer,
    "SymPy .diff": sympy_answer(lambda objective, symbol: objective.diff(symbol)),
    "SymPy array_derive": sympy_answer(by_arrays),
}


def outcome(answer: Callable[..., Any], case: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, float]:
    """How one contender does on one case, and the seconds it took."""

    def too_long(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    start = time.perf_counter()
    try:
        found = np.asarray(answer(case, values), dtype=float)
    except Exception:  # whatever a contender raises, it gave no wrong answer
        return "refused", time.perf_counter() - start
    finally:
        signal.alarm(0)
    seconds = time.perf_counter() - start
    wanted = known(case["hessian"] or case["derivative"], values)
    if found.ndim == 4:  # the known Jacobians of matrices stack columns
        rows, cols = found.shape[0] * found.shape[1], found.shape[2] * found.shape[3]
        found = found.transpose(1, 0, 3, 2).reshape(rows, cols)
    same = found.size == wanted.size and np.allclose(np.squeeze(found), np.squeeze(wanted), rtol=1e-7, atol=1e-9)
    return "right" if same else "silently wrong", seconds


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("cases.jsonl")
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    random = np.random.default_rng(0)
    drawn = [{n: value(s, c["attributes"].get(n), random) for n, s in c["shapes"].items()} for c in cases]
    warnings.simplefilter("ignore")
    outcome(symnn_answer, cases[0], drawn[0])
    print(f"{len(cases)} cases of {path.name}")
    print(f"{'':20}{''.join(f'{word:>16}' for word in OUTCOMES)}{'median':>12}")
    for name, answer in CONTENDERS.items():
        results = [outcome(answer, case, values) for case, values in zip(cases, drawn, strict=True)]
        counted = Counter(word for word, _ in results)
        median = statistics.median(seconds for _, seconds in results)
        print(f"{name:20}{''.join(f'{counted[word]:>16}' for word in OUTCOMES)}{median * 1e3:>9.1f} ms")
        missed = [f"{case['id']} ({word})" for case, (word, _) in zip(cases, results, strict=True) if word != "right"]
        if missed:
            print(f"  not right: {', '.join(missed)}")


if __name__ == "__main__":
    main()
