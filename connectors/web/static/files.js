/** Pictures and documents in the transcript; read with the visitor's token, never by a bare address. */

import { makeId } from "./api.js";
import { element, icon } from "./dom.js";
import { labels } from "./labels.js";

/** Hand over what the customer chooses: `send(file)` may fail, then `refused(text)` tells why. */
export function chooseFiles({ attach, file: field }, send, refused) {
  attach.addEventListener("click", () => field.click());
  field.addEventListener("change", async () => {
    const [chosen] = field.files;
    field.value = "";
    if (!chosen) return;
    attach.disabled = true;
    await send(chosen).catch((error) => refused(error.message || labels.attachFailed));
    attach.disabled = false;
  });
}

/** Return the step that sends a file, under one id however often it is tried. */
export function sending(file) {
  const clientId = makeId();
  return (api, token) => api.sendFile(token, clientId, file);
}

/** Show a file `{id, name, type, size}`; `load(id)` returns its content as a Blob. */
export function fileView(file, load) {
  const named = labels.file(file.name, file.size);
  const view = element("button", {
    type: "button", class: "file", "data-testid": "file-view", title: named,
    on: { click: () => open(file, load) },
  }, icon("clip"), element("span", {}, named));
  if (file.type.startsWith("image/")) picture(file, load, view);
  return view;
}

async function picture(file, load, view) {
  const url = URL.createObjectURL(await load(file.id).catch(() => new Blob()));
  const shown = element("img", { alt: file.name, src: url });
  shown.addEventListener("load", () => {
    URL.revokeObjectURL(url);
    view.prepend(shown);
  });
  shown.addEventListener("error", () => URL.revokeObjectURL(url));
}

async function open(file, load) {
  const blob = await load(file.id).catch(() => null);
  if (!blob) return;
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
