// Signatures of Ed25519 (RFC 8032), only verified, with numbers as large as they are: a handful of them a bundle. Browsers
// have it themselves by now, but not all of them, and not on a page without TLS.
const WORD = 64n, MASK = (1n << WORD) - 1n;
const PRIMES = primes(80);

function primes(count) {
  const found = [];
  for (let number = 2n; found.length < count; number++) if (found.every((one) => number % one !== 0n)) found.push(number);
  return found;
}

// The whole part of a number's root.
function rootOf(number, degree) {
  let high = 1n << (BigInt(number.toString(2).length) / degree + 1n), low = 0n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= number) low = middle;
    else high = middle;
  }
  return low;
}

// SHA-512's constants are the fractions of the primes' roots (FIPS 180-4).
const ROUNDS = PRIMES.map((prime) => rootOf(prime << (3n * WORD), 3n) & MASK);
const INITIAL = PRIMES.slice(0, 8).map((prime) => rootOf(prime << (2n * WORD), 2n) & MASK);

const turned = (word, by) => ((word >> by) | (word << (WORD - by))) & MASK;

export function sha512(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128), state = [...INITIAL];
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < padded.length; at += 128) compress(state, new DataView(padded.buffer, at, 128));
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, place) => out.setBigUint64(place * 8, word));
  return new Uint8Array(out.buffer);
}

function compress(state, block) {
  const words = Array.from({ length: 16 }, (_, place) => block.getBigUint64(place * 8));
  for (let at = 16; at < 80; at++) {
    const x = words[at - 15], y = words[at - 2];
    const small = turned(x, 1n) ^ turned(x, 8n) ^ (x >> 7n), large = turned(y, 19n) ^ turned(y, 61n) ^ (y >> 6n);
    words.push((words[at - 16] + small + words[at - 7] + large) & MASK);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let at = 0; at < 80; at++) {
    const one = h + (turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + ROUNDS[at] + words[at];
    const two = (turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & MASK, c, b, a, (one + two) & MASK];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] = (state[place] + word) & MASK; });
}

const FIELD = 2n ** 255n - 19n, ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (number) => ((number % FIELD) + FIELD) % FIELD;
const TWIST = mod(-121665n * power(121666n, FIELD - 2n));

function power(base, exponent) {
  let result = 1n, square = mod(base);
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = result * square % FIELD;
    square = square * square % FIELD;
  }
  return result;
}

const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

// A point from its 32 bytes as X, Y, Z, T; null where there is none.
function pointOf(bytes) {
  const number = little(bytes), y = number & ((1n << 255n) - 1n), sign = number >> 255n;
  if (bytes.length !== 32 || y >= FIELD) return null;
  const square = mod((y * y - 1n) * power(TWIST * y * y + 1n, FIELD - 2n));
  let x = power(square, (FIELD + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * power(2n, (FIELD - 1n) / 4n));
  if (mod(x * x - square) || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = FIELD - x;
  return [x, y, 1n, mod(x * y)];
}

function added([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * t1 * t2 * TWIST), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(number, point) {
  let result = [0n, 1n, 1n, 0n], doubled = point;
  for (let left = number; left; left >>= 1n) {
    if (left & 1n) result = added(result, doubled);
    doubled = added(doubled, doubled);
  }
  return result;
}

const BASE = pointOf(bytesOf(4n * power(5n, FIELD - 2n) % FIELD));

function bytesOf(number) { return Uint8Array.from({ length: 32 }, (_, place) => Number((number >> BigInt(8 * place)) & 255n)); }

// Whether the key made this signature of the message (5.1.7, without a cofactor). A point of small order is nobody's key.
export function holds(key, message, signature) {
  const point = pointOf(key), scalar = little(signature.slice(32));
  if (point === null || signature.length !== 64 || scalar >= ORDER || times(8n, point)[0] === 0n) return false;
  const challenge = little(sha512(Uint8Array.of(...signature.slice(0, 32), ...key, ...message))) % ORDER;
  const away = [FIELD - point[0], point[1], 1n, mod((FIELD - point[0]) * point[1])];
  const [x, y, z] = added(times(scalar, BASE), times(challenge, away)), inverse = power(z, FIELD - 2n);
  const encoded = bytesOf(mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n));
  return encoded.every((byte, place) => byte === signature[place]);
}
