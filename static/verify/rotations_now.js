// How the log changed its keys, as text; null where it cannot be asked: the keys that the reader knows stand alone.
export async function rotationsNow() {
  const answer = await fetch("/log/keys").catch(() => null);
  return answer !== null && answer.ok ? answer.text() : null;
}
