// <itac-calendar data-library data-feed data-view data-day data-zone …><div data-drawn></div><div data-agenda>…</div>
// <dialog>…</dialog></itac-calendar>
// The agenda below is the page. Where a month or a week was chosen, or nothing was and there is room, FullCalendar puts
// it in the agenda's place. Dragging decides nothing: it opens the form that says what the new time would mean.
import { MoveDialog } from "./calendar_dialog.js";
import { dayInFull, nameTheHours, readAsWritten } from "./calendar_aloud.js";

const ROOM_FOR_A_MONTH = "(min-width: 60rem)";
const VIEWS = { month: "dayGridMonth", week: "timeGridWeek" };
const LOCALES = { en: "en-gb" }; // the day before its month, as everywhere in the Studio
const LINES_A_DAY = 6;
const HOUR_PX = 48; // two lines of text: what a post of one moment is drawn as

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
      locale: LOCALES[document.documentElement.lang] ?? document.documentElement.lang,
      direction: document.documentElement.dir || "ltr",
      firstDay: 1,
      height: "auto",
      fixedWeekCount: false,
      headerToolbar: { start: "title", end: "prev,today,next" },
      todayText: this.dataset.today,
      todayHint: () => this.dataset.today,
      prevHint: unit("before"),
      nextHint: unit("after"),
      dayMaxEvents: LINES_A_DAY,
      nowIndicator: true,
      slotDuration: "01:00:00",
      slotMinHeight: HOUR_PX,
      snapDuration: "00:15:00",
      defaultTimedEventDuration: "01:00:00",
      views: { timeGridWeek: { titleFormat: { year: "numeric", month: "long", day: "numeric" } } },
      slotEventOverlap: false,
      slotHeaderFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      eventDurationEditable: false,
      eventInteractive: false,
      events: (stretch) => this.ask(stretch),
      eventClass: ({ event }) => `itac-entry itac-entry--${event.extendedProps.kind}${event.startEditable ? " itac-entry--movable" : ""}${event.extendedProps.peak ? " itac-entry--peak" : ""}`,
      listItemEventBeforeClass: "itac-entry__dot",
      eventContent: ({ event }) => (event.extendedProps.html ? { html: event.extendedProps.html } : event.title),
      backgroundEventClass: ({ event }) => `itac-behind itac-behind--${event.extendedProps.peak ? "peak" : event.extendedProps.kind}`,
      eventDidMount: ({ event, el }) => { el.dataset.line = event.id; },
      eventClick: (click) => this.openLine(click),
      eventDrop: (drop) => this.dropped(drop),
      viewDidMount: ({ el }) => nameTheHours(el, this.dataset.times),
      dayHeaderDidMount: ({ el }) => readAsWritten(el),
      dayCellDidMount: ({ el }) => readAsWritten(el),
      dayCellTopContent: ({ date, text }) => ({ html: dayInFull(date, text, this.calendar.getOption("locale"), this.dataset.zone) }),
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
    const entries = (await answer.json()).map((entry) => ({ editable: false, ...entry }));
    // What lies behind tints its days, and says its name in a row of its own, where it stands in nobody's way.
    const behind = entries.filter((entry) => entry.kind === "observance" || entry.kind === "blackout");
    return [...entries, ...behind.map((entry) => ({ ...entry, title: "", display: "background" }))];
  }

  openLine(click) {
    const { move } = click.event.extendedProps;
    const { ctrlKey, metaKey, shiftKey } = click.jsEvent;
    if (!move || ctrlKey || metaKey || shiftKey) return; // the link goes where it leads
    click.jsEvent.preventDefault();
    this.dialog.open(this.address(move), this.lineOf(click.event));
  }

  openFromAgenda(event) {
    const link = event.target.closest("a[data-move]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.dialog.open(new URL(link.href), () => link);
  }

  dropped(drop) {
    const wall = wallAfter(drop.oldEvent.startStr, drop.delta);
    drop.revert(); // it stands where it stood until a person has confirmed
    const address = this.address(drop.event.extendedProps.move);
    address.searchParams.set("wall", wall);
    address.searchParams.set("clock", this.dataset.zone);
    this.dialog.open(address, this.lineOf(drop.event));
  }

  // A line is drawn anew when something moves: it is looked for at the moment it is wanted.
  lineOf({ id }) {
    return () => this.querySelector(`[data-line="${CSS.escape(id)}"]`);
  }

  address(move) {
    const address = new URL(move, location.href);
    address.searchParams.set("next", location.pathname + location.search);
    return address;
  }

  // The address keeps the day that is shown, so that a filter, another clock and a way back lead to it.
  keepDay(shown) {
    const kept = this.calendar.formatIso(shown.currentStart).slice(0, 10);
    this.dataset.shown = shown.type === VIEWS.month ? "month" : "week";
    const here = new URL(location.href);
    here.searchParams.set("day", kept);
    here.searchParams.set("view", this.dataset.shown);
    history.replaceState(null, "", here);
    for (const each of document.querySelectorAll("[data-keeps-day]")) {
      if (each.localName === "input") {
        each.value = kept;
        continue;
      }
      const link = new URL(each.href);
      link.searchParams.set("day", kept);
      if (!each.dataset.view) link.searchParams.set("view", this.dataset.shown);
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
