"""How persons are named in what the ledger says in public: by a hash with a salt of each leaf's own.

The salt is kept with the person's receipts, beside the leaf's hash: who has it knows which leaf is his, and nobody can
tell that two leaves are of one person. It is forgotten when the person is erased; what was said stays said.
"""

from __future__ import annotations

from typing import Final

# 32 bytes that nobody guesses: two random UUIDs have 122 bits each.
_SALT: Final = "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())"

PERSONS: Final = f"""
    unsalted AS MATERIALIZED (
        SELECT DISTINCT source, source_id, written.kind, {{part}} AS part, owner
        FROM written JOIN called ON called.id IN (debit_account_id, credit_account_id) WHERE is_personal
    ), salted AS MATERIALIZED (
        SELECT unsalted.*, {_SALT} AS salt FROM unsalted
    ), persons AS MATERIALIZED (
        SELECT salted.*, encode(sha256(salt || convert_to(owner, 'UTF8')), 'hex') AS hash FROM salted
    )
"""
"""Parts of a WITH: who is named in each leaf of `written`, with salt and hash, as `person_hash` makes it."""

KEPT: Final = """
    kept AS (
        INSERT INTO log_receipts (subject, leaf, kind, fact, salt)
        SELECT owner, sha256('\\x00'::bytea || convert_to(data, 'UTF8')), 'ledger',
               concat_ws('/', source, source_id, kind, part), salt
        FROM leaves JOIN persons USING (source, source_id, kind, part)
    )
"""
"""Another: each person's receipt of a leaf."""

_NAME: Final = "{side}.kind_name || ',' || coalesce('\"' || {side}or.hash || '\"', {side}.owner_name)"

ONE_TOLD: Final = (
    f"'[' || line || ',' || {_NAME.format(side='debit')} || ',' || {_NAME.format(side='credit')}"
    " || ',' || debit.currency || ',' || amount || ']'"
)


def said_of_persons(part: str) -> str:
    """What joins each side of a transfer to the person whose account it is, if it is one's."""
    return " ".join(
        f"LEFT JOIN persons AS {side}or ON {side}.is_personal AND ({side}or.source, {side}or.source_id, {side}or.kind,"
        f" {side}or.part, {side}or.owner) = (written.source, written.source_id, written.kind, {part}, {side}.owner)"
        for side in ("debit", "credit")
    )
