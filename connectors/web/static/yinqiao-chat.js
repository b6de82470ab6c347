/**
 * `<yinqiao-chat>`: the customer's chat.
 *
 * Attributes: `server` (base URL of the gateway, default: this page's origin), `open`, `title`
 * (the service's name), `hotline` (shown while the gateway cannot be reached), `identity` (an
 * address of this page's own site that tells by a signed token who is logged in). Methods:
 * `show()`, `hide()`, `ask(text)`, `identify(provider)`. Looks are set by the CSS variables named
 * at the top of yinqiao-chat.css.
 */

import { Api } from "./api.js";
import { Composer, composing } from "./composer.js";
import { Connection } from "./connection.js";
import { element, setAttribute } from "./dom.js";
import { chooseFiles, sending } from "./files.js";
import { labels } from "./labels.js";
import { LargeText } from "./large_text.js";
import { Outbox } from "./outbox.js";
import { buildPanel, keepFocus } from "./panel.js";
import { Session, askAt } from "./session.js";
import { Signs } from "./signs.js";
import { Standing } from "./standing.js";
import { Store } from "./store.js";
import { Transcript } from "./transcript.js";
import { Unread } from "./unread.js";

const STYLES = new URL("yinqiao-chat.css", import.meta.url).href;
const FULL_SCREEN = matchMedia("(max-width: 480px)");
const TOUCH = matchMedia("(pointer: coarse)");
/** A message that is on its way longer than this is called undelivered; it is still tried. */
const LATE = 20_000;

class YinqiaoChat extends HTMLElement {
  static observedAttributes = ["open", "title"];

  #parts = buildPanel();
  #store;
  #tab;
  #outbox;
  #session;
  #signs;
  #connection = null;
  #transcript;
  #standing;
  #settled = false;
  #unread;
  #largeText;
  #late = new Map();
  #attached = null;

  constructor() {
    super();
    this.#transcript = new Transcript(this.#parts.log, {
      choose: (text) => this.#choose(text),
      retry: (clientId) => this.#retry(clientId),
      discard: (clientId) => this.#discard(clientId),
      load: (id) => this.#connection.ask((api, token) => api.file(token, id)),
      moved: (atEnd) => {
        this.#parts.latest.hidden = atEnd;
      },
    });
    this.#standing = new Standing(this.#parts, this.#transcript);
    new Composer(this.#parts, (text) => this.#say(text));
    this.#parts.text.addEventListener("input", () => this.#signs.typing());
    this.#listen();
    this.#dress();
  }

  connectedCallback() {
    if (!this.#connection) this.#connect();
    this.#attached = new AbortController();
    const { signal } = this.#attached;
    window.visualViewport?.addEventListener("resize", () => this.#fit(), { signal });
    FULL_SCREEN.addEventListener("change", () => this.#fit(), { signal });
    document.addEventListener("visibilitychange", () => this.#signs.look(), { signal });
    // Who left the chat open, or closed it, finds it so on the next page.
    this.open = this.#tab.read("open") ?? this.open;
    this.#standing.show(this.title);
    this.#showOpen();
    if (this.#session.known) this.#connection.start();
  }

  disconnectedCallback() {
    this.#attached.abort();
    this.#connection.stop();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#attached || before === now) return;
    if (name === "open") this.#showOpen();
    else this.#standing.show(this.title);
  }

  get open() {
    return this.hasAttribute("open");
  }

  set open(open) {
    this.toggleAttribute("open", open);
  }

  /** Open the chat and put the cursor where writing begins. */
  show() {
    this.open = true;
    this.#tab.write("open", true);
    this.#focusInside();
  }

  /** Minimise the chat; the conversation goes on. */
  hide() {
    this.open = false;
    this.#tab.write("open", false);
    this.#parts.launcher.focus();
  }

  /** Open the chat and say `text` for the customer. */
  ask(text) {
    this.show();
    this.#say(text);
  }

  /**
   * Let the page say who is logged in, now and whenever it is needed again: `provider` resolves
   * to a token that the bank's site signed, or to null for nobody. To log out: `identify(null)`.
   */
  identify(provider) {
    if (!this.#connection) this.#connect();
    this.#session.identifyBy(provider);
    this.#connection.restart();
  }

  /** Show nothing before the style is there. */
  #dress() {
    const { root } = this.#parts;
    const show = () => {
      root.hidden = false;
    };
    const on = { load: show, error: show };
    const sheet = element("link", { rel: "stylesheet", href: STYLES, on });
    root.hidden = true;
    this.attachShadow({ mode: "open" }).append(sheet, root);
  }

  #connect() {
    const api = new Api(this.getAttribute("server"));
    this.#store = new Store(`yinqiao:${api.base.href}:`);
    this.#tab = new Store(`yinqiao:${api.base.href}:`, "sessionStorage");
    this.#outbox = new Outbox(this.#store);
    this.#unread = new Unread(this.#parts, this.#store);
    this.#largeText = new LargeText(this.#parts, this.#store);
    this.#session = new Session(api, this.#store);
    const identity = this.getAttribute("identity");
    if (identity) this.#session.identifyBy(askAt(identity));
    this.#connection = new Connection(api, this.#session, this.#outbox);
    this.#on("message", (message) => this.#receive(message));
    this.#signs = new Signs(this.#connection, () => this.open && this.#transcript.newest);
    this.#on("state", (state) => this.#stand(state));
    this.#on("settled", () => this.#settle());
    this.#on("reset", () => this.#reset());
    this.#on("delivery", (clientId) => this.#showDelivery(clientId));
    this.#on("visitor", (who) => this.#belongTo(who));
    this.#on("status", (status) => this.#standing.showLine(status));
    for (const item of this.#outbox.anybodys) this.#showUnsent(item);
  }

  #on(name, step) {
    this.#connection.addEventListener(name, ({ detail }) => step(detail));
  }

  #listen() {
    const { launcher, minimise, human, latest, panel } = this.#parts;
    const { wait, message, leave } = this.#parts;
    const refused = (text) => this.#standing.showLine({ name: "refused", text });
    chooseFiles(this.#parts, (file) => this.#connection.ask(sending(file)), refused);
    launcher.addEventListener("click", () => this.show());
    minimise.addEventListener("click", () => this.hide());
    human.addEventListener("click", () => this.#askHuman());
    wait.addEventListener("click", () => this.#choose(labels.wait));
    message.addEventListener("click", () => this.#choose(labels.leaveMessage));
    leave.addEventListener("click", () => this.#leaveQueue());
    latest.addEventListener("click", () => this.#transcript.toEnd());
    panel.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (composing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.hide();
    } else if (event.key === "Tab" && FULL_SCREEN.matches) {
      keepFocus(this.#parts.panel, event);
    }
  }

  #showOpen() {
    const { panel, launcher } = this.#parts;
    panel.hidden = !this.open;
    launcher.hidden = this.open;
    launcher.setAttribute("aria-expanded", String(this.open));
    this.#fit();
    if (this.open) {
      this.#unread.read();
      this.#connection.start();
      this.#transcript.follow();
      this.#signs.look();
    }
  }

  /** A touch keyboard would cover half of what there is to read: it waits until it is wanted. */
  #focusInside() {
    (TOUCH.matches ? this.#parts.label : this.#parts.text).focus();
  }

  #fit() {
    const { panel, root } = this.#parts;
    setAttribute(panel, "aria-modal", FULL_SCREEN.matches ? "true" : null);
    const { visualViewport: view } = window;
    if (view) root.style.setProperty("--visible-height", `${Math.round(view.height)}px`);
  }

  #say(text) {
    this.#showUnsent(this.#connection.say(text, this.#largeText.wanted));
    this.#standing.expect();
  }

  #choose(text) {
    this.#say(text);
    this.#focusInside();
  }

  #askHuman() {
    if (this.#parts.human.getAttribute("aria-disabled") !== "true") this.#say(labels.humanText);
  }

  async #leaveQueue() {
    const { leave, text } = this.#parts;
    if (leave.getAttribute("aria-disabled") === "true") return;
    setAttribute(leave, "aria-disabled", "true");
    try {
      await this.#connection.ask((api, token) => api.leaveQueue(token));
      if (!TOUCH.matches) text.focus();
    } catch {
      this.#standing.showLine({ name: "refused", text: labels.leaveFailed });
    } finally {
      setAttribute(leave, "aria-disabled", null);
    }
  }

  #receive(message) {
    const own = message.sender === "customer";
    this.#transcript.add(message);
    if (message.client_id) this.#onTime(message.client_id);
    if (own) this.#standing.expect();
    else this.#standing.relax();
    this.#unread.add(message, { open: this.open, fresh: this.#settled });
  }

  #stand(state) {
    this.#standing.set(state);
    this.#transcript.showRead(state.read);
    this.#signs.show(state);
  }

  #settle() {
    this.#settled = true;
    // Only what comes from now on is read out.
    requestAnimationFrame(() => setAttribute(this.#parts.log, "aria-busy", null));
  }

  #reset() {
    this.#settled = false;
    this.#parts.log.setAttribute("aria-busy", "true");
    this.#transcript.clear();
  }

  #belongTo({ visitor, dropped }) {
    this.#unread.belongTo(visitor);
    for (const clientId of dropped) {
      this.#onTime(clientId);
      this.#transcript.removeUnsent(clientId);
    }
    for (const item of this.#outbox.items) {
      if (!this.#late.has(item.client_id)) this.#showUnsent(item);
    }
  }

  #showUnsent(item) {
    this.#transcript.addUnsent(item);
    this.#late.set(item.client_id, setTimeout(() => {
      this.#transcript.showDelivery(item.client_id, this.#outbox.find(item.client_id), true);
    }, LATE));
  }

  #showDelivery(clientId) {
    this.#onTime(clientId);
    this.#transcript.showDelivery(clientId, this.#outbox.find(clientId));
  }

  #onTime(clientId) {
    clearTimeout(this.#late.get(clientId));
    this.#late.delete(clientId);
  }

  #retry(clientId) {
    this.#outbox.retry(clientId);
    this.#showDelivery(clientId);
    this.#connection.start();
    this.#connection.wake();
    this.#parts.text.focus();
  }

  #discard(clientId) {
    this.#outbox.remove(clientId);
    this.#onTime(clientId);
    this.#transcript.removeUnsent(clientId);
    this.#parts.text.focus();
  }
}

customElements.define("yinqiao-chat", YinqiaoChat);
