// The check character of a form id (Crockford base 32, modulo 37), told while it is keyed. The server
// checks again: papi/model/sheet.py.
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = CROCKFORD + "*~$=U";
const LENGTH = 9;

export function plainId(text) {
  return text.toUpperCase().replace(/[-\s]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
}

// "" nothing keyed, "strange", "short", "good" or "bad"; and how many characters are missing.
export function checkId(text) {
  const id = plainId(text);
  const missing = LENGTH - id.length;
  if (!id) return ["", missing];
  if ([...id].some((character) => !CROCKFORD.includes(character)) || missing < 0) return ["strange", 0];
  if (missing) return ["short", missing];
  let value = 0;
  for (const character of id.slice(0, -1)) value = (value * 32 + CROCKFORD.indexOf(character)) % 37;
  return [SYMBOLS[value] === id[LENGTH - 1] ? "good" : "bad", 0];
}
