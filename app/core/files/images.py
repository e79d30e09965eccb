"""Pictures that strangers send: looked at before they are unpacked, and kept only as we have drawn them anew.

What is written is pixels alone: no place where it was taken, no comment, nothing behind the picture's end. A file of a
hundred kilobytes can be a picture of gigabytes, so that its head decides whether it is unpacked, one is at a time, and
what is unpacked is made small before anything else is done with it.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Final

from PIL import Image, ImageOps

from app.core.errors import DomainError
from app.core.limits.places import place

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 24_000_000
"""Of what is unpacked: a page scanned with 400 dots an inch has 15 million."""
_MOST_OF: Final[Mapping[str, int]] = {"WEBP": 12_000_000}
"""Its decoder holds the picture five times."""
MOST_READ: Final = 64_000_000
"""Of a JPEG that is unpacked at a half, a quarter or an eighth: phones take 12 to 50 million."""
_SHRUNK_AS_THEY_ARE: Final = ("L", "LA", "RGB", "RGBA", "CMYK")
_AT_ONCE: Final = 1
WAIT_SECONDS: Final = 2.0
_QUALITY: Final = 85


def redrawn(data: bytes, longest: int, *, most: int = MOST_PIXELS, is_square: bool = False) -> bytes:
    """A picture as WebP, at most so many pixels wide and high, upright; `is_square`: its middle.

    `most`: so many pixels are unpacked, and no more. Not within a transaction: it takes a second.

    Raises:
        DomainError: `image_invalid`, `image_moves`, `image_too_large`.
        Unavailable: `pictures_busy`.
    """
    with place("pictures", _AT_ONCE, wait=WAIT_SECONDS):
        return _redrawn(data, longest, most, is_square=is_square)


def _redrawn(data: bytes, longest: int, most: int, *, is_square: bool) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                _check(image, longest, most)
                return _drawn(image, longest, is_square=is_square)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(most) from None
    except DomainError:
        raise
    except Exception as error:  # what a decoder of three formats trips over is not to be listed
        raise DomainError("image_invalid", field="file") from error


def _check(image: Image.Image, longest: int, most: int) -> None:
    """By its head alone. A JPEG is told to unpack no larger than needed; a progressive one is held whole all the same.
    Phones put a second picture behind a JPEG, which nobody unpacks."""
    is_jpeg = image.format in ("JPEG", "MPO")
    if not is_jpeg and getattr(image, "is_animated", False):
        raise DomainError("image_moves", field="file")
    most = min(most, _MOST_OF.get(image.format or "", most))
    if image.width * image.height > (MOST_READ if is_jpeg and "progressive" not in image.info else most):
        raise _too_large(most)
    image.draft("RGB", (longest, longest))
    if image.width * image.height > most:
        raise _too_large(most)


def _too_large(most: int) -> DomainError:
    return DomainError("image_too_large", field="file", most=most // 1_000_000)


def _drawn(image: Image.Image, longest: int, *, is_square: bool) -> bytes:
    """Small first: turning, filling and copying the whole would take its memory once more each."""
    image.load()
    has_key = "transparency" in image.info  # one colour that is not seen: of pixels as they are, not of their means
    seen = image if image.mode in _SHRUNK_AS_THEY_ARE and not has_key else image.convert(_plain_mode(image, has_key))
    if is_square:
        seen = ImageOps.fit(seen, (longest, longest))
    else:
        seen.thumbnail((longest, longest))
    upright = ImageOps.exif_transpose(seen).convert("RGBA" if "A" in seen.mode else "RGB")
    bare = Image.new("RGB", upright.size, "white")
    bare.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    written = io.BytesIO()
    bare.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()


def _plain_mode(image: Image.Image, has_key: bool) -> str:
    return "RGBA" if has_key or image.mode == "PA" else "RGB"
