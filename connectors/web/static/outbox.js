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
    for (const item of this.items) {
      if (Date.now() - item.at > STALE) item.failed = true;
    }
  }

  /**
   * Keep a new message; returns the item
   * `{client_id, text, large_text, at, order, failed, why}`.
   */
  add(text, largeText = false) {
    const order = 1 + Math.max(0, ...this.items.map((item) => item.order));
    const item = {
      client_id: makeId(), text, large_text: largeText, at: Date.now(), order,
      failed: false, why: "",
    };
    this.items.push(item);
    this.#keep(item);
    return item;
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

function isItem(item) {
  return typeof item?.client_id === "string" && typeof item.text === "string";
}
