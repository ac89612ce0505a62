// What was typed on this device and never saved, offered back: into the form, or thrown away.
export class Offer {
  // `page` is <itac-keeping>; `settle` is told that the question is answered.
  constructor(page, settle) {
    this.page = page;
    this.settle = settle;
    this.box = page.querySelector("[data-offer]");
    this.box.querySelector("[data-take]").addEventListener("click", () => this.take());
    this.box.querySelector("[data-throw]").addEventListener("click", () => this.end());
  }

  show(record) {
    this.record = record;
    const language = document.documentElement.lang;
    const when = new Date(record.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
    this.box.querySelector("[data-offer-at]").textContent = when;
    this.box.hidden = false;
  }

  // The save that follows says which version this text was written on, so that nothing newer is overwritten by it.
  take() {
    const { typed, version, seat, turn } = this.record;
    const form = this.page.querySelector("form");
    const values = new Map(typed);
    for (const each of form.elements) {
      if (!each.name || ["hidden", "file"].includes(each.type) || each.name.startsWith("photo_")) continue;
      // A picture that came into the form since stays in it.
      if (each.type === "checkbox") each.checked = values.has(each.name) || Boolean(each.closest("[data-added]") && each.checked);
      else if (values.has(each.name)) each.value = values.get(each.name);
    }
    for (const [name, value] of Object.entries({ version, seat, turn })) form.elements[name].value = value;
    for (const box of form.querySelectorAll("details")) if (holdsWords(box)) box.open = true;
    this.end();
    form.dispatchEvent(new Event("change", { bubbles: true }));
    form.querySelector("textarea").focus();
  }

  end() {
    this.box.hidden = true;
    this.settle();
  }
}

function holdsWords(box) {
  const inputs = [...box.querySelectorAll("textarea, input:is([type=text], [type=checkbox]:checked)")];
  return inputs.some((each) => each.value && !each.name.startsWith("photo_") && !each.name.startsWith("alt_"));
}
