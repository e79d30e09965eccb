"""What is kept of a file that somebody sends: its kind is what it is, whatever it was called. Outside transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.core.errors import DomainError
from app.core.files.images import redrawn

from . import rules
from .rules import DOCUMENT_PIXELS, MOST_BYTES, PICTURE_PIXELS

WEBP: Final = "image/webp"
PDF: Final = "application/pdf"
_MOST_OF_PICTURE: Final = 12_000_000
"""Pixels that are unpacked to show oneself by: a phone's camera, unless it wrote a JPEG, of which fewer are read."""


@dataclass(frozen=True, slots=True)
class Readable:
    """What is kept: a picture drawn anew, or a PDF as it is."""

    media_type: str
    content: bytes


def document(data: bytes) -> Readable:
    """A paper.

    Raises:
        DomainError: `file_missing`, `file_too_large`, `image_invalid`, `image_moves`, `image_too_large`.
        Unavailable: `pictures_busy`.
    """
    if rules.is_pdf(_bounded(data)):
        return Readable(PDF, data)
    return Readable(WEBP, redrawn(data, DOCUMENT_PIXELS))


def picture(data: bytes) -> Readable:
    """What somebody shows himself by. Raises as `document`."""
    return Readable(WEBP, redrawn(_bounded(data), PICTURE_PIXELS, most=_MOST_OF_PICTURE, is_square=True))


def _bounded(data: bytes) -> bytes:
    if not data:
        raise DomainError("file_missing", field="file")
    if len(data) > MOST_BYTES:
        raise DomainError("file_too_large", field="file", most=MOST_BYTES // 1024 // 1024)
    return data
