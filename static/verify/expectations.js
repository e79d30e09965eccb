// What the reader knows from elsewhere and no bundle can show: {expectPromise, expectSeal, expectClosing, expectLog,
// expectWitness, expectCosigned}, each only where it was filled in; null where a field cannot be read, which then says so.
const HASH = /^[0-9a-f]{64}$/, BLOCK = /^[0-9a-f]{64}@(0|[1-9][0-9]{0,8})$/;
const bare = (text) => text.toLowerCase().replace(/\s/g, ""), spaced = (text) => text.trim().replace(/\s+/g, " ");
const isHash = (text) => HASH.test(text), areKeys = (type) => (text, keyOf) => text.split(" ").every((key) => keyOf(key, type) !== null);
const KEYS = ["expectLog", "expectWitness"];
const FIELDS = {
  expectPromise: [bare, isHash, "badHash"], expectSeal: [bare, isHash, "badHash"], expectClosing: [bare, (text) => BLOCK.test(text), "badBlock"],
  expectCosigned: [(text) => (text.trim() ? `${text.trim()}\n` : ""), () => true, "badCosigned"],
  expectLog: [spaced, areKeys(1), "badKey"], expectWitness: [spaced, areKeys(4), "badKey"],
};

// What reads keys is loaded when there are any: most readers have none.
export async function expectations(box, words) {
  const fields = box.querySelector("[data-expect]").elements, told = {}, hasKeys = KEYS.some((name) => spaced(fields[name].value));
  const keyOf = hasKeys ? (await import("./bundle/notes.js")).keyOf : null;
  let wrong = null;
  for (const [name, [read, isRight, key]] of Object.entries(FIELDS)) {
    const field = fields[name], text = read(field.value), isWrong = text !== "" && !isRight(text, keyOf);
    field.setCustomValidity(isWrong ? words[key] : "");
    if (isWrong) wrong = wrong || field;
    else if (text) told[name] = text;
  }
  if (wrong === null) return told;
  wrong.closest("details").open = true;
  wrong.reportValidity();
  return null;
}
