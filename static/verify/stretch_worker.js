// A stretch of a draw's hashing in a thread of its own: {state, times} in; {done} now and then, {end} at last.
import { advance } from "./hash_chain.js";

const PAUSE = 100; // milliseconds between two reports

self.onmessage = function ({ data: { state, times } }) {
  let last = performance.now();
  const end = advance(state, times, (done) => {
    if (performance.now() - last < PAUSE) return;
    last = performance.now();
    self.postMessage({ done });
  });
  self.postMessage({ end });
};
