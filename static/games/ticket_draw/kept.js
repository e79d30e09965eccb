// Checks what a reader kept, in the part `box` of a page: a bundle in one or several parts, a receipt, a slip's record.
import { decoded } from "../../verify/bundle/strict_json.js";
import { bundleView } from "../../verify/bundle_view.js";
import { checkList } from "../../verify/check_view.js";
import { runCheck } from "../../verify/run_check.js";
import { fill, modulesOf, wordsOf } from "../../verify/view.js";
import { MODULE, buysTickets, orderIn } from "./order.js";
import { receiptOf, slipOf } from "./records.js";

function isBundle(data) { return Boolean(data) && typeof data === "object" && "bundleVersion" in data; }
function isOrder(data) {
  const order = data && (data.order || data);
  return Boolean(order && typeof order.terms === "string" && typeof order.internalKey === "string");
}

export function keeperOf(box) {
  const words = wordsOf(box), orderBox = box.querySelector("[data-paste-result]"), bundleBox = box.querySelector("[data-bundle-result]");
  const list = checkList(orderBox, words), bundles = bundleView(bundleBox, words, modulesOf(box));
  let run = 0; // what an older check finds is not shown

  function show(isOfBundle) {
    orderBox.hidden = isOfBundle;
    bundleBox.hidden = !isOfBundle;
    list.clear();
    bundles.clear();
  }

  async function checkOrder(data) {
    const order = orderIn(data), own = run, told = (...claim) => { if (own === run) list.tell(...claim); };
    list.expect(["commitment", "address", "names", ...(order.log ? ["log"] : []), ...(buysTickets(order) ? ["tickets"] : []), "platform"]);
    const tell = (claim) => told(claim.name, claim.holds, claim.name === "log" ? words.logSignatures : "", claim.values);
    await runCheck({ module: MODULE, given: data }, { claim: tell });
    try {
      const slip = await slipOf(order.roundNumber, order.identifier);
      if (!slip) return told("platform", null, words.notPublic);
      const values = [["address", order.depositAddress, slip.depositAddress], ["commitment", order.commitment, slip.commitment],
        ["internalKey", order.internalKey, slip.internalKey], ["terms", order.terms, slip.terms]];
      return told("platform", values.every(([, mine, theirs]) => mine === undefined || mine === theirs), "", values.filter(([, mine]) => mine !== undefined));
    } catch {
      return told("platform", null, words.recordFailed);
    }
  }

  async function checkTexts(texts) {
    const data = texts.map((one) => JSON.parse(one)), isOfBundle = data.length > 0 && data.every(isBundle);
    show(isOfBundle);
    if (isOfBundle) await bundles.check(texts);
    else if (data.length === 1 && isOrder(data[0])) await checkOrder(data[0]);
    else list.refuse(words.unknownData, words.unknownDataText);
  }

  // The browser's own words for what is no JSON are in the browser's language, and of use to nobody.
  function refuse(error, given) {
    const isJson = given.every((one) => typeof one !== "string" || one.trim().startsWith("{"));
    if (!isJson) return list.refuse(words.unknownData, words.unknownDataText);
    const said = error instanceof SyntaxError ? words.cutOff : error.message;
    return list.refuse(words.brokenData, fill(words.brokenDataText, { error: said }));
  }

  // `given`: texts, or the bytes of files.
  async function check(given) {
    run += 1;
    const own = run;
    show(false);
    try {
      await checkTexts(given.map((one) => (typeof one === "string" ? one : decoded(one))));
    } catch (error) {
      if (own === run) refuse(error, given);
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

  // A receipt, by its secret.
  async function checkReceipt(secret) {
    try {
      return check([JSON.stringify(await receiptOf(secret))]);
    } catch {
      show(false);
      return list.refuse(words.unknownData, words.recordFailed);
    }
  }

  return { check, checkReceipt, offerCommand };
}
