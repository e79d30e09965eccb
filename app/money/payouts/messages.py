"""The sentences for the error codes of payouts."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

_REFUSALS: Final[tuple[tuple[tuple[str, ...], object], ...]] = (
    (
        ("missing-inputs", "bad-txns-inputs-missingorspent"),
        _l("a coin that it spends is spent already, or the node does not know it"),
    ),
    (
        ("bad-txns-premature-spend-of-coinbase",),
        _l("it spends a miner's reward that has not 100 confirmations yet"),
    ),
    (
        (
            "insufficient fee",
            "txn-mempool-conflict",
            "bip125-replacement-disallowed",
            "too many potential replacements",
            "bad-txns-spends-conflicting-tx",
            "replacement-adds-unconfirmed",
            "replacement-failed",
        ),
        _l("another transaction of the mempool spends one of its coins, and this one may not take its place"),
    ),
    (
        ("min relay fee not met", "mempool min fee not met", "mempool full"),
        _l("its fee is too low for the node at present"),
    ),
    (("max-fee-exceeded", "Fee exceeds maximum"), _l("its fee is above the node's own limit")),
    (
        (
            "mempool-script-verify-flag-failed",
            "mandatory-script-verify-flag-failed",
            "non-mandatory-script-verify-flag",
            "bad-witness-nonstandard",
        ),
        _l("a signature is not valid"),
    ),
    (("non-final", "non-BIP68-final"), _l("it may not be mined yet, by its own lock time")),
    (("too-long-mempool-chain", "package-mempool-limits"), _l("too many unconfirmed transactions hang on one another")),
    (("bad-txns-in-belowout",), _l("its outputs are more than its coins")),
    (("bad-txns-inputs-duplicate",), _l("it spends a coin twice")),
    (("dust",), _l("an output is too small")),
    (("tx-size", "scriptpubkey", "version", "bad-txns"), _l("its form is not allowed")),
    (("TX decode failed",), _l("the node cannot read it")),
)


def in_words(reason: str) -> dict[str, str]:
    """A node's reason for a refusal as an error's parameters: as it came, and what it means to a person."""
    why = next((words for starts, words in _REFUSALS if reason.startswith(starts)), _l("for a reason of its own"))
    return {"reason": reason[:200], "why": str(why)}


MESSAGES: dict[str, object] = {
    "payout_round_in_another": _l(
        "Another payout pays round %(round)s of %(game)s already: %(payout)s. Leave this round out, or give that "
        "payout up."
    ),
    "payout_round_owes_nothing": _l("Round %(round)s of %(game)s owes nothing that is not paid."),
    "payout_before_first_block": _l("No block has been scanned yet."),
    "payout_nothing_due": _l("Nothing is due here."),
    "payout_nothing_to_sweep": _l("There are not two deposits worth gathering at this fee rate."),
    "payout_funds_missing": _l(
        "The coins do not suffice: %(missing)s sats are missing (%(target)s needed before fees, %(found)s found). "
        "Fund the reserve. Nothing was reserved."
    ),
    "payout_needs_too_many_coins": _l(
        "This would need more than %(most)s coins; %(missing)s sats are still missing then. Sweep first."
    ),
    "payout_dust": _l("The %(sats)s sats of %(what)s are too small an output to be sent; the least is %(least)s."),
    "payout_anchor_not_spendable": _l(
        "An earlier payout of %(what)s was given up, and the coin that must be spent to be sure of that is not free. "
        "Wait until the payout that spends it is confirmed, or leave this out."
    ),
    "payout_not_found": _l("There is no such payout."),
    "payout_damaged": _l("The stored transaction is not what the records say. Do not sign anything; call for help."),
    "payout_not_signed": _l("This payout is not signed yet."),
    "payout_state_refused": _l("This cannot be done with a payout that is %(state)s."),
    "payout_in_a_block": _l("This payout is in a block already."),
    "payout_may_be_mined": _l(
        "This payout was sent and may still be mined. Bump it instead. If one of its coins left the chain, refresh it "
        "first."
    ),
    "payout_change_too_small": _l(
        "The change is too small for this fee, and no other coin can be spent that would do: %(missing)s sats are "
        "missing. Fund the reserve, and bump again when that is buried."
    ),
    "payout_would_be_refused": _l(
        "The node would refuse this transaction, so it was not sent: %(why)s (%(reason)s). It stays as it is. Send it "
        "when that is over, or give it up and draft another."
    ),
    "payout_refused_by_node": _l("The node refused this transaction: %(why)s (%(reason)s)."),
    "payout_not_sent": _l("The node could not be asked, and nothing was sent: %(reason)s"),
    "payouts_frozen": _l("Payouts are frozen: %(spends)s spends of our coins are unexplained."),
    "payout_draw_not_on_chain": _l(
        "The block that drew round %(round)s of %(game)s is not on the chain any more. Nothing of that round is paid "
        "while it is away."
    ),
    "payout_promise_broken": _l(
        "Round %(round)s of %(game)s is not what it promised and sealed, or what is owed is not its jackpot. Nothing "
        "of that round is paid; `flask audit` says what differs."
    ),
    "payout_recipient_unverified": _l(
        "The owner of %(partner)s is not verified any more, but this payout pays its balance. Give it up and draft "
        "another."
    ),
    "payout_recipient_rejected": _l(
        "The verification of %(partner)s was refused, but this payout pays its balance. Give it up and draft another."
    ),
    "payout_recipient_address_changed": _l(
        "%(partner)s changed its address less than three days ago, but this payout pays its balance. Give it up and "
        "draft another."
    ),
    "payout_recipient_address_invalid": _l(
        "The address of %(partner)s cannot be paid on this network any more. Give this payout up and draft another."
    ),
    "payout_recipient_moved": _l(
        "%(partner)s is paid at %(address)s now, but this payout pays another address. Give it up and draft another."
    ),
    "log_anchors_off": _l("Roots of the public log are not brought into Bitcoin here: LOG_ANCHORS is off."),
    "log_anchored": _l("The newest root of the public log is in a block already."),
    "log_anchor_waiting": _l(
        "Payout %(payout)s carries a root of the public log and is in no block yet. Sign and send it, or give it up; "
        "the next one spends an output of it."
    ),
    "spend_not_found": _l("There is no such spend that waits for an explanation."),
    "fee_rate_invalid": _l("Enter a fee rate in sats per virtual byte, with at most three decimals."),
    "fee_rate_too_low": _l("A replacement must offer at least %(limit)s sats per virtual byte."),
    "fee_rate_too_high": _l("The most that may be offered is %(limit)s sats per virtual byte."),
    "psbt_unreadable": _l("This cannot be taken: %(why)s. Wanted is the signed PSBT, or the whole signed transaction."),
    "psbt_secret": _l(
        "This cannot be taken: %(why)s. Nothing of it was kept, but it has been on the way here: consider it lost, and "
        "move what it guards."
    ),
    "psbt_unsigned": _l("This PSBT is not signed. Take it to the signer, and bring back what comes out there."),
    "psbt_of_another": _l("This is the PSBT of another payout: %(payout)s."),
    "psbt_input_missing": _l("The coin %(outpoint)s is not spent, but should be."),
    "psbt_input_added": _l("The coin %(outpoint)s is spent, but should not be."),
    "psbt_input_twice": _l("A coin is spent twice."),
    "psbt_sequence_differs": _l("The sequence of %(outpoint)s was changed to %(sequence)s."),
    "psbt_output_missing": _l("The output of %(sats)s sats to %(address)s is missing."),
    "psbt_output_added": _l("There is an output of %(sats)s sats to %(address)s that was not intended."),
    "psbt_amount_differs": _l("The output to %(address)s has %(sats)s sats; %(intended)s were intended."),
    "psbt_fee_above_cap": _l("The fee of %(sats)s sats is above the cap of %(cap)s."),
    "psbt_locktime_differs": _l("The version or the lock time was changed."),
    "psbt_order_differs": _l("The order of coins or outputs was changed."),
    "psbt_signature_missing": _l("The coin %(outpoint)s is not signed."),
    "psbt_signature_wrong": _l("The signature of %(outpoint)s is not valid for this transaction."),
}
