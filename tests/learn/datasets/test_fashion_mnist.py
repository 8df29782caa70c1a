"""Fashion-MNIST is read from the original files, and every damage is named."""

import gzip
import os
import shutil

import numpy as np
import pytest

from symnn.errors import DataError
from symnn.learn.datasets import samples_for_test, samples_for_training
from symnn.learn.datasets.fashion_mnist import DEBIAN, FILES, IdxFile, read_idx

pytestmark = pytest.mark.skipif(
    not DEBIAN.is_dir(), reason=f"Debian's package dataset-fashion-mnist is not installed: no {DEBIAN}"
)

TEST_LABELS, TEST_IMAGES = FILES["test labels"], FILES["test images"]
TRAINING_LABELS, TRAINING_IMAGES = FILES["training labels"], FILES["training images"]


@pytest.fixture(scope="module")
def plain():
    return {name: gzip.decompress((DEBIAN / f"{file.name}.gz").read_bytes()) for name, file in FILES.items()}


def folder_with(tmp_path, file, content, suffix=""):
    (tmp_path / f"{file.name}{suffix}").write_bytes(content)
    return tmp_path


def refusal(file, folder):
    with pytest.raises(DataError) as found:
        read_idx(file, folder)
    return str(found.value)


def test_the_debian_files_are_the_originals(plain):
    for name, file in FILES.items():
        assert len(plain[name]) == file.length
        assert read_idx(file, DEBIAN).shape == file.sizes


def test_pixels_are_scaled_once_and_labels_are_integers(plain):
    samples = samples_for_training("fashion-mnist", 5000)
    assert samples.X.shape == (5000, 784) and samples.X.dtype == np.float64
    assert samples.y.shape == (5000,) and samples.y.dtype == np.int64
    assert (samples.X.min(), samples.X.max()) == (0.0, 1.0)
    offset = 16 + 7 * 784
    assert (samples.X[7] * 255).round().astype(np.uint8).tobytes() == plain["training images"][offset : offset + 784]
    assert samples.y[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert np.bincount(samples.y).tolist() == [457, 556, 504, 501, 488, 493, 493, 512, 490, 506]


def test_the_test_part_is_another(plain):
    samples = samples_for_test("fashion-mnist", 1000)
    assert (samples.X[3] * 255).round().astype(np.uint8).tobytes() == plain["test images"][16 + 3 * 784 : 16 + 4 * 784]
    assert samples.y.tolist() == list(plain["test labels"][8:1008])


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("compressed", [False, True])
def test_plain_and_compressed_files_are_read_whatever_they_are_called(tmp_path, plain, suffix, compressed):
    content = gzip.compress(plain["test labels"], 1) if compressed else plain["test labels"]
    found = read_idx(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, content, suffix))
    assert found.tobytes() == plain["test labels"][8:]


def test_a_folder_that_is_named_is_read(tmp_path):
    for file in FILES.values():
        (tmp_path / f"{file.name}.gz").symlink_to(DEBIAN / f"{file.name}.gz")
    assert len(samples_for_training("fashion-mnist", 3, tmp_path)) == 3


def test_a_missing_folder_or_file_says_how_to_get_it(tmp_path):
    message = refusal(TEST_LABELS, tmp_path / "nowhere")
    assert "there is no folder" in message and "nowhere" in message
    assert "Debian's package dataset-fashion-mnist" in message and "--data DIR" in message
    message = refusal(TEST_LABELS, tmp_path)
    assert "no file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz" in message
    assert "https://github.com/zalandoresearch/fashion-mnist" in message


@pytest.mark.parametrize("kept", [0, 1, 5, 7, 8, 9, 5000, 10007])
def test_a_file_that_is_cut_off(tmp_path, plain, kept):
    message = refusal(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, plain["test labels"][:kept]))
    said = {0: "begins with nothing", 1: "begins with 00,"}.get(kept, "cut off after")
    assert said in message and str(tmp_path / TEST_LABELS.name) in message


def test_a_file_that_is_too_long(tmp_path, plain):
    assert "longer than 10,008 bytes" in refusal(
        TEST_LABELS, folder_with(tmp_path, TEST_LABELS, plain["test labels"] + b"\0")
    )


def test_a_compressed_file_that_is_cut_off_or_damaged(tmp_path, plain):
    whole = gzip.compress(plain["test labels"], 1)
    for content in (whole[:1000], whole[:-4], whole[:50] + b"\xff" * 40 + whole[90:]):
        message = refusal(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, content, ".gz"))
        assert "damaged or cut off, and cannot be decompressed" in message


def test_one_wrong_label_is_found(tmp_path, plain):
    content = bytearray(plain["test labels"])
    content[4321] ^= 1
    message = refusal(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, bytes(content)))
    assert "damaged, or of another data set in the same format, such as MNIST" in message
    assert TEST_LABELS.digest in message


def test_one_wrong_pixel_is_found(tmp_path, plain):
    content = bytearray(plain["test images"])
    content[-1] ^= 128
    assert "SHA-256" in refusal(TEST_IMAGES, folder_with(tmp_path, TEST_IMAGES, bytes(content)))


def test_swapped_files_are_told_apart(tmp_path, plain):
    message = refusal(TRAINING_LABELS, folder_with(tmp_path, TRAINING_LABELS, plain["test labels"]))
    assert "holds 10000 labels, and not 60000; training and test may have been swapped" in message
    message = refusal(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, plain["test images"]))
    assert "holds images, and not labels; it may have been swapped" in message
    message = refusal(TEST_IMAGES, folder_with(tmp_path, TEST_IMAGES, plain["test labels"]))
    assert "holds labels, and not images" in message


def test_a_file_of_another_kind(tmp_path):
    message = refusal(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, b"PK\x03\x04 and so on"))
    assert "it begins with 50 4b 03 04, and not with 00 00 08 01" in message


def test_no_more_is_read_than_there_must_be(tmp_path):
    bomb = gzip.compress(TEST_LABELS.magic.to_bytes(4, "big") + (10_000).to_bytes(4, "big") + bytes(50_000_000), 1)
    assert "longer than" in refusal(TEST_LABELS, folder_with(tmp_path, TEST_LABELS, bomb, ".gz"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(tmp_path, plain):
    folder = folder_with(tmp_path, TEST_LABELS, plain["test labels"])
    (folder / TEST_LABELS.name).chmod(0)
    assert "cannot be read: Permission denied" in refusal(TEST_LABELS, folder)


def test_a_folder_in_the_place_of_a_file_counts_as_missing(tmp_path):
    (tmp_path / TEST_LABELS.name).mkdir()
    assert "has no file" in refusal(TEST_LABELS, tmp_path)
    shutil.copy(DEBIAN / f"{TEST_LABELS.name}.gz", tmp_path)
    assert read_idx(TEST_LABELS, tmp_path).shape == (10_000,)


def test_the_header_says_the_length():
    assert IdxFile("name", 2051, (3, 5, 7), "").length == 16 + 105
    assert TRAINING_IMAGES.length == 47_040_016
