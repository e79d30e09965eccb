// What a reader kept is checked here and sent nowhere: a bundle in one or several parts, a receipt, a slip's record.
// The field for a round or slip sends its form as it is; only a receipt's secret is looked up from here, so that it
// stands in no address.
import { checkList, runCheck } from "./check_view.js";
import { orderIn } from "./order.js";
import { receiptOf, roundOf, slipOf } from "./platform.js";
import { runDraw } from "./run_draw.js";
import { count, fill, wordsOf } from "./view.js";

const AT_ONCE = 30_000_000; // hashes that may start by themselves
const box = document.querySelector("[data-paste]");

function isBundle(data) { return data && (data.bundleVersion === 1 || data.bundleVersion === 2); }
function isOrder(data) {
  const order = data && (data.order || data);
  return Boolean(order && typeof order.terms === "string" && typeof order.internalKey === "string");
}

// All parts of a bundle as one, or null where one is missing.
function joined(parts) {
  parts.sort((a, b) => a.partFrom - b.partFrom);
  const whole = { ...parts[0] };
  if (whole.partFrom !== 0) return null;
  for (const part of parts.slice(1)) {
    if (part.partFrom !== whole.next || part.round.roundNumber !== whole.round.roundNumber) return null;
    for (const name of ["orders", "payments", "slips", "transactions"]) whole[name] = whole[name].concat(part[name]);
    whole.next = part.next;
  }
  return whole.next === null ? whole : null;
}

if (box) {
  const words = wordsOf(box), out = box.querySelector("[data-paste-result]"), list = checkList(out, words);
  const form = box.querySelector("[data-paste-form]"), files = form.elements.files, text = box.querySelector("#pasted");

  async function checkDraw(bundle) {
    const { round, draw } = bundle, total = round.ticketDigits * round.hashesPerDigit;
    if (total > AT_ONCE) return list.tell("draw", null, fill(words.longText, { total: count(total) }));
    const input = { hash: draw.closingBlockHash, digits: round.ticketDigits, hashesPerDigit: round.hashesPerDigit, published: draw.drawDigests };
    const digits = new Array(round.ticketDigits);
    const states = await runDraw(input, { progress() {}, digit(place, state, digit) { digits[place] = digit; } }).finished;
    const drawn = digits.slice().reverse().join("");
    const holds = drawn === draw.drawDigits && states.every((state, at) => state === draw.drawDigests[at]);
    return list.tell("draw", holds, "", states.map((state, at) => [`× ${10 ** at}`, state, draw.drawDigests[at]]));
  }

  async function askPlatform(compare) {
    try {
      const values = await compare();
      if (values === null) list.tell("platform", null, words.notPublic);
      else list.tell("platform", values.every(([, mine, theirs]) => mine === theirs), "", values);
    } catch (error) {
      list.tell("platform", null, words.recordFailed);
    }
  }

  async function checkBundle(bundle) {
    const isDrawn = Boolean(bundle.draw), isSettled = bundle.round.status === "settled";
    list.expect(["headers", "heights", "payments", ...(isDrawn ? ["closing"] : []), "figures", "ranges", ...(bundle.seal ? ["seal"] : []),
      ...(isSettled ? ["outcome", "holder"] : []), "addresses", ...(isDrawn ? ["draw"] : []), "platform"]);
    await runCheck({ bundle }, list, words);
    if (isDrawn) await checkDraw(bundle);
    await askPlatform(async () => {
      const round = await roundOf(bundle.round.roundNumber), draw = bundle.draw || {};
      return [["sold", String(bundle.round.soldTickets), String(round.soldTickets)], ["root", bundle.seal ? bundle.seal.root : "–", round.sealRoot || "–"],
        ["block", draw.closingBlockHash || "–", (isDrawn && round.closingBlockHash) || "–"], ["digits", draw.drawDigits || "–", (isDrawn && round.drawDigits) || "–"]];
    });
  }

  async function checkOrder(data) {
    const order = orderIn(data);
    list.expect(["commitment", "address", "names", ...(order.payments && order.ranges ? ["tickets"] : []), "platform"]);
    await runCheck({ order: data }, list, words);
    await askPlatform(async () => {
      const slip = await slipOf(order.roundNumber, order.identifier);
      return slip && [["address", order.depositAddress, slip.depositAddress], ["commitment", order.commitment, slip.commitment]];
    });
  }

  async function check(found) {
    out.hidden = false;
    list.clear();
    try {
      const data = found.map((one) => JSON.parse(one));
      if (data.length && data.every(isBundle) && (data[0].game || "rounds") !== "rounds") list.refuse(words.unknownData, words.otherGameText);
      else if (data.length && data.every(isBundle)) {
        const whole = joined(data);
        if (whole === null) list.refuse(words.partMissing, words.partMissingText);
        else await checkBundle(whole);
      } else if (data.length === 1 && isOrder(data[0])) await checkOrder(data[0]);
      else list.refuse(words.unknownData, words.unknownDataText);
    } catch (error) {
      list.refuse(words.brokenData, fill(words.brokenDataText, { error: error.message }));
    }
    out.querySelector("[data-claims-verdict]").focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pasted = text.value.trim(), chosen = await Promise.all(Array.from(files.files, (file) => file.text()));
    check(pasted ? [pasted] : chosen);
  });

  document.querySelector("[data-verify-form]").addEventListener("submit", (event) => {
    const asked = event.target.elements.q.value.trim(), link = /\/slips\/([^/?#\s]+)/.exec(asked);
    const secret = link ? link[1] : asked;
    if (!/^[A-Za-z0-9_-]{20,64}$/.test(secret) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(secret)) return;
    event.preventDefault();
    receiptOf(secret).then((receipt) => check([JSON.stringify(receipt)]), () => { out.hidden = false; list.clear(); list.refuse(words.unknownData, words.recordFailed); });
  });
}
