// What the reader knows from elsewhere of a draw of bets: {logKeys, promise, number}, each only where it was filled in; null where
// a field cannot be read, which then says so.
const HASH = /^[0-9a-f]{64}$/, LOG = 1;

const wordsIn = (text) => text.trim().split(/\s+/).filter(Boolean);

function isRight(field, right, words, key) {
  field.setCustomValidity(right ? "" : words[key]);
  if (!right) {
    field.closest("details").open = true;
    field.reportValidity();
  }
  return right;
}

export async function knownIn(form, words) {
  const { logKey, promise, number } = form.elements, keys = wordsIn(logKey.value), hash = promise.value.toLowerCase().replace(/\s/g, "");
  const keyOf = keys.length ? (await import("../bundle/notes.js")).keyOf : null;
  const areKeys = keys.every((key) => keyOf(key, LOG) !== null);
  if (!isRight(logKey, areKeys, words, "badKey") || !isRight(promise, hash === "" || HASH.test(hash), words, "badHash")) return null;
  return { logKeys: keys, ...(hash && { promise: hash }), ...(number.value.trim() && { number: number.value.trim() }) };
}
