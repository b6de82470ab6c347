/** JSON values in the browser's storage; in memory where the browser refuses it. */

export class Store {
  #memory = new Map();

  /** `area` is "localStorage" or "sessionStorage"; keys get `prefix`. */
  constructor(prefix, area = "localStorage") {
    this.prefix = prefix;
    this.area = area;
  }

  read(key) {
    try {
      return JSON.parse(this.#raw(key) ?? "null");
    } catch {
      return null;
    }
  }

  write(key, value) {
    const text = JSON.stringify(value);
    this.#memory.set(key, text);
    try {
      window[this.area].setItem(this.prefix + key, text);
    } catch {
      // Storage is full or forbidden: the copy in memory serves this page.
    }
  }

  remove(key) {
    this.#memory.delete(key);
    try {
      window[this.area].removeItem(this.prefix + key);
    } catch {
      // Nothing was stored then.
    }
  }

  /** Return the keys that start with `start`. */
  keys(start) {
    const found = new Set(this.#memory.keys());
    try {
      for (const key of Object.keys(window[this.area])) {
        if (key.startsWith(this.prefix)) found.add(key.slice(this.prefix.length));
      }
    } catch {
      // Only memory then.
    }
    return [...found].filter((key) => key.startsWith(start));
  }

  #raw(key) {
    try {
      return window[this.area].getItem(this.prefix + key);
    } catch {
      return this.#memory.get(key) ?? null;
    }
  }
}
