"""What may become evidence, judged by its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import stat

import pytest

from handlers.cases import evidence
from handlers.cases.errors import EvidenceRefused
from handlers.cases.evidence import Upload, accept, bytes_of, keep, may_show_inline

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"picture"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(20)
PDF = b"%PDF-1.7\n%picture"
MP4 = bytes.fromhex("000000186674797069736f6d0000020069736f6d69736f32") + bytes(40)
EXE = b"MZ\x90\x00" + bytes(300)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + bytes(300)


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(JPEG, "image/jpeg"), (PNG, "image/png"), (PDF, "application/pdf"), (MP4, "video/mp4")],
)
def test_a_type_is_what_the_bytes_say(data, media_type):
    (one,) = accept([Upload(name="anything.txt", data=data)])

    assert one.media_type == media_type
    assert one.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("data", [EXE, SVG, HTML, ZIP, b"just text"])
def test_a_file_with_a_false_name_is_refused(data):
    with pytest.raises(EvidenceRefused, match="is not a picture") as refusal:
        accept([Upload(name="photo.jpg", data=data)])

    assert refusal.value.field == "evidence"


def test_an_empty_file_is_refused():
    with pytest.raises(EvidenceRefused, match="empty"):
        accept([Upload(name="photo.jpg", data=b"")])


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_refused(settings):
    settings.EVIDENCE_MAX_BYTES = len(JPEG)

    assert accept([Upload(name="a.jpg", data=JPEG)])
    with pytest.raises(EvidenceRefused, match="larger than"):
        accept([Upload(name="a.jpg", data=JPEG + b"!")])


def test_nine_files_and_one_video_are_the_most():
    files = [Upload(name=f"{n}.jpg", data=JPEG + bytes([n])) for n in range(9)]
    video = Upload(name="film.mp4", data=MP4)

    assert len(accept([*files, video])) == 10
    with pytest.raises(EvidenceRefused, match="9 files"):
        accept([*files, Upload(name="ten.jpg", data=PNG)])
    with pytest.raises(EvidenceRefused, match="9 files"):
        accept([files[0]], files=9)
    with pytest.raises(EvidenceRefused, match="one video"):
        accept([video], videos=1)


def test_the_same_bytes_twice_are_one_file():
    assert len(accept([Upload(name="a.jpg", data=JPEG), Upload(name="b.jpg", data=JPEG)])) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\photos\\me.jpg", "me.jpg"),
        ('a"\r\nSet-Cookie: x.jpg', 'a"Set-Cookie: x.jpg'),
        ("", "file"),
        ("x" * 400 + ".jpg", "x" * 146 + ".jpg"),
    ],
)
def test_a_name_keeps_nothing_that_could_do_harm(name, kept):
    (one,) = accept([Upload(name=name, data=JPEG)])

    assert one.name == kept


def test_bytes_lie_under_their_hash_and_only_once(folder):
    (one,) = accept([Upload(name="a.jpg", data=JPEG)])

    keep(one)
    keep(one)

    assert bytes_of(one.sha256) == JPEG
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [one.sha256]


def test_only_pictures_are_ever_shown_in_a_page():
    inline = {name for name in evidence.FILES | evidence.VIDEOS if may_show_inline(name)}

    assert inline == {"image/jpeg", "image/png", "image/webp", "image/gif"}


def test_a_file_is_on_the_disk_before_it_has_its_name_and_its_name_too(folder, monkeypatch):
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor):
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", lambda *a: (done.append("named"), replace(*a)))
    keep(*accept([Upload(name="a.jpg", data=JPEG)]))

    assert done == ["file", "named", "folder", "folder"]


def test_a_full_disk_leaves_nothing_half_written(folder, monkeypatch):
    (one,) = accept([Upload(name="a.jpg", data=JPEG)])

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            keep(one)

    assert not [path for path in folder.rglob("*") if path.is_file()]
    keep(one)
    assert bytes_of(one.sha256) == JPEG


def test_what_is_lost_or_damaged_is_not_shown_as_the_file(folder):
    (one,) = accept([Upload(name="a.jpg", data=JPEG)])
    assert bytes_of(one.sha256) is None

    keep(one)
    path = folder / "evidence" / one.sha256[:2] / one.sha256
    path.write_bytes(JPEG[:-1])
    assert bytes_of(one.sha256) is None

    keep(one)
    assert bytes_of(one.sha256) == JPEG
