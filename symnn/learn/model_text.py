"""A model as the text of its file, in words, and what differs between two models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from symnn.learn.keys import Key, Path, Table, Tables, written_path
from symnn.learn.model import Model
from symnn.learn.model_keys import MODEL


def model_text(model: Model) -> str:
    """The text of a model's file, without the keys that have their defaults; `parse_model` reads the same model."""
    lines: list[str] = []
    _write(MODEL, model, "", lines)
    return "\n".join(lines).strip() + "\n"


def model_differences(old: Model, new: Model) -> list[str]:
    """What the files of two models say otherwise: ``training.batch: 32 → "all"``; nothing where they say the same."""
    before, after = dict(_entries(MODEL, old, ())), dict(_entries(MODEL, new, ()))
    order = [key.name for key in MODEL.keys]
    paths = sorted(dict.fromkeys((*before, *after)), key=lambda path: order.index(str(path[0])))
    said = [(path, toml_value(before.get(path)), toml_value(after.get(path))) for path in paths]
    return [f"{written_path(path)}: {was} → {now}" for path, was, now in said if was != now]


def described(model: Model) -> str:
    """The network and its training in words."""
    optimiser, training = model.optimiser, model.training
    layers = ", ".join(
        f"{layer.units:,} units ({layer.activation}{'' if layer.bias else ', no bias'})" for layer in model.layers
    )
    batch = "all samples at once" if training.batch is None else f"batches of {training.batch:,}"
    penalised = "all parameters" if model.regularisation.biases else "the weights"
    penalty = f" with λ = {model.regularisation.l2:g} on {penalised}" if model.regularisation.l2 else ""
    return (
        f"{model.inputs:,} inputs, then {layers}: {model.parameters:,} parameters. The loss is {model.loss}{penalty}. "
        f"It is trained by {optimiser.name} with learning rate {optimiser.learning_rate:g}, {batch}, "
        f"for at most {training.epochs:,} epochs."
    )


def toml_value(value: object) -> str:
    """A value as TOML writes it; nothing has no spelling there, and is called none."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return repr(value)


# --- walking the keys -----------------------------------------------------------------------------------------------


def _keys(table: Table, found: object) -> Iterator[tuple[Key, Any, bool]]:
    """Each key with its value as it would stand in a file, and whether that is the default."""
    values = vars(found)
    gathered = values[table.gathered] if table.gathered else {}
    for key in (*table.keys, *table.further(values)):
        value = gathered[key.name] if key.name in gathered else values[key.name]
        is_default = key.has_default and value == key.of({})
        yield key, key.default if is_default and not isinstance(key.kind, Table) else value, is_default


def _write(table: Table, found: object, heading: str, lines: list[str]) -> None:
    below: list[str] = []
    for key, value, is_default in _keys(table, found):
        name = f"{heading}.{key.name}" if heading else key.name
        if isinstance(key.kind, Tables):
            for item in value:
                below += ["", f"[[{name}]]"]
                _write(key.kind.table, item, name, below)
        elif isinstance(key.kind, Table):
            own: list[str] = []
            if value is not None:
                _write(key.kind, value, name, own)
            below += ["", f"[{name}]", *own] if own else []
        elif not is_default:
            lines.append(f"{key.name} = {toml_value(value)}")
    lines += below


def _entries(table: Table, found: object, path: Path) -> Iterator[tuple[Path, Any]]:
    for key, value, _ in _keys(table, found):
        place = (*path, key.name)
        if isinstance(key.kind, Tables):
            for index, item in enumerate(value):
                yield from _entries(key.kind.table, item, (*place, index))
        elif isinstance(key.kind, Table):
            if value is not None:
                yield from _entries(key.kind, value, place)
        else:
            yield place, value
