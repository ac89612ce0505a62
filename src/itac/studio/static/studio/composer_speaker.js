// <itac-speaker>…<select name="organisation">…</itac-speaker>: while a take-over speaks, only what it lends is offered.
// What it lends is told by <live-looks>. Without script a button asks the server, which refuses the rest in any case.
export class Speaker extends HTMLElement {
  static define(tag = "itac-speaker") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.form = this.closest("form");
    const told = this.form.querySelector('live-looks script[type="application/json"]');
    this.select = this.querySelector("select[name=organisation]");
    if (!told || !this.select) return;
    this.facts = JSON.parse(told.textContent);
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    // On the way down, before the looks are drawn of what is still offered; the form itself tells that all of it changed.
    const narrow = ({ target }) => [this.select, this.form].includes(target) && this.narrow();
    this.form.addEventListener("change", narrow, { ...options, capture: true });
    // A browser fills in what was chosen before a reload after the page is there.
    addEventListener("pageshow", () => this.narrow(), options);
  }

  disconnectedCallback() {
    this.ended?.abort();
  }

  narrow() {
    const takeover = this.facts.takeovers[this.select.value];
    const lent = takeover && new Set(takeover.places);
    for (const place of this.form.querySelectorAll("[data-place]")) {
      const isOffered = !lent || lent.has(`${place.dataset.place} ${place.dataset.language}`);
      place.hidden = !isOffered;
      for (const field of place.querySelectorAll("input, textarea")) field.disabled = !isOffered;
    }
    for (const box of this.form.querySelectorAll("[data-more], [data-channel-box]")) {
      box.hidden = !box.querySelector("[data-place]:not([hidden])");
    }
    this.form.querySelector("[data-lent]").hidden = !lent;
    this.narrowKinds(takeover?.kinds);
  }

  narrowKinds(codes) {
    const box = this.form.elements.kind;
    const chosen = box.value;
    const kinds = this.facts.kinds.filter(([code]) => !codes?.length || codes.includes(code));
    box.replaceChildren(...kinds.map(([code, name]) => new Option(name, code, false, code === chosen)));
  }
}

Speaker.define();
