// [data-company] in <itac-keeping data-here="address">: who else has this post open, and who saved it meanwhile.
const EVERY_MS = 15000;

export class Company {
  constructor(page) {
    this.page = page;
    this.line = page.querySelector("[data-company]");
    this.timer = setInterval(() => document.hidden || this.ask(), EVERY_MS);
    page.addEventListener("itac-begun", () => this.ask());
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    addEventListener("pagehide", () => this.leave());
    this.ask();
  }

  body(facts = {}) {
    const form = this.page.querySelector("form");
    const names = ["csrfmiddlewaretoken", "seat", "version"];
    return new URLSearchParams({ ...Object.fromEntries(names.map((name) => [name, form.elements[name].value])), ...facts });
  }

  async ask() {
    if (!this.page.dataset.here) return;
    try {
      const answer = await fetch(this.page.dataset.here, { method: "POST", body: this.body() });
      if (!answer.ok || answer.redirected) return;
      const { words } = await answer.json();
      if (this.line.textContent !== words) this.line.textContent = words;
    } catch {
      // No connection: who is there can't be known, and the line about saving says so already.
      if (this.line.textContent) this.line.textContent = "";
    }
  }

  leave() {
    if (this.page.dataset.here) navigator.sendBeacon(this.page.dataset.here, this.body({ gone: "1" }));
  }
}

customElements.whenDefined("itac-keeping").then(() => {
  for (const page of document.querySelectorAll("itac-keeping")) new Company(page);
});
