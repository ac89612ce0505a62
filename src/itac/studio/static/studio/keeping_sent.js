// <itac-kept-sent data-person="3" data-post="7">: the page after saving. What the form sent is on the server now.
import { drop, kept } from "./keeping_device.js";

export class KeptSent extends HTMLElement {
  static define(tag = "itac-kept-sent") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    const { person, post } = this.dataset;
    for (const place of [post, "new"]) if (kept(person, place)?.isSent) drop(person, place);
  }
}

KeptSent.define();
