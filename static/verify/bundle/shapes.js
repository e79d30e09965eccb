// What a bundle must look like before anything is checked: the same tables as the script's, the games' own among them. A
// question mark allows null.
import { PREFIXES } from "../taproot.js";
import { gameOf, games, unnamed } from "./games.js";
import { SEALED_DRAW } from "./promise.js";
import { BadInput } from "./strict_json.js";

const SHAPES = {
  bundle: "bundleVersion:int network:text partFrom:int next:int? orders:list payments:list transactions:list "
    + "round:record headers:record? heightProof:record? seal:record? draw:record? win:record? payout:record? balances:list checkpoints:list? log:record?",
  log: "promise:record seal:record? anchor:record? witnessed:record? cosigned:list",
  quorum: "roundNumber:number sealEntry:int? quorum:int hasQuorum:flag closingBlock:record? cosigned:list missing:list",
  block: "height:int hash:hash time:int",
  cosigner: "verifierKey:text size:int time:int line:hash",
  entry: "number:int text:text proof:text",
  anchor: "txid:hash vout:int root:hash size:int path:list proof:record",
  headers: "firstHeight:int headers:list",
  transaction: "txid:hash blockHeight:int blockHash:hash header:hex index:int branch:list rawTransaction:hex",
  seal: "root:hash sealedAtHeight:int leaves:list",
  payout: "txid:hash vout:int amountSats:int proof:record heightProof:record?",
  balance: "partnerName:text earnedSats:int",
};
const MOST_CHECKPOINTS = 128; // that are shown beside the first
const LISTS = { order: "orders", payment: "payments", transaction: "transactions", balance: "balances" };

const isWhole = (value) => typeof value === "bigint";
const isText = (value) => typeof value === "string";
const KINDS = {
  int: (value) => isWhole(value) && value >= 0n && value < 2n ** 63n,
  number: (value) => isWhole(value) && value >= 0n && value < 2n ** 32n,
  text: isText,
  hash: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value),
  hex: (value) => isText(value) && value.length > 0 && value.length % 2 === 0 && !/[^0-9a-f]/.test(value),
  list: Array.isArray,
  flag: (value) => typeof value === "boolean",
  record: isRecord,
};

function isRecord(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }

// Throws BadInput where a record is not of its shape. `game`: whose, where it is not every game's.
export function checkShape(record, shape, game) {
  if (!isRecord(record)) throw new BadInput(`a ${shape} is missing`, "brokenData", { why: "lacks", name: shape });
  const kinds = game ? { ...KINDS, ...game.kinds } : KINDS;
  for (const part of (SHAPES[shape] || game.shapes[shape]).split(" ")) {
    const [name, kind] = part.split(":"), value = record[name];
    const isFree = kind.endsWith("?") && value === null;
    if (!isFree && !kinds[kind.replace("?", "")](value)) throw new BadInput(`${name} of a ${shape} is missing or malformed`, "brokenData", { why: "kind", name });
  }
}

// The members that records of a shape have.
export function namesOf(shape, game) { return (SHAPES[shape] || game.shapes[shape]).split(" ").map((part) => part.split(":")[0]); }

const VERSIONS = [1n, 2n];

// What came into bundles later, where a file is older than that.
function putIn(record, defaults) {
  if (!isRecord(record)) return;
  for (const [name, value] of Object.entries(defaults)) if (!(name in record)) record[name] = value;
}

// A bundle that calls itself another game's than whose orders it holds.
function checkName(bundle, { holding: [, own], name }) {
  const other = games().find(({ holding: [, list] }) => list !== own && Array.isArray(bundle[list]));
  if (other && !Array.isArray(bundle[own])) throw new BadInput(`it calls itself ${name}, and holds what ${other.name} holds`, "brokenData", { why: "misnamed", name, other: other.name });
}

// One part of a bundle. Throws BadInput.
export function checkBundle(bundle) {
  putIn(bundle, { payout: null, balances: [], checkpoints: null, log: null, game: unnamed() });
  putIn(bundle && bundle.round, { roundTerms: null, roundCommitment: null, voidReason: null, hashes: null });
  putIn(bundle && bundle.payout, { heightProof: null });
  putIn(bundle && bundle.log, { witnessed: null, cosigned: [] });
  checkShape(bundle, "bundle");
  if (!VERSIONS.includes(bundle.bundleVersion) || !Object.hasOwn(PREFIXES, bundle.network)) throw new BadInput("this version or network is unknown to me", "brokenData", { why: "version" });
  const game = gameOf(bundle.game), [held, holdings] = game.holding;
  checkName(bundle, game);
  for (const [shape, name] of [...Object.entries(LISTS), [held, holdings]]) {
    if (!Array.isArray(bundle[name])) throw new BadInput(`${name} of a bundle is missing or malformed`, "brokenData", { why: "kind", name });
    bundle[name].forEach((record) => checkShape(record, shape, game));
  }
  const drawn = isRecord(bundle.draw) && bundle.draw.algorithm === SEALED_DRAW ? "sealedDraw" : "draw";
  for (const name of ["round", "headers", "seal", "draw", "win", "payout", "log"]) if (bundle[name] !== null) checkShape(bundle[name], name === "draw" ? drawn : name, game);
  checkLists(bundle, game);
}

function proofsOf({ transactions, heightProof, payout, log }) {
  const anchored = log && log.anchor ? [log.anchor.proof] : [];
  return [...transactions, heightProof, ...(payout ? [payout.proof, payout.heightProof] : []), ...anchored].filter((proof) => proof !== null);
}

// What the lists inside the records hold.
function checkLists(bundle, game) {
  for (const name of ["promise", "seal", "witnessed"]) if (bundle.log && bundle.log[name] !== null) checkShape(bundle.log[name], "entry");
  const anchor = bundle.log && bundle.log.anchor;
  if (anchor) checkShape(anchor, "anchor");
  const proofs = proofsOf(bundle), draw = bundle.draw || {}, headers = bundle.headers ? bundle.headers.headers : [];
  proofs.forEach((proof) => checkShape(proof, "transaction"));
  const every = (values, kind) => { if (!values.every(KINDS[kind])) throw new BadInput("a list holds something malformed"); };
  proofs.forEach((proof) => every(proof.branch, "hash"));
  every(anchor ? anchor.path : [], "hash");
  if (bundle.log && bundle.log.cosigned.length > MOST_CHECKPOINTS) throw new BadInput("more checkpoints than a round has witnesses");
  every(bundle.log ? bundle.log.cosigned : [], "text");
  every(headers, "hex");
  every(bundle.seal ? bundle.seal.leaves : [], "text");
  every(draw.drawDigests || [], "hash");
  every(bundle.checkpoints || [], "hash");
  game.checkLists(bundle, every);
  if ([...proofs.map((proof) => proof.header), ...headers].some((header) => header.length !== 160)) throw new BadInput("a block header has 80 bytes");
}
