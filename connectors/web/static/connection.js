/**
 * Keeps the widget and the gateway together: a WebSocket, or polling where there is none,
 * resumed by cursor after every break; sends the outbox in order, one message at a time.
 */

import { ApiError } from "./api.js";
import { Stream } from "./stream.js";

const STREAM_TRIES = 2;
const POLL_EVERY = 3000;
/** Polls before the WebSocket is tried again; doubled each time up to the limit. */
const POLLS = 5;
const MAX_POLLS = 40;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const REFUSED_PAUSE = 60_000;
/** A break shorter than this is not worth a word. */
const PATIENCE = 1500;

/**
 * Events, each with a `detail`: `message` (a message), `state` (the state), `settled` (history
 * is complete), `reset` (what was shown belongs to nobody here), `visitor` ({visitor, dropped}:
 * who is here, and outbox items that are not theirs), `delivery` (a client_id whose outbox item
 * changed), `status` ({name: "online"|"retrying"|"refused", text}).
 */
export class Connection extends EventTarget {
  #api;
  #session;
  #outbox;
  #running = null;
  #cursor = null;
  #visitor = null;
  #streamFailures = 0;
  #pauses = 0;
  #polls = POLLS;
  #carry = null;
  #inFlight = null;
  #resend = null;
  #doubt = null;
  #wakers = new Set();
  #stream = null;

  constructor(api, session, outbox) {
    super();
    this.#api = api;
    this.#session = session;
    this.#outbox = outbox;
  }

  get started() {
    return this.#running !== null;
  }

  /** Connect, and stay connected until `stop`. */
  start() {
    if (this.#running) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    // After any of these a line may be dead without having been closed.
    const check = () => {
      this.#stream?.probe();
      this.wake();
    };
    for (const name of ["online", "offline", "pageshow"]) {
      window.addEventListener(name, check, { signal });
    }
    document.addEventListener("visibilitychange", check, { signal });
    this.#suspect();
    this.#run(signal);
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
    clearTimeout(this.#doubt);
    this.#doubt = null;
    this.#stream?.end();
    this.wake();
  }

  /** Somebody else may be here now. */
  restart() {
    if (!this.started) return;
    this.stop();
    this.start();
  }

  /** Do now whatever is being waited for. */
  wake() {
    for (const waker of [...this.#wakers]) waker();
    this.#pump();
  }

  /** Leave a sign for the agent; where there is no stream, nobody sees it. */
  sign(frame) { this.#stream?.sign(frame); }

  /** Take a message into the outbox and send it as soon as possible; returns the item. */
  say(text, largeText = false) {
    const item = this.#outbox.add(text, largeText);
    this.start();
    this.wake();
    return item;
  }

  /** Run `step(api, token)` as this visitor and look what came of it; raises ApiError. */
  async ask(step) {
    const { token } = await this.#session.current();
    const answer = await step(this.#api, token);
    this.wake();
    return answer;
  }

  async #run(signal) {
    while (!signal.aborted) {
      let pause = null;
      try {
        const { token, visitor } = await this.#session.current();
        if (signal.aborted) return;
        this.#belongTo(visitor);
        const streaming = this.#streamFailures < STREAM_TRIES;
        await (streaming ? this.#follow(token, signal) : this.#poll(token, signal));
      } catch (error) {
        if (signal.aborted) return;
        pause = this.#broken(error instanceof ApiError ? error : new ApiError(0));
      }
      if (pause !== null) await this.#sleep(pause);
    }
  }

  async #follow(token, signal) {
    let ready = false;
    let settled = false;
    const stream = new Stream(this.#api.streamUrl, { token, after: this.#cursor }, {
      ready: (state) => {
        ready = true;
        this.#works();
        this.#emit("state", state);
      },
      message: (message) => this.#receive(message),
      state: (state) => {
        this.#emit("state", state);
        // The first state after `ready` follows the whole history; what the log already
        // holds of the outbox is known by now and need not be sent again.
        if (!settled) this.#settle((item) => stream.send(item));
        settled = true;
      },
      accepted: (clientId) => this.#accepted(clientId),
      failed: (clientId, error) => this.#unsent(clientId, error, token),
    });
    this.#stream = stream;
    try {
      await stream.finished;
    } catch (error) {
      this.#streamFailures = ready ? 0 : this.#streamFailures + 1;
      if (error.code === "bad_token") this.#session.refuse(token);
      throw error;
    } finally {
      this.#stream = null;
      this.#unsettle();
      if (!signal.aborted) this.#suspect();
    }
  }

  async #poll(token, signal) {
    try {
      for (let round = 0; round < this.#polls && !signal.aborted; round += 1) {
        const { messages, state } = await this.#api.messages(token, this.#cursor);
        if (signal.aborted) return;
        this.#works();
        for (const message of messages) this.#receive(message);
        this.#emit("state", state);
        if (this.#carry) this.#pump();
        else this.#settle((item) => this.#post(token, item));
        await this.#sleep(POLL_EVERY);
      }
      this.#polls = Math.min(this.#polls * 2, MAX_POLLS);
    } catch (error) {
      if (error.status === 401) this.#session.refuse(token);
      throw error;
    } finally {
      // One try of the WebSocket, then back to polling.
      this.#streamFailures = STREAM_TRIES - 1;
      this.#unsettle();
    }
  }

  async #post(token, item) {
    try {
      await this.#api.send(token, item);
    } catch (error) {
      this.#unsent(item.client_id, error, token);
      return;
    }
    this.#accepted(item.client_id);
    for (const waker of [...this.#wakers]) waker();
  }

  /** Take note of a failure; returns how long to pause, in milliseconds. */
  #broken(error) {
    if (error.code === "bad_cursor") {
      this.#reset();
      return 0;
    }
    if (error.code === "unknown_origin") {
      this.#emit("status", { name: "refused", text: error.message });
      return REFUSED_PAUSE;
    }
    this.#suspect();
    const longest = Math.min(FIRST_PAUSE * 2 ** this.#pauses, LONGEST_PAUSE);
    this.#pauses += 1;
    return Math.max(longest * (0.5 + Math.random() / 2), (error.retryAfter ?? 0) * 1000);
  }

  #works() {
    this.#pauses = 0;
    clearTimeout(this.#doubt);
    this.#doubt = null;
    this.#emit("status", { name: "online", text: "" });
  }

  /** Say that there is trouble, unless it passes quickly. */
  #suspect() {
    this.#doubt ??= setTimeout(() => this.#emit("status", { name: "retrying", text: "" }), PATIENCE);
  }

  #settle(carry) {
    this.#carry = carry;
    this.#emit("settled");
    this.#pump();
  }

  #unsettle() {
    this.#carry = null;
    this.#inFlight = null;
    clearTimeout(this.#resend);
    this.#resend = null;
  }

  #belongTo(visitor) {
    if (this.#visitor !== null && this.#visitor !== visitor) this.#reset();
    this.#visitor = visitor;
    this.#emit("visitor", { visitor, dropped: this.#outbox.belongTo(visitor) });
  }

  #reset() {
    this.#cursor = null;
    this.#emit("reset");
  }

  #receive(message) {
    this.#cursor = message.cursor;
    if (message.client_id) this.#outbox.remove(message.client_id);
    this.#emit("message", message);
  }

  /** Send the oldest message, if the line is up and none is under way. */
  #pump() {
    const item = this.#outbox.next();
    if (!this.#carry || this.#inFlight || this.#resend || !item) return;
    this.#inFlight = item.client_id;
    this.#carry(item);
  }

  #accepted(clientId) {
    this.#outbox.remove(clientId);
    this.#emit("delivery", clientId);
    this.#works();
    if (this.#inFlight === clientId) this.#inFlight = null;
    this.#pump();
  }

  #unsent(clientId, error, token) {
    if (this.#inFlight !== clientId) return; // The line broke meanwhile; it is sent anew.
    this.#inFlight = null;
    if (!error.temporary && error.status !== 401) {
      this.#outbox.fail(clientId, error.message);
      this.#emit("delivery", clientId);
      this.#pump();
      return;
    }
    if (error.status === 401) this.#session.refuse(token);
    this.#emit("status", { name: "retrying", text: ["busy", "too_fast"].includes(error.code) ? error.message : "" });
    this.#resend = setTimeout(() => {
      this.#resend = null;
      this.#pump();
    }, this.#broken(error));
  }

  #sleep(milliseconds) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wakers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wakers.add(done);
    });
  }

  #emit(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
