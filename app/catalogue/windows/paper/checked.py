"""The lines that check a receipt's file without us, filled in, as they stand in the file itself."""

from __future__ import annotations

from app.chain.models import DepositAddress
from app.core.config import current_settings
from app.record.log.keys import queries as log_keys

KIND = "tiraj/order/1"
"""What the file of a receipt calls itself, of whatever game."""


def lines_to_check(file: str, address: DepositAddress) -> list[str]:
    """Of the receipt that is saved as `file`: first its address, from the terms alone, then all of it."""
    settings, key = current_settings(), address.internal_key.hex()
    base_url, network = settings.base_url, settings.bitcoin_network
    return [
        f"python3 -c \"import json; print(json.load(open('{file}'))['terms'], end='')\" > terms.json",
        f"curl -fO {base_url}/utilities/hash_tweak.py",
        f"python3 hash_tweak.py {key} @terms.json --network {network} --expect {address.address}",
        f"curl -fO {base_url}/utilities/verify_receipt.py",
        f"python3 verify_receipt.py {file} --log-key {log_keys.current()}",
    ]
