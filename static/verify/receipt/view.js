// A receipt's claims on the page, below those of its order, and the form for what the reader knows from elsewhere: whose
// log it is, whom he believes, who he is, what he kept. All words come from the page.
import { keyOf } from "../bundle/notes.js";
import { labelOf, sentence } from "../claim_rows.js";
import { get, ownKeys } from "../platform.js";
import { rotationsNow } from "../rotations_now.js";
import { runCheck } from "../run_check.js";
import { clock, fill } from "../view.js";
import { MODULE } from "./judge.js";
import { NO_ANCHOR, VERDICTS } from "./problems.js";

const MARKS = { [VERDICTS.notYet]: "not-yet", [VERDICTS.notTold]: "not-told" };
const PROOFS = ["promise-broken", "promise-ahead", "another-history"]; // of misbehaviour
const NOT_ASKED = ["nobody", "no-key"]; // what the reader did not say
const SHOWN = 10; // sentences of one claim
const TIMES = ["until", "signed"];
const CHECKED = ["depositAddress", "address", "internalKey"]; // by the claims of the order itself

const wordsIn = (text) => text.trim().split(/\s+/).filter(Boolean);

// `again`: what is done when the form is sent.
export function receiptView(box, list, words, modules, again) {
  const part = box.querySelector("[data-receipt-expect]"), { logKey, witness, person, checkpoint } = part.elements;

  // Keys that are none are said at their field.
  function areKeys(field, type) {
    const isRight = wordsIn(field.value).every((text) => keyOf(text, type) !== null);
    field.setCustomValidity(isRight ? "" : words.badKey);
    if (!isRight) part.querySelector("details").open = true;
    if (!isRight) field.reportValidity();
    return isRight;
  }

  const timed = (one) => ({ ...one, ...Object.fromEntries(TIMES.filter((name) => one[name]).map((name) => [name, clock(one[name])])) });
  // One problem of a claim: with both values where it has them.
  function saying(claim, one) {
    const { name, why, field, here, log } = one;
    if (field && (log ?? null) !== null && words[`label_${field.split(".").at(-1)}`]) return sentence(words, `receipt-${claim}`, "", { field, is: here, should: log });
    return fill(words[why ? `tells_${why}` : `said_${name}`] || words.said_malformed, timed(one));
  }

  const told = (claim, details) => [...new Set(details.map((one) => saying(claim, one)))].slice(0, SHOWN);

  // What the file says, and neither a claim has judged nor the platform said today (`compared`): counted with the claims, for
  // without it not everything holds.
  function tellRest(unlooked, compared) {
    const left = unlooked.filter((name) => !CHECKED.includes(name) && !compared.has(name)), names = [...new Set(left.map((name) => labelOf(words, name)))];
    if (names.length) list.tell("receipt-rest", null, fill(words.unlooked, { names: names.join(", ") }), [], { mark: "left", statement: words["claim_receipt-rest"] });
  }

  function tellPayout({ payout, verifier }) {
    if (payout === null) return;
    const links = [[verifier, words.payoutRound], ...(payout.txid ? [[`/check?q=${encodeURIComponent(payout.txid)}`, words.payoutTxid]] : [])];
    const said = { ...payout, state: words[`payout_${payout.state}`] || payout.state };
    const values = ["state", "amountSats", "address", "txid"].filter((name) => said[name]).map((name) => [`payout-${name}`, said[name]]);
    list.tell("receipt-payout", null, words.payoutText, values, { isNote: true, statement: words["claim_receipt-payout"], links });
  }

  function tellClaim({ claim, verdict, details, unlooked, of, ...more }, place) {
    const [name, number] = claim.split(" "), holds = verdict === VERDICTS.holds || (verdict === VERDICTS.fails ? false : null);
    const statement = fill(words[`claim_receipt-${name}`], { n: number, name: of });
    const faults = verdict === VERDICTS.holds ? [] : [...new Set(details.map((one) => one.name))];
    const mark = faults.some((one) => NOT_ASKED.includes(one)) ? "not-asked" : MARKS[verdict] ?? null;
    list.tell(`receipt-${place}`, holds, told(name, details), [], { statement, mark, faults, isAside: faults.includes("nobody") || faults.includes(NO_ANCHOR) });
    if (unlooked) tellPayout(more);
  }

  // What he could have said, and did not.
  function tellNotAsked({ witnesses, checkpoints }) {
    const note = { mark: "not-asked", isAside: true };
    if (!witnesses.length) list.tell("receipt-no-witness", null, words.noWitness, [], { ...note, statement: words["claim_receipt-no-witness"] });
    if (!checkpoints.length) list.tell("receipt-no-checkpoint", null, words.noCheckpoint, [], { ...note, statement: words["claim_receipt-consistency"] });
  }

  function conclude(claims) {
    const proofs = claims.flatMap(({ details }) => details).filter(({ name }) => PROOFS.includes(name));
    if (proofs.length) list.accuse(words.misbehaved, words.misbehavedText);
  }

  // What shows that one log begins with another proves itself, so that anybody may be asked for it.
  async function consistencyFor(claims) {
    const lacking = claims.flatMap(({ details }) => details).filter(({ name }) => name === "no-consistency");
    const asked = lacking.map(({ first, second }) => get(`/api/log/consistency?first=${first}&second=${second}`).catch(() => null));
    return (await Promise.all(asked)).filter((one) => one !== null);
  }

  async function claimsOf(given) {
    const claims = [];
    try {
      await runCheck({ modules, module: MODULE, given }, { claim: (claim) => claims.push(claim) });
    } catch (error) {
      if (error.key !== "badKeys") throw error;
      return claimsOf({ ...given, rotations: null });
    }
    return claims;
  }

  // Checks a receipt's text; what is found is told while `isOwn()`. What of it no claim has judged, as paths; null where a
  // field cannot be read, which then says so.
  async function check(text, isOwn) {
    part.hidden = false;
    if (!areKeys(logKey, 1) || !areKeys(witness, 4)) return null;
    const own = wordsIn(logKey.value), logKeys = own.length ? own : await ownKeys();
    const checkpoints = checkpoint.value.trim() ? [`${checkpoint.value.trim().replace(/\r\n/g, "\n")}\n`] : [];
    const given = { text, person: person.value || null, logKeys, witnesses: wordsIn(witness.value), checkpoints, rotations: own.length ? await rotationsNow() : null };
    const before = await claimsOf(given), consistency = await consistencyFor(before);
    const claims = consistency.length ? await claimsOf({ ...given, consistency }) : before;
    if (!isOwn()) return [];
    claims.forEach(tellClaim);
    if (!own.length && logKeys.length) list.tell("receipt-key", null, words.said_key, logKeys.map((key) => ["logKey", key]), { statement: words["claim_receipt-key"], mark: "not-asked", isAside: true });
    if (claims.some(({ claim }) => claim === "entries")) tellNotAsked(given);
    conclude(claims);
    return claims.find(({ unlooked }) => unlooked).unlooked;
  }

  part.addEventListener("submit", (event) => { event.preventDefault(); again(); });
  return { check, tellRest, clear() { part.hidden = true; } };
}
