// luckotto-draw-1: six different numbers from a block's hash. All the hashing comes before the first number.
import { advance } from "../../verify/hash_chain.js";
import { fromHex, sha256, toHex } from "../../verify/sha256.js";
import { DRAWN, sorted } from "./inputs.js";

// Where the hashing begins, in hexadecimal.
export function firstState(hash) {
  return toHex(sha256(new TextEncoder().encode(`luckotto-draw-1:${hash}`)));
}

// The numbers that the state after all hashing gives: {drawnNumbers, drawDigests, winningNumbers}.
export function numbersFrom(stateHex, poolSize) {
  const usable = 256 - 256 % poolSize, drawn = [], digests = [stateHex];
  for (let state = fromHex(stateHex); ; state = sha256(state), digests.push(toHex(state))) {
    for (const byte of state) {
      const number = byte % poolSize + 1;
      if (byte >= usable || drawn.includes(number)) continue;
      drawn.push(number);
      if (drawn.length === DRAWN) return { drawnNumbers: drawn, drawDigests: digests, winningNumbers: sorted(drawn) };
    }
  }
}

// The whole draw, in this thread. `report` is told from time to time how many hashes are done.
export function draw(hash, poolSize, hashWork, report) {
  return numbersFrom(advance(firstState(hash), hashWork, report), poolSize);
}
