// One digit's hashing in a thread of its own: {place, state, steps} in; {place, done} now and then, {place, state} at last.
import { advance } from "../../verify/hash_chain.js";

self.onmessage = function (event) {
  const { place, state, steps } = event.data;
  let last = performance.now();
  const end = advance(state, steps, (done) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    self.postMessage({ place, done });
  });
  self.postMessage({ place, state: end });
};
