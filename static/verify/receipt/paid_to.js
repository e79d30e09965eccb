// What stands beside of where an order is paid, and how much was: it follows from the terms and the payments.
import { PREFIXES, commit } from "../taproot.js";
import { rightLink } from "./link.js";

// The address that the terms lead to; null where they lead to none.
function addressOf(key, terms, network) {
  try {
    return commit(key, terms, network).address;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

// `said`: the terms as a record.
export function paidTo(receipt, said) {
  const { terms, payments, game } = receipt, { internalKey, network } = said;
  const made = {};
  if (typeof internalKey === "string" && /^[0-9a-f]{64}$/.test(internalKey) && Object.hasOwn(PREFIXES, network)) {
    const address = addressOf(internalKey, terms, network);
    Object.assign(made, { depositAddress: address, bip21: rightLink(receipt, said, `bitcoin:${address}`) });
  }
  const counted = payments.map(({ creditedSats }) => creditedSats), { holder, keepsVoid } = game.receipt;
  const isVoid = keepsVoid && payments.some(({ status }) => status === "void"); // then what is held keeps its own
  if (!isVoid && counted.every((one) => typeof one === "bigint")) made[keepsVoid ? `${holder}.paidSats` : "paidSats"] = counted.reduce((sum, one) => sum + one, 0n);
  return made;
}
