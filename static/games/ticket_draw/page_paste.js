// What a reader kept is checked here and sent nowhere: a bundle in one or several parts, a receipt, a slip's record. What
// checks it is loaded when there is something to check.
// The field for a round or slip sends its form as it is; only a receipt's secret is looked up from here, so that it
// stands in no address.
const box = document.querySelector("[data-paste]");

// A transaction's id, a PSBT or a transaction: what only the platform's server can look up. Nothing else is sent there.
const LOOKED_UP = /^\s*([0-9a-f]{64}|cHNidP[\w+/=\s-]+|(70736274ff|0[123]000000)[0-9a-f\s]+)\s*$/i;
const isPsbt = (bytes) => String.fromCharCode(...bytes.subarray(0, 4)) === "psbt";

if (box) {
  const form = box.querySelector("[data-paste-form]"), files = form.elements.files, text = box.querySelector("#pasted");
  let made = null;
  const keeper = () => (made = made || import("./kept.js").then(({ keeperOf }) => keeperOf(box)));

  async function checkGiven() {
    const pasted = text.value.trim(), chosen = pasted ? [] : Array.from(files.files);
    const raw = await Promise.all(chosen.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    if (LOOKED_UP.test(pasted) || raw.length === 1 && (isPsbt(raw[0]) || LOOKED_UP.test(new TextDecoder().decode(raw[0])))) return form.submit();
    const kept = await keeper();
    kept.offerCommand(chosen.map((file) => file.name));
    return kept.check(pasted ? [pasted] : raw);
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); checkGiven(); });
  box.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  box.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return; // a text goes where it was dropped
    event.preventDefault();
    text.value = "";
    files.files = event.dataTransfer.files;
    checkGiven();
  });

  document.querySelector("[data-verify-form]").addEventListener("submit", (event) => {
    const asked = event.target.elements.q.value.trim(), link = /\/slips\/([^/?#\s]+)/.exec(asked);
    const secret = link ? link[1] : asked;
    if (!/^[A-Za-z0-9_-]{20,64}$/.test(secret) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(secret)) return;
    event.preventDefault();
    keeper().then((kept) => kept.checkReceipt(secret));
  });
}
