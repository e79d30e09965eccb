"""What `flask audit` asks of wallets. A figure of a row is compared with the ledger's, which is the book."""

from __future__ import annotations

from typing import Final

from app.core.checks import Breach, disagreements
from app.record.ledger import queries as ledger

from .rules import WALLET_CURRENCIES
from .withdrawals.states import HELD, LEFT


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_POSTED: Final = """
    SELECT sum(amount) FROM ledger_transfers
    WHERE source = 'withdrawal' AND source_id = one.id::text AND kind = '{kind}'
"""
_QUERIES: Final = {
    "a paid top-up is in the book": """
        SELECT one.id AS what, coalesce((
            SELECT sum(transfer.amount) FROM ledger_transfers AS transfer
            JOIN ledger_accounts AS account ON account.id = transfer.credit_account_id
            WHERE transfer.source = 'topup' AND transfer.source_id = one.id::text AND transfer.kind = 'paid'
              AND (account.kind, account.owner, account.currency) = ('wallet', one.user_id::text, one.currency)
            ), 0) AS found, CASE WHEN state = 'paid' THEN amount_minor ELSE 0 END AS expected
        FROM wallet_topups AS one
    """,
    "a paid top-up has its origin": """
        SELECT one.id AS what, (SELECT amount_minor FROM wallet_origins WHERE id = one.id) AS found,
               CASE WHEN state = 'paid' THEN amount_minor END AS expected
        FROM wallet_topups AS one
    """,
    "what waits to leave is held": f"""
        SELECT one.id AS what, coalesce((
            SELECT sum(amount) FROM ledger_holds
            WHERE source = 'withdrawal' AND source_id = one.id::text AND state = 'reserved'), 0) AS found,
               CASE WHEN state IN ({_listed(HELD)}) THEN amount_minor ELSE 0 END AS expected
        FROM wallet_withdrawals AS one
    """,
    "what may leave was approved": """
        SELECT one.id AS what, EXISTS (
            SELECT FROM audit_entries
            WHERE subject = 'withdrawal:' || one.id AND action = 'withdrawal.approved') AS found, true AS expected
        FROM wallet_withdrawals AS one WHERE state NOT IN ('held', 'refused')
    """,
    "what has left is in the book": f"""
        SELECT one.id AS what, coalesce(({_POSTED.format(kind="sent")}), 0) AS found,
               CASE WHEN state IN ({_listed((*LEFT, "returned"))}) THEN amount_minor ELSE 0 END AS expected
        FROM wallet_withdrawals AS one
    """,
    "what came back is in the book": f"""
        SELECT one.id AS what, coalesce(({_POSTED.format(kind="returned")}), 0) AS found,
               CASE WHEN state = 'returned' THEN amount_minor ELSE 0 END AS expected
        FROM wallet_withdrawals AS one
    """,
    "a quote that was used is in the book": """
        SELECT one.id AS what, coalesce((
            SELECT sum(amount) FROM ledger_transfers
            WHERE source = 'exchange' AND source_id = one.id::text AND kind = 'bought'), 0) AS found,
               CASE WHEN used_at IS NOT NULL THEN bought_minor ELSE 0 END AS expected
        FROM wallet_quotes AS one
    """,
    "every line has its withdrawal": """
        SELECT source_id AS what, (SELECT count(*) FROM wallet_withdrawals WHERE id::text = source_id) AS found,
               1 AS expected
        FROM ledger_transfers WHERE source = 'withdrawal' AND kind = 'sent'
    """,
}


def wallets_agree_with_the_book() -> list[Breach]:
    """Top-ups and withdrawals are what the ledger says of them."""
    return disagreements("wallets", _QUERIES)


def claims_are_covered() -> list[Breach]:
    """In each currency what gateways and banks hold covers all that others may claim."""
    standings = {currency: ledger.standing(currency) for currency in WALLET_CURRENCIES}
    return [
        Breach("wallets.covered", f"{currency}: {one.held} held, {one.held - one.free} claimed")
        for currency, one in standings.items()
        if one.free < 0
    ]


CHECKS: Final = (wallets_agree_with_the_book, claims_are_covered)
