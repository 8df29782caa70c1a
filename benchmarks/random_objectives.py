"""Random objectives over what symnn reads, each derived, emitted and compared with central differences of its text.

    python benchmarks/random_objectives.py [COUNT [FIRST_SEED]]

An objective is grown from its shape down: scalars, arrays of one axis, columns, rows and matrices, broadcast and
shared, over every kind of word that the reader has. NumPy alone says what its value and its derivative are. Gradient or
Jacobian, Hessian and product with the Hessian are compared; what fails is made smaller as long as it fails alike.
"""

from __future__ import annotations

import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from garden import Objective, Part, below, random_objective
from known_cases import SIZES, differences, evaluate

from symnn import Result, SymnnError, derive
from symnn.codegen import load_module
from symnn.errors import RefutedError

SLOW = 1.0
SECONDS = 20
LARGEST = 1e4


# --- comparing ------------------------------------------------------------------------------------------------------


def values_of(objective: Objective, sizes: Any, seed: int) -> dict[str, Any]:
    numbers = np.random.default_rng(seed)
    found = {}
    for name, shape in objective.shapes.items():
        drawn = numbers.uniform(0.3, 1.2, [sizes.get(size, size) for size in shape])
        signs = np.where(numbers.random(drawn.shape) < 0.5, -1, 1)
        word = objective.attributes[name]
        if word == "positive definite":
            drawn = drawn * signs
            drawn = drawn @ drawn.T + np.eye(len(drawn))
        elif not word:
            drawn = drawn * signs
        found[name] = drawn if shape else float(drawn)
    return found


def smooth(function: Callable[[Any], Any], at: Any) -> Any | None:
    """The derivative by differences of two steps, None where they disagree: at a kink, or where it is too steep."""
    wide, narrow = differences(function, at, 1e-3), differences(function, at, 2e-4)
    scale = 1 + np.max(np.abs(narrow), initial=0)
    close = np.all(np.isfinite(narrow)) and np.max(np.abs(wide - narrow), initial=0) < 1e-6 * scale
    return narrow if close and scale < LARGEST else None


def same(left: Any, right: Any, tolerance: float = 1e-5) -> bool:
    left, right = np.squeeze(np.asarray(left, dtype=float)), np.squeeze(right)
    if left.shape != right.shape:
        return False
    return bool(np.max(np.abs(left - right), initial=0) <= tolerance * (1 + np.max(np.abs(right), initial=0)))


def failure(objective: Objective) -> tuple[str, str]:
    """How an objective comes out, and by what: right, wrong, refused, refuted, crashed, or one of two more.

    Where the differences of two steps disagree it is unclear; where they agree and symnn's derivative has no value,
    such as that of a norm at zero, it is undefined.
    """
    text = objective.text
    try:
        result = derive(text, objective.wrt, objective.shapes, objective.assumptions)
        if result.verdict == "refuted":
            return "refuted", result.verdict
        return _compared(objective, text, result)
    except RefutedError as error:
        return "refuted", str(error).partition("\n")[0]
    except SymnnError as error:
        return "refused", reason(error)
    except Exception as error:  # anything else is a fault of symnn
        return "crashed", f"{type(error).__name__}: {error}"


def reason(error: SymnnError) -> str:
    """The first words of a refusal, without what is particular."""
    first = str(error).partition("\n")[0]
    return " ".join((first.partition(": ")[2] if first.startswith("line ") else first).split()[:10])


def _compared(objective: Objective, text: str, result: Result) -> tuple[str, str]:
    what = "gradient" if result.objective.is_scalar else "jacobian"
    wanted = ["value", what, *(["hessian", "hvp"] if what == "gradient" else [])]
    emitted, refusals = {}, []
    for name in wanted:
        try:
            emitted[name] = getattr(load_module(result.numpy(name), name), name)
        except RefutedError:
            raise
        except SymnnError as error:
            refusals.append(f"{name}: {reason(error)}")
    if objective.assumptions.get(objective.wrt) == "positive definite":
        kept = {name: word for name, word in objective.assumptions.items() if name != objective.wrt}
        free = derive(text, objective.wrt, objective.shapes, kept)
        emitted["unconstrained"] = getattr(load_module(free.numpy(what), what), what)
    for number, sizes in enumerate(SIZES):
        values = values_of(objective, sizes, number)
        answer = _compared_at(objective, result, emitted, {**sizes, **values})
        if answer != "right":
            return (answer, "") if answer in ("unclear", "undefined") else ("wrong", answer)
    return ("refused", refusals[0]) if refusals else ("right", result.verdict)


def _compared_at(objective: Objective, result: Result, emitted: Any, values: Any) -> str:
    """right, unclear, undefined, or the name of the function that is wrong at these values."""

    def given(array: Any) -> list[Any]:
        changed = {**values, objective.wrt: array}
        return [changed[variable.name] for variable in result.parameters]

    text, at = objective.text, values[objective.wrt]
    value = evaluate(text, values)
    first = smooth(lambda array: evaluate(text, {**values, objective.wrt: array}), at)
    if first is None or not np.all(np.isfinite(value)) or np.max(np.abs(value)) > LARGEST:
        return "unclear"
    if not same(emitted["value"](*given(at)), value):
        return "value"
    what = "gradient" if "gradient" in emitted else "jacobian"
    if what in emitted and not np.all(np.isfinite(emitted[what](*given(at)))):
        return "undefined"
    if what in emitted and not same(emitted[what](*given(at)), first):
        return what
    unconstrained = emitted.get("unconstrained", emitted.get(what))
    second = smooth(lambda array: unconstrained(*given(array)), at) if what == "gradient" else None
    if second is not None and what in emitted and not same(unconstrained(*given(at)), first):
        return "unconstrained gradient"
    if "hessian" in emitted and second is not None and not same(emitted["hessian"](*given(at)), second):
        return "hessian"
    if second is not None and "hvp" in emitted:
        direction = np.random.default_rng(5).normal(size=np.shape(at))
        product = np.tensordot(second.reshape(np.shape(at) * 2), direction, np.ndim(at))
        if not same(emitted["hvp"](*given(at), direction if np.ndim(at) else float(direction)), product):
            return "hvp"
    return "right"


def smaller(objective: Objective) -> Iterator[Objective]:
    """The same objective with one part replaced by a smaller one of its shape."""
    for part in list(below(objective.root))[::-1]:
        if not part.parts:
            continue
        leaves = [leaf for leaf in below(objective.root) if leaf.is_variable and leaf.shape == part.shape]
        for put in [*(inner for inner in below(part) if inner is not part and inner.shape == part.shape), *leaves[:2]]:
            root = _replaced(objective.root, part, put)
            made = Objective(root, objective.attributes, objective.wrt)
            if objective.wrt in made.shapes:
                yield made


def _replaced(root: Part, old: Part, new: Part) -> Part:
    made: dict[int, Part] = {}
    for part in below(root):
        if part is old:
            made[id(part)] = new
        elif part.parts:
            inner = tuple(made[id(child)] for child in part.parts)
            same_parts = all(a is b for a, b in zip(inner, part.parts, strict=True))
            made[id(part)] = part if same_parts else Part(part.template, part.shape, inner)
        else:
            made[id(part)] = part
    return made[id(root)]


def smallest(objective: Objective, alike: tuple[str, str]) -> Objective:
    """The objective made smaller while it fails alike."""
    while True:
        better = (made for made in smaller(objective) if failure(made)[0] == alike[0])
        found = next(better, None)
        if found is None:
            return objective
        objective = found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")

    def too_long(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    signal.signal(signal.SIGALRM, too_long)
    outcomes: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    slow = 0
    for seed in range(first, first + count):
        objective = random_objective(seed)
        start = time.perf_counter()
        signal.alarm(SECONDS)
        found = failure(objective)
        signal.alarm(0)
        seconds = time.perf_counter() - start
        outcomes[found[0]] += 1
        if found[0] == "refused":
            refusals[found[1]] += 1
        if seconds > SLOW:
            slow += 1
        if found[0] in ("wrong", "crashed", "refuted"):
            least = smallest(objective, found) if "TimeoutError" not in found[1] else objective
            print(f"{seed} {found[0]} ({found[1]}), by {least.wrt}: {least.text}", flush=True)
            print(f"    {least.shapes} {least.assumptions}", flush=True)
    print(f"{count} objectives: {dict(outcomes)}, {slow} took more than {SLOW} s")
    for why, times in refusals.most_common(40):
        print(f"{times:6} refused: {why}")


if __name__ == "__main__":
    main()
