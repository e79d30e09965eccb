"""The table of RPC methods: names, arguments by position or name, bitcoind's error codes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MISC_ERROR, TYPE_ERROR, WALLET_ERROR, INVALID_ADDRESS_OR_KEY = -1, -3, -4, -5
WALLET_INSUFFICIENT_FUNDS, INVALID_PARAMETER = -6, -8
WALLET_NOT_FOUND, WALLET_NOT_SPECIFIED, DATABASE_ERROR, DESERIALIZATION_ERROR = -18, -19, -20, -22
VERIFY_ERROR, VERIFY_REJECTED, VERIFY_ALREADY_IN_UTXO_SET, IN_WARMUP = -25, -26, -27, -28
INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR = -32600, -32601, -32700

_KINDS: dict[str, tuple[str, tuple[type, ...]]] = {
    "str": ("string", (str,)),
    "int": ("number", (int,)),
    "bool": ("bool", (bool,)),
    "list": ("array", (list,)),
    "dict": ("object", (dict,)),
}


class RpcError(Exception):
    """A failure the caller is told: bitcoind's code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Method:
    name: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    kinds: tuple[str, ...]
    required: int
    aliases: dict[str, str]
    wallet: bool

    @property
    def usage(self) -> str:
        shown = [name if i < self.required else f"( {name} )" for i, name in enumerate(self.parameters)]
        return " ".join([self.name, *shown])

    def bind(self, params: Any) -> list[Any]:
        """The arguments in order; trailing ones that were not given are left out."""
        values = self._named(params) if isinstance(params, dict) else list(params or [])
        if len(values) > len(self.parameters) or sum(value is not None for value in values[: self.required]) < (
            self.required
        ):
            raise RpcError(MISC_ERROR, f"{self.usage}\n\n{inspect.getdoc(self.function) or ''}".rstrip() + "\n")
        wrong = {}
        for i, value in enumerate(values):
            if value is not None and not _fits(value, self.kinds[i]):
                expected = _KINDS[self.kinds[i]][0]
                wrong[f"Position {i + 1} ({self.parameters[i]})"] = (
                    f"JSON value of type {_json_type(value)} is not of expected type {expected}"
                )
        if wrong:
            lines = ",\n".join(f'    "{place}": "{what}"' for place, what in wrong.items())
            raise RpcError(TYPE_ERROR, f"Wrong type passed:\n{{\n{lines}\n}}")
        return values

    def _named(self, params: dict[str, Any]) -> list[Any]:
        positional = params.get("args", [])
        if not isinstance(positional, list):
            raise RpcError(INVALID_PARAMETER, "Parameter args must be an array")
        values = positional + [None] * (len(self.parameters) - len(positional))
        for given, value in params.items():
            if given == "args":
                continue
            name = self.aliases.get(given, given)
            if name not in self.parameters:
                raise RpcError(INVALID_PARAMETER, f"Unknown named parameter {given}")
            place = self.parameters.index(name)
            if values[place] is not None:
                twice = "both as positional and named argument" if place < len(positional) else "multiple times"
                raise RpcError(INVALID_PARAMETER, f"Parameter {name} specified twice {twice}")
            values[place] = value
        while values and values[-1] is None:
            values.pop()
        return values


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float | Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "null"


def _fits(value: Any, kind: str) -> bool:
    if kind not in _KINDS:
        return True
    return isinstance(value, _KINDS[kind][1]) and (kind == "bool" or not isinstance(value, bool))


METHODS: dict[str, Method] = {}


def method(*, aliases: dict[str, str] | None = None, wallet: bool = False) -> Callable[..., Any]:
    """Registers a function `name(node, arguments…)` as the RPC of its name. `null` counts as not given."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        METHODS[function.__name__] = Method(
            name=function.__name__,
            function=function,
            parameters=tuple(p.name for p in parameters),
            kinds=tuple(str(p.annotation).removesuffix(" | None").split("[")[0] for p in parameters),
            required=sum(p.default is inspect.Parameter.empty for p in parameters),
            aliases=aliases or {},
            wallet=wallet,
        )
        return function

    return register


def parse_hash(value: str, name: str) -> bytes:
    """A hash argument in internal byte order; -8 where it is not 64 hexadecimal digits."""
    if len(value) != 64:
        raise RpcError(INVALID_PARAMETER, f"{name} must be of length 64 (not {len(value)}, for '{value}')")
    try:
        return bytes.fromhex(value)[::-1]
    except ValueError as error:
        raise RpcError(INVALID_PARAMETER, f"{name} must be hexadecimal string (not '{value}')") from error
