// Sets of numbers from 1 to 63 as two 32-bit words: number n is bit n - 1, the first word has the lower ones.

export function maskOf(numbers) {
  const mask = [0, 0];
  for (const number of numbers) mask[number > 32 ? 1 : 0] |= 1 << (number - 1) % 32;
  return [mask[0] >>> 0, mask[1] >>> 0];
}

export function numbersOf(mask) {
  const numbers = [];
  for (let bit = 0; bit < 64; bit++) if (mask[bit >> 5] >>> bit % 32 & 1) numbers.push(bit + 1);
  return numbers;
}

function ones(word) {
  let v = word - (word >>> 1 & 0x55555555);
  v = (v & 0x33333333) + (v >>> 2 & 0x33333333);
  return Math.imul(v + (v >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

// How many numbers two sets share.
export function shared(one, other) {
  return ones(one[0] & other[0]) + ones(one[1] & other[1]);
}

export const and = (a, b) => [(a[0] & b[0]) >>> 0, (a[1] & b[1]) >>> 0];
export const or = (a, b) => [(a[0] | b[0]) >>> 0, (a[1] | b[1]) >>> 0];
export const without = (a, b) => [(a[0] & ~b[0]) >>> 0, (a[1] & ~b[1]) >>> 0];
