import hashlib

block_hash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
ticket_digits, hashes_per_digit = 6, 1_000

state, digits = bytes.fromhex(block_hash), ""
for _ in range(ticket_digits):
    for _ in range(hashes_per_digit):
        state = hashlib.sha256(state).digest()
    digits = str(int.from_bytes(state, "big") % 10) + digits  # the units come first

print(digits)
