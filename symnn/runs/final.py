"""The final report on trained networks: the one place where test samples are read, after everything was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.learn.datasets import Samples, samples_for_test
from symnn.learn.targets import Targets
from symnn.learn.training import Trained, data_of, given_samples, load_module


def scores_on_test_samples(
    trained: Sequence[Trained], counts: Sequence[int | None]
) -> Mapping[int | None, list[float]]:
    """The accuracy of each network, or R² where labels are any numbers, on the first so many test samples.

    `counts` says how many; None stands for all. All are trainings of one model from several seeds, and inputs are
    preprocessed as the training samples say.
    """
    job = trained[0].job
    data = data_of(job.model)
    _, preprocess = given_samples(data, job.folder)
    samples = samples_for_test(data.name, None, job.folder)
    X, y = preprocess(samples.X), Targets.of(job.model)(samples.y)
    module = load_module(job.module)
    score = module.get("accuracy") or module["score"]
    return {count: [score(one.parameters, X[:count], y[:count]) for one in trained] for count in counts}


def unseen_samples(name: str) -> Samples:
    """The test samples of a data set, for the final report on a classifier that is not a network."""
    return samples_for_test(name)
