// hash-draw-1: for each digit the state is hashed `hashesPerDigit` times and, read as one number, gives its last decimal
// place. The first digit drawn is the units digit.
import { advance } from "../../verify/hash_chain.js";
import { fromHex } from "../../verify/sha256.js";

// A state as a big-endian number, modulo ten.
export function digitOf(stateHex) {
  return fromHex(stateHex).reduce((rest, byte) => (rest * 256 + byte) % 10, 0);
}

// What is wrong with a draw's input: "hash", "digits", "hashes", or null.
export function refusal(hash, digits, hashesPerDigit) {
  if (!/^[0-9a-f]{64}$/.test(hash) || /^0{64}$/.test(hash)) return "hash";
  if (!Number.isInteger(digits) || digits < 1 || digits > 9) return "digits";
  if (!Number.isSafeInteger(hashesPerDigit) || hashesPerDigit < 1) return "hashes";
  return null;
}

// The whole draw, in this thread. Returns {drawDigits, drawDigests, winningTicket}.
export function draw(hash, digits, hashesPerDigit, report) {
  let state = hash, drawDigits = "";
  const drawDigests = [];
  for (let place = 0; place < digits; place++) {
    state = advance(state, hashesPerDigit, report && ((done) => report(place, done)));
    drawDigits = digitOf(state) + drawDigits;
    drawDigests.push(state);
  }
  return { drawDigits, drawDigests, winningTicket: Number(drawDigits) };
}
