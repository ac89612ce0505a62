// <itac-fresh src="/en/?part=words" every="3" said="Something new was said.">what stands without script</itac-fresh>
//
// Asks for its content again while the page is looked at, and puts it in place when entries came or went: `[data-entry]`
// elements are told apart by their ids. What is new carries data-new, for the thread that the style sheet draws. Writes
// nothing while nothing changed, and waits while somebody's focus is inside. Says `itac-fresh` as an event.

const SLOWEST_SECONDS = 120;

export class Fresh extends HTMLElement {
  static define(tag = "itac-fresh") {
    if (!customElements.get(tag)) customElements.define(tag, this);
  }

  connectedCallback() {
    this.wait = this.seconds;
    this.seen = () => { if (document.visibilityState === "visible") this.look(); };
    document.addEventListener("visibilitychange", this.seen);
    this.again();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  get seconds() {
    return Math.max(Number(this.getAttribute("every")) || 10, 1);
  }

  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.wait * 1000);
  }

  async look() {
    clearTimeout(this.timer);
    if (document.visibilityState === "visible" && !this.busy) {
      this.busy = true;
      try {
        // The browser sends the ETag it has; an unchanged page costs a few bytes.
        const answer = await fetch(this.getAttribute("src"), { cache: "no-cache", credentials: "omit" });
        if (answer.ok) this.take(await answer.text());
        // A server that can't is asked less and less often.
        this.wait = answer.ok ? this.seconds : Math.min(this.wait * 2, SLOWEST_SECONDS);
      } catch {
        this.wait = Math.min(this.wait * 2, SLOWEST_SECONDS);
      } finally {
        this.busy = false;
      }
    }
    if (this.isConnected) this.again();
  }

  take(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const had = ids(this);
    const has = ids(fresh.content);
    if (had.join() === has.join() || this.contains(document.activeElement)) return;
    const known = new Set(had);
    const came = [...fresh.content.querySelectorAll("[data-entry]")].filter((entry) => !known.has(entry.id));
    for (const entry of came) entry.toggleAttribute("data-new", true);
    this.replaceChildren(fresh.content);
    if (came.length) this.say();
    this.dispatchEvent(new CustomEvent("itac-fresh", { bubbles: true, detail: { came: came.map((entry) => entry.id) } }));
  }

  say() {
    // A live region of its own, outside what is replaced, so that screen readers hear it once.
    this.voice ??= Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
    this.after(this.voice);
    this.voice.textContent = "";
    setTimeout(() => { this.voice.textContent = this.getAttribute("said") ?? ""; }, 100);
  }
}

const ids = (root) => [...root.querySelectorAll("[data-entry]")].map((entry) => entry.id);

Fresh.define();
