"""Addresses of one network, as scripts and back. The only module that knows bitcoinlib."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from app.core.dependencies import file_lock
from app.core.errors import DomainError

_STARTS_WITHIN_SECONDS = 60.0  # then whoever starts says why it cannot, and is started again
_CONFIGURATION = "[logs]\nenable_bitcoinlib_logging=False\n"


def _load_encoding() -> ModuleType:
    """Import bitcoinlib without letting it settle in the home folder.

    At import it writes settings, a log and a database folder to BCL_DATA_DIR and reads its networks from there. What we
    use never looks at that folder again, so it gets a private one that goes away at once, unless the operator named
    one.
    """
    named = os.environ.get("BCL_DATA_DIR")
    if named:
        Path(named).mkdir(parents=True, exist_ok=True)
        # One process at a time: the first fills the folder while others would already read it.
        with open(Path(named, "import.lock"), "w") as lock:
            file_lock.lock(lock.fileno(), _STARTS_WITHIN_SECONDS)
            from bitcoinlib import encoding
        return encoding  # type: ignore[no-any-return]
    folder = tempfile.mkdtemp(prefix="bitcoinlib-")
    try:
        Path(folder, "config.ini").write_text(_CONFIGURATION)
        os.environ["BCL_DATA_DIR"] = folder
        from bitcoinlib import encoding
    finally:
        os.environ.pop("BCL_DATA_DIR", None)
        shutil.rmtree(folder, ignore_errors=True)
    return encoding  # type: ignore[no-any-return]


_encoding = _load_encoding()


class AddressPrefixes(NamedTuple):
    """What tells one network's addresses from another's."""

    hrp: str
    p2pkh: int
    p2sh: int


# The test networks share their base58 prefixes, and all but regtest their bech32 prefix: they cannot be told apart.
NETWORKS: Mapping[str, AddressPrefixes] = {
    "main": AddressPrefixes("bc", 0x00, 0x05),
    "test": AddressPrefixes("tb", 0x6F, 0xC4),
    "testnet4": AddressPrefixes("tb", 0x6F, 0xC4),
    "signet": AddressPrefixes("tb", 0x6F, 0xC4),
    "regtest": AddressPrefixes("bcrt", 0x6F, 0xC4),
}
_LONGEST_ADDRESS = 90


def parse_address(text: str, network: str) -> bytes:
    """The script that pays to an address: P2PKH, P2SH, P2WPKH, P2WSH or P2TR.

    Raises DomainError `address_invalid` for anything that is no such address, and `address_wrong_network` for a sound
    address of another network. Witness versions that do not exist yet are refused: anybody could spend from them.
    """
    prefixes = NETWORKS[network]
    if not text.isascii() or not text.isalnum() or not 14 <= len(text) <= _LONGEST_ADDRESS:
        raise DomainError("address_invalid")
    hrp = text.lower().rpartition("1")[0]
    if hrp in {known.hrp for known in NETWORKS.values()}:
        script = _parse_segwit(text, hrp)
        wrong_network = hrp != prefixes.hrp
    else:
        version, payload = _parse_base58(text)
        wrong_network = version not in (prefixes.p2pkh, prefixes.p2sh)
        pays_to_key = version in {known.p2pkh for known in NETWORKS.values()}
        script = b"\x76\xa9\x14" + payload + b"\x88\xac" if pays_to_key else b"\xa9\x14" + payload + b"\x87"
    if wrong_network:
        raise DomainError("address_wrong_network", network=network)
    return script


def _parse_segwit(text: str, hrp: str) -> bytes:
    try:
        script: bytes = _encoding.addr_bech32_to_pubkeyhash(text, prefix=hrp, include_witver=True)
        version, program = script[0] - 0x50 if script[0] else 0, script[2:]
        # Writing it again must give the same text: the library's own checks are not all we rely on.
        same = segwit_address(version, program, hrp) == text.lower()
    except Exception:  # the library raises several types, some by accident
        raise DomainError("address_invalid") from None
    if not same or (version, len(program)) not in {(0, 20), (0, 32), (1, 32)}:
        raise DomainError("address_invalid")
    return script


def _parse_base58(text: str) -> tuple[int, bytes]:
    try:
        raw = bytes(_encoding.change_base(text, 58, 256, 25))
        version, payload = raw[0], raw[1:21]
        # bitcoinlib checks this checksum with `assert`, which an optimising interpreter leaves out.
        same = len(raw) == 25 and _base58_address(version, payload) == text
    except Exception:  # as above
        raise DomainError("address_invalid") from None
    known = {prefix for network in NETWORKS.values() for prefix in (network.p2pkh, network.p2sh)}
    if not same or version not in known:
        raise DomainError("address_invalid")
    return version, payload


def segwit_address(version: int, program: bytes, hrp: str) -> str:
    """The bech32 (version 0) or bech32m (later versions) text of a witness program."""
    # bitcoinlib takes any other length for a whole script and reads its first two bytes.
    if len(program) not in (20, 32):
        raise ValueError("a witness program has 20 or 32 bytes")
    # In hexadecimal, as below: bytes that read as hex digits and blanks it would take for the hex of fewer.
    address: str = _encoding.pubkeyhash_to_addr_bech32(program.hex(), hrp, version)
    return address


def _base58_address(version: int, payload: bytes) -> str:
    return str(_encoding.pubkeyhash_to_addr_base58(payload.hex(), f"{version:02x}"))


def script_to_address(script: bytes, network: str) -> str:
    """The address of a standard script. Raises ValueError for a script that has none."""
    prefixes = NETWORKS[network]
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return _base58_address(prefixes.p2pkh, script[3:23])
    if len(script) == 23 and script[:2] == b"\xa9\x14" and script[22:] == b"\x87":
        return _base58_address(prefixes.p2sh, script[2:22])
    if script[:2] in (b"\x00\x14", b"\x00\x20", b"\x51\x20") and len(script) == 2 + script[1]:
        return segwit_address(1 if script[0] else 0, script[2:], prefixes.hrp)
    raise ValueError("the script has no address")
