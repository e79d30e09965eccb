"""What each setting is, in words and in the order in which people look for them; games and slices tell their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together: `words` say what each is, by its field."""

    title: str
    words: Mapping[str, str]


GROUPS: Final = (
    Group(
        "Where it runs",
        {
            "environment": "What kind of installation this is",
            "base_url": "The address that people type",
            "secret_key": "Signs form tokens, and marks what only this installation may have written",
            "database_url": "Postgres, which holds everything that counts",
            "redis_url": "Redis, which holds nothing that may not be lost",
            "trusted_proxy_hops": "Proxies of ours before the web server",
            "source_url": "Where the source of this version is offered",
            "rehearsal_url": "Another installation on a test network, where partners rehearse",
            "demo_partner_name": "The site whose frame /demo shows",
            "webhook_allow_private": "Webhooks may reach private networks, for development",
            "fail_at": "The step at which a process dies, for tests",
        },
    ),
    Group(
        "Bitcoin",
        {
            "bitcoin_network": "The network",
            "bitcoin_rpc_url": "The node",
            "bitcoin_zmq_url": "Where the node tells at once what came",
            "deposit_account_key": "The signer's account key, from which addresses of deposits are made",
            "terms_journal_path": "The terms journal, on another disk than the database",
            "bcl_data_dir": "Where bitcoinlib puts its files",
            "first_scan_height": "The first block that was scanned",
        },
    ),
    Group(
        "Operators and alarms",
        {
            "operator_user": "An operator's name at this console",
            "operator_password_hash": "That operator's password, hashed",
            "operators": "More operators, each with a hash",
            "operator_emails": "Who is mailed alarms",
            "operator_failures_per_hour": "Wrong passwords in an hour before an address has to wait",
            "metrics_token": "With which a monitor may read /metrics",
        },
    ),
    Group(
        "Partners who ask to be verified",
        {
            "verification_contact": "Where they write",
            "verification_days": "Days within which they are answered",
        },
    ),
    Group(
        "Mail",
        {
            "mail_transport": "How mail is sent",
            "smtp_url": "The mail server",
            "mail_from": "The sender",
        },
    ),
    Group(
        "New rounds of every game",
        {
            "round_length_blocks": "Blocks of sales",
            "round_gap_blocks": "Blocks from the end of sales to the closing block",
            "settlement_depth": "Blocks on top of one before it counts as final",
            "rounds_ahead": "Rounds that exist before their sales",
            "order_stop_blocks": "Blocks before the end of sales in which no order is made any more",
            "planning_fee_rate": "Sat per virtual byte by which the least payment is reckoned",
            "backing_margin_sats": "Sats beyond all promises that must be there for a round to open",
            "block_subsidy_sats": "Sats that a miner forgoes by hiding a block, for the limit of jackpots",
        },
    ),
    Group(
        "New rounds of the main game",
        {
            "ticket_digits": "Digits of a ticket: a round has ten to this power of them",
            "base_ticket_price_sats": "Sats for a ticket, without a partner's edge",
            "house_fee_percent": "Percent by which the house lowers the jackpot",
            "draw_algorithms": "What rounds are drawn by, in turn",
            "hashes_per_digit": "Hashes for each digit of a hash-draw-1",
            "draw_hashes": "Hashes of a sealed-draw-1",
        },
    ),
    Group(
        "What payouts offer miners",
        {
            "payout_fee_floor": "Sat per virtual byte, at least",
            "payout_fee_cap": "Sat per virtual byte, at most, bumps included",
            "payout_sweep_fee_rate": "Sat per virtual byte of a sweep of small deposits",
        },
    ),
    Group(
        "Limits of orders",
        {
            "orders_per_minute": "Orders from one address in a minute",
            "open_orders_per_site": "Unpaid orders that a site may have",
            "open_orders_per_unverified_site": "The same until its owner is verified",
            "open_orders_per_player": "Unpaid orders of one player at one site",
            "open_orders_per_requester": "Unpaid orders at one site from one network",
            "open_orders_minutes": "Minutes for which an unpaid order counts; its address is good for ever",
        },
    ),
    Group(
        "Limits of accounts and keys",
        {
            "logins_per_hour": "Mails in an hour that one person has us send",
            "new_sites_per_hour": "Sites in an hour that one person makes",
            "api_requests_per_minute": "Requests in a minute of one site's keys together",
        },
    ),
    Group(
        "Deadlines, in seconds",
        {
            "database_connect_seconds": "Postgres accepts a connection",
            "database_seconds": "One statement of a request",
            "database_job_seconds": "One statement of a job or a command",
            "redis_seconds": "One call to Redis",
            "node_seconds": "One answer of the node",
            "node_block_seconds": "An answer that may be a whole block",
            "mail_seconds": "One message, from connecting to goodbye",
            "journal_seconds": "The terms journal's lock, then its disk",
            "breaker_seconds": "After a time-out others do not wait for so long",
            "known_seconds": "How old may be what an order knows of the node and of the switches",
            "ready_seconds": "How long /api/ready repeats its answer",
        },
    ),
)
