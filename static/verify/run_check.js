// Runs a check in a worker that ends with it. `on` hears what the worker tells on the way, by its names: claim, expected,
// progress, reached. Resolves with what was checked; rejects with an Error whose `key` names the words for it.
export function runCheck(given, on) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("check_worker.js", import.meta.url), { type: "module" });
    const end = (settle, value) => { worker.terminate(); settle(value); };
    worker.onerror = () => end(reject, Object.assign(new Error("worker"), { key: "brokenData" }));
    worker.onmessage = ({ data }) => {
      if (data.checked !== undefined) end(resolve, data.checked);
      else if (data.refused !== undefined) end(reject, Object.assign(new Error(data.refused), { key: data.key, said: data.said }));
      else Object.entries(data).forEach(([name, told]) => { if (on[name]) on[name](told); });
    };
    worker.postMessage(given);
  });
}
