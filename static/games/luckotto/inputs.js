// What a draw needs to be one, and numbers in order.
export const DRAWN = 6;

// What is wrong with a draw's input: "hash", "pool", "work", or null.
export function refusal(hash, poolSize, hashWork) {
  if (!/^[0-9a-f]{64}$/.test(hash) || /^0{64}$/.test(hash)) return "hash";
  if (!Number.isInteger(poolSize) || poolSize < DRAWN || poolSize > 256) return "pool";
  if (!Number.isSafeInteger(hashWork) || hashWork < 1) return "work";
  return null;
}

export function sorted(numbers) {
  return numbers.slice().sort((a, b) => a - b);
}
