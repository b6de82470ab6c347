/** Writing: Enter sends, Shift+Enter breaks the line, an input method is never interrupted. */

import { setAttribute, setText } from "./dom.js";
import { labels } from "./labels.js";

/** What the gateway takes. */
const LIMIT = 2000;
/** From here on the room that is left is also read out. */
const NEARLY = 1900;
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

/** Whether a key belongs to an input method; Safari only tells by the old code 229. */
export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** The text field with its counter; calls `say(text)` with what is to be sent. */
export class Composer {
  #parts;
  #say;

  constructor(parts, say) {
    this.#parts = parts;
    this.#say = say;
    parts.text.addEventListener("input", () => this.#changed());
    parts.text.addEventListener("keydown", (event) => this.#pressed(event));
    parts.send.addEventListener("click", () => this.submit());
    this.#changed();
  }

  /** Send what is written, unless it is nothing or too much. */
  submit() {
    const { text } = this.#parts;
    const said = text.value.trim();
    if (said && length(text.value) <= LIMIT) {
      this.#say(said);
      text.value = "";
      this.#changed();
    }
    text.focus();
  }

  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
    event.preventDefault();
    this.submit();
  }

  #changed() {
    const { text, counter, room, send } = this.#parts;
    const written = length(text.value);
    const over = written > LIMIT;
    setText(counter, labels.counter(written, LIMIT));
    // In steps, so that it is not read out at every key.
    const left = over ? LIMIT - written : Math.ceil((LIMIT - written) / 10) * 10;
    setText(room, written >= NEARLY ? labels.room(left) : "");
    counter.classList.toggle("over", over);
    setAttribute(text, "aria-invalid", over ? "true" : null);
    setAttribute(send, "aria-disabled", over || !text.value.trim() ? "true" : null);
    if (!GROWS_BY_ITSELF) grow(text);
  }
}

/** Make the field as high as its text. */
function grow(text) {
  text.style.height = "auto";
  if (text.scrollHeight) text.style.height = `${text.scrollHeight}px`;
}

/** Count what a reader counts as characters, as the gateway does. */
function length(text) {
  return Array.from(text).length;
}
