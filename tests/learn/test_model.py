"""Model files: what is read, and that each wrong one is refused with its line, its reason and what to write."""

import pytest

from symnn.errors import ModelError
from symnn.learn.model import Data, Layer, parse_model, read_model

TEXT = """\
title = "Exclusive or"
inputs = 2
loss = "binary_cross_entropy"

[[layers]]
units = 3
activation = "tanh"

[[layers]]
units = 1
activation = "sigmoid"
bias = false

[optimiser]
name = "adam"
learning_rate = 0.1

[training]
epochs = 500

[data]
name = "xor"
training = 4
"""


def test_a_file_is_read(tmp_path):
    path = tmp_path / "xor.toml"
    path.write_text(TEXT, encoding="utf-8")
    model = read_model(path)
    assert model.name == "xor"
    assert model.layers == (Layer(3, "tanh"), Layer(1, "sigmoid", bias=False))
    assert model.sizes == (2, 3, 1)
    assert model.parameters == 2 * 3 + 3 + 3
    assert dict(model.optimiser.settings) == {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    assert model.training.batch is None
    assert model.data == Data("xor", 4)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("units = 3", "units = true", 6, "layers[1].units: a whole number from 1 to 1,000,000 is expected, found true"),
        ("units = 3", "units = 0", 6, "found 0"),
        ("units = 3", "unitz = 3", 6, "layers[1].unitz: there is no such key; did you mean units?"),
        ('"tanh"', '"tanhh"', 7, "did you mean tanh?; there are identity, sigmoid"),
        ('"tanh"', '"x * y"', 7, "one in x, and has y besides"),
        ("epochs = 500", "epochs = 5e2", 19, "training.epochs: a whole number"),
        ("0.1", "nan", 16, "a number above 0 is expected, found nan"),
        ("0.1", "true", 16, "found true (true or false)"),
        ('name = "adam"', 'name = "adam"\nbeta3 = 1', 16, "optimiser.beta3: there is no such key; did you mean beta2?"),
        ("[data]", "[date]", 21, "did you mean data?"),
        ("epochs = 500", "epochs = 500\nbatch = 5", 20, "larger than the 4 training samples"),
        ("epochs = 500", "epochs = 500\nvalidation = 1.0", 20, "below 1 or a whole number"),
    ],
)
def test_a_wrong_key_is_refused_with_its_line(old, new, line, reason):
    with pytest.raises(ModelError) as caught:
        parse_model(TEXT.replace(old, new, 1), "xor", "xor.toml")
    assert str(caught.value).startswith(f"xor.toml, line {line}: ")
    assert reason in str(caught.value)
