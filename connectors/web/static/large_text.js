/** Larger text for who needs it; the choice is kept in the browser. */

/** Make the button work, and set what was chosen before. */
export function offerLargeText({ largeText, root }, store) {
  const set = (large) => {
    largeText.setAttribute("aria-pressed", String(large));
    root.classList.toggle("large", large);
  };
  largeText.addEventListener("click", () => {
    const large = largeText.getAttribute("aria-pressed") !== "true";
    store.write("large-text", large);
    set(large);
  });
  set(store.read("large-text") === true);
}
