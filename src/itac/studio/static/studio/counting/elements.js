// Making elements, and writing to the page only what changed: each piece knows by its key whether it still says what it
// should.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// The children of a node, in order, each with a key: only those whose key is another are made anew.
export class Pieces {
  constructor(node) {
    this.node = node;
    this.kept = new Map();
  }

  // wanted: name, key (null: isn't there), how to make it
  set(wanted) {
    const kept = new Map();
    let changed = false;
    for (const [name, key, make] of wanted) {
      if (key === null) continue;
      const before = this.kept.get(name);
      const same = before?.key === key;
      kept.set(name, same ? before : { key, node: make() });
      changed ||= !same;
    }
    changed ||= kept.size !== this.kept.size;
    this.kept = kept;
    if (changed) arrange(this.node, [...kept.values()].map(({ node }) => node));
  }
}

export function arrange(parent, nodes) {
  const staying = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!staying.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}
