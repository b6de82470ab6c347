/** The conversation as it is seen: confirmed messages in the log's order, then unsent ones. */

import { element, icon, setText } from "./dom.js";
import { fileView } from "./files.js";
import { labels } from "./labels.js";
import { within } from "./signs.js";
import { blocks, clock, day } from "./text.js";

/** Messages of one sender within this time stand under one heading. */
const GROUP = 5 * 60 * 1000;
const NEAR = 80;
const MARGIN = 12;

/**
 * Fills `log`, the scrolling element. `actions` are `choose(text)`, `retry(clientId)`,
 * `discard(clientId)`, `load(id)` for a file's Blob, and `moved(atEnd)`, called when there is, or
 * is not, more below.
 */
export class Transcript {
  #log;
  #actions;
  #dots;
  #unsent = new Map();
  #shown = new Set();
  #last = null;
  #tail = null;
  #lastOwn = null;
  #following = true;
  #at = 0;

  constructor(log, actions) {
    this.#log = log;
    this.#actions = actions;
    this.#dots = element("div", { class: "dots", hidden: true, "aria-hidden": "true" },
      element("span"), element("span"), element("span"));
    log.append(this.#dots);
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.follow()).observe(log);
  }

  /** Show a message of the log; one that was shown before, or as unsent, is merged. */
  add(message) {
    if (this.#shown.has(message.cursor)) return;
    this.#shown.add(message.cursor);
    const own = message.sender === "customer";
    const unsent = this.#unsent.get(message.client_id);
    const made = unsent ?? (own ? this.#own(message) : this.#other(message));
    if (unsent) this.#merge(unsent, message);
    if (!unsent || unsent !== this.#firstUnsent()) {
      this.#unsent.delete(message.client_id);
      this.#log.insertBefore(made, this.#firstUnsent() ?? this.#dots);
    }
    this.#unsent.delete(message.client_id);
    made.dataset.cursor = message.cursor;
    this.#divide(message, made);
    this.#last = message;
    if (own) this.#deliver(made);
    if (own || message.sender === "agent") this.dropOptions(message.text);
    else if (message.sender === "system" && message.options?.length) this.dropOptions("", made);
    this.#settle(own && !unsent);
  }

  /** Show an outbox item below everything else. */
  addUnsent(item) {
    const at = new Date(item.at).toISOString();
    const made = this.#own({ ...item, sender: "customer", kind: "text", at, name: "" });
    this.#unsent.set(item.client_id, made);
    this.#log.insertBefore(made, this.#dots);
    this.dropOptions(item.text);
    this.showDelivery(item.client_id, item);
    this.#deliver(made);
    this.#settle(true);
  }

  /** Show where an outbox item stands; without the item it was accepted. */
  showDelivery(clientId, item, late = false) {
    const made = this.#unsent.get(clientId);
    if (!made) return;
    const place = made.querySelector(".delivery");
    const state = !item ? "delivered" : item.failed || late ? "undelivered" : "sending";
    if (made.dataset.delivery === state && !item?.why) return;
    made.dataset.delivery = state;
    if (state !== "undelivered") {
      place.replaceChildren(labels[state]);
      if (state === "delivered") this.#deliver(made);
      return;
    }
    const retry = () => this.#actions.retry(clientId);
    const discard = () => this.#actions.discard(clientId);
    place.replaceChildren(...[
      item.why && element("span", { class: "why" }, item.why),
      this.#link(labels.undelivered, retry),
      item.failed && this.#link(labels.discard, discard),
    ].filter(Boolean));
  }

  /** The agent has read up to a cursor: the last own message tells it, if it is among that. */
  showRead(upto) {
    const own = this.#lastOwn;
    if (!own || !within(own.dataset.cursor, upto) || own.dataset.delivery === "read") return;
    own.dataset.delivery = "read";
    setText(own.querySelector(".delivery"), labels.read);
  }

  /** The place of the newest message, null before the first. */
  get newest() {
    return this.#last?.cursor ?? null;
  }

  /** Take an unsent message away. */
  removeUnsent(clientId) {
    this.#unsent.get(clientId)?.remove();
    this.#unsent.delete(clientId);
  }

  /** Forget everything but what is unsent. */
  clear() {
    const kept = new Set([...this.#unsent.values(), this.#dots]);
    for (const child of [...this.#log.children]) if (!kept.has(child)) child.remove();
    this.#shown.clear();
    this.#last = null;
    this.#tail = null;
    this.#lastOwn = null;
  }

  /** Quick replies belong to the moment, `made` to this one; a notice's stays until it is used. */
  dropOptions(said = "", made = null) {
    for (const options of this.#log.querySelectorAll(".options")) {
      const asked = options.closest('[data-kind="notice"]');
      if (made?.contains(options)) continue;
      if (!asked || options.textContent === said) options.remove();
    }
  }

  showThinking(thinking) {
    if (this.#dots.hidden === !thinking) return;
    this.#dots.hidden = !thinking;
    this.#settle(false);
  }

  /** Scroll to the newest; but what follows the customer's last words is shown from its start. */
  follow() {
    this.#following = true;
    // Never back up: who has read on is left where they are.
    this.#scroll(Math.max(this.#log.scrollTop, this.#target()));
  }

  toEnd() {
    this.#following = true;
    this.#scroll(this.#log.scrollHeight);
  }

  #scroll(to) {
    this.#log.scrollTop = to;
    this.#at = this.#log.scrollTop;
    this.#tell();
  }

  #target() {
    const end = this.#log.scrollHeight - this.#log.clientHeight;
    const byBot = this.#last?.sender !== "agent";
    const start = this.#lastOwn && byBot ? this.#lastOwn.offsetTop - MARGIN : end;
    return Math.max(0, Math.min(end, start));
  }

  #settle(always) {
    if (always || this.#following) this.follow();
    else this.#tell();
  }

  #scrolled() {
    // What lies below may have grown since we scrolled: only going up ends the following.
    const stayed = this.#following && this.#log.scrollTop >= this.#at - 1;
    this.#following = stayed || this.#log.scrollTop >= this.#target() - NEAR;
    this.#tell();
  }

  #tell() {
    const below = this.#log.scrollHeight - this.#log.clientHeight - this.#log.scrollTop;
    this.#actions.moved(below < NEAR);
  }

  #firstUnsent() {
    return this.#unsent.values().next().value;
  }

  /** The gateway's text is the one that counts: it may have been redacted. */
  #merge(unsent, message) {
    unsent.dataset.kind = message.kind;
    setText(unsent.querySelector(".body p"), message.text);
    this.showDelivery(message.client_id, null);
  }

  #deliver(made) {
    for (const earlier of this.#log.querySelectorAll(".latest")) earlier.classList.remove("latest");
    made.classList.add("latest");
    this.#lastOwn = made;
  }

  /** Put the day before a message that begins one. */
  #divide(message, made) {
    const date = new Date(message.at);
    const last = this.#last && new Date(this.#last.at);
    if (last && last.toDateString() === date.toDateString()) return;
    const time = element("time", { datetime: message.at }, day(date, labels));
    made.before(element("div", { class: "day" }, time));
  }

  /** Return who speaks since when, for the first message of a group. */
  #heading(message) {
    const last = this.#tail;
    this.#tail = message;
    const same = last && last.sender === message.sender && last.name === message.name
      && Date.parse(message.at) - Date.parse(last.at) < GROUP;
    if (same || message.sender === "system") return null;
    const who = {
      bot: labels.bot, agent: labels.agent(message.name), customer: labels.me,
    }[message.sender] ?? "";
    return element("div", { class: "head" },
      message.sender !== "customer" && icon(message.sender === "agent" ? "person" : "bot"),
      element("span", { class: "who" }, who),
      element("time", { datetime: message.at }, clock(new Date(message.at))));
  }

  #link(label, click) {
    return element("button", { type: "button", class: "link", on: { click } }, label);
  }

  #frame(message, ...children) {
    return element("div", {
      class: "message",
      "data-testid": "message",
      "data-sender": message.sender,
      "data-kind": message.kind,
      "data-client-id": message.client_id,
      "data-alone": message.notice?.alone ? "" : undefined,
    }, this.#heading(message), ...children);
  }

  #own(message) {
    const made = this.#frame(message,
      this.#files(message) ?? element("div", { class: "body", "data-testid": "text" },
        element("p", {}, message.text)),
      element("div", { class: "delivery" }, labels.delivered));
    made.dataset.delivery = "delivered";
    return made;
  }

  #other(message) {
    const body = this.#files(message)
      ?? element("div", { class: "body", "data-testid": "text" }, ...blocks(message.text));
    const shown = message.kind === "notice" ? this.#notice(message.notice, body) : body;
    return this.#frame(message, shown, this.#sources(message), this.#options(message));
  }

  #files({ files = [] }) {
    if (!files.length) return null;
    return element("div", { class: "body files" },
      ...files.map((file) => fileView(file, this.#actions.load)));
  }

  #notice(notice, body) {
    const own = notice?.title ?? "";
    const said = own.includes(labels.notice);
    const title = said ? own : [labels.notice, own].filter(Boolean).join("：");
    const version = notice?.version && labels.version(notice.version);
    return element("section", {
      class: "notice",
      "data-testid": "notice",
      "data-notice": notice?.id,
      "data-version": notice?.version,
      "aria-label": title,
    },
    element("div", { class: "notice-head" }, icon("warning"), element("strong", {}, title),
      version && element("span", { class: "version" }, version)),
    body);
  }

  #sources({ sources = [] }) {
    if (!sources.length) return null;
    return element("div", { class: "sources" }, ...sources.map((source) =>
      element("p", { class: "source", "data-testid": "source", "data-source": source.id },
        icon("source"), element("span", {}, labels.source(source)))));
  }

  #options({ options = [] }) {
    if (!options.length) return null;
    return element("div", { class: "options", role: "group", "aria-label": labels.options },
      ...options.map(({ label, text }) => element("button", {
        type: "button",
        class: "option",
        "data-testid": "option",
        on: { click: () => this.#actions.choose(text) },
      }, label)));
  }
}
