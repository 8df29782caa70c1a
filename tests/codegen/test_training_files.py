"""Saved runs of training modules: resumed to the last bit, refused where damaged or of another network."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

NETWORK = ((4, 7, 3), ("tanh", "identity"), "softmax_cross_entropy")
SETTINGS = {"penalty": 0.01, "optimiser": "adam", "learning_rate": 0.05, "decay": "inverse_sqrt"}
OPTIONS = {"batch": 8, "validation": 0.2, "patience": 50, "progress": None}


def samples(seed: int = 0) -> tuple[Any, Any]:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(53, 4)), generator.integers(0, 3, 53)


def assert_same_run(one: Any, other: Any) -> None:
    """To the last bit: parameters, state of the optimiser, history, and the numbers that would be drawn next."""
    assert one.history == other.history
    assert one.options == other.options
    assert one.data == other.data
    assert one.best_epoch == other.best_epoch
    assert one.generator.bit_generator.state == other.generator.bit_generator.state
    for mine, its in ((one.parameters, other.parameters), (one.best, other.best)):
        assert list(mine) == list(its)
        assert all(mine[name].tobytes() == its[name].tobytes() for name in mine)
    assert one.state.keys() == other.state.keys()
    for name, value in one.state.items():
        if isinstance(value, dict):
            assert all(value[each].tobytes() == other.state[name][each].tobytes() for each in value)
        else:
            assert value == other.state[name]


@pytest.mark.parametrize("optimiser", ["gd", "nesterov", "amsgrad"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_is_saved_is_loaded(optimiser, dtype, emitted, tmp_path) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*NETWORK, **{**SETTINGS, "optimiser": optimiser, "dtype": dtype})
    training = module.fit(*samples(), epochs=3, **OPTIONS)
    module.save(tmp_path / "run", training)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert_same_run(module.load(tmp_path / "run"), training)


def test_a_learned_number_is_saved(emitted, tmp_path) -> None:  # type: ignore[no-untyped-def]
    module = emitted((4, 7, 3), ("prelu", "identity"), "softmax_cross_entropy", optimiser="adam")
    training = module.fit(*samples(), **OPTIONS)
    module.save(tmp_path / "run.npz", training)
    assert_same_run(module.load(tmp_path / "run.npz"), training)


def test_a_resumed_run_is_the_uninterrupted_one(emitted, tmp_path) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*NETWORK, **SETTINGS)
    X, y = samples()
    whole = module.fit(X, y, epochs=9, **OPTIONS)
    part = module.fit(X, y, epochs=4, **OPTIONS)
    module.save(tmp_path / "run.npz", part)
    resumed = module.resume(tmp_path / "run.npz", X, y, epochs=9, progress=None)
    assert_same_run(resumed, whole)
    assert_same_run(module.load(tmp_path / "run.npz"), whole)


KILLED = """
import importlib.util, sys
import numpy as np
specification = importlib.util.spec_from_file_location("network", sys.argv[1])
module = importlib.util.module_from_spec(specification)
specification.loader.exec_module(module)
generator = np.random.default_rng(0)
X, y = generator.normal(size=(53, 4)), generator.integers(0, 3, 53)
report = lambda training: print(training.state["epochs"], flush=True)
module.fit(X, y, epochs=100_000, batch=8, validation=0.2, patience=None, progress=report, checkpoint=sys.argv[2])
"""


def test_a_killed_run_is_resumed(emit, emitted, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Killed in the middle of whatever it did, and gone on with, to the last bit."""
    (tmp_path / "network.py").write_text(emit(*NETWORK, **SETTINGS))
    arguments = [sys.executable, "-c", KILLED, str(tmp_path / "network.py"), str(tmp_path / "run.npz")]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 7:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    process.wait()
    module = emitted(*NETWORK, **SETTINGS)
    X, y = samples()
    done = module.load(tmp_path / "run.npz").state["epochs"]
    assert done >= 7
    resumed = module.resume(tmp_path / "run.npz", X, y, epochs=done + 5, progress=None)
    whole = module.fit(X, y, epochs=done + 5, **{**OPTIONS, "patience": None})
    assert_same_run(resumed, whole)


def test_a_file_is_written_whole_or_not_at_all(emitted, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*NETWORK, **SETTINGS)
    first = module.fit(*samples(), epochs=1, **OPTIONS)
    module.save(tmp_path / "run.npz", first)
    second = module.fit(*samples(), epochs=2, **OPTIONS)

    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        module.save(tmp_path / "run.npz", second)
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    assert_same_run(module.load(tmp_path / "run.npz"), first)


# --- what is no file of this network ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(emitted, tmp_path_factory) -> tuple[Any, Path, Any]:  # type: ignore[no-untyped-def]
    module = emitted(*NETWORK, **SETTINGS)
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    training = module.fit(*samples(), epochs=1, **OPTIONS)
    module.save(path, training)
    return module, path, training


def test_a_missing_file(saved, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FileNotFoundError):
        saved[0].load(tmp_path / "none.npz")
    with pytest.raises(IsADirectoryError):
        saved[0].load(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"PK\x03\x04 half an archive", b"\x93NUMPY\x01\x00", b"\x80\x04N."]
)
def test_no_saved_run_at_all(content, saved, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.npz is damaged, or no saved run"):
        saved[0].load(path)


def test_an_archive_of_something_else(saved, tmp_path) -> None:  # type: ignore[no-untyped-def]
    np.savez(tmp_path / "run.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="is damaged, or no saved run"):
        saved[0].load(tmp_path / "run.npz")
    np.savez(tmp_path / "run.npz", record=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"is damaged, or no saved run: .*allow_pickle=False"):
        saved[0].load(tmp_path / "run.npz")
    for record in (b"{}", b"[]", b"3", b"{", b'{"architecture": 3}'):
        np.savez(tmp_path / "run.npz", record=np.frombuffer(record, np.uint8))
        with pytest.raises(ValueError, match=r"damaged|another architecture"):
            saved[0].load(tmp_path / "run.npz")


def test_truncated_files(saved, tmp_path) -> None:  # type: ignore[no-untyped-def]
    module, path, _ = saved
    content = path.read_bytes()
    for length in range(0, len(content), 211):
        (tmp_path / "run.npz").write_bytes(content[:length])
        with pytest.raises(ValueError, match="is damaged, or no saved run"):
            module.load(tmp_path / "run.npz")


def test_a_changed_byte_is_noticed_or_without_effect(saved, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A byte of a time stamp has no effect; any other is noticed."""
    module, path, training = saved
    content = path.read_bytes()
    noticed = 0
    for place in range(0, len(content), 29):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        (tmp_path / "run.npz").write_bytes(changed)
        try:
            found = module.load(tmp_path / "run.npz")
        except ValueError:
            noticed += 1
        else:
            assert_same_run(found, training)
    assert noticed > 0.7 * len(content) / 29


@pytest.mark.parametrize(
    ("network", "changed", "reason"),
    [
        (((4, 6, 3), ("tanh", "identity"), NETWORK[2]), {}, r"other shapes: .*\[4, 7\].* there, .*\[4, 6\].* here"),
        (NETWORK, {"dtype": "float32"}, "other dtype: float64 there, float32 here"),
        (((4, 7, 3), ("sigmoid", "identity"), NETWORK[2]), {}, "other formulas"),
    ],
)
def test_another_architecture(network, changed, reason, saved, emitted) -> None:  # type: ignore[no-untyped-def]
    other = emitted(*network, **{**SETTINGS, **changed})
    with pytest.raises(ValueError, match=f"is of another architecture, with {reason}"):
        other.load(saved[1])


def test_another_optimiser(saved, emitted) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="is a run with another optimiser"):
        emitted(*NETWORK, **{**SETTINGS, "optimiser": "momentum"}).load(saved[1])


@pytest.mark.parametrize("changed", [{"learning_rate": 0.06}, {"penalty": 0.02}, {"decay": "none"}])
def test_other_settings_load_but_do_not_resume(changed, saved, emitted) -> None:  # type: ignore[no-untyped-def]
    other = emitted(*NETWORK, **{**SETTINGS, **changed})
    assert_same_run(other.load(saved[1]), saved[2])
    with pytest.raises(ValueError, match="is a run with another objective, optimiser or other settings"):
        other.resume(saved[1], *samples(), epochs=2, progress=None)


def test_other_samples(saved) -> None:  # type: ignore[no-untyped-def]
    X, y = samples()
    X[3, 1] += 1e-15
    with pytest.raises(ValueError, match="is a run on other samples"):
        saved[0].resume(saved[1], X, y, epochs=2, progress=None)
    with pytest.raises(ValueError, match=re.escape("epochs is a whole number from 1 on; got 0")):
        saved[0].resume(saved[1], *samples(), epochs=0, progress=None)
