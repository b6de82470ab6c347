/** The widget's fixed parts: launcher, header, banners, transcript, composer. */

import { element, icon } from "./dom.js";
import { labels } from "./labels.js";
import { buildOffline } from "./offline.js";

const FILES = "image/png,image/jpeg,image/gif,image/webp,application/pdf";

const button = (attributes, ...children) =>
  element("button", { type: "button", ...attributes }, ...children);

/**
 * Build the parts; returns the root and every part that changes, by name.
 * @returns {Record<string, HTMLElement>}
 */
export function buildPanel() {
  const parts = {
    ...launcher(), ...header(), ...banners(), ...buildOffline(), ...conversation(), ...composer(),
  };
  parts.panel = element("section", {
    class: "panel", id: "panel", hidden: true, role: "dialog",
    "aria-labelledby": "label", "data-testid": "panel",
  }, parts.header, parts.connection, parts.offline, parts.banner, parts.stage, parts.composerArea);
  // The empty title keeps the host's own `title` from showing as a tooltip everywhere.
  parts.root = element("div", { class: "root", lang: "zh-CN", title: "" },
    parts.launcher, parts.panel);
  return parts;
}

/** Keep Tab inside the panel: on a small screen the chat covers the page. */
export function keepFocus(panel, event) {
  const reachable = [...panel.querySelectorAll("button, textarea, a, .log")]
    .filter((target) => target.checkVisibility());
  const [first, last] = [reachable[0], reachable.at(-1)];
  const now = panel.getRootNode().activeElement;
  const leaving = event.shiftKey ? now === first || !reachable.includes(now) : now === last;
  if (!leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

function launcher() {
  const badge = element("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  return {
    badge,
    launcher: button({
      class: "launcher", "data-testid": "launcher",
      "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel",
    }, icon("chat"), element("span", {}, labels.launcher), badge),
  };
}

function header() {
  const face = element("span", { class: "face" }, icon("bot"));
  const label = element("h2", {
    class: "label", id: "label", tabindex: "-1", "data-testid": "label",
  }, labels.bot);
  const sub = element("p", { class: "sub", "data-testid": "origin" });
  const largeText = button({
    class: "tool", "data-testid": "large-text",
    "aria-pressed": "false", title: labels.largeTextHint,
  }, labels.largeText);
  const minimise = button({
    class: "tool square", "data-testid": "minimise",
    "aria-label": labels.minimise, title: labels.minimise,
  }, icon("minimise"));
  return {
    face, label, sub, largeText, minimise,
    header: element("div", { class: "header" }, face,
      element("div", { class: "titles" }, label, sub), largeText, minimise),
  };
}

function banners() {
  const ahead = element("p", { role: "status", class: "ahead" });
  const way = (name, label) => button({ class: "way", "data-testid": name }, label);
  const wait = way("wait", labels.wait);
  const message = way("leave-message", labels.leaveMessage);
  const leave = way("leave-queue", labels.leaveQueue);
  const ways = element("div", { class: "ways", role: "group", "aria-label": labels.options },
    wait, message, leave);
  return {
    ahead, ways, wait, message, leave,
    banner: element("div", {
      class: "banner", hidden: true, "data-testid": "queue-banner",
    }, ahead, ways),
    connection: element("p", {
      class: "connection", role: "status", "data-testid": "connection", "data-state": "idle",
    }),
  };
}

function conversation() {
  const log = element("div", {
    class: "log", role: "log", "aria-live": "polite", "aria-busy": "true",
    "aria-label": labels.transcript, tabindex: "0", "data-testid": "transcript",
  });
  const latest = button({
    class: "latest-button", hidden: true, "data-testid": "latest",
    "aria-label": labels.latest, title: labels.latest,
  }, icon("down"));
  const thinking = element("p", { class: "unseen", role: "status" });
  const stage = element("div", { class: "stage" }, log, latest, thinking);
  return { log, latest, thinking, stage };
}

function composer() {
  const human = button({ class: "human", "data-testid": "human" }, icon("headset"), labels.human);
  const counter = element("span", {
    class: "counter", "aria-hidden": "true", "data-testid": "counter",
  });
  const room = element("span", { class: "unseen", role: "status" });
  const text = element("textarea", {
    rows: "1", "aria-label": labels.composer, placeholder: labels.composer,
    "aria-describedby": "hint", autocomplete: "off", enterkeyhint: "send",
    "data-testid": "composer",
  });
  const send = button({
    class: "send", "aria-label": labels.send, title: labels.send, "data-testid": "send",
  }, icon("send"));
  const attach = button({
    class: "attach", hidden: true, "aria-label": labels.attach, title: labels.attach,
    "data-testid": "attach",
  }, icon("clip"));
  const file = element("input", { type: "file", hidden: true, accept: FILES, "data-testid": "file" });
  const hint = element("p", { class: "hint", id: "hint" }, labels.hint);
  return {
    human, counter, room, attach, file, text, send,
    composerArea: element("div", { class: "composer" },
      element("div", { class: "row" }, human, counter, room),
      element("div", { class: "field" }, attach, file, text, send), hint),
  };
}
