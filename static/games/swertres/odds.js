// Swertres as the browser's verifier of bets knows it: three digits, straight or in any order, at a multiple that a draw promises.
import { register } from "../../verify/bets/games.js";

const NUMBER = /^[0-9]{3}$/;
const ORDERS = new Map(); // by number, once it was asked for

// Every number that its digits make.
function ordersOf(number) {
  const [a, b, c] = number;
  const all = [a + b + c, a + c + b, b + a + c, b + c + a, c + a + b, c + b + a];
  return [...new Set(all)].map(Number);
}

function winsOn({ kind, number }) {
  if (!NUMBER.test(number) || !["straight", "rumble"].includes(kind)) return [];
  if (kind === "straight") return [Number(number)];
  if (!ORDERS.has(number)) ORDERS.set(number, ordersOf(number));
  return ORDERS.get(number);
}

register({
  name: "swertres",
  classes: 1000,
  zone: "Asia/Manila",
  hours: 8n, // clocks are never put forward there
  terms: "multiple:int",
  isNumber: (text) => NUMBER.test(text),
  written: (outcome) => String(outcome).padStart(3, "0"),
  winsOn,
  odds: (line, { multiple }) => [multiple, BigInt(winsOn(line).length)],
  // Multiplied before it is divided, and rounded down.
  pays(line, { multiple }) {
    const orders = BigInt(winsOn(line).length);
    return orders ? line.stake * multiple / orders : 0n;
  },
});
