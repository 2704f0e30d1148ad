"""Files that people bring forward: judged by their bytes, kept under their SHA-256.

The name a browser sends says nothing about a file; only a sniffed type from the list
below is kept. Nothing here is ever served as a page: `inline` is for pictures alone.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from handlers.cases.errors import EvidenceRefused

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
FILES = PICTURES | {"image/heic", "application/pdf"}
VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-m4v"})
MAX_FILES = 9
MAX_VIDEOS = 1
_SNIFFED_BYTES = 8192
_NAME_LENGTH = 150


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it came from a browser."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A file that may become evidence."""

    name: str
    data: bytes
    media_type: str
    sha256: str


def accept(uploads: Sequence[Upload], *, files: int = 0, videos: int = 0) -> tuple[Accepted, ...]:
    """Judge the uploads against what a case already has; the same bytes twice count once.

    Raises:
        EvidenceRefused: one is too big, empty, of a wrong type, or they are too many.
    """
    accepted = {one.sha256: one for one in map(_accept_one, uploads)}
    more_videos = sum(one.media_type in VIDEOS for one in accepted.values())
    if videos + more_videos > MAX_VIDEOS:
        raise EvidenceRefused(_("A case takes one video."))
    if files + len(accepted) - more_videos > MAX_FILES:
        raise EvidenceRefused(_("A case takes %(count)s files.") % {"count": MAX_FILES})
    return tuple(accepted.values())


def _accept_one(upload: Upload) -> Accepted:
    name = _plain_name(upload.name)
    if not upload.data:
        raise EvidenceRefused(_("“%(name)s” is empty.") % {"name": name})
    if len(upload.data) > settings.EVIDENCE_MAX_BYTES:
        limit = settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
        sentence = _("“%(name)s” is larger than %(limit)s MB.")
        raise EvidenceRefused(sentence % {"name": name, "limit": limit})
    media_type = filetype.guess_mime(upload.data[:_SNIFFED_BYTES])
    if media_type not in FILES | VIDEOS:
        sentence = _("“%(name)s” is not a picture, a PDF or a video.")
        raise EvidenceRefused(sentence % {"name": name})
    return Accepted(
        name=name,
        data=upload.data,
        media_type=media_type,
        sha256=hashlib.sha256(upload.data).hexdigest(),
    )


def _plain_name(name: str) -> str:
    """The last part of a name, without what could split a header or hide its end."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-_NAME_LENGTH:] or "file"


def keep(one: Accepted) -> None:
    """Store the bytes under their hash; whole or not at all, only once, and past a power cut."""
    path = _path(one.sha256)
    if bytes_of(one.sha256) is not None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(one.data)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except OSError:  # of a full disk nothing half written is left
            os.unlink(file.name)
            raise
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def bytes_of(sha256: str) -> bytes | None:
    """The bytes kept under a hash; None when they are lost, or not what they were."""
    try:
        data = _path(sha256).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def is_there(sha256: str) -> bool:
    """Whether anything is kept under a hash."""
    return _path(sha256).exists()


def may_show_inline(media_type: str) -> bool:
    """Whether a browser may show it in a page; everything else is only downloaded."""
    return media_type in PICTURES


def _path(sha256: str) -> Path:
    return Path(settings.DATA_DIR) / "evidence" / sha256[:2] / sha256
