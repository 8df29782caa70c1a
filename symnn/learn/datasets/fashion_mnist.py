"""Fashion-MNIST from its four original files, plain or compressed, whose every byte is verified."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from symnn.errors import DataError, MissingDataError
from symnn.learn.datasets.samples import LabelledData, Loader, RawSamples

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
HOMEPAGE = "https://github.com/zalandoresearch/fashion-mnist"
REMEDY = (
    "Install Debian's package dataset-fashion-mnist, or download the four files that are listed at "
    f"{HOMEPAGE} and name their folder with --data DIR."
)
SIDE = 28
GZIP = b"\x1f\x8b"
KINDS = {2051: "images", 2049: "labels"}
"""The first four bytes of a file say what it holds."""


@dataclass(frozen=True)
class IdxFile:
    """One of the four files: its header as it must be, and the SHA-256 of its decompressed content."""

    name: str
    magic: int
    sizes: tuple[int, ...]
    digest: str

    @property
    def header(self) -> tuple[int, ...]:
        return (self.magic, *self.sizes)

    @property
    def length(self) -> int:
        """The number of bytes of the decompressed content."""
        return 4 * len(self.header) + int(np.prod(self.sizes))

    @property
    def kind(self) -> str:
        return KINDS[self.magic]


FILES = {
    "training images": IdxFile(
        "train-images-idx3-ubyte",
        2051,
        (60_000, SIDE, SIDE),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    "training labels": IdxFile(
        "train-labels-idx1-ubyte",
        2049,
        (60_000,),
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    "test images": IdxFile(
        "t10k-images-idx3-ubyte",
        2051,
        (10_000, SIDE, SIDE),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    "test labels": IdxFile(
        "t10k-labels-idx1-ubyte",
        2049,
        (10_000,),
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}


def read_idx(file: IdxFile, folder: Path) -> NDArray[np.uint8]:
    """The numbers of a file, after its header, in the shape that the header gives.

    Raises MissingDataError for a file that is not there, and DataError for one that is damaged, cut off, too long, of
    another kind, or not the original.
    """
    path = _found(file, folder)
    content = _content(path, file.length)
    _verify_header(file, path, content)
    _verify_length(file, path, content)
    _verify_digest(file, path, content)
    return np.frombuffer(content, dtype=np.uint8, offset=4 * len(file.header)).reshape(file.sizes)


def _found(file: IdxFile, folder: Path) -> Path:
    if not folder.is_dir():
        raise MissingDataError(f"Fashion-MNIST: there is no folder {folder}. {REMEDY}")
    for path in (folder / file.name, folder / f"{file.name}.gz"):
        if path.is_file():
            return path
    raise MissingDataError(f"Fashion-MNIST: {folder} has no file {file.name} or {file.name}.gz. {REMEDY}")


def _content(path: Path, length: int) -> bytes:
    """The bytes, decompressed: at most one more than there must be, so that no file is too large to be refused."""
    try:
        with path.open("rb") as plain:
            compressed = plain.read(len(GZIP)) == GZIP
            plain.seek(0)
            with cast(IO[bytes], gzip.GzipFile(fileobj=plain)) if compressed else plain as opened:
                return opened.read(length + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is damaged or cut off, and cannot be decompressed: {error}. {REMEDY}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error


def _verify_header(file: IdxFile, path: Path, content: bytes) -> None:
    size = 4 * len(file.header)
    found = tuple(int.from_bytes(content[place : place + 4], "big") for place in range(0, min(size, len(content)), 4))
    if found == file.header:
        return
    kind = KINDS.get(found[0]) if found else None
    if kind is None:
        begun = content[:4].hex(" ") or "nothing"
        said = f"it begins with {begun}, and not with {file.magic.to_bytes(4, 'big').hex(' ')}"
    elif kind != file.kind:
        said = f"it holds {kind}, and not {file.kind}; it may have been swapped with another file"
    elif len(content) < size:
        said = f"it is cut off after {len(content)} bytes"
    else:
        held, needed = ("×".join(map(str, sizes)) for sizes in (found[1:], file.sizes))
        said = f"it holds {held} {kind}, and not {needed}; training and test may have been swapped"
    raise DataError(f"{path} is not {file.name} of Fashion-MNIST: {said}. {REMEDY}")


def _verify_length(file: IdxFile, path: Path, content: bytes) -> None:
    if len(content) != file.length:
        said = f"cut off after {len(content):,} of" if len(content) < file.length else "longer than"
        raise DataError(f"{path} is {said} {file.length:,} bytes. {REMEDY}")


def _verify_digest(file: IdxFile, path: Path, content: bytes) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != file.digest:
        raise DataError(
            f"{path} is damaged, or of another data set in the same format, such as MNIST: the SHA-256 of its content "
            f"is {found} and must be {file.digest}. {REMEDY}"
        )


def _loader(part: str) -> Loader:
    def load(folder: Path | None) -> RawSamples:
        where = DEBIAN if folder is None else folder
        labels = read_idx(FILES[f"{part} labels"], where)
        images = read_idx(FILES[f"{part} images"], where)
        return RawSamples(images.reshape(len(images), SIDE * SIDE), labels)

    return load


FASHION_MNIST = LabelledData(
    "fashion-mnist",
    "28×28 grey images of articles of clothing, scaled to [0, 1]: 60,000 for training, 10,000 for the test",
    f"H. Xiao, K. Rasul and R. Vollgraf, 2017, {HOMEPAGE} (row L23)",
    "MIT (Expat), © 2017 Zalando SE",
    SIDE * SIDE,
    (
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    (60_000, 10_000),
    _loader("training"),
    _loader("test"),
    largest=255.0,
    has_files=True,
)
