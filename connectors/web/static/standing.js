/** How things stand: who speaks, the place in the queue, the bot's thinking, the line itself. */

import { icon, setAttribute, setText } from "./dom.js";
import { labels } from "./labels.js";
import { Offline } from "./offline.js";
import { moment } from "./text.js";

/** How long an answer is expected after the customer's words when the gateway says nothing. */
const EXPECTED = 30_000;
/** A bot that answers at once needs no dots. */
const DOTS_AFTER = 250;

/** Shows the state that the gateway reports in the panel's parts. */
export class Standing {
  #parts;
  #transcript;
  #offline;
  #state = { owner: "bot", agent: "", position: null, busy: false };
  #expecting = null;
  #dots = null;

  constructor(parts, transcript) {
    this.#parts = parts;
    this.#transcript = transcript;
    this.#offline = new Offline(parts);
  }

  set(state) {
    // What the queue offered is over once somebody comes; what is offered later stays.
    if (state.owner === "agent" && this.#state.owner !== "agent") this.#transcript.dropOptions();
    this.#state = state;
    this.show();
    this.#think();
  }

  /** The customer has spoken: an answer is to be expected. */
  expect() {
    clearTimeout(this.#expecting);
    this.#expecting = setTimeout(() => this.relax(), EXPECTED);
    this.#think();
  }

  /** Somebody has answered. */
  relax() {
    clearTimeout(this.#expecting);
    this.#expecting = null;
    this.#think();
  }

  /** Show owner and queue; `title` names the service. */
  show(title = this.title) {
    this.title = title;
    const { owner, agent } = this.#state;
    const { label, sub, face, human, attach, panel } = this.#parts;
    const serving = owner === "agent";
    const waiting = owner === "queue";
    panel.dataset.owner = owner;
    setText(label, serving ? labels.agent(agent) : labels.bot);
    const hint = waiting ? labels.queueHint : labels.botHint;
    setText(sub, serving ? labels.origin : [title, hint].filter(Boolean).join(" · "));
    face.replaceChildren(icon(serving ? "person" : "bot"));
    setAttribute(human, "aria-disabled", serving || waiting ? "true" : null);
    const why = serving ? labels.humanServing : waiting ? labels.humanWaiting : null;
    setAttribute(human, "title", why);
    // Only people look at files.
    attach.hidden = !serving && !waiting;
    this.#showBanner();
  }

  /** Show whether the gateway can be reached: {name, text}. */
  showLine({ name, text }) {
    const { connection } = this.#parts;
    const lost = navigator.onLine ? labels.retrying : labels.offline;
    connection.dataset.state = name;
    this.#offline.set(name);
    setText(connection, name === "online" ? "" : text || lost);
  }

  #showBanner() {
    const { owner } = this.#state;
    const { banner, ahead, ways } = this.#parts;
    const words = { queue: this.#line(), closed: labels.closed }[owner];
    setText(ahead, words ?? "");
    banner.hidden = !words;
    ways.hidden = owner !== "queue";
  }

  /** Return where the customer stands in the queue, and what is known of the wait. */
  #line() {
    const { position, wait_minutes: minutes, opens } = this.#state;
    if (!position) return labels.queueUnknown;
    if (opens) return labels.queueClosed(position - 1, moment(opens));
    return labels.queue(position - 1, minutes);
  }

  #think() {
    const { owner, busy } = this.#state;
    if ((owner === "bot" && (busy || this.#expecting !== null)) || this.#state.typing) {
      this.#dots ??= setTimeout(() => this.#setDots(true), DOTS_AFTER);
    } else {
      clearTimeout(this.#dots);
      this.#dots = null;
      this.#setDots(false);
    }
  }

  #setDots(shown) {
    this.#transcript.showThinking(shown);
    const words = this.#state.typing ? labels.typing : labels.thinking;
    setText(this.#parts.thinking, shown ? words : "");
  }
}
