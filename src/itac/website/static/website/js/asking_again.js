// What `<itac-fresh>` of the site and `<itac-live>` of the Studio share: an element that asks the address in its `src`
// again, `every` so many seconds while the page is looked at, and hands what came to `take(html)`. A server that can't
// answer is asked less and less often.

export class AskingAgain extends HTMLElement {
  // What a kind of element has for itself: how it comes to the server, and its seconds at first and at most.
  static credentials = "omit";
  static everySeconds = 10;
  static slowestSeconds = 120;

  static define(tag) {
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
    return Math.max(Number(this.getAttribute("every")) || this.constructor.everySeconds, 1);
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
        const answer = await fetch(this.getAttribute("src"), { cache: "no-cache", credentials: this.constructor.credentials });
        // A log-in page in its place is no answer.
        if (answer.ok && !answer.redirected) this.take(await answer.text());
        this.wait = answer.ok ? this.seconds : this.slower();
      } catch {
        this.wait = this.slower();
      } finally {
        this.busy = false;
      }
    }
    if (this.isConnected) this.again();
  }

  slower() {
    return Math.min(this.wait * 2, this.constructor.slowestSeconds);
  }
}
