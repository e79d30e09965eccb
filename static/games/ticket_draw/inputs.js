// What a draw needs to be one, and the digit that a state gives.

// What is wrong with a draw's input: "hash", "digits", "hashes", or null.
export function refusal(hash, digits, hashesPerDigit) {
  if (!/^[0-9a-f]{64}$/.test(hash) || /^0{64}$/.test(hash)) return "hash";
  if (!Number.isInteger(digits) || digits < 1 || digits > 9) return "digits";
  if (!Number.isSafeInteger(hashesPerDigit) || hashesPerDigit < 1) return "hashes";
  return null;
}

// A state, in hexadecimal, as a big-endian number, modulo ten.
export function digitOf(stateHex) {
  return stateHex.match(/../g).reduce((rest, byte) => (rest * 256 + parseInt(byte, 16)) % 10, 0);
}
