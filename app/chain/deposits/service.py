"""Deposit addresses, and the reserve's own: made here, written to the journal, and never forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy import func, select

from app.chain.models import DepositAddress, ReserveAddress
from app.core.config import current_settings
from app.core.database.session import before_commit, db
from app.core.dependencies.aside import Aside
from app.core.dependencies.breaker import breaker
from app.core.dependencies.file_lock import FileHeld
from app.core.errors import DomainError, Unavailable
from app.core.ids import new_id
from app.core.ports import Once, Port

from . import commitment
from .addresses import parse_address
from .journal import Journal, JournalEntry
from .keys import AccountKey

log = structlog.get_logger()


def _parse_account_key() -> AccountKey:
    settings = current_settings()
    return AccountKey.parse(settings.deposit_account_key.get_secret_value(), settings.bitcoin_network)


_ACCOUNT_KEY: Final = Once(_parse_account_key)
_JOURNAL_ASIDE: Final = Once(Aside)
BRANCHES: Final = Port[Mapping[str, int]]("each game's branch of the account")


def account_key() -> AccountKey:
    """The signer's public account key, parsed once."""
    return _ACCOUNT_KEY.get()


def internal_key_of(game: str, index: int) -> bytes:
    """The x-only internal key of a game's round: branch per game, index = round number."""
    return bytes(account_key().internal_key(BRANCHES.get()[game], index))


def create(
    game: str, index: int, internal_key: bytes, terms: Mapping[str, commitment.Term], *, round_terms: str = ""
) -> DepositAddress:
    """A watched address that commits to `terms`, in the caller's transaction. As `prepare`, which see."""
    address = prepare(game, index, internal_key, terms, round_terms=round_terms)
    db.session.add(address)
    return address


def prepare(
    game: str, index: int, internal_key: bytes, terms: Mapping[str, commitment.Term], *, round_terms: str = ""
) -> DepositAddress:
    """The address that commits to `terms`; its row is the caller's to write. `internal_key` is the one its round was
    frozen with, `round_terms` the text that the terms refer to by its hash.

    Its line in the journal is the transaction's last step, so no order exists whose terms are not on two disks. A line
    without an order, left by a process that died in between, is harmless: nobody was shown its address.

    Raises, when the transaction ends:
        Unavailable: the journal cannot be written; nothing is kept.
    """
    canonical = commitment.canonical_terms(terms)
    committed = commitment.commitment(canonical)
    output_key = commitment.output_key(internal_key, committed)
    address = DepositAddress(
        id=new_id(),
        branch=BRANCHES.get()[game],
        key_index=index,
        internal_key=internal_key,
        terms=canonical,
        commitment=committed,
        script_pubkey=commitment.script_pubkey(output_key),
        address=commitment.p2tr_address(output_key, current_settings().bitcoin_network),
    )
    entry = _journal_entry(game, str(terms["orderId"]), address, round_terms)
    before_commit(lambda: write_journal(entry))
    return address


def _journal_entry(game: str, order_id: str, address: DepositAddress, round_terms: str) -> JournalEntry:
    return JournalEntry(
        orderId=order_id,
        game=game,
        terms=address.terms,
        internalKey=address.internal_key.hex(),
        commitment=address.commitment.hex(),
        address=address.address,
        roundTerms=round_terms,
    )


def write_journal(entry: JournalEntry) -> None:
    """Keep the terms on a second disk.

    Raises:
        Unavailable: the journal cannot be written.
    """
    with _journal() as journal:
        _in_time(journal, lambda: journal.append([entry]))


def check_journal() -> None:
    """Find out whether an order's terms could be kept. Raises Unavailable as `write_journal` does."""
    with _journal() as journal:
        _in_time(journal, journal.check)


def _in_time(journal: Journal, work: Callable[[], None]) -> None:
    """A disk that hangs keeps whoever writes to it, for ever and beyond any signal: it keeps a thread of its own. Its
    lock may take as long as the settings say, and then the disk."""
    _JOURNAL_ASIDE.get().in_time(work, 2 * journal.seconds)


@contextmanager
def _journal() -> Iterator[Journal]:
    settings = current_settings()
    try:
        with breaker("journal").asked(FileHeld, TimeoutError):
            yield Journal(settings.terms_journal_path, settings.journal_seconds)
    except OSError as error:
        log.error("journal_away", error=type(error).__name__, reason=error.strerror or str(error))
        raise Unavailable("journal_away") from None


def check_payout_address(text: str) -> None:
    """Refuse what partners could not be paid at.

    Raises:
        DomainError: no address of this network, or one of our own deposit addresses.
    """
    script = parse_address(text, current_settings().bitcoin_network)
    ours = db.session.scalar(select(DepositAddress.id).where(DepositAddress.script_pubkey == script))
    reserve = db.session.scalar(select(ReserveAddress.key_index).where(ReserveAddress.script_pubkey == script))
    if ours is not None or reserve is not None:
        raise DomainError("address_is_a_deposit_address", field="payout_address")


def new_reserve_address() -> ReserveAddress:
    """The reserve's next address, watched from now on."""
    highest = db.session.scalar(select(func.max(ReserveAddress.key_index)))
    index = 0 if highest is None else highest + 1
    output_key = account_key().reserve_output_key(index)
    row = ReserveAddress(
        key_index=index,
        script_pubkey=commitment.script_pubkey(output_key),
        address=account_key().reserve_address(index),
    )
    db.session.add(row)
    return row
