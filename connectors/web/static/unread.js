/** How much was said since the customer last looked, over page loads too. */

import { setText } from "./dom.js";
import { labels } from "./labels.js";

/** Counts in the launcher's badge; the place that was read is kept for the visitor it belongs to. */
export class Unread {
  #parts;
  #store;
  #visitor = null;
  #count = 0;
  #last = null;

  constructor(parts, store) {
    this.#parts = parts;
    this.#store = store;
    this.#show();
  }

  belongTo(visitor) {
    if (this.#visitor !== visitor) this.#set(0);
    this.#visitor = visitor;
  }

  /** Take note of a message; `fresh`: it came just now and not with the history. */
  add({ cursor, sender }, { open, fresh }) {
    this.#last = cursor;
    if (open) {
      this.read();
    } else if (sender !== "customer" && (fresh || this.#isNew(cursor))) {
      this.#set(this.#count + 1);
    }
  }

  /** Everything is read now. */
  read() {
    this.#set(0);
    const seen = { visitor: this.#visitor, cursor: this.#last };
    if (this.#visitor && this.#last) this.#store.write("read", seen);
  }

  #isNew(cursor) {
    const seen = this.#store.read("read");
    return seen?.visitor === this.#visitor && isAfter(cursor, seen.cursor);
  }

  #set(count) {
    this.#count = count;
    this.#show();
  }

  #show() {
    const { badge, launcher } = this.#parts;
    badge.hidden = this.#count === 0;
    setText(badge, this.#count > 99 ? "99+" : String(this.#count));
    const unread = this.#count ? labels.unread(this.#count) : "";
    launcher.setAttribute("aria-label", labels.launcher + unread);
  }
}

/** Compare cursors, `number:milliseconds-counter`. */
function isAfter(one, other) {
  const [a, b] = [one, other].map((cursor) => cursor.split(/[:-]/).map(Number));
  const differing = a.findIndex((part, place) => part !== b[place]);
  return differing >= 0 && a[differing] > b[differing];
}
