"""What the members of records are called for people, where a verifier tells what differs: in the scripts' names.

Each is a noun with its article, as it stands in a list or at the beginning of a sentence.
"""

from __future__ import annotations

from flask_babel import gettext


def label_words() -> dict[str, str]:
    """All of them, by the names that bundles, receipts and entries of the log give them."""
    found = {**_of_orders(), **_of_payments(), **_of_tickets(), **_of_rounds(), **_of_draws(), **_of_chain(), **_kept()}
    return {f"label_{name}": text for name, text in found.items()}


def _of_orders() -> dict[str, str]:
    """An order and its terms."""
    order, person = gettext("the order"), gettext("the player")
    return {
        **dict.fromkeys(("order", "orderId", "identifier"), order),
        **dict.fromkeys(("playerPublicIdentifier", "playerUname", "playerIdentifier"), person),
        **dict.fromkeys(("partnerName", "partnerId"), gettext("the partner")),
        **dict.fromkeys(("houseEdge", "houseEdgePercent", "feeSats"), gettext("the partner’s edge")),
        **dict.fromkeys(("depositAddress", "address"), gettext("the address")),
        "playerTicketPriceSats": gettext("the price of a ticket, in sats"),
        "baseTicketPriceSats": gettext("the base price of a ticket, in sats"),
        "baseCombinationPriceSats": gettext("the base price of a combination, in sats"),
        "terms": gettext("the terms"),
        "commitment": gettext("the commitment"),
        "internalKey": gettext("the internal key"),
        "tweak": gettext("the tweak"),
        "outputKey": gettext("the output key"),
        "bip21": gettext("the payment link"),
        "bip21.site": gettext("what the payment link calls the site"),
        "payoutAddress": gettext("the address for a win"),
        "minPaymentSats": gettext("the smallest payment that counts, in sats"),
        "totalSats": gettext("the whole price, in sats"),
        "baseSats": gettext("the price without the partner’s edge"),
        "requestedNumbers": gettext("the numbers asked for"),
        "playerPrivateIdentifier": gettext("the account at the partner"),
        "person": gettext("whose it is"),
        "entry.person": gettext("the account, which the log hides once more behind a hash"),
        "createdAt": gettext("the time of the order"),
        "odds": gettext("the chance"),
        "note": gettext("the note"),
        "kind": gettext("the kind of the file"),
        "howToCheck": gettext("the lines to check it with"),
    }


def _of_payments() -> dict[str, str]:
    """A payment, and what became of it."""
    return {
        "status": gettext("the state"),
        "amountSats": gettext("the amount, in sats"),
        "creditedSats": gettext("what of it counts, in sats"),
        "refundableSats": gettext("what of it is refunded, in sats"),
        "paidSats": gettext("the sum of what was paid"),
        "blockHeight": gettext("the height of its block"),
        "blockHash": gettext("its block"),
        "refundedAt": gettext("whether and when it was refunded"),
        "orphanedAt": gettext("whether and when its block was lost"),
        "txIndex": gettext("its place in its block"),
        "creditedRoundNumber": gettext("the round that it counts for"),
        "payments[]": gettext("a payment that no block holds"),
        "payments": gettext("a payment"),
        "firstTicket": gettext("the first ticket"),
        "lastTicket": gettext("the last ticket"),
        "payout.address": gettext("the address of the win’s payment"),
        "payout": gettext("the payout"),
        "earnedSats": gettext("what it earned, in sats"),
    }


def _of_tickets() -> dict[str, str]:
    """What an order holds."""
    return {
        **dict.fromkeys(("firstBlockHeight", "firstBlockHash"), gettext("the first payment’s block")),
        **dict.fromkeys(("ranges", "range", "tickets"), gettext("the tickets")),
        **dict.fromkeys(("numbers", "allocatedNumbers"), gettext("the numbers")),
        "ticketCount": gettext("the number of tickets"),
        "bought": gettext("sats, price, tickets for them"),
        "jackpotContributionSats": gettext("the share for the jackpot"),
        "sequence": gettext("its place among all"),
        "combinations": gettext("the number of combinations"),
    }


def _of_rounds() -> dict[str, str]:
    """A round and its promise."""
    work = gettext("the work of the draw, in hashes")
    return {
        **dict.fromkeys(("hashes", "hashWork", "hashesPerDigit"), work),
        **dict.fromkeys(("ticketSupply", "possibleCombinations"), gettext("how many there are")),
        **dict.fromkeys(("soldTickets", "soldCombinations"), gettext("how many were sold")),
        **dict.fromkeys(("roundNumber", "round"), gettext("the round")),
        **dict.fromkeys(("opensAtHeight", "opens"), gettext("the first block of sales")),
        **dict.fromkeys(("closingHeight", "closing"), gettext("the height of the closing block")),
        **dict.fromkeys(("roundCommitment", "expectPromise"), gettext("the promise")),
        **dict.fromkeys(("sealRoot", "root", "expectSeal"), gettext("the seal")),
        "game": gettext("the game"),
        "network": gettext("the network"),
        "version": gettext("the version"),
        "bundleVersion": gettext("the version of the bundle"),
        "roundTerms": gettext("the text of the promise"),
        "salesEndHeight": gettext("the block at which sales end"),
        "settlementDepth": gettext("the blocks to wait"),
        "ticketDigits": gettext("the digits of a ticket"),
        "poolSize": gettext("the size of the pool"),
        "jackpotSats": gettext("the jackpot, in sats"),
        "minPaymentFloorSats": gettext("the floor of payments, in sats"),
        "houseFeePercent": gettext("the house’s fee, in percent"),
        "winnerAlgorithm": gettext("the algorithm of the draw"),
        "voidReason": gettext("why it is void"),
    }


def _of_draws() -> dict[str, str]:
    """What was drawn, and what led there."""
    return {
        **dict.fromkeys(("drawDigits", "winningTicket", "ticket"), gettext("the winning number")),
        **dict.fromkeys(("winningNumbers", "drawnNumbers"), gettext("the winning numbers")),
        **dict.fromkeys(("drawDigests", "checkpoints"), gettext("the hashes on the way")),
        "winningOrderId": gettext("the winning order"),
        "checkpointsRoot": gettext("the root over the hashes on the way"),
        "firstState": gettext("the first hash"),
        "lastState": gettext("the last hash"),
    }


def _of_chain() -> dict[str, str]:
    """Blocks, and the public log."""
    return {
        **dict.fromkeys(("closingBlockHash", "expectClosing"), gettext("the closing block")),
        "firstHeight": gettext("the height of the first header"),
        "tipHeight": gettext("the newest block when it was sealed"),
        "payments": gettext("the number of payments"),
        "leaf": gettext("the hash of the entry"),
        "draw": gettext("the draw"),
        "signatures": gettext("signatures that nobody asked for"),
        "extra": gettext("a note in a proof"),
        "size": gettext("the number of entries"),
        "entry": gettext("the number of the entry"),
        "promiseEntry": gettext("the promise’s entry in the log"),
        "sealEntry": gettext("the seal’s entry in the log"),
        "logKey": gettext("the key of the public log"),
    }


def _kept() -> dict[str, str]:
    """How the payment of a win stands, as a receipt says it."""
    return {
        "payout-state": gettext("how far it is"),
        "payout-amountSats": gettext("the amount, in sats"),
        "payout-address": gettext("the address"),
        "payout-txid": gettext("the transaction"),
    }


def differing_words() -> dict[str, str]:
    """Sentences that tell what differs, with both values; and what is said around them."""
    return {
        "differ": gettext("{what}: the file says {is}; computed here it is {should}."),
        "differ_promise": gettext("{what}: the file says {is}; the promise says {should}."),
        "differ_terms": gettext("{what}: the file says {is}; its terms say {should}."),
        "differ_beside": gettext("{what}: the file says {is}; its terms and payments give {should}."),
        "differ_chain": gettext("{what}: the file says {is}; the blocks say {should}."),
        "differ_block": gettext("{what}: the file says {is}; the block gives {should}."),
        "differ_log": gettext("{what}: the file says {is}; the log says {should}."),
        "differ_platform": gettext("{what}: the file says {is}; the platform says {should} today."),
        "differ_expected": gettext("{what}: the file says {is}; you were told {should}."),
        "nothing": gettext("nothing"),
        "inFile": gettext("{what}, in the file"),
        "otherwise": gettext("{what}, otherwise"),
        "claimed": gettext("Claimed: {claim}"),
        "toFailing": gettext("To the first of them"),
        "payoutTold": gettext("{sats} sats to {address}, by the output {output}"),
    }


def state_words() -> dict[str, str]:
    """States of orders, payments, rounds and payouts, as they stand in a sentence."""
    found = {**_states_of_orders(), **_states_of_rounds()}
    named = {"won": gettext("won"), "lost": gettext("lost"), "void": gettext("void")}
    return {
        f"state_{name}": text for name, text in {**{name: _low(text) for name, text in found.items()}, **named}.items()
    }


def _states_of_orders() -> dict[str, str]:
    """And of their payments, and of a win's."""
    return {
        "waiting": gettext("Waiting for payment"),
        "seen": gettext("Payment seen"),
        "partly_paid": gettext("Partly paid"),
        "confirmed": gettext("Confirmed"),
        "drawn": gettext("Drawn"),
        "credited": gettext("Credited"),
        "below_minimum": gettext("Below the minimum"),
        "late": gettext("Late"),
        "sold_out": gettext("Sold out"),
        "orphaned": gettext("Undone by the chain"),
        "owed": gettext("Owed"),
        "sent": gettext("Sent"),
    }


def _states_of_rounds() -> dict[str, str]:
    return {
        "scheduled": gettext("Scheduled"),
        "open": gettext("Open"),
        "unbacked": gettext("Not backed"),
        "closed": gettext("Closed"),
        "sealed": gettext("Sealed"),
        "drawing": gettext("Drawing"),
        "settled": gettext("Settled"),
        "halted": gettext("Halted"),
    }


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]
