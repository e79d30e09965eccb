"""A receipt on paper: what was paid, what it brought and what the public log has signed of it, with the receipt's own
file inside, which a script checks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext

from app.chain import queries as chain
from app.chain.node.blocks import display
from app.core.config import current_settings
from app.core.ids import created_at
from app.core.text.pdf.flow import Flow
from app.core.text.pdf.letters import MONO
from app.core.text.pdf.sheet import Sheet
from app.core.web.templating import page_language, sats, utc
from app.money.payouts.sent.debts import Debt
from app.record.log.keys import queries as log_keys
from app.selling.windows.words.paying import paying_words

from .receipt import Paper

_JSON: Final = "application/json"
_MOST_CODED: Final = 900
"""Bytes of a promise that a QR code of this size can still be read with."""


def pdf(paper: Paper) -> bytes:
    """The document, in the language of the request."""
    sheet = Sheet(f"{paper.title} · {paper.order}", page_language(), _made_at(paper))
    name, data = paper.file
    sheet.embed_file(bytes=data, basename=name, mime_type=_JSON, associated_file_relationship="Data", compress=True)
    flow = Flow(sheet, f"Tiraj · {gettext('Receipt of an order')} · {paper.order}")
    flow.heading(paper.title, 18)
    flow.words(paper.state, 11)
    _order(flow, paper)
    _codes(flow, paper)  # stands whole, so it stands where a page has the room
    _payments(flow, paper)
    if paper.win is not None:
        _payout(flow, paper.win)
    _logged(flow, paper)
    _checking(flow, paper)
    flow.ended()
    return bytes(sheet.output())


def _made_at(paper: Paper) -> datetime:
    return created_at(UUID(paper.order))


def _order(flow: Flow, paper: Paper) -> None:
    flow.heading(gettext("The order"))
    flow.fact(gettext("Order"), paper.order, font=MONO, size=8.5)
    flow.fact(gettext("Made"), utc(_made_at(paper)))
    for label, values in paper.facts:
        flow.fact(label, *values)
    flow.fact(gettext("A win is paid to"), paper.payout_address, font=MONO, size=8.5)
    flow.fact(paper.held[0], *(paper.held[1] or [gettext("none yet")]))
    flow.fact(gettext("Address"), paper.address, font=MONO, size=8.5)


def _payments(flow: Flow, paper: Paper) -> None:
    flow.heading(gettext("Payments"))
    if not paper.paid:
        flow.words(gettext("Nothing has been paid."))
    for one in paper.paid:
        payment = one.payment
        flow.fact(gettext("Amount"), gettext("%(amount)s sats", amount=sats(payment.amount_sats)), one.words)
        flow.fact(gettext("Transaction"), f"{payment.txid}:{payment.vout}", font=MONO, size=8)
        if payment.block_height is not None:
            _block(flow, payment.block_height, payment.block_hash)


def _block(flow: Flow, height: int, hash_: str | None) -> None:
    """Where it is on the chain, and when its miner says that was."""
    flow.fact(gettext("Block"), f"{height}  {hash_}", font=MONO, size=8)
    block = chain.applied_block(height)
    if block is not None and display(block.hash) == hash_:
        flow.fact(gettext("Time of the block"), utc(block.time))


def _payout(flow: Flow, debt: Debt) -> None:
    """What was won, and how far it has been paid."""
    said = paying_words(debt)
    flow.heading(said.title)
    flow.words(said.text)
    flow.fact(gettext("Amount"), gettext("%(amount)s sats", amount=sats(debt.sats)))
    flow.fact(gettext("To the address"), debt.address, font=MONO, size=8.5)
    if debt.sent is not None:
        flow.fact(gettext("Transaction"), f"{debt.sent.txid}:{debt.sent.vout}", font=MONO, size=8)
        flow.fact(gettext("Sent"), utc(debt.sent.at))
    if debt.block is not None:
        _block(flow, debt.block.height, debt.block.hash)
    if debt.paid_at is not None:
        flow.fact(gettext("Final"), utc(debt.paid_at))


def _codes(flow: Flow, paper: Paper) -> None:
    """The order's public record, with the hash that its newest entry has to have; and the promise itself."""
    url = paper.url if paper.log is None else f"{paper.url}#leaf={paper.log.leaf}"
    shown: list[tuple[str, str, str | None]] = [(gettext("The public record of this order"), url, url)]
    if paper.log is not None and len(paper.log.promise.encode()) <= _MOST_CODED:
        shown.append((gettext("The promise of the public log, as it was signed"), paper.log.promise, None))
    flow.codes(gettext("To look it up"), shown)
    flow.words(paper.url, 8.5, quiet=True)


def _logged(flow: Flow, paper: Paper) -> None:
    flow.heading(gettext("In the public log"))
    log = paper.log
    if log is None:
        return flow.words(gettext("Nothing of this order is in the public log before a payment of it is in a block."))
    flow.fact(gettext("Hash of the entry"), log.leaf, font=MONO, size=8)
    flow.fact(gettext("Number of the entry"), "-" if log.number is None else str(log.number))
    flow.whole(gettext("The promise, signed when the payment was written down:"), log.promise)
    if log.proof is None:
        flow.words(gettext("There is no proof yet."))
    else:
        flow.whole(gettext("The proof that it is there, with the checkpoint that was signed:"), log.proof)
    if log.anchor is not None:
        flow.fact(gettext("In Bitcoin"), log.anchor.txid, log.anchor.root, font=MONO, size=8)
    return None


def _checking(flow: Flow, paper: Paper) -> None:
    name, key, base = paper.file[0], log_keys.current(), current_settings().base_url
    flow.heading(gettext("The terms"))
    flow.exact(paper.terms)
    flow.heading(gettext("How to check it"))
    flow.words(
        gettext(
            "The receipt’s file, %(name)s, is attached to this document; the script takes it from here. The log’s key "
            "below is what this site says: compare it with the one that you know.",
            name=name,
        )
    )
    if paper.is_private:
        flow.words(gettext("The attached file shows your account at the partner: keep it to yourself."))
    saved = name.removesuffix(".json")
    script = f"python3 verify_receipt.py {saved}.pdf \\\n    --log-key {key}"
    flow.exact(f"curl -fO {base}/utilities/verify_receipt.py\n{script}")
