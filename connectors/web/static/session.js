/** Who we are to the gateway. */

import { makeId } from "./api.js";

/** Renew a token when less than this share of its lifetime is left. */
const MARGIN = 0.1;

/**
 * The token. A visitor's is shared by all tabs. A known customer's is kept by this page alone, so
 * that nothing of it is left when they log out: every page asks the bank's site anew.
 *
 * `visitor` is a mark of our own: it changes when the gateway could not know us again, and a
 * cursor is only good for the visitor it was given to.
 */
export class Session {
  #refused = null;
  #provider = null;
  #word = null;
  /** The bank's id of who is logged in; null: nobody; undefined: not asked yet. */
  #customer = null;
  #known = null;

  constructor(api, store) {
    this.api = api;
    this.store = store;
  }

  /** Whether this browser has been here before, or may belong to a customer. */
  get known() {
    return this.#provider !== null || this.#stored() !== null;
  }

  /** Let `provider` say who is logged in: it resolves to a signed token, or null for nobody. */
  identifyBy(provider) {
    this.#provider = provider;
    this.#customer = provider ? undefined : null;
    this.#word = null;
    this.#known = null;
  }

  /** Return `{token, visitor}`; raises ApiError. Only one tab at a time asks for a new one. */
  async current() {
    if (this.#customer === undefined) await this.#ask();
    return this.#usable() ?? (await (this.#customer ? this.#introduce() : this.#renew()));
  }

  /** The gateway does not take this token. */
  refuse(token) {
    this.#refused = token;
  }

  async #ask() {
    const provider = this.#provider;
    const word = await provider();
    if (provider !== this.#provider) return this.#ask();
    this.#word = word || null;
    this.#customer = word ? customerOf(word) : null;
    return undefined;
  }

  #stored() {
    const held = this.store.read("session");
    return held?.token && held.visitor ? held : null;
  }

  #usable() {
    const held = this.#customer ? this.#known : this.#stored();
    if (!held || held.token === this.#refused) return null;
    return Date.now() < held.expires - held.lifetime * MARGIN ? held : null;
  }

  /** Ask as the customer of the bank's word, which is good for one time. */
  async #introduce() {
    if (!this.#word) await this.#ask();
    if (!this.#customer) return this.current();
    const identity = this.#word;
    this.#word = null;
    const visitor = `customer:${this.#customer}`;
    this.#known = held(await this.api.openSession({ identity }), visitor);
    return this.#known;
  }

  /** Ask as the visitor we were, or as a new one; one tab at a time. */
  #renew() {
    return exclusively(async () => {
      const usable = this.#usable();
      if (usable) return usable;
      const old = this.#stored();
      const same = old && old.token !== this.#refused && Date.now() < old.expires;
      const answer = await this.api.openSession({ token: same ? old.token : null });
      const fresh = held(answer, same ? old.visitor : makeId());
      this.store.write("session", fresh);
      return fresh;
    });
  }
}

function held({ token, expires_in: seconds }, visitor) {
  const lifetime = seconds * 1000;
  return { token, visitor, lifetime, expires: Date.now() + lifetime };
}

/** Return whom a token of the bank's is about. Only the gateway can tell whether it is true. */
function customerOf(word) {
  try {
    const payload = word.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)).sub ?? null;
  } catch {
    return null;
  }
}

/** Run `step` in one tab at a time, where the browser can promise that. */
function exclusively(step) {
  return navigator.locks ? navigator.locks.request("yinqiao-session", step) : step();
}

/** Return a provider that asks an address of the bank's own site: `{"token": …}`, or not 200. */
export function askAt(address) {
  return async () => {
    const url = new URL(address, document.baseURI);
    const response = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    if (response.status >= 500) throw new TypeError("the site cannot tell now");
    return response.status === 200 ? (await response.json()).token : null;
  };
}
