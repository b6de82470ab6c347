/** What the agent sees of the customer: that they are typing, and how far they have read. */

const TYPING_EVERY = 3000;

/**
 * Leaves signs on the connection, but only while a person serves; `shown()` is the place of the
 * newest message before the customer's eyes, if any is.
 */
export class Signs {
  #connection;
  #shown;
  #serving = false;
  #typed = 0;
  #read = null;

  constructor(connection, shown) {
    this.#connection = connection;
    this.#shown = shown;
  }

  show({ owner }) {
    this.#serving = owner === "agent";
    if (!this.#serving) this.#read = null;
    this.look();
  }

  typing() {
    if (!this.#serving || Date.now() - this.#typed < TYPING_EVERY) return;
    this.#typed = Date.now();
    this.#connection.sign({ type: "typing" });
  }

  /** Tell what is read, if something new is. */
  look() {
    if (!this.#serving || document.visibilityState !== "visible") return;
    const cursor = this.#shown();
    if (!cursor || cursor === this.#read) return;
    this.#read = cursor;
    this.#connection.sign({ type: "read", cursor });
  }
}

/** Whether the place `cursor` lies at or before `upto`; both as the gateway writes them. */
export function within(cursor, upto) {
  if (!cursor || !upto) return false;
  const [one, other] = [cursor, upto].map((text) => text.split(/[:-]/).map(Number));
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 || one[at] < other[at];
}
