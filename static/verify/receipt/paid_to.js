// What stands beside of where an order is paid, and how much was: it follows from the terms and the payments.
import { PREFIXES, commit } from "../taproot.js";

const ASKING = /^\?amount=[0-9]{1,8}\.[0-9]{8}(&label=[A-Za-z0-9%._~-]*)?$/; // of a payment link; another address may stand in no other part

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
export function paidTo({ terms, beside, payments, game }, { internalKey, network }) {
  const made = {};
  if (typeof internalKey === "string" && /^[0-9a-f]{64}$/.test(internalKey) && Object.hasOwn(PREFIXES, network)) {
    const address = addressOf(internalKey, terms, network), right = `bitcoin:${address}`, link = beside.bip21;
    const isRight = typeof link === "string" && link.startsWith(right) && (link === right || ASKING.test(link.slice(right.length)));
    Object.assign(made, { depositAddress: address, bip21: isRight ? link : right });
  }
  const counted = payments.map(({ creditedSats }) => creditedSats), { holder, keepsVoid } = game.receipt;
  const isVoid = keepsVoid && payments.some(({ status }) => status === "void"); // then what is held keeps its own
  if (!isVoid && counted.every((one) => typeof one === "bigint")) made[keepsVoid ? `${holder}.paidSats` : "paidSats"] = counted.reduce((sum, one) => sum + one, 0n);
  return made;
}
