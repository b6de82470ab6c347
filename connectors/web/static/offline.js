/** What is shown instead of silence while the gateway cannot be reached. */

import { element, icon, setText } from "./dom.js";
import { labels } from "./labels.js";

/** A shorter trouble is told by one line. */
const AFTER = 8000;

/** Build the card: {offline, offlineWays}. */
export function buildOffline() {
  const ways = element("p", { class: "offline-ways" });
  return {
    offlineWays: ways,
    offline: element("section", {
      class: "offline", hidden: true, "aria-labelledby": "offline", "data-testid": "offline",
    },
    icon("warning"),
    element("h3", { id: "offline" }, labels.offlineTitle),
    element("p", {}, labels.offlineKept), ways),
  };
}

/** Shows the card once trouble lasts. */
export class Offline {
  #parts;
  #timer = null;

  constructor(parts) {
    this.#parts = parts;
  }

  /** `name` as in the connection's `status`. */
  set(name) {
    const { host } = this.#parts.root.getRootNode();
    setText(this.#parts.offlineWays, labels.offlineWays(host?.getAttribute("hotline")));
    if (name === "retrying") {
      this.#timer ??= setTimeout(() => this.#show(true), AFTER);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#show(false);
  }

  #show(shown) {
    this.#parts.offline.hidden = !shown;
  }
}
