// <itac-calendar data-library data-feed data-view data-day data-zone …><div data-drawn></div><div data-agenda>…</div>
// <dialog>…</dialog></itac-calendar>
// The agenda below is the page. Where a month or a week was chosen, or nothing was and there is room, FullCalendar puts
// it in the agenda's place. Dragging decides nothing: it opens the form that says what the new time would mean.
import { MoveDialog } from "./calendar_dialog.js";

const ROOM_FOR_A_MONTH = "(min-width: 60rem)";
const VIEWS = { month: "dayGridMonth", week: "timeGridWeek" };
const LINES_A_DAY = 6;

// The clock time that a drag asks for, said as a clock says it: a day of 23 hours has times that don't exist, and the
// server explains those. An instant would have lost what was meant.
export function wallAfter(before, delta) {
  const wall = new Date(`${before.slice(0, 16)}Z`);
  wall.setUTCFullYear(wall.getUTCFullYear() + delta.years, wall.getUTCMonth() + delta.months, wall.getUTCDate() + delta.days);
  return new Date(wall.getTime() + delta.milliseconds).toISOString().slice(0, 16);
}

export class Calendar extends HTMLElement {
  static define(tag = "itac-calendar") {
    customElements.get(tag) ?? customElements.define(tag, this);
  }

  connectedCallback() {
    this.ended = new AbortController();
    this.dialog = new MoveDialog(this.querySelector("dialog"), this.ended.signal);
    this.addEventListener("click", (event) => this.openFromAgenda(event), { signal: this.ended.signal });
    const view = this.dataset.view || (matchMedia(ROOM_FOR_A_MONTH).matches ? "month" : "agenda");
    for (const link of document.querySelectorAll("[data-view]")) {
      if (link.localName === "a" && link.dataset.view === view) link.setAttribute("aria-current", "page");
    }
    if (VIEWS[view]) this.draw(view);
  }

  disconnectedCallback() {
    this.ended.abort();
    this.calendar?.destroy();
  }

  async draw(view) {
    try {
      const { FullCalendar } = await import(this.dataset.library);
      if (!this.isConnected) return;
      this.calendar = new FullCalendar.Calendar(this.querySelector("[data-drawn]"), this.options(view));
      this.calendar.render();
      this.querySelector("[data-agenda]").hidden = true;
      this.querySelector("[data-hint]").hidden = false;
    } catch {
      this.say(this.dataset.failed); // the agenda stays
    }
  }

  options(view) {
    const unit = (name) => (_text, which) => this.dataset[`${name}${which === "week" ? "Week" : "Month"}`];
    return {
      initialView: VIEWS[view],
      initialDate: this.dataset.day,
      timeZone: this.dataset.zone,
      locale: document.documentElement.lang || "en",
      direction: document.documentElement.dir || "ltr",
      firstDay: 1,
      height: "auto",
      fixedWeekCount: false,
      headerToolbar: { start: "title", end: "prev,today,next" },
      prevHint: unit("before"),
      nextHint: unit("after"),
      dayMaxEvents: LINES_A_DAY,
      nowIndicator: true,
      slotDuration: "01:00:00",
      snapDuration: "00:15:00",
      defaultTimedEventDuration: "00:30:00",
      slotEventOverlap: false,
      slotHeaderFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      eventDurationEditable: false,
      eventInteractive: false,
      events: (stretch) => this.ask(stretch),
      eventClass: ({ event }) => `itac-entry itac-entry--${event.extendedProps.kind}${event.startEditable ? " itac-entry--movable" : ""}`,
      eventContent: ({ event }) => (event.extendedProps.html ? { html: event.extendedProps.html } : undefined),
      backgroundEventClass: ({ event }) => (event.extendedProps.peak ? "itac-behind itac-behind--peak" : "itac-behind"),
      eventClick: (click) => this.openLine(click),
      eventDrop: (drop) => this.dropped(drop),
      datesSet: ({ view: shown }) => this.keepDay(shown),
    };
  }

  async ask({ startStr, endStr }) {
    const address = new URL(this.dataset.feed, location.href);
    address.searchParams.set("start", startStr);
    address.searchParams.set("end", endStr);
    const answer = await fetch(address, { signal: this.ended.signal, headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) {
      this.say(this.dataset.failed);
      throw new Error(`The plan could not be read: ${answer.status}`);
    }
    this.say("");
    return (await answer.json()).map((entry) => this.entry(entry));
  }

  entry(entry) {
    if (entry.kind === "observance") return { ...entry, display: "background" };
    return { editable: false, ...entry };
  }

  openLine(click) {
    const { move } = click.event.extendedProps;
    const { ctrlKey, metaKey, shiftKey } = click.jsEvent;
    if (!move || ctrlKey || metaKey || shiftKey) return; // the link goes where it leads
    click.jsEvent.preventDefault();
    this.dialog.open(this.address(move), click.el);
  }

  openFromAgenda(event) {
    const link = event.target.closest("a[data-move]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.dialog.open(new URL(link.href), link);
  }

  dropped(drop) {
    const wall = wallAfter(drop.oldEvent.startStr, drop.delta);
    drop.revert(); // it stands where it stood until a person has confirmed
    const address = this.address(drop.event.extendedProps.move);
    address.searchParams.set("wall", wall);
    address.searchParams.set("clock", this.dataset.zone);
    this.dialog.open(address, drop.el);
  }

  address(move) {
    const address = new URL(move, location.href);
    address.searchParams.set("next", location.pathname + location.search);
    return address;
  }

  // The address keeps the day that is shown, so that a filter, another clock and a way back lead to it.
  keepDay(shown) {
    const day = shown.type === VIEWS.month ? shown.currentStart : shown.activeStart;
    const written = this.calendar?.formatIso?.(day, true) ?? day.toISOString();
    const kept = written.slice(0, 10);
    const here = new URL(location.href);
    here.searchParams.set("day", kept);
    here.searchParams.set("view", shown.type === VIEWS.month ? "month" : "week");
    history.replaceState(null, "", here);
    for (const each of document.querySelectorAll("[data-keeps-day]")) {
      if (each.localName === "input") {
        each.value = kept;
        continue;
      }
      const link = new URL(each.href);
      link.searchParams.set("day", kept);
      if (!each.dataset.view) link.searchParams.set("view", here.searchParams.get("view"));
      each.href = link.href;
    }
  }

  say(sentence) {
    const place = this.querySelector("[data-trouble]");
    if (place.textContent === sentence) return;
    place.textContent = sentence;
    place.hidden = !sentence;
  }
}

Calendar.define();
