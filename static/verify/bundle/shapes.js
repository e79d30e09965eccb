// What a bundle must look like before anything is checked: the same tables as the script's. A question mark allows null.
import { PREFIXES } from "../taproot.js";
import { BadInput } from "./strict_json.js";

const SHAPES = {
  bundle: "bundleVersion:int network:text partFrom:int next:int? orders:list payments:list transactions:list "
    + "round:record headers:record? heightProof:record? seal:record? draw:record? win:record? payout:record? balances:list",
  headers: "firstHeight:int headers:list",
  transaction: "txid:hash blockHeight:int blockHash:hash header:hex index:int branch:list rawTransaction:hex",
  seal: "root:hash sealedAtHeight:int leaves:list",
  payout: "txid:hash vout:int amountSats:int proof:record heightProof:record?",
  balance: "partnerName:text earnedSats:int",
  "rounds round": "roundNumber:number status:text opensAtHeight:int salesEndHeight:int closingHeight:int settlementDepth:int "
    + "ticketDigits:int ticketSupply:int baseTicketPriceSats:int houseFeePercent:int jackpotSats:int minPaymentFloorSats:int "
    + "winnerAlgorithm:text hashesPerDigit:int internalKey:hash soldTickets:int "
    + "roundTerms:text? roundCommitment:hash? voidReason:text?",
  "rounds order": "identifier:text partnerName:text playerPublicIdentifier:text depositAddress:text internalKey:hash "
    + "terms:text commitment:hash",
  "rounds payment": "identifier:text txid:hash vout:int amountSats:int creditedSats:int refundableSats:int blockHeight:int "
    + "status:text firstTicket:int? lastTicket:int?",
  "rounds slip": "identifier:text paidSats:int ticketCount:int jackpotContributionSats:int ranges:list "
    + "firstBlockHeight:int firstBlockHash:hash status:text",
  "rounds draw": "algorithm:text closingBlockHash:hash drawDigits:text drawDigests:list winningTicket:int",
  "rounds win": "identifier:text partnerName:text playerPublicIdentifier:text? winningTicket:int jackpotSats:int payoutAddress:text",
  "rounds terms": "baseTicketPriceSats:int closingHeight:int game:text houseEdgePercent:int internalKey:hash "
    + "minPaymentSats:int network:text orderId:text partnerName:text payoutAddress:text playerPublicIdentifier:text "
    + "playerTicketPriceSats:int roundNumber:int salesEndHeight:int version:int",
  "luckotto round": "roundNumber:number status:text opensAtHeight:int salesEndHeight:int closingHeight:int settlementDepth:int "
    + "poolSize:pool possibleCombinations:int baseCombinationPriceSats:int jackpotSats:int minPaymentFloorSats:int "
    + "winnerAlgorithm:text hashWork:int internalKey:hash soldTickets:int soldCombinations:int "
    + "roundTerms:text? roundCommitment:hash? voidReason:text?",
  "luckotto order": "identifier:text partnerName:text playerUname:text playerIdentifier:text requestedNumbers:set "
    + "baseSats:int feeSats:int depositAddress:text internalKey:hash terms:text commitment:hash",
  "luckotto payment": "identifier:text txid:hash vout:int amountSats:int creditedSats:int refundableSats:int "
    + "blockHeight:int status:text",
  "luckotto ticket": "identifier:text sequence:int allocatedNumbers:set combinations:int status:text",
  "luckotto draw": "algorithm:text closingBlockHash:hash drawnNumbers:list drawDigests:list winningNumbers:set",
  "luckotto win": "identifier:text partnerName:text playerUname:text playerIdentifier:text winningNumbers:set "
    + "jackpotSats:int payoutAddress:text",
  "luckotto terms": "baseCombinationPriceSats:int closingHeight:int game:text houseEdgePercent:int internalKey:hash "
    + "minPaymentSats:int network:text orderId:text partnerName:text payoutAddress:text playerIdentifier:text "
    + "playerUname:text poolSize:pool requestedNumbers:set roundNumber:int salesEndHeight:int totalSats:int version:int",
};
// What an order holds in each game, and what the list of it is called.
export const HOLDINGS = { rounds: ["slip", "slips"], luckotto: ["ticket", "tickets"] };
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
  pool: (value) => isWhole(value) && value >= 9n && value <= 63n,
  set: (value) => Array.isArray(value) && value.length >= 6 && value.length <= 25
    && value.every((number, at) => isWhole(number) && number >= 1n && number <= 63n && (at === 0 || number > value[at - 1])),
  record: isRecord,
};

function isRecord(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }

// Throws BadInput where a record is not of its shape.
export function checkShape(record, shape, game) {
  if (!isRecord(record)) throw new BadInput(`a ${shape} is missing`);
  for (const part of (SHAPES[shape] || SHAPES[`${game} ${shape}`]).split(" ")) {
    const [name, kind] = part.split(":"), value = record[name];
    const isFree = kind.endsWith("?") && value === null;
    if (!isFree && !KINDS[kind.replace("?", "")](value)) throw new BadInput(`${name} of a ${shape} is missing or malformed`);
  }
}

const VERSIONS = [1n, 2n];

// What came into bundles later, where a file is older than that.
function putIn(record, defaults) {
  if (!isRecord(record)) return;
  for (const [name, value] of Object.entries(defaults)) if (!(name in record)) record[name] = value;
}

// One part of a bundle. Throws BadInput.
export function checkBundle(bundle) {
  putIn(bundle, { payout: null, balances: [], game: "rounds" });
  putIn(bundle && bundle.round, { roundTerms: null, roundCommitment: null, voidReason: null });
  putIn(bundle && bundle.payout, { heightProof: null });
  checkShape(bundle, "bundle");
  if (!VERSIONS.includes(bundle.bundleVersion) || !Object.hasOwn(PREFIXES, bundle.network)) throw new BadInput("this version or network is unknown to me");
  if (!isText(bundle.game) || !Object.hasOwn(HOLDINGS, bundle.game)) throw new BadInput("this game is unknown to me");
  const { game } = bundle, [held, holdings] = HOLDINGS[game];
  for (const [shape, name] of [...Object.entries(LISTS), [held, holdings]]) {
    if (!Array.isArray(bundle[name])) throw new BadInput(`${name} of a bundle is missing or malformed`);
    bundle[name].forEach((record) => checkShape(record, shape, game));
  }
  for (const name of ["round", "headers", "seal", "draw", "win", "payout"]) if (bundle[name] !== null) checkShape(bundle[name], name, game);
  checkLists(bundle);
}

function proofsOf({ transactions, heightProof, payout }) {
  return [...transactions, heightProof, ...(payout ? [payout.proof, payout.heightProof] : [])].filter((proof) => proof !== null);
}

// What the lists inside the records hold.
function checkLists(bundle) {
  const proofs = proofsOf(bundle), draw = bundle.draw || {}, headers = bundle.headers ? bundle.headers.headers : [];
  proofs.forEach((proof) => checkShape(proof, "transaction"));
  const every = (values, kind) => { if (!values.every(KINDS[kind])) throw new BadInput("a list holds something malformed"); };
  proofs.forEach((proof) => every(proof.branch, "hash"));
  every(headers, "hex");
  every(bundle.seal ? bundle.seal.leaves : [], "text");
  every(draw.drawDigests || [], "hash");
  if (bundle.game === "luckotto") every(draw.drawnNumbers || [], "int");
  else bundle.slips.forEach((slip) => slip.ranges.forEach((range) => {
    if (!Array.isArray(range) || range.length !== 2) throw new BadInput("a range has a first and a last ticket");
    every(range, "int");
  }));
  if ([...proofs.map((proof) => proof.header), ...headers].some((header) => header.length !== 160)) throw new BadInput("a block header has 80 bytes");
}
