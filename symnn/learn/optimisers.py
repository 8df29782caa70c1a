"""Optimisers: each is a few formulas in NumPy text, from which the update of the emitted module is written.

A rule takes one array of parameters, of any shape, and works entry by entry. In its formulas `parameter` and `gradient`
are that array and its gradient, `t` is the number of this step, from 1 on, and for every array x that changes, `new_x`
is its value after the step; the formulas stand in the order in which they are computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from symnn.algebra import notation
from symnn.algebra.nodes import Broadcast, Named, Node, Variable, as_node
from symnn.algebra.reader import Reading, read
from symnn.algebra.renaming import renamed
from symnn.algebra.walk import postorder, substitute
from symnn.codegen import FunctionSpec
from symnn.errors import SymnnError, UnsupportedError

SIZE = "n"


@dataclass(frozen=True)
class Setting:
    """A number that an optimiser depends on besides the learning rate; it is from `least` on and below `bound`."""

    default: float
    meaning: str
    least: float = 0.0
    bound: float = 1.0


@dataclass(frozen=True)
class Optimiser:
    """A rule of updates: a formula for `parameter`, and before it one for each array of its state, zero at first."""

    name: str
    title: str
    source: str
    updates: Mapping[str, str]
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def state(self) -> tuple[str, ...]:
        """The arrays that are kept from step to step, of the parameter's shape each."""
        return tuple(name for name in self.updates if name != "parameter")

    def expressions(self) -> Mapping[str, Node]:
        """The value of each array after a step, the parameter first."""
        return MappingProxyType({name: self._read(name).value for name in ("parameter", *self.state)})

    def step(self, **values: object) -> Mapping[str, Node]:
        """What each array is after a step, with values in the place of names: all vectors of n entries, or scalars.

        A name that has no value stands for itself. In the values nothing is named. Raises UnsupportedError for a name
        that the formulas do not have, ShapeError for values that do not fit.
        """
        found = {variable.name: variable for variable in self._read("parameter").parameters}
        unknown = [name for name in values if name not in found]
        if unknown:
            raise UnsupportedError(f"{self.name} has no {', '.join(unknown)}; it has {', '.join(found)}")
        given = {found[name]: as_node(value) for name, value in values.items()}
        sizes = {name.rows: value.rows for name, value in given.items() if name.rank}
        found = {name: renamed(each, given, sizes) for name, each in self.expressions().items()}
        return MappingProxyType({name: _without_copies(each) for name, each in found.items()})

    def specification(self) -> FunctionSpec:
        """The function ``update(parameter, gradient, *state, t, learning_rate, *settings)``.

        `t` is left out where no formula has it. It returns the new parameter and the new state, as new arrays.
        """
        found = {variable.name: variable for variable in self._read("parameter").parameters}
        order = ("parameter", "gradient", *self.state, "t", "learning_rate", *self.settings)
        expressions = self.expressions()
        return FunctionSpec(
            name="update",
            parameters=tuple(found[name] for name in order if name in found),
            results=tuple(map(self._named, expressions)),
            ranks=(1,) * len(expressions),
            summary=f"{self.title}: one step, entry by entry, of an array of any shape.",
            theorem="\n".join(f"new_{name} = {notation.text(formula)}" for name, formula in expressions.items()),
            result_names=tuple(f"new_{name}" for name in expressions),
        )

    def _named(self, name: str) -> Node:
        """The value in which the new state has its names; the parameter is returned as it is."""
        value = self._read(name).named
        return value.body if name == "parameter" and isinstance(value, Named) else value

    def _read(self, name: str) -> Reading:
        statements = [f"new_{target} = {formula}" for target, formula in self.updates.items()]
        shapes = dict.fromkeys(("gradient", "parameter", *self.state), (SIZE,))
        return read("; ".join([*statements, f"new_{name}"]), shapes)


def _without_copies(root: Node) -> Node:
    """The expression without scalars that are repeated to one entry."""
    copies = [node for node in postorder(root) if isinstance(node, Broadcast) and node.is_scalar]
    return substitute(root, {node: node.children[0] for node in copies})


_EPSILON = Setting(1e-8, "added to divisors", bound=float("inf"))
_MOMENTUM = Setting(0.9, "the part of the velocity that is kept")
_BETA1 = Setting(0.9, "the part of the mean of gradients that is kept")
_BETA2 = Setting(0.999, "the part of the mean of squared gradients that is kept")
_FIRST = "beta1*first_moment + (1 - beta1)*gradient"
_SECOND = "beta2*second_moment + (1 - beta2)*gradient**2"
_FIRST_CORRECTED = "new_first_moment/(1 - beta1**t)"
_SECOND_CORRECTED = "new_second_moment/(1 - beta2**t)"
_ADAM = f"learning_rate*({_FIRST_CORRECTED})/(np.sqrt({_SECOND_CORRECTED}) + epsilon)"
_ADAM_SETTINGS = {"beta1": _BETA1, "beta2": _BETA2, "epsilon": _EPSILON}
_STEP_OF_DESCENT = {"parameter": "parameter - learning_rate*gradient"}

OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType(
    {
        optimiser.name: optimiser
        for optimiser in (
            Optimiser("gd", "Gradient descent", "L21, L22, B8", _STEP_OF_DESCENT),
            Optimiser("sgd", "Stochastic gradient descent", "L21, L22, B9, B10", _STEP_OF_DESCENT),
            Optimiser(
                "momentum",
                "Gradient descent with momentum",
                "S10; Polyak 1964",
                {
                    "velocity": "momentum*velocity + learning_rate*gradient",
                    "parameter": "parameter - new_velocity",
                },
                {"momentum": _MOMENTUM},
            ),
            # The parameter is φ = θ − ρv, where the gradient is taken: v⁺ = ρv + α∇J(φ) and θ⁺ = θ − v⁺ give
            # φ⁺ = θ⁺ − ρv⁺ = φ − (ρv⁺ + α∇J(φ)).
            Optimiser(
                "nesterov",
                "Nesterov's accelerated gradient",
                "S10; Nesterov 1983, Sutskever et al. 2013",
                {
                    "velocity": "momentum*velocity + learning_rate*gradient",
                    "parameter": "parameter - (momentum*new_velocity + learning_rate*gradient)",
                },
                {"momentum": _MOMENTUM},
            ),
            Optimiser(
                "adagrad",
                "AdaGrad",
                "S10; Duchi, Hazan, Singer 2011",
                {
                    "sum_of_squares": "sum_of_squares + gradient**2",
                    "parameter": "parameter - learning_rate*gradient/(np.sqrt(new_sum_of_squares) + epsilon)",
                },
                {"epsilon": _EPSILON},
            ),
            Optimiser(
                "rmsprop",
                "RMSProp",
                "S10; Hinton 2012",
                {
                    "second_moment": "rho*second_moment + (1 - rho)*gradient**2",
                    "parameter": "parameter - learning_rate*gradient/(np.sqrt(new_second_moment) + epsilon)",
                },
                {"rho": Setting(0.9, "the part of the mean of squared gradients that is kept"), "epsilon": _EPSILON},
            ),
            Optimiser(
                "adam",
                "Adam",
                "L21, S10; Kingma, Ba 2015",
                {"first_moment": _FIRST, "second_moment": _SECOND, "parameter": f"parameter - {_ADAM}"},
                _ADAM_SETTINGS,
            ),
            Optimiser(
                "adam_biased",
                "Adam without the correction of its bias",
                "S10",
                {
                    "first_moment": _FIRST,
                    "second_moment": _SECOND,
                    "parameter": "parameter - learning_rate*new_first_moment/(np.sqrt(new_second_moment) + epsilon)",
                },
                _ADAM_SETTINGS,
            ),
            Optimiser(
                "adamw",
                "Adam with decoupled weight decay, of biases too",
                "Loshchilov, Hutter 2019",
                {
                    "first_moment": _FIRST,
                    "second_moment": _SECOND,
                    "parameter": f"parameter - learning_rate*weight_decay*parameter - {_ADAM}",
                },
                {**_ADAM_SETTINGS, "weight_decay": Setting(0.01, "the part of a parameter that a unit step removes")},
            ),
            Optimiser(
                "nadam",
                "Adam with Nesterov's momentum",
                "S10; Dozat 2016",
                {
                    "first_moment": _FIRST,
                    "second_moment": _SECOND,
                    "parameter": (
                        "parameter - learning_rate*(beta1*new_first_moment/(1 - beta1**(t + 1))"
                        " + (1 - beta1)*gradient/(1 - beta1**t))"
                        f"/(np.sqrt({_SECOND_CORRECTED}) + epsilon)"
                    ),
                },
                _ADAM_SETTINGS,
            ),
            Optimiser(
                "amsgrad",
                "AMSGrad: Adam with divisors that never fall",
                "S10; Reddi, Kale, Kumar 2018",
                {
                    "first_moment": _FIRST,
                    "second_moment": _SECOND,
                    "largest_moment": "np.maximum(largest_moment, new_second_moment)",
                    "parameter": (
                        f"parameter - learning_rate*({_FIRST_CORRECTED})"
                        "/(np.sqrt(new_largest_moment/(1 - beta2**t)) + epsilon)"
                    ),
                },
                _ADAM_SETTINGS,
            ),
        )
    }
)

DECAYS: Mapping[str, str] = MappingProxyType({"none": "1", "inverse_sqrt": "1/np.sqrt(t + 1)"})
"""What the learning rate is multiplied by after t epochs: names of formulas, of S10 the second."""


def decay_specification(decay: str) -> FunctionSpec:
    """The function ``decay(t)``, from the name of a decay or from a formula in t such as ``"1/(1 + 0.1*t)"``.

    Raises UnsupportedError for a formula with other names, or whose value is not a scalar.
    """
    formula = DECAYS.get(decay, decay)
    try:
        reading = read(formula)
    except SymnnError as error:
        raise UnsupportedError(f"the decay {decay!r} is no formula in t: {error}") from error
    others = [variable.name for variable in reading.parameters if variable.name != "t"]
    if others:
        raise UnsupportedError(f"the decay {decay!r} has {', '.join(others)}; it is a formula in t, the epochs done")
    if not reading.value.is_scalar:
        raise UnsupportedError(f"the decay {decay!r} is no scalar; it is a formula in t, the epochs done")
    return FunctionSpec(
        name="decay",
        parameters=reading.parameters or (Variable("t", 1, 1, 0),),
        results=(reading.value,),
        ranks=(0,),
        summary="What the learning rate is multiplied by after t epochs.",
        theorem=notation.text(reading.value),
    )
