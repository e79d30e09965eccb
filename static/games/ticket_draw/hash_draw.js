// hash-draw-1: for each digit the state is hashed `hashesPerDigit` times and, read as one number, gives its last decimal
// place. The first digit drawn is the units digit.
import { advance } from "../../verify/hash_chain.js";
import { digitOf } from "./inputs.js";

// The whole draw, in this thread. Returns {drawDigits, drawDigests, winningTicket}.
export function draw(hash, digits, hashesPerDigit, report) {
  let state = hash, drawDigits = "";
  const drawDigests = [];
  for (let place = 0; place < digits; place++) {
    state = advance(state, hashesPerDigit, report && ((done) => report(place, done)));
    drawDigits = digitOf(state) + drawDigits;
    drawDigests.push(state);
  }
  return { drawDigits, drawDigests, winningTicket: Number(drawDigits) };
}
