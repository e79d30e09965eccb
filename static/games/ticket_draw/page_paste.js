// What a reader kept is checked here and sent nowhere: a bundle in one or several parts, a receipt, a slip's record.
// The field for a round or slip sends its form as it is; only a receipt's secret is looked up from here, so that it
// stands in no address.
import { decoded } from "../../verify/bundle/strict_json.js";
import { bundleView } from "../../verify/bundle_view.js";
import { checkList } from "../../verify/check_view.js";
import { runCheck } from "../../verify/run_check.js";
import { fill, modulesOf, wordsOf } from "../../verify/view.js";
import { MODULE, orderIn } from "./order.js";
import { receiptOf, slipOf } from "./records.js";

const box = document.querySelector("[data-paste]");

// A transaction's id, a PSBT or a transaction: what only the platform's server can look up. Nothing else is sent there.
const LOOKED_UP = /^\s*([0-9a-f]{64}|cHNidP[\w+/=\s-]+|(70736274ff|0[123]000000)[0-9a-f\s]+)\s*$/i;
const isPsbt = (bytes) => String.fromCharCode(...bytes.subarray(0, 4)) === "psbt";

function isBundle(data) { return Boolean(data) && typeof data === "object" && "bundleVersion" in data; }
function isOrder(data) {
  const order = data && (data.order || data);
  return Boolean(order && typeof order.terms === "string" && typeof order.internalKey === "string");
}

if (box) {
  const words = wordsOf(box), orderBox = box.querySelector("[data-paste-result]"), bundleBox = box.querySelector("[data-bundle-result]");
  const list = checkList(orderBox, words), bundles = bundleView(bundleBox, words, modulesOf(box));
  const form = box.querySelector("[data-paste-form]"), files = form.elements.files, text = box.querySelector("#pasted");

  function show(isOfBundle) {
    orderBox.hidden = isOfBundle;
    bundleBox.hidden = !isOfBundle;
    list.clear();
    bundles.clear();
  }

  async function checkOrder(data) {
    const order = orderIn(data);
    list.expect(["commitment", "address", "names", ...(order.payments && order.ranges ? ["tickets"] : []), "platform"]);
    await runCheck({ module: MODULE, given: data }, { claim: (claim) => list.tell(claim.name, claim.holds, "", claim.values) });
    try {
      const slip = await slipOf(order.roundNumber, order.identifier);
      if (!slip) return list.tell("platform", null, words.notPublic);
      const values = [["address", order.depositAddress, slip.depositAddress], ["commitment", order.commitment, slip.commitment],
        ["internalKey", order.internalKey, slip.internalKey], ["terms", order.terms, slip.terms]];
      return list.tell("platform", values.every(([, mine, theirs]) => mine === undefined || mine === theirs), "", values.filter(([, mine]) => mine !== undefined));
    } catch {
      return list.tell("platform", null, words.recordFailed);
    }
  }

  async function checkTexts(texts) {
    const data = texts.map((one) => JSON.parse(one)), isOfBundle = data.length > 0 && data.every(isBundle);
    show(isOfBundle);
    if (isOfBundle) await bundles.check(texts);
    else if (data.length === 1 && isOrder(data[0])) await checkOrder(data[0]);
    else list.refuse(words.unknownData, words.unknownDataText);
  }

  async function check(read) {
    show(false);
    try {
      await checkTexts(await read());
    } catch (error) {
      list.refuse(words.brokenData, fill(words.brokenDataText, { error: error.message }));
    }
    box.querySelector(bundleBox.hidden ? "[data-paste-result] [data-claims-verdict]" : "[data-bundle-result] [data-claims-verdict]").focus();
  }

  // The script's line for these files, as they are called.
  function offerCommand(names) {
    const command = box.querySelector("[data-paste-command]"), code = command.querySelector("code");
    const quoted = names.map((name) => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`));
    code.textContent = code.textContent.replace(/verify_round\.py [^\n]*$/, `verify_round.py ${quoted.join(" ") || "bundle.json"}`);
    command.querySelector("[data-copy]").dataset.copy = code.textContent;
  }

  async function checkGiven() {
    const pasted = text.value.trim(), chosen = pasted ? [] : Array.from(files.files);
    const raw = await Promise.all(chosen.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    if (LOOKED_UP.test(pasted) || raw.length === 1 && (isPsbt(raw[0]) || LOOKED_UP.test(new TextDecoder().decode(raw[0])))) return form.submit();
    offerCommand(chosen.map((file) => file.name));
    return check(async () => (pasted ? [pasted] : raw.map(decoded)));
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
    receiptOf(secret).then((receipt) => check(async () => [JSON.stringify(receipt)]), () => { show(false); list.refuse(words.unknownData, words.recordFailed); });
  });
}
