"""Copies what the pages use out of node_modules into static/vendor/ and draws the icon sprite.

No Node is needed when the product runs, and a page loads nothing from anybody else's server.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PACKAGES = TOP / "node_modules"
FONTS = {
    "inter": ("@fontsource-variable/inter/files/inter-{}-wght-normal.woff2", "@fontsource-variable/inter/LICENSE"),
    "jetbrains-mono": (
        "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-{}-wght-normal.woff2",
        "@fontsource-variable/jetbrains-mono/LICENSE",
    ),
}
SUBSETS = ("latin", "latin-ext")
PAPER = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono")
"""What documents to print are set in: whole, for their letters go into the documents."""
SCRIPTS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "idiomorph-ext.min.js": "idiomorph/dist/idiomorph-ext.min.js",
}
LICENSES = {
    "htmx": "htmx.org/LICENSE",
    "idiomorph": "idiomorph/LICENSE",
    "lucide": "lucide-static/LICENSE",
    "dejavu": "dejavu-fonts-ttf/LICENSE",
}


def files() -> dict[str, str]:
    """Name in static/vendor/ → path in node_modules."""
    wanted = dict(SCRIPTS)
    for name, (pattern, license_file) in FONTS.items():
        wanted |= {f"fonts/{name}-{subset}.woff2": pattern.format(subset) for subset in SUBSETS}
        wanted[f"licenses/{name}.txt"] = license_file
    wanted |= {f"fonts/{name}.ttf": f"dejavu-fonts-ttf/ttf/{name}.ttf" for name in PAPER}
    return wanted | {f"licenses/{name}.txt": path for name, path in LICENSES.items()}


def icon_names(listing: str) -> list[str]:
    """The names in static/icons.txt: one a line, `#` begins a comment."""
    return sorted({name for line in listing.splitlines() if (name := line.partition("#")[0].strip())})


def symbol(name: str, svg: str) -> str:
    """One Lucide icon as a <symbol>; stroke settings come from the page's styles."""
    found = re.search(r"<svg\b[^>]*>(.*)</svg>", svg, re.DOTALL)
    if found is None:
        raise ValueError(f"{name}: not an SVG")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(found[1].split())}</symbol>'


def sprite(names: list[str], folder: Path) -> str:
    """All icons as one file, used as `<svg><use href=".../icons.svg#name">`. Raises ValueError on unknown names."""
    unknown = [name for name in names if not (folder / f"{name}.svg").is_file()]
    if unknown:
        raise ValueError(f"static/icons.txt names icons that lucide-static does not have: {', '.join(unknown)}")
    symbols = "\n".join(symbol(name, (folder / f"{name}.svg").read_text()) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def build(target: Path) -> None:
    """Make the folder beside its place and swap it in, so that a page never finds half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        for name, source in files().items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PACKAGES / source, fresh / name)
        names = icon_names((TOP / "static" / "icons.txt").read_text())
        (fresh / "icons.svg").write_text(sprite(names, PACKAGES / "lucide-static" / "icons"))
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main() -> None:
    try:
        build(TOP / "static" / "vendor")
    except (OSError, ValueError) as error:
        sys.exit(f"assets: {error}")


if __name__ == "__main__":
    main()
