// What a reader kept is checked here and sent nowhere: a bundle in one or several parts, a receipt, a slip's record. What
// checks it is loaded when there is something to check.
// The field for a round or slip sends its form as it is; only a receipt's secret is looked up from here, in whichever field
// it was put, so that it stands in no address of a page, and nothing that cannot be one is asked of the API.
const box = document.querySelector("[data-paste]");

// A transaction's id, a PSBT or a transaction; the number of a round, alone or after its game, an order's id, a draw of bets,
// a ticket's code, id or file's name, an address, a link to this site: what only the platform's server can look up. Nothing else is sent there.
const RAW = /^\s*([0-9a-f]{64}|cHNidP[\w+/=\s-]+|(70736274ff|0[123]000000)[0-9a-f\s]+)\s*$/i;
const NAMED = [
  /^(\p{L}+\s+){0,3}#?[1-9]\d{0,8}$/u,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^([^\s:,]{1,30}[\s:,]+){0,4}\d{4}-\d\d-\d\d[-\s/#]{1,2}\d{1,4}$/u,
  /^[0-9a-z]{3,5}(-[0-9a-z]{3,5}){2}$/i, /^(?=.*\d)[0-9a-z]{3,5}( [0-9a-z]{3,5}){2}$/i, /^(?=\d*[a-z])(?=[a-z]*\d)[0-9a-z]{12}$/i,
  /^tiraj-receipt-[0-9a-f-]{36}( ?\(\d+\))?(\.(json|pdf))?$/i,
  /^(bitcoin:)?((bc|tb|bcrt)1[02-9ac-hj-np-z]{6,90}|[123mn][1-9A-HJ-NP-Za-km-z]{25,34})(\?\S*)?$/i,
  /^\/[^\s/]\S*$/,
];
const isOwn = (text) => /^\S+$/.test(text) && text.toLowerCase().startsWith(`${location.origin}/`);
const isNamed = (text) => isOwn(text) || NAMED.some((one) => one.test(text));
const isLookedUp = (text) => RAW.test(text) || isNamed(text.trim());
const isPsbt = (bytes) => String.fromCharCode(...bytes.subarray(0, 4)) === "psbt";

if (box) {
  const form = box.querySelector("[data-paste-form]"), files = form.elements.files, text = box.querySelector("#pasted");
  let made = null;
  const keeper = () => (made = made || import("./kept.js").then(({ keeperOf }) => keeperOf(box)));

  async function checkGiven() {
    const pasted = text.value.trim(), chosen = pasted ? [] : Array.from(files.files);
    const secret = secretIn(pasted);
    if (secret !== null) return openReceipt(secret, text);
    const raw = await Promise.all(chosen.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    if (isLookedUp(pasted) || raw.length === 1 && (isPsbt(raw[0]) || isLookedUp(new TextDecoder().decode(raw[0])))) return form.submit();
    const kept = await keeper();
    kept.offerCommand(chosen.map((file) => file.name));
    return kept.check(pasted ? [pasted] : raw, chosen.map((file) => file.name));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); checkGiven(); });
  // Files may be dropped anywhere on the page; what the form's own field takes is shown while they are over it.
  const hasFiles = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
  const mark = (isOver) => box.toggleAttribute("data-dropping", isOver);
  document.addEventListener("dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); mark(true); } });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  document.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer.files.length) return; // a text goes where it was dropped
    event.preventDefault();
    text.value = "";
    files.files = event.dataTransfer.files;
    box.scrollIntoView({ block: "nearest" });
    checkGiven();
  });

  const which = document.querySelector("[data-verify-form]"), field = which.elements.q;

  // Under the field, in the words and the form of the server's own answer.
  function refuse(words, field) {
    const id = `${field.id}-error`, known = document.getElementById(id), note = known || document.createElement("p");
    note.id = id;
    note.className = "field-error";
    note.setAttribute("role", "alert");
    if (!known) field.closest(".field").append(note);
    note.textContent = words;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", document.getElementById(`${field.id}-hint`) ? `${id} ${field.id}-hint` : id);
    field.focus();
  }

  // Only a text that can be a receipt's secret, bare or in a link of this site's; the server answers anything else.
  function secretIn(asked) {
    const [, origin, linked] = /^(https?:\/\/[^/]+)?(?:\/embed)?\/slips\/([\w-]+)(?=[/?#]|$)/i.exec(asked) || [];
    const secret = linked === undefined ? asked : origin === undefined || origin === location.origin ? linked : "";
    return /^[A-Za-z0-9_-]{32}$/.test(secret) ? secret : null;
  }

  // The receipt's page of another game, whose secret stands in no other address either.
  function privatePage(asked) {
    const [, origin, path] = /^(https?:\/\/[^/]+)?(?:\/embed)?((?:\/[a-z][a-z-]*)+\/[\w-]{32})$/i.exec(asked) || [];
    return path !== undefined && (origin === undefined || origin === location.origin) ? path : null;
  }

  which.addEventListener("submit", (event) => {
    const asked = field.value.trim(), secret = secretIn(asked), page = privatePage(asked);
    if (secret === null && page === null) return;
    event.preventDefault();
    if (secret === null) location.assign(page);
    else openReceipt(secret, field);
  });

  function openReceipt(secret, typedIn) {
    return keeper().then((kept) => kept.checkReceipt(secret)).catch((error) => {
      const words = JSON.parse(box.dataset.words);
      refuse(error.status === 404 ? words.noneSuch : words.recordFailed, typedIn);
    });
  }
}
