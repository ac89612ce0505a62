// <itac-focus><img>…<input type="range" name="across_…">…<input type="range" name="down_…"></itac-focus>
// The point that no crop may lose, set on the picture by tap or drag. Without script the two sliders do it.
export class Focus extends HTMLElement {
  static define(tag = "itac-focus") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.across = this.querySelector("[name^=across_]");
    this.down = this.querySelector("[name^=down_]");
    const label = this.querySelector("label:has(img)");
    if (!this.across || !label) return;
    this.picture = label.querySelector("img");
    this.mark = Object.assign(document.createElement("span"), { className: "itac-focus__mark" });
    this.mark.setAttribute("aria-hidden", "true");
    label.append(this.mark);
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    const isOpen = () => this.querySelector("input[type=checkbox]").checked;
    // A picture that is in the post is no longer its own tick box: a tap sets the point.
    label.addEventListener("click", (event) => isOpen() && event.preventDefault(), options);
    label.addEventListener("pointerdown", (event) => isOpen() && this.begin(event), options);
    label.addEventListener("pointermove", (event) => this.isDragging && this.set(event), options);
    for (const name of ["pointerup", "pointercancel"]) label.addEventListener(name, () => this.end(), options);
    this.addEventListener("input", () => this.draw(), options);
    this.draw();
  }

  disconnectedCallback() {
    this.ended?.abort();
    this.mark?.remove();
  }

  begin(event) {
    this.isDragging = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.set(event);
  }

  set({ clientX, clientY }) {
    const box = this.picture.getBoundingClientRect();
    const share = (place, start, length) => Math.round(100 * Math.min(1, Math.max(0, (place - start) / length)));
    this.across.value = share(clientX, box.left, box.width);
    this.down.value = share(clientY, box.top, box.height);
    this.draw();
  }

  end() {
    if (!this.isDragging) return;
    this.isDragging = false;
    this.across.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Physical on purpose: a picture isn't mirrored where text runs from right to left.
  draw() {
    this.mark.style.left = `${this.across.value}%`;
    this.mark.style.top = `${this.down.value}%`;
  }
}

Focus.define();
