"""Model files as chapters: what is derived, shared, built, compared and refused."""

import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from symnn.cli import main
from symnn.codegen import load_module
from symnn.errors import ModelError, ProjectError, SymnnError
from symnn.networks import load_network
from symnn.project import Project

TEXT = """\
title = "Two layers"
inputs = 3
loss = "softmax_cross_entropy"

[[layers]]
units = 4
activation = "tanh"

[[layers]]
units = 2
activation = "identity"

[regularisation]
l2 = 0.01

[optimiser]
name = "adam"
learning_rate = 0.1

[training]
epochs = 5
"""


def symnn(folder, *words):
    result = CliRunner().invoke(main, ["--project", str(folder), *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def folder(tmp_path):
    """A folder with one model, not built."""
    write(tmp_path, "pair", TEXT)
    return tmp_path


def write(folder, name, text):
    path = folder / "models" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))
    return path


def test_a_folder_with_a_model_is_a_project(folder, monkeypatch):
    monkeypatch.chdir(folder / "models")
    assert Project.find().root == folder
    assert Project.find().names() == ["pair"]


def test_the_chapter_of_a_model_is_proved_and_says_what_it_is(folder):
    chapter = load_network(folder / "models" / "pair.toml")
    assert chapter.verdict in ("proved", "checked")
    assert chapter.title == "Two layers"
    assert "3 inputs, then 4 units (tanh), 2 units (identity): 26 parameters." in chapter.introduction
    assert "λ = 0.01 on the weights" in chapter.introduction
    assert list(chapter.derivation.result.gradients) == ["W1", "b1", "W2", "b2"]
    assert "from models/pair.toml" in chapter.module()


def test_models_that_differ_in_sizes_optimiser_and_data_share_one_derivation(folder):
    other = TEXT.replace("units = 4", "units = 40").replace('"adam"', '"gd"').replace("0.01", "0.5")
    chapters = [load_network(write(folder, name, text)) for name, text in (("pair", TEXT), ("other", other))]
    assert chapters[0].derivation is chapters[1].derivation
    third = load_network(write(folder, "third", TEXT.replace("tanh", "relu")))
    assert third.derivation is not chapters[0].derivation
    fourth = load_network(write(folder, "fourth", TEXT.replace("l2 = 0.01", "l2 = 0")))
    assert "lam" not in [variable.name for variable in fourth.derivation.result.parameters]


def test_a_model_that_cannot_be_derived_is_refused_with_its_file(folder):
    path = write(folder, "pair", TEXT.replace("softmax_cross_entropy", "np.sum(np.log(-np.exp(A)) * Y)"))
    with pytest.raises(SymnnError, match=r"pair\.toml"):
        load_network(path)


def test_build_writes_what_changed_and_tells_which_equations(folder):
    assert symnn(folder, "build").stdout == "pair: new\n"
    assert symnn(folder, "build").stdout == "nothing changed: 1 modules are what their sources give\n"
    write(folder, "pair", TEXT.replace("tanh", "relu"))
    assert symnn(folder, "build", "--check").exit_code == 1
    said = symnn(folder, "build").stdout
    assert said.startswith("pair: changed\n") and "tanh" in said and "relu" in said
    assert symnn(folder, "build", "--check").exit_code == 0


def test_only_the_modules_that_are_named_are_built(folder):
    write(folder, "other", TEXT.replace("tanh", "relu"))
    (folder / "generated").mkdir()
    (folder / "generated" / "mine.py").write_text("answer = 42\n", encoding="utf-8")
    assert symnn(folder, "build", "other").stdout == "other: new\n"
    assert not (folder / "generated" / "pair.py").exists()
    unknown = symnn(folder, "build", "pear")
    assert unknown.exit_code == 2 and "there is no chapter 'pear', and no such model" in unknown.stderr


def test_a_wrong_model_leaves_its_old_module(folder):
    symnn(folder, "build")
    before = (folder / "generated" / "pair.py").read_text(encoding="utf-8")
    write(folder, "pair", TEXT.replace("units = 4", "units = -4"))
    result = symnn(folder, "build")
    assert result.exit_code == 2
    assert "models/pair.toml, line 6: layers[1].units: a whole number" in result.stderr
    assert (folder / "generated" / "pair.py").read_text(encoding="utf-8") == before


def test_the_module_of_a_model_that_is_gone_is_removed(folder):
    symnn(folder, "build")
    (folder / "models" / "pair.toml").unlink()
    (folder / "derivations").mkdir()
    assert symnn(folder, "build").stdout == "pair: orphaned\n"
    assert not (folder / "generated" / "pair.py").exists()


def test_a_chapter_and_a_model_may_not_have_one_name(folder):
    (folder / "derivations").mkdir()
    (folder / "derivations" / "pair.py").write_text("", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"both would give generated/pair\.py: rename one of them"):
        Project.find(folder).names()
    assert symnn(folder, "list", "--chapters").exit_code == 2


def test_a_model_is_shown_listed_and_checked(folder):
    symnn(folder, "build")
    page = symnn(folder, "show", "pair")
    assert page.exit_code == 0 and "Proof" in page.stdout and "def " in page.stdout
    assert "pair" in symnn(folder, "list", "--chapters").stdout
    checked = symnn(folder, "check", "pair")
    assert checked.exit_code == 0, checked.output
    assert "differences passed" in checked.stdout


def test_a_changed_gradient_in_the_module_does_not_pass_the_check(folder):
    symnn(folder, "build")
    path = folder / "generated" / "pair.py"
    path.write_text(path.read_text(encoding="utf-8").replace("lam * W2", "2 * lam * W2"), encoding="utf-8")
    stale = symnn(folder, "check", "pair")
    assert stale.exit_code == 2 and "run symnn build" in stale.stderr


def test_models_are_compared_by_name_or_by_file(folder):
    other = write(folder, "other", TEXT.replace("0.1", "0.2").replace("tanh", "sigmoid"))
    by_name = symnn(folder, "diff", "pair", "other")
    assert by_name.exit_code == 0, by_name.output
    lines = by_name.stdout.splitlines()
    assert lines[:2] == ['layers[1].activation: "tanh" → "sigmoid"', "optimiser.learning_rate: 0.1 → 0.2"]
    assert any(line.startswith("- (") and "tanh" in line for line in lines)
    assert any(line.startswith("+ (") and "σ" in line for line in lines)
    assert any(line.startswith("-  ") and "np.tanh" in line for line in lines)
    assert symnn(folder, "diff", "pair", other).stdout == by_name.stdout
    assert not (folder / "generated").exists()
    assert symnn(folder, "diff", other, "other").stdout == "no equation and no line of code differs\n"
    chapter = Path(__file__).parents[1] / "derivations" / "ridge.py"
    for names in ((other, chapter), (chapter, other)):
        apart = symnn(folder, "diff", *names)
        assert apart.exit_code == 2 and not apart.stdout
        assert "other is a model and ridge is a chapter, which have nothing in common" in apart.stderr
    missing = symnn(folder, "diff", "pair", folder / "none.toml")
    assert missing.exit_code == 2 and "none.toml cannot be read: No such file or directory" in missing.stderr


def test_the_file_of_a_model_is_read_again_when_it_changed(folder):
    project = Project.find(folder)
    assert project.chapter("pair").title == "Two layers"
    write(folder, "pair", TEXT.replace("Two", "2"))
    assert project.chapter("pair").title == "2 layers"
    write(folder, "pair", TEXT.replace("title", "tittle"))
    with pytest.raises(ModelError, match=r"pair\.toml, line 1: tittle: there is no such key; did you mean title\?"):
        project.chapter("pair")


@pytest.mark.parametrize(
    ("old", "new", "options"),
    [
        ("dtype", "dtype", {}),
        ("inputs = 3", 'inputs = 3\ndtype = "float32"', {}),
        ("inputs = 3", "inputs = 3\nclass_weights = [1.0, 2.5]", {"c": [1.0, 2.5]}),
        ('"tanh"', '"prelu"', {}),
        ("[regularisation]", '[regularisation]\npenalty = "half mean"\nbiases = true', {}),
    ],
)
def test_the_module_of_a_model_trains(folder, old, new, options):
    """What the module holds is what the file says, and its own loss and gradients pass the check."""
    chapter = load_network(write(folder, "pair", TEXT.replace(old, new)))
    module = load_module(chapter.module(), "pair")
    assert chapter.check(vars(module)).passed
    assert {name: np.asarray(value).tolist() for name, value in module.CONSTANTS.items()} == {"lam": 0.01, **options}
    assert module.DTYPE.__name__ == chapter.model.dtype
    generator = np.random.default_rng(1)
    X, y = generator.normal(size=(30, 3)), generator.integers(0, 2, 30)
    training = module.fit(X, y, epochs=40, progress=None)
    assert training.history["loss"][-1] < training.history["loss"][0]
    assert sum(array.size for array in training.best.values()) == chapter.model.parameters


def test_a_wrong_gradient_in_a_module_fails_the_check(folder):
    chapter = load_network(folder / "models" / "pair.toml")
    text = chapter.module()
    wrong = text.replace("lam * W2", "1.000002 * lam * W2")
    assert wrong != text
    report = chapter.check(vars(load_module(wrong, "pair")))
    assert not report.passed and "W2" in report.summary()


def test_the_module_of_a_deep_network_is_linear_in_its_layers(folder):
    layer = '[[layers]]\nunits = 4\nactivation = "tanh"\n\n'
    sizes = [
        len(load_network(write(folder, f"deep_{count}", TEXT.replace(layer, count * layer))).module())
        for count in (10, 20, 40)
    ]
    assert sizes[2] - sizes[1] < 2.2 * (sizes[1] - sizes[0])


def test_the_gradients_of_a_deep_network_are_checked(folder):
    """There are more sizes than lengths, and more parameters than are moved one by one."""
    layer = '[[layers]]\nunits = 4\nactivation = "tanh"\n\n'
    chapter = load_network(write(folder, "deep", TEXT.replace(layer, 30 * layer)))
    text = chapter.module()
    report = chapter.check(vars(load_module(text, "deep")))
    assert report.passed and "along random directions only" in report.summary()
    wrong = text.replace("lam * W20", "1.01 * lam * W20")
    assert wrong != text
    assert not chapter.check(vars(load_module(wrong, "deep"))).passed
