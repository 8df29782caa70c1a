"""Known derivatives of the field, written in several ways: each right by NumPy alone, or refused by the name of a word.

Every fourth case is tried here, in one of its writings; the benchmark `known_derivatives` tries them all.
"""

from pathlib import Path

import numpy as np
import pytest
from known_cases import SIZES, Case, agree, all_cases, by_differences, by_known, draw, laid_out

from symnn import Result, SymnnError, derive
from symnn.codegen import load_module

CASES = list(all_cases(Path(__file__).with_name("corpus")))

NOT_READ = (
    *("argsort", "cholesky", "cumsum", "eigvalsh", "einsum", "sort", "svd", "tensordot", "vstack"),
    *(
        "arccos",
        "arcsin",
        "arcsinh",
        "elu",
        "expm",
        "flatten",
        "gelu",
        "kron",
        "leaky_relu",
        "logsumexp",
        "max",
        "norm",
    ),
    *("np.inf", "pinv", "prod", "ravel", "reshape", "softmax", "std", "swish", "var", "[0", "[1"),
)
"""What a refusal may name, as it stands in the text."""


def test_the_corpus_is_large_and_each_case_has_its_own_name() -> None:
    assert len(CASES) > 500
    assert len({case.id for case in CASES}) == len(CASES)
    assert {case.kind for case in CASES} == {"scalar", "vector", "hessian"}


@pytest.mark.parametrize(
    ("case", "text"),
    [(case, case.expressions[number % len(case.expressions)]) for number, case in enumerate(CASES[::4])],
    ids=lambda part: part.id if isinstance(part, Case) else "",
)
def test_derivative_is_the_known_one(case: Case, text: str) -> None:
    try:
        result = derive(text, case.wrt, case.shapes, case.assumptions)
        source = result.numpy(case.what)
    except SymnnError as error:
        assert any(word in text and word.strip("[") in str(error) for word in NOT_READ), error
        return
    assert_known(case, text, result, source)


def assert_known(case: Case, text: str, result: Result, source: str) -> None:
    assert result.verdict != "refuted"
    function = getattr(load_module(source, case.what), case.what)
    for number, sizes in enumerate(SIZES):
        values = draw(case, sizes, np.random.default_rng(number))
        found = laid_out(case, values, function(*(values[variable.name] for variable in result.parameters)))
        assert agree(found, by_differences(case, text, values), 1e-6)
        known = by_known(case, values)
        assert known is None or agree(found, known, 1e-8)


def test_softmax_of_a_column_is_of_all_its_entries() -> None:
    """Along its last axis, of length 1, it would be one everywhere, and every gradient through it zero."""
    case = next(case for case in CASES if case.id == "mcov_softmax")
    assert "softmax(z)" in case.expressions
    for text in case.expressions:
        result = derive(text, case.wrt, case.shapes, case.assumptions)
        assert_known(case, text, result, result.numpy(case.what))
