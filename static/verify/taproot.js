// From an order's terms to its deposit address: BIP 341's tweak with the terms' commitment in the place of the merkle
// root, on secp256k1 (y² = x³ + 7), written as bech32m (BIP 350).
import { fromHex, taggedHash, toHex } from "./sha256.js";

const FIELD = 2n ** 256n - 2n ** 32n - 977n;
const ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141n;
const G = [
  0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798n,
  0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8n,
];
export const PREFIXES = { main: "bc", test: "tb", testnet4: "tb", signet: "tb", regtest: "bcrt" };
const CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const mod = (a) => ((a % FIELD) + FIELD) % FIELD;
const numberOf = (bytes) => BigInt("0x" + toHex(bytes));

function power(base, exponent) {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = b * b % FIELD) if (e & 1n) result = result * b % FIELD;
  return result;
}

let lifted = { x: null, point: null }; // the orders of a round have one key

// The point with this x and an even y, or null.
function liftX(x) {
  if (lifted.x !== x) lifted = { x, point: pointAt(x) };
  return lifted.point;
}

function pointAt(x) {
  if (x >= FIELD) return null;
  const square = mod(x * x * x + 7n), y = power(square, (FIELD + 1n) / 4n);
  if (y * y % FIELD !== square) return null;
  return [x, y & 1n ? FIELD - y : y];
}

// Points below are [X, Y, Z] with x = X/Z², y = Y/Z³, which spares a division for each addition; null is infinity.
function double([X, Y, Z]) {
  const yy = Y * Y % FIELD, s = 4n * X * yy % FIELD, m = 3n * X * X % FIELD;
  const x = mod(m * m - 2n * s);
  return [x, mod(m * (s - x) - 8n * yy * yy), 2n * Y * Z % FIELD];
}

function add(a, b) {
  if (a === null) return b;
  if (b === null) return a;
  const za = a[2] * a[2] % FIELD, zb = b[2] * b[2] % FIELD;
  const u1 = a[0] * zb % FIELD, u2 = b[0] * za % FIELD;
  const s1 = a[1] * zb % FIELD * b[2] % FIELD, s2 = b[1] * za % FIELD * a[2] % FIELD;
  if (u1 === u2) return s1 === s2 ? double(a) : null;
  const h = mod(u2 - u1), r = mod(s2 - s1), hh = h * h % FIELD, hhh = h * hh % FIELD, v = u1 * hh % FIELD;
  const x = mod(r * r - hhh - 2n * v);
  return [x, mod(r * (v - x) - s1 * hhh), h * a[2] % FIELD * b[2] % FIELD];
}

// For each of a number's 64 hexadecimal places, 0 to 15 times that place's multiple of G: made once, then a tweak takes
// 64 additions and no doubling.
let table = null;

function multiplesOfG() {
  const rows = [];
  let base = [...G, 1n];
  for (let place = 0; place < 64; place++) {
    const row = [null];
    for (let n = 1; n < 16; n++) row.push(add(row[n - 1], base));
    rows.push(row);
    base = add(row[15], base);
  }
  return rows;
}

function multiplyG(number) {
  table = table || multiplesOfG();
  return table.reduce((total, row, place) => add(total, row[Number((number >> BigInt(4 * place)) & 15n)]), null);
}

function affineX(point) {
  const inverse = power(point[2], FIELD - 2n);
  return point[0] * inverse % FIELD * inverse % FIELD;
}

function checksumOf(values) {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((constant, bit) => {
      if ((top >>> bit) & 1) check ^= constant;
    });
  }
  return check;
}

export function taprootAddress(prefix, key) { return segwitAddress(prefix, 1, key); }

// BIP 350: the version and the program in groups of five bits, with the bech32m checksum (bech32 for version 0).
export function segwitAddress(prefix, version, program) {
  const groups = Math.ceil(program.length * 8 / 5), data = [version];
  const number = numberOf(program) << BigInt(groups * 5 - program.length * 8);
  for (let place = BigInt(groups - 1); place >= 0n; place--) data.push(Number((number >> (5n * place)) & 31n));
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const check = checksumOf([...expanded, ...data, 0, 0, 0, 0, 0, 0]) ^ (version ? 0x2bc830a3 : 1);
  for (let place = 5; place >= 0; place--) data.push((check >>> (5 * place)) & 31);
  return prefix + "1" + data.map((value) => CHARACTERS[value]).join("");
}

export function commitmentOf(terms) {
  return taggedHash("tiraj/order/1", new TextEncoder().encode(terms));
}

// Everything between the terms and the address, in hexadecimal. Throws a RangeError whose message is "key", "terms" or
// "network" for what cannot be used.
export function commit(internalKeyHex, terms, network) {
  if (!/^[0-9a-f]{64}$/i.test(internalKeyHex)) throw new RangeError("key");
  if (!terms || /\p{Surrogate}/u.test(terms)) throw new RangeError("terms");
  if (!(network in PREFIXES)) throw new RangeError("network");
  const internalKey = fromHex(internalKeyHex), base = liftX(numberOf(internalKey));
  if (base === null) throw new RangeError("key");
  const commitment = commitmentOf(terms);
  const tweak = taggedHash("TapTweak", internalKey, commitment);
  if (numberOf(tweak) >= ORDER) throw new RangeError("terms");
  const point = add([...base, 1n], multiplyG(numberOf(tweak)));
  if (point === null) throw new RangeError("terms");
  const outputKey = fromHex(affineX(point).toString(16).padStart(64, "0"));
  return {
    internalKey: toHex(internalKey), commitment: toHex(commitment), tweak: toHex(tweak), outputKey: toHex(outputKey),
    scriptPubkey: "5120" + toHex(outputKey), address: taprootAddress(PREFIXES[network], outputKey),
  };
}

