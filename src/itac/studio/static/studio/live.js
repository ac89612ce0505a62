// <itac-live src="/studio/take-overs/1/room/?part=now" every="3"><div id="…" data-merge>what stands without script</div></itac-live>
//
// Asks for its content again while the page is looked at, and writes only what changed: elements with data-merge are
// gone through child by child (each with an id), all others are put in place whole. What somebody is in, has opened or
// has typed into stays as it is until they leave it. A role="status" gets new words and is said; focus never moves.
//
// <itac-left data-until="1797616800"><time>18:00</time> <span data-left aria-hidden="true"></span></itac-left>
//
// Counts down to that second beside the moment; who listens to the page hears the moment itself.

import { AskingAgain } from "../website/js/asking_again.js";

const TOKEN = /name="csrfmiddlewaretoken" value="[^"]*"/g;

export class Live extends AskingAgain {
  static credentials = "same-origin";
  static everySeconds = 5;
  static slowestSeconds = 60;

  take(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const root = fresh.content.firstElementChild;
    if (root && this.firstElementChild?.id === root.id) merge(this.firstElementChild, root);
    this.dispatchEvent(new CustomEvent("itac-live", { bubbles: true }));
  }
}

function merge(old, fresh) {
  if (same(old, fresh)) return;
  if (old.getAttribute("role") === "status") {
    if (old.textContent !== fresh.textContent) old.textContent = fresh.textContent;
  } else if (old.hasAttribute("data-merge") && fresh.hasAttribute("data-merge")) {
    mergeChildren(old, fresh);
  } else if (!inUse(old)) {
    old.replaceWith(fresh);
  }
}

function mergeChildren(old, fresh) {
  const wanted = [...fresh.children];
  const names = new Set(wanted.map((child) => child.id));
  for (const child of [...old.children]) {
    if (!names.has(child.id) && !inUse(child)) child.remove();
  }
  let before = old.firstElementChild;
  for (const child of wanted) {
    const there = [...old.children].find((one) => one.id === child.id);
    if (!there) {
      old.insertBefore(child, before);
      continue;
    }
    // Moving an element would take the focus out of it.
    if (there !== before && !inUse(there)) old.insertBefore(there, before);
    before = there.nextElementSibling;
    merge(there, child);
  }
}

const same = (one, other) => stamp(one) === stamp(other);

function stamp(element) {
  if (!element.querySelector("[data-left]") && !element.matches("[data-left]")) return element.outerHTML.replace(TOKEN, "");
  const copy = element.cloneNode(true);
  for (const left of copy.querySelectorAll("[data-left]")) left.textContent = "";
  return copy.outerHTML.replace(TOKEN, "");
}

function inUse(element) {
  if (element.contains(document.activeElement) && document.activeElement !== document.body) return true;
  if (element.querySelector("details[open]")) return true;
  return [...element.querySelectorAll("textarea, input:not([type=hidden])")].some((box) => box.value !== box.defaultValue);
}

export class Left extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.render(), 1000);
    this.render();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  render() {
    const place = this.querySelector("[data-left]");
    const until = Number(this.dataset.until);
    if (!place || !until) return;
    const words = clock(Math.max(0, Math.round(until - Date.now() / 1000)));
    if (place.textContent !== words) place.textContent = words;
  }
}

function clock(seconds) {
  const pair = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours}:${pair(Math.floor(seconds / 60) % 60)}:${pair(seconds % 60)}`;
}

Live.define("itac-live");
if (!customElements.get("itac-left")) customElements.define("itac-left", Left);
