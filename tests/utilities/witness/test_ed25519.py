"""The script's Ed25519: RFC 8032's vectors, another implementation, and everything that must not pass."""

from __future__ import annotations

import hashlib
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.utilities.witness.script import vectors, witness

VECTORS = vectors("ed25519_rfc8032")["vectors"]
ORDER, FIELD = witness.ORDER, witness.FIELD
seeds = st.binary(min_size=32, max_size=32)


def torsion() -> list[tuple[int, int]]:
    """The eight points of small order, as x and y: found by taking the prime part of others away."""
    found = {(0, 1)}
    for number in range(200):
        point = witness.decoded(number.to_bytes(32, "little"))
        if point is not None:
            x, y, z, _ = witness.times(ORDER, point)
            inverse = pow(z, -1, FIELD)
            found.add((x * inverse % FIELD, y * inverse % FIELD))
    assert len(found) == 8
    return sorted(found)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors(vector: dict[str, str]) -> None:
    seed, public, message, signature = (
        bytes.fromhex(vector[name]) for name in ("seed", "public", "message", "signature")
    )
    assert witness.public_of(seed) == public
    assert witness.sign(seed, message) == signature
    assert witness.verifies(public, message, signature)
    assert not witness.verifies(public, message + b"\0", signature)


@given(seeds, st.binary(max_size=300))
def test_it_signs_as_another_implementation_does(seed: bytes, message: bytes) -> None:
    other = Ed25519PrivateKey.from_private_bytes(seed)
    assert witness.public_of(seed) == other.public_key().public_bytes_raw()
    assert witness.sign(seed, message) == other.sign(message)


@given(seeds, st.binary(max_size=40), st.integers(0, 64 * 8 - 1))
def test_one_bit_is_enough_to_refuse(seed: bytes, message: bytes, bit: int) -> None:
    public, signature = witness.public_of(seed), bytearray(witness.sign(seed, message))
    assert witness.verifies(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not witness.verifies(public, message, bytes(signature))


@given(seeds, st.binary(max_size=40), st.binary(min_size=32, max_size=32))
def test_what_it_takes_for_a_point_others_do_as_well(seed: bytes, message: bytes, public: bytes) -> None:
    """Another key's signature, checked by a random key: refused by both, whether the key is a point or not."""
    signature = witness.sign(seed, message)
    assert not witness.verifies(public, message, signature)
    with pytest.raises((InvalidSignature, ValueError)):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


@pytest.mark.parametrize("more", [ORDER, 2 * ORDER, 8 * ORDER, 15 * ORDER])
def test_a_second_way_to_write_the_answer_is_refused(more: int) -> None:
    seed, message = bytes(32), b"message"
    signature = witness.sign(seed, message)
    answer = int.from_bytes(signature[32:], "little") + more
    if answer < 2**256:
        assert not witness.verifies(witness.public_of(seed), message, signature[:32] + answer.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 32, 63, 65, 128])
def test_a_signature_has_64_bytes(length: int) -> None:
    seed = bytes(32)
    signature = (witness.sign(seed, b"") * 2)[:length]
    assert not witness.verifies(witness.public_of(seed), b"", signature)
    assert not witness.verifies(witness.public_of(seed)[:31], b"", witness.sign(seed, b""))


def test_points_of_small_order_are_no_keys_and_no_part_of_a_signature() -> None:
    """With such a key, or such a first half, one signature fits many messages."""
    for x, y in torsion():
        small = (y | (x & 1) << 255).to_bytes(32, "little")
        assert witness.is_small(witness.decoded(small))
        for number in range(16):
            assert not witness.verifies(small, b"%d" % number, small + bytes(32))
        seed = hashlib.sha256(small).digest()
        assert not witness.verifies(witness.public_of(seed), b"", small + witness.sign(seed, b"")[32:])


def test_a_key_with_a_small_part_does_not_verify_where_the_cofactor_would_be_needed() -> None:
    """A = sB + T: without multiplying by eight, the equation fails unless the challenge is a multiple of T's order."""
    secret, prefix = witness.halves(bytes(32))
    x, y = next((x, y) for x, y in torsion() if x and y)
    mixed = witness.encoded(witness.add(witness.times_base(secret), (x, y, 1, x * y % FIELD)))
    passed = set()
    for number in range(32):
        message = b"%d" % number
        nonce = witness.number_of(prefix, message)
        first = witness.encoded(witness.times_base(nonce))
        answer = (nonce + witness.number_of(first, mixed, message) * secret) % ORDER
        signature = first + answer.to_bytes(32, "little")
        try:
            Ed25519PublicKey.from_public_bytes(mixed).verify(signature, message)
            by_other = True
        except InvalidSignature:
            by_other = False
        assert witness.verifies(mixed, message, signature) is by_other
        passed.add(by_other)
    assert False in passed


def test_points_are_written_in_one_way() -> None:
    """y above the field's size, and the sign of a zero: other writings of points that there are."""
    alternatives = [FIELD, FIELD + 1, *(FIELD + more for more in range(2, 19)), 2**255 - 1]
    for y in alternatives:
        for odd in (0, 1):
            assert witness.decoded((y | odd << 255).to_bytes(32, "little")) is None
    assert witness.decoded((1 | 1 << 255).to_bytes(32, "little")) is None
    assert witness.decoded((FIELD - 1 | 1 << 255).to_bytes(32, "little")) is None
    assert witness.decoded(b"") is None
    assert witness.decoded(bytes(33)) is None


@given(st.integers(0, FIELD - 1), st.integers(0, 1))
def test_a_point_decoded_and_encoded_is_the_same(y: int, odd: int) -> None:
    text = (y | odd << 255).to_bytes(32, "little")
    point = witness.decoded(text)
    if point is not None:
        x, y, _, _ = point
        assert (y * y - x * x - 1 - witness.D * x * x * y * y) % FIELD == 0
        assert witness.encoded(point) == text


@given(st.integers(0, ORDER - 1), st.integers(0, ORDER - 1))
def test_multiples_add_up(a: int, b: int) -> None:
    base = witness.times_base(1)
    both = witness.encoded(witness.add(witness.times_base(a), witness.times_base(b)))
    assert both == witness.encoded(witness.times((a + b) % ORDER, base))
    assert witness.encoded(witness.double(witness.times_base(a))) == witness.encoded(witness.times_base(2 * a % ORDER))


def test_signing_takes_less_than_twenty_milliseconds() -> None:
    """Processor time, the best of some: other processes are not measured."""
    witness.sign(bytes(32), b"warm")
    spent = []
    for number in range(10):
        begun = time.process_time()
        witness.sign(bytes(32), b"%d" % number)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.02
