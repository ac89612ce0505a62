// <itac-fresh src="/en/?part=words" every="3" said="Something new was said.">what stands without script</itac-fresh>
//
// Asks for its content again while the page is looked at, and puts it in place when entries came or went: `[data-entry]`
// elements are told apart by their ids. What is new carries data-new, for the thread that the style sheet draws. Writes
// nothing while nothing changed, and waits while somebody's focus is inside. Says `itac-fresh` as an event.

import { AskingAgain } from "./asking_again.js";

export class Fresh extends AskingAgain {
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

Fresh.define("itac-fresh");
