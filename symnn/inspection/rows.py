"""The rows of the source documents: what a lecturer there teaches, and a chapter, a check and a run here must show.

A chapter names its rows in `chapter(…, source=…)`, a model file under `rows`, a run in the registry of runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Document:
    """A source document: its letter, its title, and its rows by their codes, in the order of the document."""

    letter: str
    title: str
    rows: Mapping[str, str]


def _document(letter: str, title: str, **rows: str) -> Document:
    return Document(letter, title, MappingProxyType(rows))


DOCUMENTS = (
    _document(
        "L",
        "Lecture slides: regression, networks, computation graphs",
        L1="least squares",
        L2="regression on one variable",
        L3="polynomial normal equations",
        L4="polynomial curve fitting",
        L5="ridge regression",
        L6="maximum likelihood",
        L7="maximum a posteriori",
        L8="risk and likelihood, side by side",
        L9="perceptron",
        L10="four perceptron runs",
        L11="separability and convergence",
        L12="logistic classifier",
        L13="feed-forward network",
        L14="activations",
        L15="regularised objective",
        L16="chain rules",
        L17="backpropagation",
        L18="graph of x²y + (y + 2)",
        L19="graph of 1/(1 + exp(−(wx + b)))",
        L20="static and dynamic graphs",
        L21="the class NeuralNetwork",
        L22="gradient descent against SGD",
        L23="Fashion-MNIST",
    ),
    _document(
        "B",
        "The book: regression, gradient descent, networks",
        B1="commute data, residual, cost",
        B2="closed form and hat matrix",
        B3="vector calculus",
        B4="linear classification",
        B5="polynomial regression",
        B6="ridge regression with a mean",
        B7="p-norm",
        B8="gradient descent",
        B9="step sizes of SGD",
        B10="mini-batches",
        B11="runs of SGD",
        B12="perceptron",
        B13="one layer",
        B14="chain rule",
        B15="network, vectorised",
        B16="ReLU, sigmoid, tanh",
        B17="training",
        B18="cached intermediates",
        B19="the recursion of δ",
    ),
    _document(
        "S",
        "Slides: neural networks and deep learning",
        S1="polynomial features",
        S3="forward pass with appended bias",
        S4="logic nets",
        S5="several classes, digits",
        S6="activations",
        S7="losses",
        S8="chain rule on graphs",
        S9="vector Jacobians",
        S10="optimisers",
        S11="second order",
        S12="gradient checking",
        S13="initialisation",
        S14="the training recipe",
    ),
    _document(
        "H",
        "Handwritten notes: a two-layer softmax network",
        H1="feature maps",
        H2="many layers, a batch",
        H3="two layers, softmax, cross-entropy",
        H4="softmax Jacobian; vec",
    ),
)

ROWS: Mapping[str, str] = MappingProxyType({code: name for each in DOCUMENTS for code, name in each.rows.items()})
"""All rows by their codes."""
