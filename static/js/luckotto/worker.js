// Hashing and replaying in a thread of its own: {kind: "draw" | "replay", …} in; {done, total} now and then, {result} at last.
import { draw } from "./draw.js";
import { replay } from "./replay.js";

self.onmessage = function ({ data }) {
  let last = performance.now();
  const report = (done, total) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    self.postMessage({ done, total });
  };
  const result = data.kind === "draw"
    ? draw(data.hash, data.poolSize, data.hashWork, (done) => report(done, data.hashWork))
    : replay(data.round, data.orders, report);
  self.postMessage({ result });
};
