// What the raw material of a bundle proves: blocks and their heights, the orders' scripts, the outputs that pay to them.
// `problems` collects, claim by claim, what does not fit, `untold` what lacks. A game plays its own rules over it.
import { fromHex } from "../sha256.js";
import { commit } from "../taproot.js";
import { coinbaseHeight, readTransaction, rootOf, sameBytes, shown, twice } from "./blocks.js";
import { problemBeyond } from "./difficulty.js";
import { gameOf } from "./games.js";
import { placedBy } from "./placed.js";
import { Problem, Untold, about, differs, problemOf, told } from "./problems.js";
import { roundCommitment, versionOf } from "./promise.js";
import { checkShape } from "./shapes.js";
import { BadInput, parse } from "./strict_json.js";

const REPORT_EVERY = 8; // addresses
const MOST_SATS = 2_100_000_000_000_000n; // that there will ever be

export const outpoint = (one) => `${one.txid}:${one.vout}`;

export class Evidence {
  constructor(bundle, report = () => {}) {
    Object.assign(this, { bundle, game: gameOf(bundle.game), round: bundle.round, report, problems: new Map(), untold: new Map(), bought: [], isDrawn: false });
    this.version = versionOf(this.round);
    this.commitment = roundCommitment(this.round);
    this.placeHeaders();
    this.readOrders();
    this.readTransactions();
    this.replay();
  }

  // How many hashes the draw takes, as the game's class says it of a round.
  get drawWork() { return this.constructor.workOf(this.round); }

  say(claim, problem) {
    if (!this.problems.has(claim)) this.problems.set(claim, []);
    this.problems.get(claim).push(problem);
  }

  placeHeaders() {
    const stated = this.bundle.headers || { firstHeight: 0n, headers: [] }, proof = this.bundle.heightProof;
    this.headers = stated.headers.map(fromHex);
    this.hashes = this.headers.map((header) => shown(twice(header)));
    this.first = stated.firstHeight;
    if (proof) {
      this.proveHeight(proof);
      if (this.first !== stated.firstHeight) this.say("heights", differs("bundle", "", "firstHeight", this.first, stated.firstHeight));
    } else if (this.headers.length) this.say("heights", about("bundle", "", { why: "unproven" }));
    this.heights = new Map(this.hashes.map((block, place) => [block, this.first + BigInt(place)]));
    this.placed = placedBy(this.bundle, this.heights, (one) => this.heightOfBlock(one));
    if (proof) this.askClosing(shown(twice(fromHex(proof.header))));
  }

  // The block that says the heights has to be the closing block, once that is here.
  askClosing(block) {
    const closing = this.closingHash();
    if (closing === null || closing === block) return;
    if (this.version === 2n) this.say("heights", about("bundle", "", { why: "otherBlockSays" }));
    this.untold.set("heights", about("bundle", "", { why: "laterBlockSays" }));
  }

  // The first transaction of one of the blocks names its height; the others are counted from it.
  proveHeight(proof) {
    try {
      const height = this.heightOfBlock(proof), place = this.hashes.indexOf(shown(twice(fromHex(proof.header))));
      if (place < 0) throw new Problem("notAmongHeaders");
      this.first = height - BigInt(place);
    } catch (error) {
      this.say("heights", problemOf("transaction", proof.txid, error));
    }
  }

  // The height that a block's first transaction names. Throws a Problem.
  heightOfBlock(proof) {
    const { txid, script } = readTransaction(fromHex(proof.rawTransaction));
    this.checkBranch(txid, proof);
    if (proof.index !== 0n) throw new Problem("notFirst");
    const height = coinbaseHeight(script);
    if (proof.blockHeight !== height) throw new Problem("otherHeight", { field: "blockHeight", should: told(height), is: told(proof.blockHeight) });
    return height;
  }

  checkBranch(txid, proof) {
    if (shown(txid) !== proof.txid) throw new Problem("otherBytes", { should: shown(txid), is: proof.txid });
    const header = fromHex(proof.header);
    if (shown(twice(header)) !== proof.blockHash) throw new Problem("otherHeader", { should: shown(twice(header)), is: proof.blockHash });
    if (!sameBytes(rootOf(txid, proof.index, proof.branch.map(fromHex)), header.slice(36, 68))) throw new Problem("otherBranch");
  }

  readOrders() {
    this.orders = new Map();
    this.commitments = new Map();
    this.scripts = new Map();
    const all = this.bundle.orders;
    all.forEach((order, at) => {
      if (this.orders.has(order.identifier)) throw new BadInput("an order occurs twice");
      this.orders.set(order.identifier, null);
      try {
        this.readOrder(order);
      } catch (error) {
        this.say("addresses", problemOf("order", order.identifier, error));
      }
      if (at % REPORT_EVERY === 0) this.report("addresses", at, all.length);
    });
  }

  readOrder(order) {
    const name = order.identifier, terms = parse(order.terms);
    checkShape(terms, "terms", this.game);
    const made = commit(terms.internalKey, order.terms, this.bundle.network);
    this.commitments.set(name, made.commitment);
    for (const [field, should] of [["commitment", made.commitment], ["depositAddress", made.address]]) {
      if (order[field] !== should) this.say("addresses", differs("order", name, field, should, order[field]));
    }
    this.orders.set(name, terms);
    this.scripts.set(made.scriptPubkey, name);
  }

  readTransactions() {
    this.outputs = [];
    const seen = new Set(), first = new Map(); // of blocks whose height nothing shows: the first that is told of each
    for (const proof of this.bundle.transactions) {
      if (!first.has(proof.blockHash)) first.set(proof.blockHash, proof.blockHeight);
      const height = this.placed.get(proof.blockHash) ?? first.get(proof.blockHash);
      try {
        const { txid, outputs } = readTransaction(fromHex(proof.rawTransaction));
        if (seen.has(shown(txid))) throw new Problem("twice");
        seen.add(shown(txid));
        outputs.forEach(({ sats, script }, vout) => {
          if (this.scripts.has(script)) this.outputs.push({ txid: shown(txid), vout: BigInt(vout), amount: sats, script, height, place: proof.index, blockHash: proof.blockHash });
        });
        this.checkBranch(txid, proof);
        this.checkBlock(proof, height);
      } catch (error) {
        this.say("transactions", problemOf("transaction", proof.txid, error));
      }
    }
    if (this.outputs.reduce((sum, { amount }) => sum + amount, 0n) > MOST_SATS) throw new BadInput("more is paid than there is");
  }

  // A payment long after the round lies beyond the headers: its block must at least carry their work.
  checkBlock(proof, height) {
    if (proof.blockHeight !== height) throw new Problem("otherHeight", { field: "blockHeight", should: told(height), is: told(proof.blockHeight) });
    if (this.heights.has(proof.blockHash)) return;
    const problem = problemBeyond(this, fromHex(proof.header), height);
    if (problem instanceof Untold) this.untold.set("transactions", about("transaction", proof.txid, problem.problem));
    else if (problem) throw new Problem(problem);
  }

  inChainOrder() {
    const sign = (difference) => (difference < 0n ? -1 : Number(difference > 0n));
    return [...this.outputs].sort((a, b) => sign(a.height - b.height) || sign(a.place - b.place) || sign(a.vout - b.vout));
  }

  get lastHeight() { return this.first + BigInt(this.headers.length) - 1n; }

  // The hash of the block at the closing height, or null where its header is not there.
  closingHash() {
    const place = this.round.closingHeight - this.first;
    return place >= 0n && place < BigInt(this.hashes.length) ? this.hashes[Number(place)] : null;
  }
}
