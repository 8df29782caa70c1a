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


def test_windows_files_are_read(tmp_path):
    path = tmp_path / "xor.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert read_model(path) == parse_model(TEXT, "xor")
    path.write_bytes(TEXT.replace("units = 3", "units = 0").replace("\n", "\r\n").encode())
    with pytest.raises(ModelError, match=r"xor\.toml, line 6: layers\[1\]\.units"):
        read_model(path)


def refusal(text, name="xor"):
    with pytest.raises(ModelError) as caught:
        parse_model(text, name, "xor.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "reasons"),
    [
        # what is no value of its kind
        (
            "units = 3",
            "units = true",
            6,
            ["layers[1].units: a whole number from 1 to 1,000,000 is expected, found true"],
        ),
        ("units = 3", "units = 0", 6, ["found 0 (a number); write units = 28"]),
        ("units = 3", "units = -3", 6, ["found -3"]),
        ("units = 3", "units = 3.0", 6, ["found 3.0"]),
        ("units = 3", "units = 10_000_000", 6, ["found 10000000"]),
        ("units = 3", 'units = "3"', 6, ["found '3' (a text)"]),
        ("units = 3", "units = 1979-05-27", 6, ["found 1979-05-27 (a date or time)"]),
        ("bias = false", "bias = 0", 12, ["layers[2].bias: true or false is expected, found 0 (a number)"]),
        (
            "epochs = 500",
            "epochs = 5e2",
            19,
            ["training.epochs: a whole number", "found 500.0 (a number); write epochs = 500$"],
        ),
        ("epochs = 500", "epochs = 500\nbatch = 3.0", 20, ["training.batch: ", "write batch = 3$"]),
        ("epochs = 500", "epochs = 500\nvalidation = 3.0", 20, ["training.validation: ", "write validation = 3$"]),
        ("epochs = 500", "epochs = 2.5", 19, ["found 2.5 (a number); write epochs = 30$"]),
        ("inputs = 2", 'inputs = "two"', 2, ["inputs: a whole number", "found 'two' (a text); write inputs = 2$"]),
        ("0.1", "nan", 16, ["optimiser.learning_rate: a number above 0 is expected, found nan"]),
        ("0.1", "inf", 16, ["found inf"]),
        ("0.1", "-0.1", 16, ["found -0.1"]),
        ("0.1", "true", 16, ["found true (true or false)"]),
        ("0.1", "[0.1]", 16, ["found [0.1] (an array)"]),
        ("0.1", "0.1\nbeta1 = 1", 17, ["optimiser.beta1: a number from 0 on and below 1 is expected, found 1"]),
        ('"Exclusive or"', '""', 1, ["title: one line of text is expected"]),
        ('"Exclusive or"', '"a\\nb"', 1, ["title: one line of text is expected"]),
        ("training = 4", 'training = "most"', 23, ["or \"all\" is expected, found 'most'"]),
        # names
        (
            '"adam"',
            '"adan"',
            15,
            ["found 'adan' (a text); there are gd, sgd", 'amsgrad; write name = "adam"'],
        ),
        ('"adam"', "[]", 15, ["optimiser.name: found [] (an array); there are gd"]),
        ('"tanh"', '"tanhh"', 7, ["layers[1].activation", "Did you mean `tanh`?", "identity, sigmoid, tanh"]),
        ('"binary_cross_entropy"', '"binary_entropy"', 3, ["loss: ", "`binary_cross_entropy`", "squared_error"]),
        ('"xor"', '"xorr"', 22, ["data.name", 'write name = "xor"']),
        ('"xor"', '"CIRCLES_bag"', 22, ['write name = "circles-bag"']),
        (
            '"xor"',
            '"mydata.csv"',
            22,
            ["found 'mydata.csv' (a text); there are and, or, nor", "digits, fashion-mnist$"],
        ),
        # formulas
        ('"tanh"', '"x * y"', 7, ["layers[1].activation: column 5: an activation has no variable `y`"]),
        ('"tanh"', '"x +"', 7, ["layers[1].activation: "]),
        ('"tanh"', '"x @ x.T"', 7, ["layers[1].activation: "]),
        ('"tanh"', "'__import__(\"os\").getcwd()'", 7, ["layers[1].activation: "]),
        ('"binary_cross_entropy"', '"A - Y"', 3, ["loss: ", "one number"]),
        ("0.1", '0.1\ndecay = "1/(1 + s)"', 17, ["optimiser.decay: ", "has s"]),
        ("0.1", '0.1\ndecay = "1/t"', 17, ["optimiser.decay: 1/t, by which", "at t = 0", "such as 1/(1 + 0.1*t)"]),
        ("0.1", '0.1\ndecay = "np.sqrt(3 - t)"', 17, ["is nan at t = 4 epochs"]),
        ("0.1", '0.1\ndecay = "1 - t/498"', 17, ["at t = 499"]),
        ('"binary_cross_entropy"', '"np.sum(v @ (A - Y)**2)"', 3, ["loss: v stands for the weights of samples"]),
        ('"binary_cross_entropy"', '"np.sum((A - Y)**2 @ c)"', 3, ["loss: c stands for", "write class_weights"]),
        # keys
        ("units = 3", "unitz = 3", 6, ["layers[1].unitz: there is no such key; did you mean units?"]),
        ("units = 3\n", "", 5, ["layers[1]: the key units is missing: the number of its outputs; write units = 28"]),
        ("0.1", "0.1\nbeta3 = 1", 17, ["optimiser.beta3: there is no such key; did you mean beta2?"]),
        ('"adam"', '"gd"\nbeta1 = 0.5', 16, ["optimiser.beta1: there is no such key; the keys here are name"]),
        ("[data]", "[date]", 21, ["date: there is no such key; did you mean data?; the keys of a model are title"]),
        ("[data]", "[data.more]", 21, ["data.more: there is no such key"]),
        ("[training]", "[[training]]", 18, ["training: a table is expected, found [{'epochs': 500}] (an array)"]),
        ("[training]\nepochs = 500", "", 1, ["training"]),
        # keys that do not fit each other
        (
            "epochs = 500",
            "epochs = 500\nbatch = 5",
            20,
            ["batch of 5 is larger than the 4 samples to learn from", 'from 1 to 4, or batch = "all"'],
        ),
        (
            "epochs = 500",
            "epochs = 500\nbatch = 4\nvalidation = 0.4",
            20,
            ["larger than the 2 samples", "there are 4 training samples, of which validation holds out 2; write"],
        ),
        ("epochs = 500", "epochs = 500\nbatch = 4\nvalidation = 1e-9", 20, ["than the 3 samples", "holds out 1"]),
        ("training = 4", "training = 5", 23, ["data.training: xor has 4 training samples, found 5; write", "1 to 4"]),
        ("training = 4", "test = 6", 23, ["data.test: xor has 4 test samples, found 6; write", 'or test = "all"']),
        ("epochs = 500", "epochs = 500\nvalidation = 1.0", 20, ["below 1 or a whole number"]),
        ("epochs = 500", "epochs = 500\nvalidation = 4", 20, ["leave none of the 4"]),
        ("epochs = 500", "epochs = 500\npatience = 4", 20, ["write validation = 0.2"]),
        (
            '"sigmoid"',
            '"tanh"',
            3,
            ["is of probabilities, and the last activation tanh(x) is -0.9951 at -3: write sigmoid"],
        ),
        ('"sigmoid"', '"softmax"', 10, ["the softmax of one unit is always 1"]),
        ('"binary_cross_entropy"', '"sigmoid_cross_entropy"', 3, ["loss: ", "of logits", "identity"]),
        ("inputs = 2", "inputs = 2\nclass_weights = [1, 2]", 3, ["one weight for each of the 1 outputs, found 2"]),
        ("inputs = 2", "inputs = 2\nclass_weights = [-1]", 3, ["class_weights: an array, each of it a number from 0"]),
        ("inputs = 2", "inputs = 2\nclass_weights = []", 3, ["found [] (an array); write class_weights = [1.0, 1.0]"]),
        ("inputs = 2", "inputs = 3", 2, ["xor has 2 inputs, found 3; write inputs = 2"]),
        ("units = 1", "units = 4", 10, ["xor has 2 classes, so the last layer has 1 or 2 units; found 4"]),
        (
            "units = 3",
            "units = 1_000_000\nactivation='relu'\n[[layers]]\nunits = 1_000",
            5,
            ["1,003,002,000 parameters"],
        ),
    ],
)
def test_a_wrong_key_is_refused_with_its_line(old, new, line, reasons):
    assert old in TEXT
    said = refusal(TEXT.replace(old, new, 1))
    place = f"xor.toml, line {line}: "
    assert said.startswith(place) or (line == 1 and said.startswith("xor.toml: the key training is missing")), said
    for reason in reasons:
        assert said.endswith(reason[:-1]) if reason.endswith("$") else reason in said


@pytest.mark.parametrize("layers", ["layers = []", "layers = 3", "layers = [3]", "layers = {units = 3}"])
def test_layers_are_at_least_one_table(layers):
    head, _, rest = TEXT.partition("\n[[layers]]")
    said = refusal(f"{head}\n{layers}\n{rest[rest.index('[optimiser]') :]}")
    assert said.startswith("xor.toml, line 5: layers") and "table is expected" in said and "[[layers]]" in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "xor.toml: the key title is missing: the heading of its page; write title"),
        ("inputs = ", "xor.toml, line 1, at its end: this is no TOML: Invalid value"),
        ("inputs = 1\ninputs = 2\n", "xor.toml, line 2, column 11: this is no TOML: Cannot overwrite a value"),
        ("title = " + 9_000 * "[", "xor.toml is no model file: its arrays or tables are nested too deeply"),
    ],
)
def test_what_is_no_model_at_all(text, reason):
    assert refusal(text).startswith(reason)


@pytest.mark.parametrize("name", ["two words", "1st", "class", "a-b", ""])
def test_the_name_of_a_file_is_that_of_a_module(name):
    assert f"is named like a Python module, found {name!r}" in refusal(TEXT, name)


def test_files_that_cannot_be_read(tmp_path):
    def said(path):
        with pytest.raises(ModelError) as caught:
            read_model(path)
        return str(caught.value)

    assert said(tmp_path / "none.toml").endswith("none.toml cannot be read: No such file or directory")
    assert f"{tmp_path} is a folder; a model is one file" in said(tmp_path)
    path = tmp_path / "model.toml"
    path.write_bytes(b'title = "x"\nloss = "\xff"\n')
    assert f"{path}, line 2: a model file is UTF-8 text, found byte 20 to be none" in said(path)
    path.write_bytes(b"#" * 200_001)
    assert "200,001 bytes; at most 200,000 are read" in said(path)


def test_a_formula_may_be_wherever_a_name_is():
    text = TEXT.replace('"tanh"', '"x * sigmoid(1.5 * x)"').replace('"binary_cross_entropy"', '"np.mean((A - Y)**4)"')
    model = parse_model(text.replace("0.1", '0.1\ndecay = "1/(1 + 0.1*t)"'), "xor")
    assert model.layers[0].activation == "x * sigmoid(1.5 * x)"
    assert model.loss == "np.mean((A - Y)**4)"
    assert model.optimiser.decay == "1/(1 + 0.1*t)"


def test_settings_are_held_against_all_samples_of_the_data_set():
    text = TEXT.replace("training = 4\n", "")
    assert parse_model(text.replace("epochs = 500", "epochs = 500\nbatch = 3\nvalidation = 1"), "xor").data == Data(
        "xor"
    )
    said = refusal(text.replace("epochs = 500", "epochs = 500\nvalidation = 7"))
    assert said == (
        "xor.toml, line 20: training.validation: 7 samples for validation leave none of the 4 training samples to "
        "learn from, found validation = 7; write a part such as 0.2"
    )
