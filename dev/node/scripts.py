"""Output scripts, regtest addresses and their descriptions."""

from __future__ import annotations

import hashlib
from functools import lru_cache, reduce
from operator import xor
from typing import Any

from embit import base58, bech32

HRP = "bcrt"
P2PKH_VERSION, P2SH_VERSION = 0x6F, 0xC4
_NAMES = {
    0x00: "0",
    0x4F: "-1",
    0x61: "OP_NOP",
    0x63: "OP_IF",
    0x64: "OP_NOTIF",
    0x67: "OP_ELSE",
    0x68: "OP_ENDIF",
    0x69: "OP_VERIFY",
    0x6A: "OP_RETURN",
    0x75: "OP_DROP",
    0x76: "OP_DUP",
    0x82: "OP_SIZE",
    0x87: "OP_EQUAL",
    0x88: "OP_EQUALVERIFY",
    0xA9: "OP_HASH160",
    0xAA: "OP_HASH256",
    0xA8: "OP_SHA256",
    0xAC: "OP_CHECKSIG",
    0xAD: "OP_CHECKSIGVERIFY",
    0xAE: "OP_CHECKMULTISIG",
    0xAF: "OP_CHECKMULTISIGVERIFY",
    0xB1: "OP_CHECKLOCKTIMEVERIFY",
    0xB2: "OP_CHECKSEQUENCEVERIFY",
    0xBA: "OP_CHECKSIGADD",
}
_DESCRIPTOR_SET = "0123456789()[],'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~ijklmnopqrstuvwxyzABCDEFGH`#\"\\ "
_POSITIONS = {character: i for i, character in enumerate(_DESCRIPTOR_SET)}
_GENERATOR = (0xF5DEE51989, 0xA9FDCA3312, 0x1BAB10E32D, 0x3706B1677A, 0x644D626FFD)
_REDUCTION = [reduce(xor, (g for i, g in enumerate(_GENERATOR) if top >> i & 1), 0) for top in range(32)]


def hash160(data: bytes) -> bytes:
    return hashlib.new("ripemd160", hashlib.sha256(data).digest()).digest()


def witness_program(script: bytes) -> tuple[int, bytes] | None:
    if not 4 <= len(script) <= 42 or script[1] != len(script) - 2:
        return None
    if script[0] == 0:
        return 0, script[2:]
    return (script[0] - 0x50, script[2:]) if 0x51 <= script[0] <= 0x60 else None


def address_script(address: str) -> bytes | None:
    """The output script of a regtest address; None when it is not one."""
    if address.lower().startswith(HRP + "1"):
        try:
            version, program = bech32.decode(HRP, address)
        except (ValueError, KeyError, IndexError):
            return None
        if version is None or program is None or (version == 0 and len(program) not in (20, 32)):
            return None
        return bytes([0x50 + version if version else 0, len(program)]) + bytes(program)
    try:
        payload: bytes = base58.decode_check(address)
    except Exception:  # embit raises several kinds for malformed text
        return None
    if len(payload) != 21:
        return None
    if payload[0] == P2PKH_VERSION:
        return b"\x76\xa9\x14" + payload[1:] + b"\x88\xac"
    return b"\xa9\x14" + payload[1:] + b"\x87" if payload[0] == P2SH_VERSION else None


@lru_cache(maxsize=100_000)
def script_address(script: bytes) -> str | None:
    witness = witness_program(script)
    if witness is not None:
        return str(bech32.encode(HRP, witness[0], witness[1]))
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return str(base58.encode_check(bytes([P2PKH_VERSION]) + script[3:23]))
    if len(script) == 23 and script[:2] == b"\xa9\x14" and script[22] == 0x87:
        return str(base58.encode_check(bytes([P2SH_VERSION]) + script[2:22]))
    return None


def script_type(script: bytes) -> str:
    """The `type` bitcoind gives the script."""
    witness = witness_program(script)
    if witness is not None:
        version, program = witness
        known = {(0, 20): "witness_v0_keyhash", (0, 32): "witness_v0_scripthash", (1, 32): "witness_v1_taproot"}
        if script == b"\x51\x02\x4e\x73":
            return "anchor"
        return known.get((version, len(program)), "nonstandard" if version == 0 else "witness_unknown")
    if len(script) == 25 and script_address(script):
        return "pubkeyhash"
    if len(script) == 23 and script_address(script):
        return "scripthash"
    if len(script) in (35, 67) and script[0] == len(script) - 2 and script[-1] == 0xAC:
        return "pubkey"
    if script[:1] == b"\x6a" and pushes(script[1:]) is not None:
        return "nulldata"
    return "nonstandard"


def pushes(script: bytes) -> list[bytes] | None:
    """The pieces of a script that only pushes; None for any other."""
    pieces = []
    for opcode, data in _operations(script):
        if opcode > 0x60:
            return None
        pieces.append(data)
    return pieces if _well_formed(script) else None


def _operations(script: bytes) -> list[tuple[int, bytes]]:
    found, i = [], 0
    while i < len(script):
        opcode = script[i]
        i += 1
        length = opcode if opcode < 0x4C else 0
        if 0x4C <= opcode <= 0x4E:
            width = 1 << (opcode - 0x4C)
            length = int.from_bytes(script[i : i + width], "little")
            i += width
        found.append((opcode, script[i : i + length]))
        i += length
    return found


def _well_formed(script: bytes) -> bool:
    i = 0
    while i < len(script):
        opcode = script[i]
        i += 1
        if opcode < 0x4C:
            i += opcode
        elif opcode <= 0x4E:
            width = 1 << (opcode - 0x4C)
            i += width + int.from_bytes(script[i : i + width], "little")
    return i == len(script)


def disassemble(script: bytes) -> str:
    words = []
    for opcode, data in _operations(script):
        if 0 < opcode <= 0x4E:
            words.append(data.hex() if len(data) > 4 else str(_script_number(data)))
        elif 0x51 <= opcode <= 0x60:
            words.append(str(opcode - 0x50))
        else:
            words.append(_NAMES.get(opcode, "OP_UNKNOWN"))
    return " ".join(words) if _well_formed(script) else " ".join([*words[:-1], "[error]"])


def _script_number(data: bytes) -> int:
    if not data:
        return 0
    value = int.from_bytes(data[:-1] + bytes([data[-1] & 0x7F]), "little")
    return -value if data[-1] & 0x80 else value


@lru_cache(maxsize=100_000)
def descriptor_checksum(text: str) -> str:
    """The eight characters after `#` (BIP 380)."""
    state, group, symbols = 1, [], []
    for character in text:
        position = _POSITIONS[character]
        symbols.append(position & 31)
        group.append(position >> 5)
        if len(group) == 3:
            symbols.append(group[0] * 9 + group[1] * 3 + group[2])
            group = []
    if len(group) == 1:
        symbols.append(group[0])
    elif len(group) == 2:
        symbols.append(group[0] * 3 + group[1])
    for symbol in symbols + [0] * 8:
        top = state >> 35
        state = (state & 0x7FFFFFFFF) << 5 ^ symbol ^ _REDUCTION[top]
    state ^= 1
    return "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[state >> 5 * (7 - i) & 31] for i in range(8))


def describe(script: bytes) -> dict[str, Any]:
    """`scriptPubKey` as bitcoind shows it."""
    kind, address = script_type(script), script_address(script)
    if kind == "witness_v1_taproot":
        text = f"rawtr({script[2:].hex()})"
    elif kind == "pubkey":
        text = f"pk({script[1:-1].hex()})"
    else:
        text = f"addr({address})" if address else f"raw({script.hex()})"
    shape: dict[str, Any] = {"asm": disassemble(script), "desc": f"{text}#{descriptor_checksum(text)}"}
    shape["hex"] = script.hex()
    if address:
        shape["address"] = address
    shape["type"] = kind
    return shape
