// A chain of hashes: it has no shortcut, whatever is drawn from its end.
import { bytesToWords, fromHex, hashChain, toHex, wordsToBytes } from "./sha256.js";

const SLICE = 1 << 16;

// The state after `steps` hashes, in hexadecimal. `report` is told from time to time how many are done.
export function advance(stateHex, steps, report) {
  const state = bytesToWords(fromHex(stateHex));
  let done = 0;
  while (done < steps) {
    const part = Math.min(SLICE, steps - done);
    hashChain(state, part);
    done += part;
    if (report) report(done);
  }
  return toHex(wordsToBytes(state));
}
