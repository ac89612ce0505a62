// <itac-photo data-address="address">…<input type="file">…<button value="photo">…</itac-photo>
// Sends a new picture while the person writes on, and puts it into the form. Without script its button sends the form.
export class Photo extends HTMLElement {
  static define(tag = "itac-photo") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    this.inputs = [...this.querySelectorAll("input[type=file]")];
    for (const input of this.inputs) input.addEventListener("change", () => this.picked(input), options);
    this.querySelector("button[value=photo]")?.addEventListener("click", (event) => this.pressed(event), options);
    addEventListener("online", () => this.isWaiting && this.send(), options);
  }

  disconnectedCallback() {
    this.ended.abort();
  }

  // One picture at a time: the other way's choice is let go.
  picked(input) {
    for (const other of this.inputs) if (other !== input) other.value = "";
    const look = this.querySelector("[data-preview]");
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = input.files[0] ? URL.createObjectURL(input.files[0]) : "";
    look.hidden = !this.address;
    if (this.address) look.src = this.address;
  }

  pressed(event) {
    event.preventDefault();
    if (!this.isSending) this.send();
  }

  async send() {
    const form = this.closest("form");
    this.isSending = true;
    this.isWaiting = false;
    this.say(this.dataset.sending);
    try {
      const answer = await fetch(this.dataset.address, { method: "POST", body: new FormData(form) });
      if (answer.status === 422) return this.wrong((await answer.json()).mistakes);
      if (!answer.ok || answer.redirected) return this.say(this.dataset.broken);
      this.put(await answer.text());
    } catch {
      this.isWaiting = true;
      this.say(this.dataset.offline);
    } finally {
      this.isSending = false;
    }
  }

  put(html) {
    const place = this.closest("form").querySelector("[data-chosen-pictures]");
    const box = document.createElement("template");
    box.innerHTML = html;
    const row = box.content.querySelector(".itac-picture");
    const tick = row.querySelector("input[type=checkbox]");
    // The same file sent twice is the same picture: it stands in the form once.
    document.getElementById(tick.id)?.closest(".itac-picture").remove();
    place.append(row);
    for (const input of this.inputs) input.value = "";
    this.querySelector("[name=photo_alt]").value = "";
    this.wrong([]);
    this.querySelector("[data-preview]").hidden = true;
    this.querySelector("details").open = false;
    this.say(this.dataset.done);
    tick.focus();
    tick.dispatchEvent(new Event("input", { bubbles: true }));
  }

  wrong(mistakes) {
    const list = this.querySelector("[data-mistakes]");
    list.replaceChildren(
      ...mistakes.map(({ message }) => Object.assign(document.createElement("li"), { textContent: message })),
    );
    list.hidden = !mistakes.length;
    this.say("");
    if (mistakes.length) document.getElementById(mistakes[0].field)?.focus();
  }

  say(words) {
    this.querySelector("[data-line]").textContent = words;
  }
}

Photo.define();
