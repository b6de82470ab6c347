/** One WebSocket's life, from hello to its end. */

import { ApiError, sent } from "./api.js";

const READY_WITHIN = 10_000;
const PING_EVERY = 25_000;
const PONG_WITHIN = 8_000;
const ACCEPTED_WITHIN = 15_000;

/**
 * A line to the gateway. `handlers` are called with what arrives: `ready(state)`,
 * `message(message)`, `state(state)`, `accepted(clientId)`, `failed(clientId, error)`.
 */
export class Stream {
  #socket;
  #handlers;
  #hello;
  #timers = new Map();
  #end;
  #ready = false;
  #ended = false;

  /** Settles never but by rejection: an ApiError when the gateway said why, else status 0. */
  finished;

  constructor(url, hello, handlers) {
    this.#handlers = handlers;
    this.#hello = hello;
    this.finished = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.#after("ready", READY_WITHIN, () => this.end());
    try {
      this.#socket = new WebSocket(url);
    } catch {
      this.end();
      return;
    }
    this.#socket.onopen = () => this.#write({ type: "hello", ...this.#hello });
    this.#socket.onclose = () => this.end();
    this.#socket.onmessage = (event) => this.#receive(event.data);
  }

  send(item) {
    this.#after(`send:${item.client_id}`, ACCEPTED_WITHIN, () => this.end());
    this.#write({ type: "send", ...sent(item) });
  }

  /** Tell something that nobody answers: typing, or read up to a cursor. */
  sign(frame) {
    if (this.#ready) this.#write(frame);
  }

  /** Make sure that the line still lives; hang up when it does not answer. */
  probe() {
    if (!this.#ready) return;
    this.#after("pong", PONG_WITHIN, () => this.end());
    this.#write({ type: "ping" });
  }

  /** Hang up; what is under way may or may not have arrived. */
  end(error = new ApiError(0)) {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    if (this.#socket) {
      this.#socket.onopen = null;
      this.#socket.onclose = null;
      this.#socket.onmessage = null;
      this.#socket.close();
    }
    this.#end(error);
  }

  #write(frame) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
    else this.end();
  }

  #receive(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return; // Not ours; the line itself may still be good.
    }
    this.#clear("pong");
    switch (frame.type) {
      case "ready":
        this.#clear("ready");
        this.#ready = true;
        this.#ping();
        this.#handlers.ready(frame.state);
        break;
      case "message":
        this.#handlers.message(frame.message);
        break;
      case "state":
        this.#handlers.state(frame.state);
        break;
      case "accepted":
        this.#clear(`send:${frame.client_id}`);
        this.#handlers.accepted(frame.client_id);
        break;
      case "error":
        this.#refused(frame);
        break;
      default: // pong, and what later versions may add
    }
  }

  #refused(frame) {
    const error = new ApiError(0, frame.error);
    if (frame.client_id) {
      this.#clear(`send:${frame.client_id}`);
      this.#handlers.failed(frame.client_id, error);
    } else {
      this.end(error);
    }
  }

  #ping() {
    this.#after("ping", PING_EVERY, () => {
      this.probe();
      if (!this.#ended) this.#ping();
    });
  }

  #after(name, milliseconds, step) {
    this.#clear(name);
    this.#timers.set(name, setTimeout(step, milliseconds));
  }

  #clear(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
