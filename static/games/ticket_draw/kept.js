// Checks what a reader kept, in the part `box` of a page: a bundle in one or several parts, a receipt, a slip's record.
import { decoded, parse } from "../../verify/bundle/strict_json.js";
import { bundleView } from "../../verify/bundle_view.js";
import { checkList } from "../../verify/check_view.js";
import { capital, sentence } from "../../verify/claim_rows.js";
import { get } from "../../verify/platform.js";
import { aboutLine } from "../../verify/receipt/about.js";
import { attachedIn } from "../../verify/receipt/attached.js";
import { gameOfOrder } from "../../verify/receipt/read.js";
import { orderToday, pathsOf, stateToday } from "../../verify/receipt/today.js";
import { receiptView } from "../../verify/receipt/view.js";
import { runCheck } from "../../verify/run_check.js";
import { fill, modulesOf, reasonOf, wordsOf } from "../../verify/view.js";
import { betsIn } from "./bets.js";
import { MODULE, buysTickets, orderIn } from "./order.js";
import { receiptOf } from "./records.js";
import { looksLike, titleIn } from "./unknown.js";

const UNTOLD = { mark: "not-told" };
const BY_DRAW = ["won", "lost"]; // states that a draw decides
const OF_ORDER = ["orderId", "id", "identifier", "commitment", "terms", "network", "roundNumber", "ranges", "ticketCount", "payments[].creditedSats"]; // which the claims of the order itself read

function isBundle(data) { return Boolean(data) && typeof data === "object" && "bundleVersion" in data; }
function isOrder(data) {
  const order = data && (data.order || data);
  return Boolean(order && typeof order.terms === "string" && typeof order.internalKey === "string");
}

// A file's name as a shell takes it.
function quoted(name) { return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`; }

export function keeperOf(box) {
  const words = wordsOf(box), orderBox = box.querySelector("[data-paste-result]"), bundleBox = box.querySelector("[data-bundle-result]");
  const betsOf = betsIn(box);
  const modules = modulesOf(box), list = checkList(orderBox, words), bundles = bundleView(bundleBox, words, modules);
  const about = aboutLine(orderBox.querySelector("[data-claims-about]"), words);
  const receipts = receiptView(orderBox, list, words, modules, () => check(given, names_));
  let run = 0, given = [], names_ = []; // what an older check finds is not shown

  function show(isOfBundle) {
    orderBox.hidden = isOfBundle;
    bundleBox.hidden = !isOfBundle;
    betsOf.hide();
    list.clear();
    about.clear();
    receipts.clear();
    bundles.clear();
    box.querySelector("[data-receipt-command]").hidden = true;
  }

  // What only got older is said, and is no contradiction.
  const older = (claim, moved) => [words.orderMovedOn, ...moved.map(([field, should, is]) => sentence(words, claim, "", { field, is, should }))];

  // The game whose order it is, of those that can be loaded; nothing where none can.
  async function gameIn(data) {
    try {
      await Promise.all(modules.map((module) => import(module)));
      return gameOfOrder(data.order || data);
    } catch {
      return undefined;
    }
  }

  // What stands in the record of an order today, and of its round, beside what was kept of it. Paths of what was compared.
  async function askPlatform(data, order, game, told) {
    const own = run;
    let record;
    try {
      record = await game.receipt.record(order);
    } catch {
      told("platform", null, words.recordFailed, [], UNTOLD);
      return new Set();
    }
    if (!record) {
      told("platform", null, words.notPublic, [], UNTOLD);
      return new Set();
    }
    const { values, wrong, moved, compared } = orderToday(data, record);
    told("platform", wrong.length ? false : moved.length ? null : true, wrong.length || !moved.length ? "" : older("platform", moved), values, moved.length ? UNTOLD : {});
    return new Set([...compared, ...(await askDraw(data, order, game, told, own))]);
  }

  // Where the round is drawn, its record says what the order came to; nothing is drawn again here.
  async function askDraw(data, { roundNumber }, { records, verifier }, told, own) {
    try {
      const round = await get(`${records}/${roundNumber}`), { holds, values } = stateToday(data, round);
      if (own === run) about.drawn(round);
      const byRecord = { mark: "skipped", links: [[`${verifier}?round=${roundNumber}`, words.payoutRound]] };
      if (holds && values.some(([, came]) => BY_DRAW.includes(came))) told("state", null, words.stateByRecord, values, byRecord);
      else if (values.length) told("state", holds, holds === null ? older("state", values) : "", values, holds === null ? UNTOLD : {});
      return values.map(([name]) => name);
    } catch {
      told("state", null, words.recordFailed, [], UNTOLD);
      return [];
    }
  }

  async function checkOrder(data, text) {
    const order = orderIn(data), own = run, told = (...claim) => { if (own === run) list.tell(...claim); };
    list.begin();
    list.expect(["commitment", "address", "names", ...(buysTickets(order) ? ["tickets"] : [])]);
    const game = await gameIn(data);
    if (own !== run) return;
    about.begin(data, game);
    await runCheck({ module: MODULE, given: data }, { claim: (claim) => told(claim.name, claim.holds, "", claim.values) });
    if (own !== run) return;
    box.querySelector("[data-receipt-command]").hidden = !("log" in data);
    const left = "log" in data ? await receipts.check(text, () => own === run) : pathsOf(data).filter((name) => !OF_ORDER.includes(name));
    if (own !== run) return;
    if (left === null) return list.unread();
    list.expect(["platform"]);
    const compared = await askPlatform(data, order, game, told);
    if (own !== run) return;
    receipts.tellRest(left, compared);
    list.end();
    about.end(list.bears("platform", "state"));
  }

  // What a file is, in a sentence.
  function kindOf(text) {
    if (text === null) return words.unknown_paper;
    try {
      const data = JSON.parse(text);
      if (isBundle(data)) return fill(words.isBundle, { n: data.round && data.round.roundNumber });
      if (isOrder(data)) return words.isOrder;
    } catch {
      if (/^\s*[[{]/.test(text)) return words.unknown_cut;
    }
    return words[`unknown_${looksLike([text])}`] || words.unknownData;
  }

  // A verdict is about one thing: of several that are not the parts of one bundle each is called by its name.
  function areOne(texts) {
    if (betsOf.are(texts)) return true;
    try {
      const rounds = texts.map((one) => JSON.parse(one)).map((data) => isBundle(data) && `${data.game} ${data.round && data.round.roundNumber}`);
      return rounds.every((one) => one && one === rounds[0]);
    } catch {
      return false;
    }
  }

  function refuseSeveral(texts, names) {
    const each = texts.map((text, at) => `${names[at] || at + 1}: ${capital(kindOf(text))}`);
    list.refuse(words.several, [words.severalText, ...each].join(" "));
  }

  function tellFiles(names) {
    const about = box.querySelector("[data-paste-about]");
    about.hidden = names.length === 0;
    about.textContent = fill(words.aboutFiles, { names: names.join(", ") });
  }

  async function checkTexts(texts) {
    if (betsOf.are(texts)) {
      orderBox.hidden = true;
      return betsOf.check(texts, names_.map(quoted));
    }
    const data = texts.map((one) => JSON.parse(one)), isOfBundle = data.length > 0 && data.every(isBundle);
    show(isOfBundle);
    if (isOfBundle) await bundles.check(texts);
    else if (data.length === 1 && isOrder(data[0])) await checkOrder(parse(texts[0], { decimals: true }) && data[0], texts[0]); // of two with one name nothing is checked
    else refuseUnknown();
  }

  function refuseUnknown(why = "") {
    const kind = looksLike(given), title = kind === "problem" ? titleIn(given) : "";
    list.refuse(words.unknownData, why + fill(words[`unknown_${kind}`] || words.unknownDataText, { title }));
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

  // A file's text; null where it is a document without a receipt in it, or no text.
  async function readable(one) {
    try {
      const found = await attachedIn(one);
      return typeof found === "string" ? found : decoded(found);
    } catch {
      return null;
    }
  }

  // Texts, or the bytes of files, which are called so.
  async function check(texts, names = []) {
    [given, names_] = [texts, names];
    run += 1;
    const own = run;
    show(false);
    tellFiles(names);
    try {
      const several = texts.length > 1 ? await Promise.all(texts.map(readable)) : [];
      if (several.length && !areOne(several)) return refuseSeveral(several, names);
      const files = await Promise.all(given.map((one) => (typeof one === "string" ? one : attachedIn(one))));
      await checkTexts(files.map((one) => (typeof one === "string" ? one : decoded(one))));
    } catch (error) {
      if (own === run) refuse(error);
    }
    if (own !== run) return;
    const shown = [orderBox, bundleBox, betsOf.box].find((one) => !one.hidden);
    shown.querySelector("[data-claims-verdict]").focus();
  }

  // The scripts' lines for these files, as they are called: they stand at the end.
  function offerCommand(names) {
    for (const [part, usual] of [["[data-paste-command]", "bundle.json"], ["[data-receipt-command]", "receipt.json"]]) {
      const command = box.querySelector(part), code = command.querySelector("code");
      code.textContent = code.textContent.replace(/(python3 \S+(?: --log-key \S+)?) [^\n]*$/, (_, line) => `${line} ${names.map(quoted).join(" ") || usual}`);
      command.querySelector("[data-copy]").dataset.copy = code.textContent;
    }
  }

  // A receipt, by its secret. Throws what the API's answer was.
  async function checkReceipt(secret) {
    return check([JSON.stringify(await receiptOf(secret))]);
  }

  return { check, checkReceipt, offerCommand };
}
