"""Pure: what a site's colour becomes where text has it. The frame's tokens.css does the same in the browser."""

from __future__ import annotations

import re
from typing import Final

LIGHTEST: Final = 0.49
"""The lightness (of OKLCH) that links and marks have at most, on white."""
_NOTICED: Final = 0.05
_ACCENT: Final = re.compile(r"#[0-9a-f]{6}")


def darkened(accent: str) -> str | None:
    """The colour of links and marks where it is darker than the accent `#rrggbb`; None where nobody would see it."""
    if not _ACCENT.fullmatch(accent.lower()):
        return None
    light, green_red, blue_yellow = _lab(accent)
    if light <= LIGHTEST + _NOTICED:
        return None
    return _hex(LIGHTEST, green_red, blue_yellow)


def _lab(accent: str) -> tuple[float, float, float]:
    """Its place in OKLab."""
    red, green, blue = (_linear(byte / 255) for byte in bytes.fromhex(accent[1:]))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _hex(light: float, green_red: float, blue_yellow: float) -> str:
    """The colour of a place in OKLab, as near as a screen shows it."""
    long = (light + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
    medium = (light - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
    short = (light - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
    shown = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + bytes(round(255 * _gamma(min(1.0, max(0.0, one)))) for one in shown).hex()


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)
