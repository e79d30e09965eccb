"""A PDF as its bytes: pages of texts, lines, links and QR codes, and files that travel in it. No font is embedded: only
those are used that every reader has.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

import segno

from .fonts import FONTS, Font, writable

WIDTH: Final = 595.28
HEIGHT: Final = 841.89
"""A4, in points; places are counted from the upper left corner."""

_QUIET: Final = 4
"""Modules around a QR code that stay white."""


@dataclass(slots=True)
class Page:
    """What is drawn on it, in the order of drawing."""

    drawn: list[str] = field(default_factory=list)
    links: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, font: Font, size: float, grey: float = 0) -> None:
        """A line of text; `y` is where its letters stand."""
        shown = _literal(writable(text))
        name = f"/F{FONTS.index(font)} {size:g} Tf"
        self.drawn.append(f"BT {grey:g} g {name} {x:.2f} {HEIGHT - y:.2f} Td {shown} Tj ET")

    def line(self, x: float, y: float, width: float) -> None:
        """A thin line."""
        self.drawn.append(f"0.7 G 0.5 w {x:.2f} {HEIGHT - y:.2f} m {x + width:.2f} {HEIGHT - y:.2f} l S")

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code, its quiet zone inside of `side`. Paper is smeared: it is guarded better than on screens."""
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        module = side / (len(rows) + 2 * _QUIET)
        boxes = []
        for place, row in enumerate(rows):
            top = HEIGHT - y - (place + _QUIET + 1) * module
            boxes += [
                f"{x + (start + _QUIET) * module:.3f} {top:.3f} {length * module:.3f} {module:.3f} re"
                for start, length in _runs(row)
            ]
        self.drawn.append("0 g " + " ".join(boxes) + " f")

    def link(self, x: float, y: float, width: float, height: float, url: str) -> None:
        """A place that leads to an address; `y` is its upper edge."""
        self.links.append((x, HEIGHT - y - height, x + width, HEIGHT - y, url))


@dataclass(slots=True)
class Document:
    """Pages, and files that travel along: (name, what it is, bytes)."""

    title: str
    language: str
    pages: list[Page] = field(default_factory=list)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)

    def page(self) -> Page:
        """One more."""
        self.pages.append(Page())
        return self.pages[-1]

    def written(self) -> bytes:
        """The whole document; the same one has the same bytes."""
        out = _Objects()
        catalog, pages, info = out.place(), out.place(), out.place()
        fonts = [_font(out, one) for one in FONTS]
        resources = "/Resources << /Font << " + " ".join(f"/F{n} {one} 0 R" for n, one in enumerate(fonts)) + " >> >>"
        kids = " ".join(f"{_page(out, one, pages, resources)} 0 R" for one in self.pages)
        media = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]"
        out.fill(pages, f"<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} {media} >>")
        out.fill(info, f"<< /Title {_unicode(self.title)} /Producer (Tiraj) >>")
        attached = [(name, _attached(out, name, kind, data)) for name, kind, data in self.files]
        names = " ".join(f"{_literal(name)} {one} 0 R" for name, one in sorted(attached))
        along = " ".join(f"{one} 0 R" for _, one in attached)
        out.fill(
            catalog,
            f"<< /Type /Catalog /Pages {pages} 0 R /Lang {_literal(self.language)} /AF [{along}] "
            f"/ViewerPreferences << /DisplayDocTitle true >> /Names << /EmbeddedFiles << /Names [{names}] >> >> >>",
        )
        return out.written(catalog, info)


class _Objects:
    """Numbered objects, the first one 1."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def place(self) -> int:
        """A number whose object follows."""
        self._bodies.append(b"")
        return len(self._bodies)

    def fill(self, number: int, body: str) -> None:
        self._bodies[number - 1] = body.encode("cp1252")

    def add(self, body: str) -> int:
        number = self.place()
        self.fill(number, body)
        return number

    def stream(self, about: str, data: bytes) -> int:
        packed = zlib.compress(data)
        self._bodies.append(
            f"<< {about} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"
        )
        return len(self._bodies)

    def written(self, catalog: int, info: int) -> bytes:
        out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
        for number, body in enumerate(self._bodies, start=1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start, size = len(out), len(places) + 1
        out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
        out += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
        out += f"trailer\n<< /Size {size} /Root {catalog} 0 R /Info {info} 0 R >>\n".encode()
        return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


def _font(out: _Objects, font: Font) -> int:
    return out.add(f"<< /Type /Font /Subtype /Type1 /BaseFont /{font.name} /Encoding /WinAnsiEncoding >>")


def _page(out: _Objects, page: Page, pages: int, resources: str) -> int:
    content = out.stream("", "\n".join(page.drawn).encode("cp1252"))
    links = " ".join(
        f"<< /Type /Annot /Subtype /Link /Rect [{left:.2f} {low:.2f} {right:.2f} {high:.2f}] /Border [0 0 0] "
        f"/A << /S /URI /URI {_literal(url)} >> >>"
        for left, low, right, high, url in page.links
    )
    return out.add(f"<< /Type /Page /Parent {pages} 0 R {resources} /Contents {content} 0 R /Annots [{links}] >>")


def _attached(out: _Objects, name: str, kind: str, data: bytes) -> int:
    subtype = kind.replace("/", "#2F")
    held = out.stream(f"/Type /EmbeddedFile /Subtype /{subtype} /Params << /Size {len(data)} >>", data)
    return out.add(
        f"<< /Type /Filespec /F {_literal(name)} /UF {_unicode(name)} /EF << /F {held} 0 R >> /AFRelationship /Data >>"
    )


def _literal(text: str) -> str:
    return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def _unicode(text: str) -> str:
    return "<" + ("\ufeff" + text).encode("utf-16-be").hex() + ">"


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Dark modules of a row, as (first, how many)."""
    runs: list[tuple[int, int]] = []
    for place, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif is_dark:
            runs.append((place, 1))
    return runs
