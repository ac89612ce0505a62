// What was typed and isn't on the server yet, in this browser's own storage: by person and post, for a week at most.
const PREFIX = "itac.kept:";
const WHO = "itac.kept.person";
export const WEEK_MS = 7 * 24 * 3600 * 1000;
// Fields that say where a save stands, not what was typed; and files, which no text can hold.
const APART = new Set(["csrfmiddlewaretoken", "version", "seat", "turn", "post", "do", "photo", "source_rows"]);

// A page that is left by signing out keeps nothing on its way.
let isSignedOut = false;

// Storage that is full or forbidden keeps nothing, and stops nobody from writing.
function quietly(deed) {
  try {
    return deed();
  } catch {
    return null;
  }
}

// What a person typed, as pairs of name and value.
export function typedIn(form) {
  return [...new FormData(form)].filter(([name, value]) => !APART.has(name) && typeof value === "string");
}

// Whether two lists of pairs say the same. Who speaks isn't compared: the page of a begun post has no such field.
export function isSame(one, other) {
  const plain = (pairs) =>
    JSON.stringify(
      pairs
        .filter(([name, value]) => name !== "organisation" && !name.startsWith("photo_") && value !== "")
        .map(([name, value]) => [name, value.replace(/\r\n/g, "\n")])
        .sort(),
    );
  return plain(one) === plain(other);
}

export function keepsNothing() {
  return isSignedOut;
}

// Whose it is that this browser keeps, for when somebody signs out.
export function remember(person) {
  quietly(() => localStorage.setItem(WHO, person));
}

export function keep(person, post, record) {
  if (isSignedOut) return null;
  remember(person);
  return quietly(() => {
    localStorage.setItem(`${PREFIX}${person}:${post}`, JSON.stringify(record));
    return true;
  });
}

export function kept(person, post) {
  return quietly(() => JSON.parse(localStorage.getItem(`${PREFIX}${person}:${post}`)));
}

export function drop(person, post) {
  quietly(() => localStorage.removeItem(`${PREFIX}${person}:${post}`));
}

export function dropOld(now = Date.now()) {
  quietly(() => {
    for (const key of keys()) {
      const record = JSON.parse(localStorage.getItem(key));
      if (!(now - record?.at < WEEK_MS)) localStorage.removeItem(key);
    }
  });
}

// Signing out takes along what the one who signs out had left here, and nothing of anybody else's. Answers who that was.
export function dropOfLastPerson() {
  isSignedOut = true;
  return quietly(() => {
    const person = localStorage.getItem(WHO);
    for (const key of keys()) if (key.startsWith(`${PREFIX}${person}:`)) localStorage.removeItem(key);
    localStorage.removeItem(WHO);
    return person;
  });
}

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}
