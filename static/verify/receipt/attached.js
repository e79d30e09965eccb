// The file inside of a receipt on paper: what our documents are like, no other.
import { BadInput } from "../bundle/strict_json.js";

const STREAM = /obj\n(<<(?:[^<>]|<<[^<>]{0,200}>>){1,400}>>)\nstream\n/g;
const FILE = /\/Type \/EmbeddedFile\s/, LENGTH = /\/Filter \/FlateDecode\s+\/Length ([0-9]{1,9})\s/;
const MARK = "%PDF-", MOST = 4_000_000;

const oneByOne = (bytes) => new TextDecoder("latin1").decode(bytes); // each byte a character
const isDocument = (bytes) => oneByOne(bytes.subarray(0, MARK.length)) === MARK;

// The bytes of a file; of a document those of the file in it. Throws BadInput where it has none.
export async function attachedIn(bytes) {
  if (!isDocument(bytes)) return bytes;
  const found = [...oneByOne(bytes).matchAll(STREAM)].filter(([, about]) => FILE.test(about));
  const length = found.length === 1 && LENGTH.exec(found[0][1]);
  if (!length) throw new BadInput("no file in it", "unknownData");
  const start = found[0].index + found[0][0].length, packed = bytes.slice(start, start + Number(length[1]));
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader(), parts = [];
  for (let size = 0, part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MOST) throw new BadInput("too long", "tooLong");
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
