"""docs/models.md lists the keys of a model file, from the checker's own tables; --update-golden writes it."""

import re
from pathlib import Path

from symnn.learn.activations import SPELLED, TABLE
from symnn.learn.datasets import LABELLED
from symnn.learn.initialisers import INITIALISERS
from symnn.learn.keys import Kind, Table, Tables
from symnn.learn.losses import LOSSES
from symnn.learn.model import parse_model
from symnn.learn.model_keys import MODEL
from symnn.learn.model_text import toml_value
from symnn.learn.optimisers import DECAYS, OPTIMISERS

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def keys_of(table: Table, heading: str) -> list[str]:
    rows = [heading, "", row("key", "is", "default", "means"), "|---|---|---|---|"]
    for key in table.keys:
        if isinstance(key.kind, Kind):
            default = f"`{toml_value(key.default)}`" if key.default is not None else "none"
            rows.append(row(f"`{key.name}`", key.kind.words, default if key.has_default else "", key.meaning))
    return ["\n".join(rows)]


def tables_of(table: Table) -> list[str]:
    parts = keys_of(table, "## Keys of a model")
    for key in table.keys:
        if isinstance(key.kind, Tables):
            parts += keys_of(key.kind.table, f"## `[[{key.name}]]`: {key.meaning}, at least one")
        elif isinstance(key.kind, Table):
            needed = "" if key.has_default else " (must be there)"
            parts += keys_of(key.kind, f"## `[{key.name}]`: {key.meaning}{needed}")
    return parts


def listed(heading: str, columns: list[str], rows: list[list[str]]) -> str:
    return "\n".join([f"## {heading}", "", row(*columns), row(*["---"] * len(columns)), *(row(*each) for each in rows)])


def page() -> str:
    """The page as the tables make it."""
    settings = {
        record.name: ", ".join(f"`{name} = {setting.default!r}`" for name, setting in record.settings.items())
        for record in OPTIMISERS.values()
    }
    parts = [
        HEAD,
        *tables_of(MODEL),
        listed(
            "Activations",
            ["name", "formula in x where it is not a function of that name"],
            [[f"`{name}`", f"`{SPELLED[name]}`" if name in SPELLED else ""] for name in TABLE],
        ),
        listed(
            "Losses",
            ["name", "of one", "formula", "labels"],
            [[f"`{each.name}`", each.of, f"`{each.formula}`", each.labels or "numbers"] for each in LOSSES.values()],
        ),
        listed(
            "Optimisers",
            ["name", "is", "settings of `[optimiser]`", "source"],
            [[f"`{each.name}`", each.title, settings[each.name], each.source] for each in OPTIMISERS.values()],
        ),
        listed("Decays", ["name", "formula in t"], [[f"`{name}`", f"`{text}`"] for name, text in DECAYS.items()]),
        listed(
            "Initialisations",
            ["name", "entries are", "spread", "source"],
            [[f"`{each.name}`", each.distribution, f"`{each.spread}`", each.source] for each in INITIALISERS.values()],
        ),
        listed(
            "Data sets",
            ["name", "is", "inputs", "classes"],
            [[f"`{each.name}`", each.about, str(each.inputs), str(len(each.classes))] for each in LABELLED.values()],
        ),
    ]
    return "\n\n".join(parts) + "\n"


EXAMPLE = """\
title = "One hidden layer of 28 sigmoid units"
inputs = 784
loss = "softmax_cross_entropy"

[[layers]]
units = 28
activation = "sigmoid"

[[layers]]
units = 10
activation = "identity"

[regularisation]
l2 = 1e-4

[optimiser]
name = "adam"
learning_rate = 0.002

[training]
epochs = 30
batch = 32
validation = 0.2
patience = 5

[data]
name = "fashion-mnist"
training = 5000
test = 1000
"""

HEAD = f"""\
# Model files

A network that is trained is one file in `models/`, in TOML. Its name is that of a Python module: `models/digits.toml`
gives `generated/digits.py`. `symnn build` derives its gradients, with a proof, and writes the module; `symnn show`,
`symnn check`, `symnn diff` and `symnn run` take its name. This page is made from the tables by which files are checked,
and a test compares it with them.

```toml
{EXAMPLE}```

Every key is checked, and one that is not listed here is refused, with file and line and what to write instead.

- An **activation** is a name or a formula in `x`, the scores of its layer, such as `x * sigmoid(1.5 * x)`; `alpha` and
  `beta` in it are learned for the layer, `alphas` and `betas` for each unit. A `softmax` may stand at any layer, and is
  taken of each row of scores.
- A **loss** is a name, with `mean_` or `sum_` before it, or a formula in `A`, what the last layer gives, `Z`, its
  scores, and `Y`, the labels, such as `np.mean((A - Y)**4)`. With a loss of logits the last activation is `identity`:
  `softmax_cross_entropy` then is what `cross_entropy` is after `softmax`.
- A data set has **classes**, of which each loss is told in its own labels: one-hot rows; else, for each output, 1 where
  it is the output of the class and 0 (binary, numbers) or −1 (signs) where it is not. Two classes may have one output.
  The accuracy of a loss with one-hot rows is a share of samples, of binary labels and signs a share of all outputs, and
  numbers have R² instead: for several classes `softmax_cross_entropy` is the one to begin with.
- Formulas are read as [reading.md](reading.md) says, and never evaluated."""


def test_the_page_is_what_the_tables_say(request):
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_example_is_a_model():
    assert parse_model(EXAMPLE, "example").sizes == (784, 28, 10)


def test_every_example_of_a_key_is_read():
    def kinds(table):
        for key in table.keys:
            if isinstance(key.kind, Kind):
                yield key
            else:
                yield from kinds(key.kind.table if isinstance(key.kind, Tables) else key.kind)

    import tomllib

    for key in kinds(MODEL):
        assert re.match(rf"{key.name} = ", key.example)
        (value,) = tomllib.loads(key.example).values()
        key.kind.check(value, (), "")
