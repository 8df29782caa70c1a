"""Files are written whole or not at all."""

import pytest

from symnn.files import write_whole


def test_a_folder_is_made_and_the_content_is_what_was_given(tmp_path):
    write_whole(tmp_path / "new" / "text.txt", "λ\n")
    assert (tmp_path / "new" / "text.txt").read_bytes() == b"\xce\xbb\n"
    write_whole(tmp_path / "bytes.bin", b"\x00\r\n")
    assert (tmp_path / "bytes.bin").read_bytes() == b"\x00\r\n"


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "module.py"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["module.py"]
