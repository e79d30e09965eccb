// A draw in a thread of its own: {hash, poolSize, hashWork} in; {done, total} now and then, {result} at last.
import { draw } from "./draw.js";

self.onmessage = function ({ data }) {
  let last = performance.now();
  const report = (done) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    self.postMessage({ done, total: data.hashWork });
  };
  self.postMessage({ result: draw(data.hash, data.poolSize, data.hashWork, report) });
};
