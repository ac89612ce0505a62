// A picture that was chosen and isn't on the server yet, in this browser's own database: by person and post, as what
// was typed is (`keeping_device.js`), and for a week at most. A browser that keeps nothing answers null everywhere.
import { WEEK_MS, keepsNothing, remember } from "./keeping_device.js";

const NAME = "itac.kept";
const STORE = "pictures";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
}

// The answer to what `deed` asks of the store, once it is on disk.
async function ask(mode, deed) {
  try {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const whole = database.transaction(STORE, mode, { durability: "strict" });
        const asked = deed(whole.objectStore(STORE));
        whole.oncomplete = () => resolve(asked.result);
        whole.onerror = whole.onabort = () => reject(whole.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

// `record`: { at, file, words, isWanted }. Answers whether it is kept.
export async function keepPicture(person, post, record) {
  if (keepsNothing()) return false;
  remember(person);
  return (await ask("readwrite", (store) => store.put(record, `${person}:${post}`))) !== null;
}

export function keptPicture(person, post) {
  return ask("readonly", (store) => store.get(`${person}:${post}`));
}

export function dropPicture(person, post) {
  return ask("readwrite", (store) => store.delete(`${person}:${post}`));
}

export function dropPicturesOf(person) {
  return ask("readwrite", (store) => store.delete(IDBKeyRange.bound(`${person}:`, `${person}:\uffff`)));
}

export async function dropOldPictures(now = Date.now()) {
  await ask("readwrite", (store) => {
    const walk = store.openCursor();
    walk.onsuccess = () => {
      const here = walk.result;
      if (!here) return;
      if (!(now - here.value.at < WEEK_MS)) here.delete();
      here.continue();
    };
    return walk;
  });
}
