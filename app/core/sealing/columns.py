"""Columns whose values are sealed, and the attributes by which models show them open.

A model has the column itself, and beside it an attribute that opens and seals:

    email_sealed: Mapped[bytes | None] = mapped_column(Sealed(MAIL))
    email_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    email = sealed_text_or_none("email_sealed")

With a kind the column has a hash beside it, by which its text is found. `select(User.email)` gives the text;
it cannot be compared or sorted in SQL. Statements that write take `sealed(User, id, email=…)`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, Generic, TypeAlias, TypeVar, overload
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Dialect, LargeBinary, Table, func, type_coerce
from sqlalchemy.types import TypeDecorator

from .keyring import Keyring, NotOpened, key_name
from .settings import keyring

T = TypeVar("T")
_ID_BYTES: Final = 16

MAIL: Final = "mail"
PHONE: Final = "phone"
DEVICE: Final = "device"
"""Kinds of texts that are found by their hash: the same address has the same one in each table."""

Kind: TypeAlias = str | Callable[[str], str]
"""A kind, or how it is told from the text where a column has texts of several."""


class Sealed(TypeDecorator[bytes]):
    """Bytes that only a keyring opens. `kind`: what its text is, where it is found by a hash."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: Kind | None = None) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Nothing plain is written, whoever tries."""
        if value is not None:
            key_name(value)
        return value


def hash_column(column: Column[Any]) -> str | None:
    """The name of the column with the hash of this one's text, if it has one."""
    return column.name.removesuffix("_sealed") + "_hash" if _kind(column) else None


def place(table: str, column: str, row: bytes) -> bytes:
    """What a sealed value is bound to."""
    return f"{table}.{column}\0".encode() + row


def lookup(kind: str, text: str) -> bytes:
    """The hash by which a normalised text of this kind is found."""
    return keyring().lookup(kind, text)


def opened(column: Column[Any], row: bytes, value: bytes) -> bytes:
    """Raises NotOpened, which says where."""
    try:
        return keyring().open(value, place(column.table.name, column.name, row))
    except NotOpened as error:
        raise NotOpened(f"{column.table.name}.{column.name} of {UUID(bytes=row)}: {error}") from None


def columns_of(column: Column[Any], row: UUID, plain: bytes | None) -> dict[str, bytes | None]:
    """What is written for a row: the sealed value, and the hash beside it."""
    ring = keyring()
    name, kind, beside = column.name, _kind(column), hash_column(column)
    value = None if plain is None else ring.seal(plain, place(column.table.name, name, row.bytes))
    if kind is None or beside is None:
        return {name: value}
    return {name: value, beside: None if plain is None else _hashed(ring, kind, plain.decode())}


def _hashed(ring: Keyring, kind: Kind, text: str) -> bytes:
    return ring.lookup(kind if isinstance(kind, str) else kind(text), text)


def _kind(column: Column[Any]) -> Kind | None:
    return column.type.kind if isinstance(column.type, Sealed) else None


class _Opened(TypeDecorator[Any]):
    """A row's id and its sealed value as the database joined them, read as what was sealed.

    A statement with such a column is made once, not each time: by `column` and `decode` SQLAlchemy tells two of them
    apart, which have to bear the names of what they are made with.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: Column[Any], decode: Callable[[bytes | None], Any]) -> None:
        super().__init__()
        self.column, self.decode = column, decode

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        raise TypeError(f"{self.column} is sealed: compare its hash")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None:
            return self.decode(None)
        return self.decode(opened(self.column, value[:_ID_BYTES], value[_ID_BYTES:]))


class SealedAttribute(Generic[T]):
    """Opens a model's sealed column when it is read, and seals what is set. The row's `id` is set first."""

    def __init__(self, column: str, encode: Callable[[T], bytes | None], decode: Callable[[bytes | None], T]) -> None:
        self._name, self._encode, self._decode = column, encode, decode
        self._expressions: dict[type, ColumnElement[T]] = {}

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> ColumnElement[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T: ...
    def __get__(self, instance: Any, owner: type[Any]) -> T | ColumnElement[T]:
        if instance is None:
            return self._expression(owner)
        value: bytes | None = getattr(instance, self._name)
        if value is None:
            return self._decode(None)
        return self._decode(opened(self._column(owner), instance.id.bytes, value))

    def __set__(self, instance: Any, value: T) -> None:
        if instance.id is None:
            raise ValueError("a value is sealed for its row: set the id first")
        for name, written in self.columns(type(instance), instance.id, value).items():
            setattr(instance, name, written)

    def columns(self, owner: type[Any], row: UUID, value: T) -> dict[str, bytes | None]:
        """What a statement writes."""
        return columns_of(self._column(owner), row, self._encode(value))

    def _column(self, owner: type[Any]) -> Column[Any]:
        table: Table = owner.__table__
        return table.c[self._name]

    def _expression(self, owner: type[Any]) -> ColumnElement[T]:
        """The id goes along: without it nothing opens."""
        column = self._column(owner)
        joined = func.uuid_send(getattr(owner, "id")).op("||")(getattr(owner, self._name))  # noqa: B009
        return type_coerce(joined, _Opened(column, self._decode)).label(self._name.removesuffix("_sealed"))


def sealed_text(column: str) -> SealedAttribute[str]:
    """A text that is always there."""
    return SealedAttribute(column, str.encode, _text)


def sealed_text_or_none(column: str) -> SealedAttribute[str | None]:
    """A text that may be missing, or be erased."""
    return SealedAttribute(
        column,
        lambda text: None if text is None else text.encode(),
        lambda plain: None if plain is None else plain.decode(),
    )


def sealed_bytes(column: str) -> SealedAttribute[bytes]:
    """Bytes that are always there, such as a key."""
    return SealedAttribute(column, lambda value: value, _bytes)


def sealed_json(column: str) -> SealedAttribute[dict[str, Any]]:
    """An object of JSON; what was erased is an empty one."""
    return SealedAttribute(
        column,
        lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
        lambda plain: {} if plain is None else json.loads(plain),
    )


def sealed(model: type[Any], row: UUID, **values: Any) -> dict[str, bytes | None]:
    """What a statement writes into a row for these attributes of a model."""
    written: dict[str, bytes | None] = {}
    for name, value in values.items():
        attribute: SealedAttribute[Any] = vars(model)[name]
        written |= attribute.columns(model, row, value)
    return written


def _text(plain: bytes | None) -> str:
    return _bytes(plain).decode()


def _bytes(plain: bytes | None) -> bytes:
    if plain is None:
        raise NotOpened("a value that is always there is missing")
    return plain
