// <itac-mentions><textarea></itac-mentions>, in a form with ticks named "mentions" whose labels are names.
// Typing @ offers the names; choosing one writes it and ticks it. Without script names are typed whole or ticked.
let number = 0;

export class Mentions extends HTMLElement {
  static define(tag = "itac-mentions") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.box = this.querySelector("textarea");
    const ticks = [...(this.closest("form")?.querySelectorAll('input[name="mentions"]') ?? [])];
    this.people = ticks.map((tick) => ({ tick, name: tick.closest("label")?.textContent.trim() ?? "" }));
    if (!this.box || !this.people.length) return;
    this.list = document.createElement("ul");
    this.list.id = `itac-names-${++number}`;
    this.list.className = "itac-names";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.append(this.list);
    // A text of several lines may have no role of its own, and so it can't say "expanded": the marked name is said.
    for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", this.list.id]]) {
      this.box.setAttribute(name, value);
    }
    const label = this.querySelector("label");
    if (label) {
      label.id ||= `${this.list.id}-label`;
      this.list.setAttribute("aria-labelledby", label.id);
    }
    this.watch = new AbortController();
    const { signal } = this.watch;
    this.box.addEventListener("input", () => this.offer(), { signal });
    this.box.addEventListener("keydown", (event) => this.press(event), { signal });
    this.box.addEventListener("blur", () => this.close(), { signal });
    this.list.addEventListener("pointerdown", (event) => this.point(event), { signal });
  }

  disconnectedCallback() {
    this.watch?.abort();
    this.list?.remove();
  }

  begun() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    return /(?:^|\s)@([^@\n]{0,40})$/u.exec(before)?.[1];
  }

  offer() {
    const begun = this.begun()?.toLocaleLowerCase();
    this.found = begun === undefined ? [] : this.people.filter((one) => one.name.toLocaleLowerCase().startsWith(begun)).slice(0, 6);
    if (!this.found.length) return this.close();
    this.list.replaceChildren(...this.found.map((one, place) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${place}`;
      item.setAttribute("role", "option");
      item.textContent = one.name;
      return item;
    }));
    this.list.hidden = false;
    this.mark(0);
  }

  mark(place) {
    this.place = (place + this.found.length) % this.found.length;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === this.place)));
    this.box.setAttribute("aria-activedescendant", `${this.list.id}-${this.place}`);
  }

  press(event) {
    if (this.list.hidden) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.mark(this.place + steps[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.found[this.place]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  point(event) {
    const place = [...this.list.children].indexOf(event.target.closest("li"));
    if (place < 0) return;
    event.preventDefault();
    this.choose(this.found[place]);
  }

  choose(one) {
    const end = this.box.selectionStart;
    this.box.setRangeText(`${one.name} `, end - this.begun().length, end, "end");
    one.tick.checked = true;
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }
}

Mentions.define();
