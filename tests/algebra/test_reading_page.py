"""docs/reading.md lists what is read and what is refused, from the reader's own tables; --update-golden writes it."""

import ast
from pathlib import Path

import pytest

from symnn.algebra.activations import ACTIVATIONS
from symnn.algebra.functions import PRIMITIVES, SIGMOID, SOFTPLUS, known_functions
from symnn.algebra.reader import read
from symnn.algebra.reading.refusals import FUNCTIONS, SYNTAX
from symnn.algebra.reading.words import CONSTANTS, METHODS, PROPERTIES, vocabulary
from symnn.errors import ReadError

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"


def page() -> str:
    """The page as the tables make it."""
    defined = set(known_functions()) - {*PRIMITIVES, *ACTIVATIONS, SIGMOID.name, SOFTPLUS.name}
    words = {name: word for name, word in vocabulary().items() if word.bare not in defined}
    signatures = {name: f"`{word.bare}({', '.join(word.parameters.split())})`" for name, word in words.items()}
    own = sorted({signatures[word.bare] for word in words.values() if word.own})
    numpy = sorted(
        f"`{name}({', '.join(word.parameters.split())})`" for name, word in words.items() if name.startswith("np.")
    )
    listed = {
        "Functions of NumPy": numpy,
        "Functions of `math`, of scalars": sorted(f"`{name}`" for name in words if name.startswith("math.")),
        "symnn's own functions": own,
        "Methods and attributes": sorted(f"`.{name}`" for name in {*METHODS, *PROPERTIES}),
        "Constants": sorted(f"`np.{name}`" for name in CONSTANTS),
    }
    parts = [HEAD]
    parts += [f"## {title}\n\n" + ",\n".join(entries) + "." for title, entries in listed.items()]
    rows = [f"| {what} | {instead} |" for what, instead in sorted(set(SYNTAX.values()))]
    rows += [f"| `{name}` | {instead} |" for name, instead in sorted(FUNCTIONS.items())]
    escaped = [row.replace("`|`", r"`\|`").replace(") | (", r") \| (") for row in rows]
    parts.append("\n".join(["## Refused by name\n", "| what | why, or what to write instead |", "|---|---|", *escaped]))
    return "\n\n".join(parts) + "\n"


HEAD = """\
# What is read, and what is refused

A text is parsed by Python's own grammar and read by closed lists; nothing is evaluated. This page is made from those
lists, and a test compares it with them.

- **Statements**: assignments (also of several names, with annotations, and in place where no other name could see the
  array change), `def` and `lambda` (read anew where they are applied; no function applies itself), `for` over a `range`
  of constants or a tuple, `if` by constants, `return`, docstrings, `import numpy as np`. The last one is the value.
- **Operators**: `+ - * / ** @`, comparisons, `& | ~`; `and`, `or`, `not`, chains of comparisons and `a if c else b` of
  scalars. A comparison is an array of zeros and ones; its derivative is zero, also at the border, by convention.
- **Subscripts**: entries `x[0]`, `x[-1]`, `X[i, j]`, slices `x[1:]`, `x[:-1]`, `x[::-1]`, `X[:, 1:]`, new axes, `...`.
  Places are constant integers or made of sizes. That rows exist becomes a condition on sizes, printed with the theorem
  and checked by the code: `x[2]` needs n ≥ 3, `x[:5]` needs n ≥ 5. Slices in steps need lengths that are multiples,
  such as `("2*m",)`.
- **Numbers** are real; decimals are exact, up to 1,000 characters. Texts have at most 100,000 characters and 100,000
  parts, arrays at most two axes, none of them empty.
- **Names**: a name with a shape is a variable, also where NumPy has a function of that name. `lambda` names a scalar.
  Unicode names are read as Python reads them (NFKC). A name that is a size in `shapes`, such as n of `("n", "d")`, is
  that size in a text, so that `np.sum(x) / n` is a mean; in a Python function a parameter may not be named like a size.
  A size cannot be differentiated by, nor be given a shape of its own."""


def test_the_page_is_what_the_tables_say(request):
    if request.config.getoption("--update-golden"):
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_is_refused_with_its_reason(name):
    for text in (f"np.{name}(x)", f"{name}(x)", f"x.{name}()"):
        with pytest.raises(ReadError) as caught:
            read(text, {"x": ("n",)})
        assert FUNCTIONS[name] in str(caught.value)
        assert str(caught.value).startswith("line 1, column 1: ")


def test_nothing_is_both_read_and_refused():
    assert not set(FUNCTIONS) & {*vocabulary(), *METHODS, *PROPERTIES}
    assert all(issubclass(kind, ast.AST) for kind in SYNTAX)
