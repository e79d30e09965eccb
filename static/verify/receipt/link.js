// The payment link of an order: address, amount and what a wallet notes, as its terms say. As utilities/bin/verify_receipt.py.
const ASKING = /^(?:\?amount=([0-9]{1,8}\.[0-9]{8})(?:&label=([A-Za-z0-9%._~-]*))?)?$/; // another address may stand in no other part
const NOTED = ["{game}: {player} at {site}, round {n}", "{game}: {player} chez {site}, manche {n}", "{game}: {player} sou {site}, won {n}"];
const LONGEST_NAME = 60; // in a link, as the link spells it
const SITE = "\0";

const isWhole = (value) => typeof value === "bigint";
const quote = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const noted = (pattern, names) => pattern.replace(/\{(\w+)\}/g, (_, name) => names[name]);
const decimal = (sats) => `${sats / 100_000_000n}.${String(sats % 100_000_000n).padStart(8, "0")}`;

// The receipt's own link, where it asks for what the terms say; else what it should be, as far as they do.
export function rightLink(receipt, terms, bare) {
  const { beside: { bip21: link }, game } = receipt, price = askedBy(receipt, terms), player = playerIn(receipt, terms);
  const right = price === null ? bare : `${bare}?amount=${decimal(price)}`;
  const found = typeof link === "string" && link.startsWith(bare) && ASKING.exec(link.slice(bare.length));
  if (!found || (found[1] && price !== null && link.split("&")[0] !== right)) return right;
  if (found[2] === undefined || player === null || isNoted(receipt, player, found[2])) return link;
  const names = { game: game.receipt.called[0], player, site: terms.partnerName, n: receipt.roundNumber };
  return `${link.split("&")[0]}&label=${quote(noted(NOTED[0], names))}`;
}

// The sats that it asks for; null where no terms tell.
function askedBy({ payments, game }, terms) {
  const counted = payments.map(({ creditedSats }) => creditedSats), { minPaymentSats: least } = terms;
  if (![least, ...counted].every(isWhole)) return null;
  const price = game.receipt.asks(terms, counted.reduce((sum, one) => sum + one, 0n));
  if (!isWhole(price)) return null;
  return price > least ? price : least;
}

// The player's name as a link has it: cut short where it is long; null where no terms tell.
function playerIn({ game }, terms) {
  const name = terms[game.receipt.player];
  if (typeof name !== "string") return null;
  if (quote(name).length <= LONGEST_NAME) return name;
  const letters = Array.from(name);
  while (quote(`${letters.join("")}…`).length > LONGEST_NAME) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

// Whether a label names game, player and round, in any language. What the site is called no terms say.
function isNoted({ game, roundNumber: n }, player, label) {
  const said = unquoted(label);
  return game.receipt.called.some((called) => NOTED.some((pattern) => {
    const [before, after] = noted(pattern, { game: called, player, site: SITE, n }).split(SITE);
    return said.startsWith(before) && said.endsWith(after) && said.length > before.length + after.length;
  }));
}

function unquoted(label) {
  try {
    return decodeURIComponent(label);
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}

// What of it no terms say: what the site is called, and all that these do not tell.
export function linkLeft(receipt, terms) {
  const { bip21: link } = receipt.beside;
  if (typeof link !== "string") return [];
  const hasLabel = link.includes("&label="), isUntold = (askedBy(receipt, terms) === null && link.includes("?")) || (playerIn(receipt, terms) === null && hasLabel);
  return [...(hasLabel ? ["bip21.site"] : []), ...(isUntold ? ["bip21"] : [])];
}
