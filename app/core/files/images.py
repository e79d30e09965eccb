"""Pictures that strangers send: looked at before they are unpacked, and kept only as we have drawn them anew.

What is written is pixels alone: no place where it was taken, no comment, nothing behind the picture's end.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

from app.core.errors import DomainError

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 40_000_000
"""Of what is unpacked: 120 MB for a moment. Phones take 12 to 50 million; those of a JPEG are halved unread."""
_QUALITY: Final = 85


def redrawn(data: bytes, longest: int, *, is_square: bool = False) -> bytes:
    """A picture as WebP, at most so many pixels wide and high, upright; `is_square`: its middle.

    Raises DomainError: `image_invalid`, `image_too_large`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                image.draft("RGB", (longest, longest))  # a JPEG is unpacked no larger than needed
                if image.width * image.height > MOST_PIXELS:
                    raise DomainError("image_too_large", field="file")
                return _drawn(image, longest, is_square=is_square)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DomainError("image_too_large", field="file") from None
    except DomainError:
        raise
    except Exception as error:  # what a decoder of three formats trips over is not to be listed
        raise DomainError("image_invalid", field="file") from error


def _drawn(image: Image.Image, longest: int, *, is_square: bool) -> bytes:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        seen = upright.convert("RGBA")
        plain = Image.new("RGB", seen.size, "white")
        plain.paste(seen, mask=seen.getchannel("A"))
    else:
        plain = upright.convert("RGB")
    if is_square:
        plain = ImageOps.fit(plain, (longest, longest))
    else:
        plain.thumbnail((longest, longest))
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()
