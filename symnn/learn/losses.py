"""Losses as formulas in `A`, what the last layer gives, and `Y`, the labels, one row a sample. No gradient stands here.

A name says whether the loss of a batch is the mean over its samples or the sum: `mean_squared_error`, `sum_hinge`.
A name without that word is the mean. With weights, each sample counts by its weight, and a mean still divides by the
number of samples m, so that the gradient of a mini-batch is unbiased (B10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from symnn.algebra.reader import read
from symnn.algebra.reading.declarations import nearest
from symnn.errors import ReadError, SymnnError
from symnn.learn.expression import Expression, enclosed

Labels: TypeAlias = Literal["onehot rows", "binary", "signs", ""]
OF_SAMPLES, OF_ENTRIES, WHOLE = "sample", "entry", "batch"
REDUCTIONS = ("mean", "sum")


@dataclass(frozen=True)
class Loss:
    """A loss by its formula in A and Y (both m×k).

    `of` says what one number of the formula is about: a sample (m,), an entry (m×k), or the whole batch. `labels` is
    what is assumed of Y, "" for any numbers. `link` is the activation by which outputs become probabilities, where the
    loss is of logits; `is_of_probabilities` says that it is of probabilities already. `source` are rows of sources.
    """

    name: str
    formula: str
    of: str
    labels: Labels = ""
    link: str = ""
    is_of_probabilities: bool = False
    source: str = ""
    reduction: str = "mean"

    def objective(self, output: str, scores: str, *, class_weights: bool = False, sample_weights: bool = False) -> str:
        """The loss of a batch as one number, with the texts of what the last layer gives and of its scores.

        Weights of classes are `c` (k,), of samples `v` (m,). Raises SymnnError where the loss has no place for them.
        """
        value = Expression(self.formula, "a loss").with_names({"A": enclosed(output), "Z": scores})
        if self.of == WHOLE:
            self._check_weights(class_weights, sample_weights)
            return value
        weights = self._weights(class_weights, sample_weights)
        total = f"np.sum({' * '.join([*weights, f'({value})'])})" if weights else f"np.sum({value})"
        return f"{total} / m" if self.reduction == "mean" else total

    def _weights(self, class_weights: bool, sample_weights: bool) -> list[str]:
        made = ["v"] if sample_weights else []
        if class_weights and self.labels == "onehot rows":
            made.append("(Y @ c)")
        if self.of == OF_ENTRIES:
            made = [f"{weight}[:, None]" for weight in made]
        if class_weights and self.labels == "binary":
            made.append("(1 + Y * (c - 1))")
        elif class_weights and self.labels != "onehot rows":
            raise SymnnError(
                f"{self.name} has no classes that could be weighted: its labels are not one-hot or 0 and 1"
            )
        return made

    def _check_weights(self, class_weights: bool, sample_weights: bool) -> None:
        names = Expression(self.formula, "a loss").names()
        for name, what, wanted in (("c", "classes", class_weights), ("v", "samples", sample_weights)):
            if wanted and name not in names:
                raise SymnnError(
                    f"the loss {self.name} does not use the weights `{name}` of the {what}: write it with them"
                )


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        loss.name: loss
        for loss in (
            Loss("squared_error", "(A - Y)**2 / 2", OF_ENTRIES, source="L1 B1 B13"),
            Loss("absolute_error", "np.abs(A - Y)", OF_ENTRIES),
            Loss("huber", "huber(A - Y)", OF_ENTRIES),
            Loss(
                "softmax_cross_entropy",
                "logsumexp(A, axis=1) - np.sum(Y * A, axis=1)",
                OF_SAMPLES,
                "onehot rows",
                "softmax",
                source="S7 H3",
            ),
            Loss(
                "cross_entropy",
                "-np.sum(Y * np.log(A), axis=1)",
                OF_SAMPLES,
                "onehot rows",
                is_of_probabilities=True,
                source="S7 H2 H3",
            ),
            Loss("sigmoid_cross_entropy", "softplus(A) - Y * A", OF_ENTRIES, "binary", "sigmoid", source="L12 B4 S7"),
            Loss(
                "binary_cross_entropy",
                "-Y * np.log(A) - (1 - Y) * np.log(1 - A)",
                OF_ENTRIES,
                "binary",
                is_of_probabilities=True,
                source="L12 S7",
            ),
            Loss("hinge", "relu(1 - Y * A)", OF_ENTRIES, "signs", source="B4"),
            Loss("squared_hinge", "relu(1 - Y * A)**2 / 2", OF_ENTRIES, "signs", source="B4"),
        )
    }
)


def loss(text: object) -> Loss:
    """The loss that a name, with `mean_` or `sum_` before it, or a formula in A or Z, and Y, means.

    A formula is one number for a batch, such as ``np.mean((A - Y)**4)``; Z are the scores of the last layer. It may use
    the number of samples m, the number of outputs k, and weights: v of the samples, c of the classes. Raises ReadError
    where it is neither.
    """
    name = text.strip() if isinstance(text, str) else text
    if isinstance(name, str) and name.isidentifier():
        return _named(name)
    expression = Expression(text, "a loss")
    expression.allow(
        ["A", "Z", "Y", "m", "k", "v", "c"],
        "It has A, what the last layer gives, Z, its scores, and Y, the labels, all of shape (m, k); m and k; "
        "the weights v of the samples and c of the classes.",
    )
    names = expression.names()
    if not {"A", "Z"} & set(names):
        raise expression.source.refuse(expression.tree, "a loss is a formula in `A`, what the last layer gives")
    shapes = {"A": ("m", "k"), "Z": ("m", "k"), "Y": ("m", "k"), "v": ("m",), "c": ("k",)}
    reading = read(expression.text, {name: shape for name, shape in shapes.items() if name in names})
    if not reading.value.is_scalar:
        message = "a loss is one number for a batch"
        raise expression.source.refuse(expression.tree, message, "Write `np.sum(…) / m` or `np.sum(…)` around it.")
    return Loss(expression.text, expression.text, WHOLE)


def _named(name: str) -> Loss:
    first, _, rest = name.partition("_")
    reduction, bare = (first, rest) if first in REDUCTIONS else ("mean", name)
    if bare not in LOSSES:
        known = [*LOSSES, *(f"{first}_{loss}" for first in REDUCTIONS for loss in LOSSES)]
        parts = [
            f"the loss `{name}` is unknown.",
            nearest(name, known),
            f"Those of the table are {', '.join(LOSSES)}, each with mean_ or sum_ before it;",
            "any other is a formula in A and Y, such as `np.mean((A - Y)**4)`",
        ]
        raise ReadError(" ".join(filter(None, parts)))
    return replace(LOSSES[bare], name=f"{reduction}_{bare}", reduction=reduction)
