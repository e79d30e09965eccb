// The stretches of a sealed draw on all processors at once: each begins at a checkpoint, and where it comes to is told. That
// proves the same chain, link by link.

export const keyOf = (state, times) => `${state}:${times}`;

// stretches: [{state, times}]. report: told how many hashes are done of all. Resolves with an object: where each comes to, by
// `keyOf`. Rejects where a worker cannot run.
export function repeatAll(stretches, report, lanes = navigator.hardwareConcurrency || 2) {
  const ends = {}, done = stretches.map(() => 0), total = stretches.reduce((sum, { times }) => sum + times, 0), workers = [];
  let next = 0, left = stretches.length;
  const stop = () => workers.forEach((worker) => worker.terminate());
  return new Promise((resolve, reject) => {
    function tell(at, count) {
      done[at] = count;
      report(done.reduce((sum, part) => sum + part, 0), total);
    }
    function hand(worker) {
      if (next >= stretches.length) return;
      const at = next++, { state, times } = stretches[at];
      worker.onmessage = ({ data }) => {
        tell(at, data.end === undefined ? data.done : times);
        if (data.end === undefined) return;
        ends[keyOf(state, times)] = data.end;
        left -= 1;
        if (left) hand(worker);
        else { stop(); resolve(ends); }
      };
      worker.postMessage({ state, times });
    }
    for (let lane = 0; lane < Math.min(lanes, stretches.length); lane++) {
      const worker = new Worker(new URL("stretch_worker.js", import.meta.url), { type: "module" });
      worker.onerror = () => { stop(); reject(new Error("worker")); };
      workers.push(worker);
      hand(worker);
    }
  });
}
