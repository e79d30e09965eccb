// Runs a draw in workers. Where every digit's state was published, long draws are checked on all processors at once:
// each worker starts at one published state and must arrive at the next. That proves the same chain, link by link.

const ONE_AFTER_ANOTHER = 20_000_000; // below this many hashes the digits simply appear one by one

// input: {hash, digits, hashesPerDigit, published (states or [])}; on: {progress(done), digit(place, state)}.
// Returns {finished (a promise of the states), stop()}.
export function runDraw(input, on) {
  const { hash, digits, hashesPerDigit, published } = input;
  const total = digits * hashesPerDigit;
  const sideBySide = published.length === digits && total > ONE_AFTER_ANOTHER;
  const lanes = sideBySide ? Math.min(digits, navigator.hardwareConcurrency || 2) : 1;
  const states = new Array(digits), done = new Array(digits).fill(0), workers = [];
  let next = 0, left = digits, fail;

  const finished = new Promise((resolve, reject) => {
    fail = reject;
    function hand(worker) {
      if (next >= digits) return;
      const place = next++;
      const state = place === 0 ? hash : sideBySide ? published[place - 1] : states[place - 1];
      worker.postMessage({ place, state, steps: hashesPerDigit });
    }
    for (let lane = 0; lane < lanes; lane++) {
      const worker = new Worker(new URL("draw_worker.js", import.meta.url), { type: "module" });
      workers.push(worker);
      worker.onerror = () => { stop(); reject(new Error("worker")); };
      worker.onmessage = ({ data }) => {
        if (data.state === undefined) {
          done[data.place] = data.done;
        } else {
          states[data.place] = data.state;
          done[data.place] = hashesPerDigit;
          on.digit(data.place, data.state);
          left -= 1;
        }
        on.progress(done.reduce((sum, part) => sum + part, 0), total);
        if (data.state !== undefined) hand(worker);
        if (left === 0) { stop(); resolve(states); }
      };
      hand(worker);
    }
  });

  function stop() { workers.splice(0).forEach((worker) => worker.terminate()); }
  return { finished, stop() { stop(); fail(new Error("stopped")); } };
}
