"""Every operation as the API's own page lists it: what a site's key opens, then what anybody may read, then the rest by
whom it is for. All of it is read from the OpenAPI document: what an operation asks for is its `security`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Needs = Literal["read", "write", "session", "operator", "sent", "nothing"]
"""What a call must bring: a key, a key that may write, a person's session, an operator's; `sent`: what proves who asks
stands in what is sent, such as a password; nothing."""

Section = Literal["key", "open", "unsigned", "session", "operator"]
"""Whom an operation is for: a site's server; anybody, to read; anybody, to do; a person signed in; an operator."""

_SECTIONS: Final[Mapping[Needs, Section]] = {
    "read": "key",
    "write": "key",
    "session": "session",
    "operator": "operator",
    "sent": "unsigned",
    "nothing": "unsigned",
}
_UNAUTHORISED: Final = "401"


@dataclass(frozen=True, slots=True)
class Listed:
    """One method of one path. `takes`: the names of its parameters."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    about: str
    needs: Needs
    takes: tuple[str, ...]

    @property
    def section(self) -> Section:
        if self.needs == "nothing" and self.method == "GET":
            return "open"
        return _SECTIONS[self.needs]

    @property
    def steps(self) -> tuple[str, ...]:
        """The path in parts that end after a slash, where a line may break."""
        first, *others = self.path.removeprefix("/").split("/")
        parts = (f"/{first}", *others)
        return tuple(f"{part}/" for part in parts[:-1]) + parts[-1:]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations about one thing."""

    tag: str
    about: str
    operations: tuple[Listed, ...]


def listed(document: Mapping[str, Any]) -> tuple[Listed, ...]:
    """Every operation of an OpenAPI document, in its order."""
    return tuple(
        _listed(path, method.upper(), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def sections(document: Mapping[str, Any]) -> dict[Section, tuple[Group, ...]]:
    """The operations of each section, by what they are about."""
    abouts = {tag["name"]: tag["description"] for tag in document["tags"]}
    found: dict[Section, dict[str, list[Listed]]] = {}
    for one in listed(document):
        found.setdefault(one.section, {}).setdefault(one.tag, []).append(one)
    return {section: tuple(_groups(by_tag, abouts)) for section, by_tag in found.items()}


def _groups(by_tag: Mapping[str, Sequence[Listed]], abouts: Mapping[str, str]) -> Iterator[Group]:
    return (Group(tag, abouts[tag], tuple(operations)) for tag, operations in by_tag.items())


def _listed(path: str, method: str, operation: Mapping[str, Any]) -> Listed:
    return Listed(
        id=operation["operationId"],
        method=method,
        path=path,
        tag=operation["tags"][0],
        summary=operation["summary"],
        about=operation.get("description", ""),
        needs=_needs(method, operation),
        takes=tuple(one["name"] for one in operation["parameters"]),
    )


def _needs(method: str, operation: Mapping[str, Any]) -> Needs:
    schemes = {scheme for one in operation["security"] for scheme in one}
    if "key" in schemes:
        return "read" if method == "GET" else "write"
    if "operator" in schemes:
        return "operator"
    if "session" in schemes:
        return "session"
    return "sent" if _UNAUTHORISED in operation["responses"] else "nothing"
