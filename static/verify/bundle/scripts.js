// The address that an output's script pays to, on the network the bundle is of.
import { fromHex, toHex } from "../sha256.js";
import { PREFIXES, segwitAddress } from "../taproot.js";
import { twice } from "./blocks.js";

const DIGITS_58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// The script in hexadecimal; nothing where it has no address.
export function addressOf(script, network) {
  const [pubkeyHash, scriptHash] = network === "main" ? ["00", "05"] : ["6f", "c4"];
  const segwit = /^(?:00(?:14(?=.{40}$)|20(?=.{64}$))|5120(?=.{64}$))(.*)$/.exec(script);
  if (segwit) return segwitAddress(PREFIXES[network], script.startsWith("51") ? 1 : 0, fromHex(segwit[1]));
  const old = /^76a914(.{40})88ac$/.exec(script) || /^a914(.{40})87$/.exec(script);
  return old ? base58(fromHex((script.startsWith("76") ? pubkeyHash : scriptHash) + old[1])) : "";
}

function base58(payload) {
  let number = BigInt("0x" + toHex(payload) + toHex(twice(payload).slice(0, 4))), text = "";
  for (; number > 0n; number /= 58n) text = DIGITS_58[Number(number % 58n)] + text;
  const zeros = payload.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros < 0 ? payload.length : zeros) + text;
}
