/** Larger text for who needs it; the choice is kept in the browser. */

export class LargeText {
  #parts;

  /** Make the button work, and set what was chosen before. */
  constructor(parts, store) {
    this.#parts = parts;
    parts.largeText.addEventListener("click", () => {
      store.write("large-text", !this.wanted);
      this.#set(!this.wanted);
    });
    this.#set(store.read("large-text") === true);
  }

  /** Whether the customer reads large text. */
  get wanted() {
    return this.#parts.largeText.getAttribute("aria-pressed") === "true";
  }

  #set(large) {
    this.#parts.largeText.setAttribute("aria-pressed", String(large));
    this.#parts.root.classList.toggle("large", large);
  }
}
