/** What the customer wrote and the gateway has not yet acknowledged; survives a reload. */

import { makeId } from "./api.js";

const PREFIX = "outbox:";
/** A message that is older is not sent by itself any more: the customer decides. */
const STALE = 24 * 3600 * 1000;

/**
 * The outbox. Each item has a storage key of its own, so that tabs cannot overwrite each
 * other's; two tabs may both send an item, which the gateway deduplicates by `client_id`.
 */
export class Outbox {
  constructor(store) {
    this.store = store;
    this.items = store.keys(PREFIX).map((key) => store.read(key)).filter(isItem);
    this.items.sort((a, b) => a.at - b.at || a.order - b.order);
    this.visitor = null;
    for (const item of this.items) {
      if (Date.now() - item.at > STALE) item.failed = true;
    }
  }

  /**
   * Keep a new message; returns the item
   * `{client_id, text, large_text, at, order, failed, why, visitor}`.
   */
  add(text, largeText = false) {
    const order = 1 + Math.max(0, ...this.items.map((item) => item.order));
    const { visitor } = this;
    const item = {
      client_id: makeId(), text, large_text: largeText, at: Date.now(), order,
      failed: false, why: "", visitor,
    };
    this.items.push(item);
    this.#keep(item);
    return item;
  }

  /**
   * From now on it is `visitor` who writes: what a known customer left unsent is nobody else's
   * to see or to send. Returns the ids of what was thrown away.
   */
  belongTo(visitor) {
    this.visitor = visitor;
    const others = this.items.filter((item) => {
      item.visitor ??= visitor;
      return item.visitor !== visitor && isKnown(item.visitor);
    });
    for (const item of others) this.remove(item.client_id);
    return others.map((item) => item.client_id);
  }

  /** What may be shown before it is known who is here. */
  get anybodys() {
    return this.items.filter((item) => !isKnown(item.visitor));
  }

  /** The oldest item that is still to be sent. */
  next() {
    return this.items.find((item) => !item.failed) ?? null;
  }

  find(clientId) {
    return this.items.find((item) => item.client_id === clientId) ?? null;
  }

  /** Forget an item: it was acknowledged, or the customer gave it up. */
  remove(clientId) {
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.store.remove(PREFIX + clientId);
  }

  /** The gateway will not take it as it is. */
  fail(clientId, why) {
    this.#change(clientId, { failed: true, why });
  }

  /** Try once more, whatever happened before. */
  retry(clientId) {
    this.#change(clientId, { failed: false, why: "", at: Date.now() });
  }

  #change(clientId, change) {
    const item = this.find(clientId);
    if (!item) return;
    Object.assign(item, change);
    this.#keep(item);
  }

  #keep(item) {
    this.store.write(PREFIX + item.client_id, item);
  }
}

function isKnown(visitor) {
  return typeof visitor === "string" && visitor.startsWith("customer:");
}

function isItem(item) {
  return typeof item?.client_id === "string" && typeof item.text === "string";
}
