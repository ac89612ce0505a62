// The form that moves a post, brought into a dialog of the calendar. What it says comes from the server; “look” buttons
// bring the form anew, “move” leaves the page as any form does. Without script the same form is a page of its own.
export class MoveDialog {
  constructor(dialog, signal) {
    this.dialog = dialog;
    this.place = dialog.querySelector("[data-form]");
    dialog.addEventListener("submit", (event) => this.submitted(event), { signal });
    dialog.addEventListener("close", () => this.closed(), { signal });
    signal.addEventListener("abort", () => this.asking?.abort());
  }

  // Opens with the form of that address; the keyboard comes back to what `from()` finds when it is closed.
  async open(address, from) {
    this.from = from;
    this.page = new URL(address);
    address.searchParams.set("bare", "1");
    if (!(await this.show(address))) location.assign(this.page); // the page says what is wrong
  }

  async show(address, options = {}) {
    this.asking?.abort();
    this.asking = new AbortController();
    let answer;
    try {
      answer = await fetch(address, { ...options, signal: this.asking.signal });
    } catch (error) {
      return error.name === "AbortError"; // another question took this one's place
    }
    if ((!answer.ok && answer.status !== 422) || answer.redirected) return false;
    this.place.innerHTML = await answer.text();
    if (!this.dialog.open) this.dialog.showModal();
    const places = [".itac-mistakes", "#meaning", "#id_wall"].map((each) => this.place.querySelector(each));
    places.find(Boolean)?.focus();
    return true;
  }

  submitted(event) {
    const form = event.target;
    if (!form.matches("[data-move-form]") || !event.submitter?.matches("[data-look]")) return;
    event.preventDefault();
    const typed = new FormData(form, event.submitter);
    typed.set("do", "look");
    typed.set("bare", "1");
    this.show(form.action, { method: "POST", body: typed }).then((isShown) => {
      if (!isShown) form.submit();
    });
  }

  closed() {
    this.place.replaceChildren();
    this.from?.()?.focus();
  }
}
