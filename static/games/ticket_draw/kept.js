// Checks what a reader kept, in the part `box` of a page: a bundle in one or several parts, a receipt, a slip's record.
import { decoded } from "../../verify/bundle/strict_json.js";
import { bundleView } from "../../verify/bundle_view.js";
import { checkList } from "../../verify/check_view.js";
import { capital } from "../../verify/claim_rows.js";
import { attachedIn } from "../../verify/receipt/attached.js";
import { gameOfOrder } from "../../verify/receipt/read.js";
import { receiptView } from "../../verify/receipt/view.js";
import { runCheck } from "../../verify/run_check.js";
import { fill, modulesOf, reasonOf, wordsOf } from "../../verify/view.js";
import { MODULE, buysTickets, orderIn } from "./order.js";
import { receiptOf } from "./records.js";
import { looksLike } from "./unknown.js";

const UNTOLD = { mark: "not-told" };

function isBundle(data) { return Boolean(data) && typeof data === "object" && "bundleVersion" in data; }
function isOrder(data) {
  const order = data && (data.order || data);
  return Boolean(order && typeof order.terms === "string" && typeof order.internalKey === "string");
}

export function keeperOf(box) {
  const words = wordsOf(box), orderBox = box.querySelector("[data-paste-result]"), bundleBox = box.querySelector("[data-bundle-result]");
  const modules = modulesOf(box), list = checkList(orderBox, words), bundles = bundleView(bundleBox, words, modules);
  const receipts = receiptView(orderBox, list, words, modules, () => check(given));
  let run = 0, given = []; // what an older check finds is not shown

  function show(isOfBundle) {
    orderBox.hidden = isOfBundle;
    bundleBox.hidden = !isOfBundle;
    list.clear();
    receipts.clear();
    bundles.clear();
  }

  // What stands in the record of an order today, beside what was kept of it.
  async function askPlatform(data, order, told) {
    try {
      await Promise.all(modules.map((module) => import(module)));
      const record = await gameOfOrder(data.order || data).receipt.record(order);
      if (!record) return told("platform", null, words.notPublic, [], UNTOLD);
      const values = ["depositAddress", "commitment", "internalKey", "terms"].filter((name) => order[name] !== undefined).map((name) => [name, record[name] ?? "–", order[name]]);
      return told("platform", values.every(([, theirs, mine]) => mine === theirs), "", values);
    } catch {
      return told("platform", null, words.recordFailed, [], UNTOLD);
    }
  }

  async function checkOrder(data, text) {
    const order = orderIn(data), own = run, told = (...claim) => { if (own === run) list.tell(...claim); };
    list.expect(["commitment", "address", "names", ...(buysTickets(order) ? ["tickets"] : [])]);
    await runCheck({ module: MODULE, given: data }, { claim: (claim) => told(claim.name, claim.holds, "", claim.values) });
    if (own !== run) return;
    if ("log" in data) await receipts.check(text, () => own === run);
    if (own !== run) return;
    list.expect(["platform"]);
    await askPlatform(data, order, told);
  }

  async function checkTexts(texts) {
    const data = texts.map((one) => JSON.parse(one)), isOfBundle = data.length > 0 && data.every(isBundle);
    show(isOfBundle);
    if (isOfBundle) await bundles.check(texts);
    else if (data.length === 1 && isOrder(data[0])) await checkOrder(data[0], texts[0]);
    else refuseUnknown();
  }

  function refuseUnknown(why = "") {
    list.refuse(words.unknownData, why + (words[`unknown_${looksLike(given)}`] || words.unknownDataText));
  }

  // The browser's own words for what is no JSON are in the browser's language, and of use to nobody.
  function refuse(error) {
    const begins = (one) => (typeof one === "string" ? one : new TextDecoder().decode(one.subarray(0, 200))).trim();
    const isJson = given.every((one) => begins(one).startsWith("{"));
    const isText = looksLike(given) !== "bytes";
    if (!isJson) return refuseUnknown(isText && error.said && error.said.why === "utf8" ? `${capital(words.broken_utf8)} ` : "");
    if (error.key !== "brokenData" && words[error.key]) return list.refuse(words[error.key], words[`${error.key}Text`]);
    return list.refuse(words.brokenData, fill(words.brokenDataText, { error: reasonOf(error, words) }));
  }

  // Texts, or the bytes of files.
  async function check(texts) {
    given = texts;
    run += 1;
    const own = run;
    show(false);
    try {
      const files = await Promise.all(given.map((one) => (typeof one === "string" ? one : attachedIn(one))));
      await checkTexts(files.map((one) => (typeof one === "string" ? one : decoded(one))));
    } catch (error) {
      if (own === run) refuse(error);
    }
    if (own !== run) return;
    box.querySelector(bundleBox.hidden ? "[data-paste-result] [data-claims-verdict]" : "[data-bundle-result] [data-claims-verdict]").focus();
  }

  // The script's line for these files, as they are called.
  function offerCommand(names) {
    const command = box.querySelector("[data-paste-command]"), code = command.querySelector("code");
    const quoted = names.map((name) => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`));
    code.textContent = code.textContent.replace(/verify_round\.py [^\n]*$/, `verify_round.py ${quoted.join(" ") || "bundle.json"}`);
    command.querySelector("[data-copy]").dataset.copy = code.textContent;
  }

  // A receipt, by its secret. Throws what the API's answer was.
  async function checkReceipt(secret) {
    return check([JSON.stringify(await receiptOf(secret))]);
  }

  return { check, checkReceipt, offerCommand };
}
