"""False claims of every kind before the judges of arguments: how many pass, by kind.

    python benchmarks/wrong_claims.py [unseen] [chapters] [SECONDS]

The unseen ones stand in `unseen_claims.py`. The others are mutants: the claims of all chapters with a number moved or
of the other sign, a term or a condition dropped, a condition widened, the sides exchanged. A mutant may be true after
all: one that is passed is asked about again with other random values, and printed, to be read.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sympy
from unseen_claims import (
    CONVERGING,
    DIVERGING,
    EQUATIONS,
    EXPECTATIONS,
    INEQUALITIES,
    LETTERS,
    MARGINS,
    SEMIDEFINITE,
    m,
    n,
)

from symnn import Condition, SymnnError, argument
from symnn.algebra.nodes import Add, Node, Number, as_node
from symnn.algebra.reader import read
from symnn.algebra.walk import fold, postorder
from symnn.chapters import load_chapter
from symnn.claims.analysis import SympyEquation
from symnn.claims.argument import Equality, Question
from symnn.claims.inequality import Inequality
from symnn.claims.probability import Cases, Expectation
from symnn.claims.series import Convergence
from symnn.errors import RefutedError
from symnn.proof.step import Status

SECONDS = 60
MUTANTS = 6
SEEDS = range(1, 3)


@dataclass(frozen=True)
class Wrong:
    """A claim that should not pass."""

    kind: str
    text: str
    question: Question


# --- unseen ---------------------------------------------------------------------------------------------------------


def node(text: str) -> Node:
    """The expression that a text of `unseen_claims.py` means."""
    names = _names(text)
    for size, letter in (("n", "z"), ("d", "v")):
        if size in names and not any(size in LETTERS[name][0] for name in names & set(LETTERS)):
            text += f" + 0*np.sum({letter})"
    letters = sorted(_names(text) & set(LETTERS))
    shapes = {name: LETTERS[name][0] for name in letters}
    return read(text, shapes, {name: LETTERS[name][1] for name in letters if LETTERS[name][1]}).value


def _names(text: str) -> set[str]:
    words = "".join(letter if letter.isalnum() or letter in "_." else " " for letter in text).split()
    return {word.split(".")[0] for word in words}


def inequality(line: str, margin: str = "") -> Inequality:
    """What a line of `unseen_claims.py` claims."""
    claim, *given = [part.strip() for part in line.split("|")]
    sign = next(sign for sign in (">=", "<=", ">", "<") if f" {sign} " in _outside_calls(claim))
    left, right = _parted(claim, f" {sign} ")
    less, more = (left, right) if sign[0] == "<" else (right, left)
    conditions = tuple(Condition("nonnegative", node(part)) for part in given)
    evident = node(margin) if margin else None
    return Inequality(node(less), node(more), conditions, evident, strict=len(sign) == 1)


def _outside_calls(text: str) -> str:
    """The text with what stands in brackets blanked."""
    depth, made = 0, ""
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        made += letter if depth == 0 else "·"
    return made


def _parted(text: str, sign: str) -> tuple[str, str]:
    place = _outside_calls(text).index(sign)
    return text[:place], text[place + len(sign) :]


def semidefinite(text: str) -> Question:
    proof = argument("unseen")
    try:
        proof.semidefinite(node(text), by="guess")
    except SymnnError as error:
        return Raised(error)
    question = proof.claims[0].question
    assert question is not None
    return question


@dataclass(frozen=True)
class Raised:
    """A claim that was refused as soon as it was written."""

    error: SymnnError

    def judge(self, seed: int) -> Any:
        raise self.error


def unseen() -> Iterator[Wrong]:
    """All claims of `unseen_claims.py`."""
    for kind, lines in INEQUALITIES.items():
        for line in filter(None, map(str.strip, lines.splitlines())):
            yield Wrong(kind, line, inequality(line))
    for line, margin in MARGINS:
        yield Wrong("a margin that does not show it", f"{line} by {margin}", inequality(line, margin))
    for text in SEMIDEFINITE:
        yield Wrong("semi-definite", text, semidefinite(text))
    for kind, pairs in EQUATIONS.items():
        for left, right in pairs:
            yield Wrong(kind, f"{left} = {right}", SympyEquation(sympy.sympify(left), sympy.sympify(right)))
    for converges, terms in ((True, CONVERGING), (False, DIVERGING)):
        for term, start in terms:
            series = sympy.Sum(term, (n if start else m, start, sympy.oo))
            yield Wrong("converges" if converges else "diverges", str(term), Convergence(series, converges))
    for expression, value in EXPECTATIONS:
        yield Wrong("expectations", f"{expression} = {value}", Expectation(expression, sympy.sympify(value)))


# --- mutants of the chapters ----------------------------------------------------------------------------------------


def chapters() -> Iterator[Wrong]:
    """Mutants of all claims of all chapters."""
    for path in sorted(Path("derivations").glob("*.py")):
        if "argument(" not in path.read_text():
            continue
        for part in load_chapter(path).arguments():
            for number, claim in enumerate(part.claims, 1):
                for kind, question in mutants(claim.question):
                    yield Wrong(
                        f"{type(claim.question).__name__}: {kind}",
                        f"{path.stem} ({part.title}, {number}): {shown(question)}",
                        question,
                    )


def shown(question: Any) -> str:
    sides = [
        str(getattr(question, name))
        for name in ("left", "right", "series", "expression", "value")
        if hasattr(question, name)
    ]
    given = [f"{each.word} {each.node}" for each in getattr(question, "conditions", ())]
    return " , ".join(sides) + (f" given {'; '.join(given)}" if given else "")


def mutants(question: Any) -> Iterator[tuple[str, Question]]:
    match question:
        case Inequality():
            yield from _of_inequality(question)
        case Equality():
            for kind, right in _of_node(question.right):
                yield kind, replace(question, right=right)
        case SympyEquation():
            for kind, right in _of_sympy(question.right):
                yield kind, replace(question, right=right)
            for kind, left in _of_sympy(question.left):
                yield kind, replace(question, left=left)
        case Convergence():
            yield "direction", replace(question, converges=not question.converges)
            index = question.series.variables[0]
            power = -1 if question.converges else 1
            term = (
                question.series.function * index**power if question.converges else question.series.function / index**2
            )
            yield (
                "exponent",
                replace(
                    question,
                    series=sympy.Sum(
                        term if not question.converges else question.series.function * index, *question.series.limits
                    ),
                ),
            )
        case Expectation():
            value = question.value
            yield "number", replace(question, value=value * sympy.Rational(1001, 1000) + int(value == 0))
            yield "number, by little", replace(question, value=value + sympy.Rational(1, 10**10))
        case Cases():
            for kind, right in _of_sympy(question.right):
                yield kind, replace(question, right=right)


def _of_inequality(question: Inequality) -> Iterator[tuple[str, Question]]:
    plain = replace(question, margin=None)
    yield "direction", replace(plain, left=question.right, right=question.left)
    for kind, right in _of_node(question.right):
        yield kind, replace(plain, right=right)
    for kind, left in _of_node(question.left):
        yield kind, replace(plain, left=left)
    for condition in question.conditions:
        others = tuple(other for other in question.conditions if other is not condition)
        if condition.word in ("positive", "nonnegative"):
            wider = replace(
                condition, node=condition.node + as_node(1) / 1000 if condition.node.is_scalar else condition.node
            )
            for asked in (plain, question):
                yield "condition dropped", replace(asked, conditions=others)
                yield "condition widened", replace(asked, conditions=(*others, wider))


def _of_node(root: Node) -> list[tuple[str, Node]]:
    """The expression with one number moved or of the other sign, or one term dropped."""
    found: list[tuple[str, Node]] = []

    def replaced(old: Node, new: Node) -> Node:
        return fold(root, lambda each, parts: new if each is old else each.rebuild(parts) if parts else each)

    for each in dict.fromkeys(postorder(root)):
        if isinstance(each, Number) and each.value != 0:
            found.append(("number", replaced(each, Number(each.value * sympy.Rational(1001, 1000)))))
            found.append(("sign", replaced(each, Number(-each.value))))
        elif isinstance(each, Add):
            for place in range(len(each.children)):
                left = [child for index, child in enumerate(each.children) if index != place]
                found.append(("term dropped", replaced(each, Add(*left) if len(left) > 1 else left[0])))
    if not found:
        found.append(("number", root * as_node(1001) / 1000))
    return found[:: max(1, len(found) // MUTANTS)]


def _of_sympy(root: sympy.Expr) -> list[tuple[str, sympy.Expr]]:
    found: list[tuple[str, sympy.Expr]] = []
    if not root.atoms(sympy.Limit, sympy.Sum, sympy.Integral, sympy.Derivative):
        found.append(("number", root * sympy.Rational(1001, 1000) if root not in (0, sympy.oo) else root + 1))
        found.append(("number, by little", root + sympy.Rational(1, 10**10) if root != sympy.oo else -root))
    for limit in root.atoms(sympy.Limit):
        expression, variable, point, direction = limit.args
        other = {sympy.oo: sympy.Integer(3), -sympy.oo: sympy.Integer(-3)}.get(point, point + 1)
        if not point.is_infinite:
            turned = sympy.Limit(expression, variable, point, "-" if str(direction) == "+" else "+")
            found.append(("side of the limit", root.xreplace({limit: turned})))
        found.append(("limit point", root.xreplace({limit: sympy.Limit(expression, variable, other)})))
    for whole in root.atoms(sympy.Sum, sympy.Integral):
        variable, low, high = whole.limits[0]
        if not high.is_infinite:
            found.append(("bound", root.xreplace({whole: type(whole)(whole.function, (variable, low, high + 1))})))
    for integer in sorted(root.atoms(sympy.Integer, sympy.Rational) - {sympy.S.Zero, sympy.S.NegativeOne}, key=str)[:2]:
        found.append(("number", root.subs(integer, integer + 1)))
    return found


# --- the count ------------------------------------------------------------------------------------------------------


def verdict(question: Question, seed: int, seconds: int) -> str:
    """What becomes of a claim: refuted, undecided, raised (with the error), slow, or passed."""
    signal.alarm(seconds)
    try:
        status = question.judge(seed).status
    except TimeoutError:
        return "slow"
    except RefutedError:
        return "refuted"
    except SymnnError:
        return "undecided"
    except Exception as error:
        return f"raised {type(error).__name__}"
    finally:
        signal.alarm(0)
    return {Status.REFUTED: "refuted", Status.UNDECIDED: "undecided"}.get(status, "passed")


def _stop(*_: Any) -> None:
    raise TimeoutError


def main(chosen: Sequence[str]) -> None:
    signal.signal(signal.SIGALRM, _stop)
    seconds = next((int(word) for word in chosen if word.isdigit()), SECONDS)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for name, claims in (("unseen", unseen), ("chapters", chapters)):
        if name not in chosen and {"unseen", "chapters"} & set(chosen):
            continue
        for wrong in claims():
            found = verdict(wrong.question, 0, seconds)
            again = (
                [verdict(wrong.question, seed, seconds) for seed in SEEDS]
                if found == "passed" and name == "chapters"
                else []
            )
            table[wrong.kind][found.split(" ")[0]] += 1
            if found not in ("refuted", "undecided"):
                seeds = f" (by other values: {', '.join(again)})" if set(again) - {"passed"} else ""
                print(f"{found}: {wrong.kind}: {wrong.text}{seeds}", flush=True)
    heads = ("refuted", "undecided", "passed", "raised", "slow")
    print(f"\n{'':56}", *(f"{head:>9}" for head in heads))
    for kind, counts in [*table.items(), ("all", sum(table.values(), Counter()))]:
        print(f"{kind[:56]:56}", *(f"{counts[head]:9}" for head in heads))


if __name__ == "__main__":
    main(sys.argv[1:])
