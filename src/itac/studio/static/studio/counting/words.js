// A text with its links, tags and mentions marked, and what is too much of it marked once more.
import { element } from "./elements.js";

export class Words {
  constructor(attributes) {
    this.node = element("div", attributes);
    this.stretches = [];
    this.said = null;
  }

  update({ text, spans, passes }) {
    const said = `${passes} ${text}`;
    if (said === this.said) return;
    this.said = said;
    const fits = stretches(text, spans, 0, passes ?? text.length);
    if (passes === null && this.stretches) {
      this.patch(fits);
    } else {
      const over = passes === null ? [] : [element("mark", { class: "itac-over" }, ...nodes(stretches(text, spans, passes, text.length)))];
      this.node.replaceChildren(...nodes(fits), ...over);
    }
    this.stretches = passes === null ? fits : null;
  }

  // A key changes one stretch of many: the others keep their nodes, and the browser keeps their lines.
  patch(wanted) {
    const before = this.stretches;
    const same = (one, other) => one.isMark === other.isMark && one.words === other.words;
    const shorter = Math.min(before.length, wanted.length);
    let [first, last] = [0, 0];
    while (first < shorter && same(before[first], wanted[first])) first += 1;
    while (last < shorter - first && same(before.at(-1 - last), wanted.at(-1 - last))) last += 1;
    const children = [...this.node.childNodes];
    const old = children.slice(first, before.length - last);
    const fresh = wanted.slice(first, wanted.length - last);
    if (old.length === 1 && fresh.length === 1 && before[first].isMark === fresh[0].isMark) {
      (fresh[0].isMark ? old[0].firstChild : old[0]).data = fresh[0].words;
      return;
    }
    const next = children[before.length - last] ?? null;
    for (const node of old) node.remove();
    for (const node of nodes(fresh)) this.node.insertBefore(node, next);
  }
}

function stretches(text, spans, begin, end) {
  const found = [];
  let place = begin;
  for (const span of spans) {
    const [first, last] = [Math.max(span.start, begin), Math.min(span.end, end)];
    if (first >= last) continue;
    found.push({ words: text.slice(place, first), isMark: false }, { words: text.slice(first, last), isMark: true });
    place = last;
  }
  found.push({ words: text.slice(place, end), isMark: false });
  return found.filter(({ words }) => words);
}

const nodes = (found) =>
  found.map(({ words, isMark }) => (isMark ? element("span", { class: "itac-mark" }, words) : document.createTextNode(words)));
