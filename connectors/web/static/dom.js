/** Making elements. Text only ever becomes text nodes, so nothing that is said can be markup. */

const SVG = "http://www.w3.org/2000/svg";

/** Outlines on a 24 × 24 grid. */
const OUTLINES = {
  chat:
    "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z"
    + "M8 10h8M8 13.2h5",
  bot:
    "M12 3v3"
    + "M6.5 6h11A2.5 2.5 0 0 1 20 8.5v8A2.5 2.5 0 0 1 17.5 19h-11"
    + "A2.5 2.5 0 0 1 4 16.5v-8A2.5 2.5 0 0 1 6.5 6z"
    + "M9 11v1.6M15 11v1.6M9.5 15.6h5M1.8 11.5v3M22.2 11.5v3",
  clip: "M8 12.5l6.2-6.2a3 3 0 0 1 4.3 4.3l-8 8a5 5 0 0 1-7-7l7.6-7.6",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  headset:
    "M4 14v-2a8 8 0 0 1 16 0v2M4 14h2.5v5H5a1 1 0 0 1-1-1z"
    + "M20 14h-2.5v5H19a1 1 0 0 0 1-1zM19 19c0 1.4-1.5 2.2-4 2.2",
  minimise: "M6 9.5l6 6 6-6",
  send: "M4 12l16-7-5 15-3.5-6.3zM11.5 13.7L20 5",
  warning: "M12 3.5l9.2 16.5H2.8zM12 10v4.5M12 17.2v.3",
  down: "M12 5v13M6.5 12.5L12 18l5.5-5.5",
  source: "M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 13h6.5M9 16.5h6.5",
};

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `on` holds listeners; false and null are left out
 * @param {...(Node|string|null|undefined|false)} children strings become text nodes
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  const { on = {}, ...plain } = attributes;
  for (const [name, value] of Object.entries(plain)) setAttribute(made, name, value);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  const left = [null, undefined, false, ""];
  made.append(...children.filter((child) => !left.includes(child)));
  return made;
}

/** Set, or with false and null remove, an attribute. */
export function setAttribute(target, name, value) {
  if (value === false || value === null || value === undefined) target.removeAttribute(name);
  else target.setAttribute(name, value === true ? "" : String(value));
}

/** Change an element's text only when it differs, so that live regions stay quiet. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Make a decorative icon. */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", OUTLINES[name]);
  picture.append(path);
  return picture;
}
