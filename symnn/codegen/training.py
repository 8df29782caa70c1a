"""The training module of a network: derived functions, and around them what initialises, trains, predicts and saves.

The templates in `templates/training` hold no mathematics of a network: forward pass, loss, gradients, the update of the
optimiser, the decay of the learning rate and the spread of the first weights are functions that are emitted here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from symnn.algebra.nodes import Function, Several, Variable
from symnn.algebra.walk import all_names, postorder, variables
from symnn.codegen.emit import FunctionSpec, Header, content_hash, emit_functions, framed, template_environment
from symnn.errors import UnsupportedError

Labels = Literal["onehot rows", "binary", "signs", ""]
SECTIONS = ("network", "data", "loop", "files")
LINE_LENGTH = 120


@dataclass(frozen=True)
class Derived:
    """The functions that a training module is made of, as they come from derivations and formulas.

    `objective` and `gradients` are functions of inputs, targets, what is learned, and constants; `output`, what the
    last layer gives, and `probabilities`, where the network has them, of the same without the targets. `update` is
    that of an optimiser (``Optimiser.specification``), `decay` what its learning rate is multiplied by after t epochs
    (``decay_specification``), `spread` that of an initialiser (``Initialiser.specification``).
    """

    objective: FunctionSpec
    gradients: FunctionSpec
    output: FunctionSpec
    update: FunctionSpec
    decay: FunctionSpec
    spread: FunctionSpec
    probabilities: FunctionSpec | None = None


@dataclass(frozen=True)
class Plan:
    """The numbers and names of a training module.

    `shapes` are those of all that is learned, in the order of the gradients; matrices are drawn with the
    `distribution`, normal or uniform, and the rest begins with the value in `starts`, or with 0. `constants` are the
    values of the other variables of the objective, such as λ, and `penalties` those that are 0 in the validation loss.
    `labels` is what is assumed of the targets, "" for any numbers; `threshold` is the output above which a binary label
    is 1.
    """

    inputs: int
    outputs: int
    shapes: Mapping[str, tuple[int, ...]]
    labels: Labels
    learning_rate: float
    epochs: int
    batch: int | None = None
    seed: int = 0
    validation: float | int = 0
    patience: int | None = None
    settings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    constants: Mapping[str, float | tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    penalties: tuple[str, ...] = ()
    starts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    distribution: Literal["normal", "uniform"] = "uniform"
    threshold: float = 0.0
    dtype: str = "float64"
    input_name: str = "X"
    target_name: str = "Y"


def training_module(header: Header, derived: Derived, plan: Plan) -> str:
    """The text of a module, on NumPy alone, with all that a user of the network calls.

    initialise(seed), forward(parameters, X), loss(parameters, X, y), gradients(parameters, X, y), begin(),
    step(parameters, gradients, state), fit(X, y, …), resume(path, X, y), report(training), has_ended(training),
    predict(parameters, X), predict_proba(parameters, X) where there are probabilities, accuracy(parameters, X, y), or
    score(parameters, X, y) where the labels are any numbers, save(path, training) and load(path).

    Raises UnsupportedError where a function has a variable that is neither learned nor given nor constant, or a name of
    the module's own.
    """
    functions = _functions(derived, plan)
    names = {function.name: [variable.name for variable in function.parameters] for function in functions}
    parts = _parts(derived, plan, names)
    environment = template_environment()
    sections = [environment.get_template(f"training/{name}.py.jinja").render(parts) for name in SECTIONS]
    further = "\n\n\n".join(section.strip("\n") for section in sections)
    code = emit_functions(functions, plan.dtype, further)
    _require_own_names(code, further)
    return framed("training/module.py.jinja", header, code, further=further, literal=literal, **parts)


def _functions(derived: Derived, plan: Plan) -> list[FunctionSpec]:
    """The functions that are emitted: those of the network share their parts, and have parameters in one order."""
    objective, gradients, probabilities = derived.objective, derived.gradients, derived.probabilities
    names = {node.body: node for node in all_names(*objective.results, *gradients.results)}
    alone = derived.output
    output = replace(alone, results=tuple(names.get(result, result) for result in alone.results))
    whole = _joined("differentiate", "The objective, the output and all gradients.", objective, output, gradients)
    results = ("objective", "result")
    wanted = [
        _joined("output", "What the last layer gives.", alone),
        replace(_joined("evaluate", "The objective and the output.", objective, output), result_names=results),
        replace(
            whole,
            theorem=gradients.theorem,
            result_names=(*results, *(f"gradient_{name}" for name in plan.shapes)),
        ),
    ]
    if probabilities is not None and _name_of_probabilities(derived) != "output":
        wanted.insert(1, _joined("probabilities", "The probabilities of the labels.", probabilities))
    origin = {**objective.origin, **gradients.origin}
    origin |= {body: origin[node] for body, node in names.items() if node in origin}
    ordered = [replace(function, parameters=_ordered(function, plan), origin=origin) for function in wanted]
    return [replace(function, checked=False) for function in (*ordered, derived.update, derived.decay, derived.spread)]


def _joined(name: str, summary: str, *functions: FunctionSpec) -> FunctionSpec:
    """One function that returns what all of them return, with the theorem of the first."""
    parameters = dict.fromkeys(variable for function in functions for variable in function.parameters)
    return replace(
        functions[-1],
        name=name,
        summary=summary,
        theorem=functions[0].theorem,
        parameters=tuple(parameters),
        results=sum((function.results for function in functions), ()),
        ranks=sum((function.ranks for function in functions), ()),
        result_names=(),
        folded=(),
    )


def _name_of_probabilities(derived: Derived) -> str:
    """The function that gives the probabilities: `output` where the last layer does; "" where none does."""
    if derived.probabilities is None:
        return ""
    return "output" if derived.probabilities.results == derived.output.results else "probabilities"


def _ordered(function: FunctionSpec, plan: Plan) -> tuple[Variable, ...]:
    """The inputs, the targets, all that is learned, and the constants that are used."""
    known = {variable.name: variable for variable in function.parameters}
    used = {variable.name for variable in variables(Several(*function.results))}
    given = [plan.input_name, *([plan.target_name] if function.name in ("evaluate", "differentiate") else [])]
    foreign = used - {*given, *plan.shapes, *plan.constants}
    if foreign:
        raise UnsupportedError(
            f"{function.name} needs {min(foreign)}, which is neither learned nor given nor a constant of the network"
        )
    missing = [name for name in (*given, *plan.shapes) if name not in known]
    if missing:
        raise UnsupportedError(f"{function.name} has no variable {missing[0]}; it has {', '.join(known)}")
    is_whole = function.name in ("evaluate", "differentiate")
    constants = [name for name in plan.constants if name in used or is_whole]
    return tuple(known[name] for name in (*given, *plan.shapes, *constants))


def _parts(derived: Derived, plan: Plan, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the templates need."""
    learned, state = set(plan.shapes), derived.update.parameters[2:]
    settings = {"t", "learning_rate", *plan.settings}
    is_single = plan.outputs == 1 and plan.labels != "onehot rows"
    measured = ["loss", "accuracy"] if plan.labels else ["loss"]
    constants = {
        function: "".join(f', {name}=CONSTANTS["{name}"]' for name in parameters if name in plan.constants)
        for function, parameters in names.items()
        if function in ("output", "probabilities") and not learned & set(plan.constants)
    }
    return {
        "plan": plan,
        "state": [variable.name for variable in state if variable.name not in settings],
        "has_t": "t" in names["update"],
        "probabilities": _name_of_probabilities(derived),
        "calls": constants,
        "column": "[:, 0]" if is_single else "",
        "predicted": "(m,)" if is_single else f"(m, {plan.outputs})",
        "threshold": plan.threshold,
        "measures": [*measured, *(f"validation_{name}" for name in measured)],
        "quoted": quoted,
        "formulas": _fingerprint(derived.output, plan.labels),
        "rule": _fingerprint(
            derived.objective,
            *(f"{spec.name}: {_fingerprint(spec)}" for spec in (derived.update, derived.decay)),
            repr((dict(plan.constants), dict(plan.settings), plan.learning_rate)),
        ),
    }


def _fingerprint(function: FunctionSpec, *more: str) -> str:
    """A hash of what a function computes, its own functions included, and of further texts."""
    used = {node for node in postorder(*function.results) if isinstance(node, Function) and node.body is not None}
    own = sorted(f"{each.name}, {each.order}: {each.body}" for each in used)
    values = [f"{each.name} = {each.body}" for each in all_names(*function.results)]
    return content_hash(*map(str, function.results), *values, *own, *more)


def _require_own_names(code: str, further: str) -> None:
    """Raises UnsupportedError where a derived function is called like one of the module's own."""
    defined = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)
    clash = set(defined.findall(code)) & set(defined.findall(further))
    if clash:
        raise UnsupportedError(f"a function of the network cannot be called {min(clash)} here; choose another name")


def literal(values: Mapping[str, object]) -> str:
    """A dictionary as Python writes it, over several lines where it is long; sequences of numbers are arrays."""
    items = [f'"{name}": {_number_text(value)}' for name, value in values.items()]
    line = "{" + ", ".join(items) + "}"
    return line if len(line) <= LINE_LENGTH - 40 else "{\n" + "".join(f"    {item},\n" for item in items) + "}"


def _number_text(value: object) -> str:
    return f"np.array({list(value)}, DTYPE)" if isinstance(value, tuple) else repr(value)


def quoted(names: Sequence[str]) -> str:
    """A tuple of names as Python writes it."""
    texts = [f'"{name}"' for name in names]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
