/**
 * Showing what was said: line for line and word for word, numbered lines as a list, and of
 * Markdown just headings, **strong**, `code` and [links](https://…). Everything is made of
 * elements and text nodes; what is not understood stays as it is.
 */

import { element } from "./dom.js";

const NUMBERED = /^\s*(?:\d{1,2}(?:[、．)）]|\.(?!\d))|[(（]\d{1,2}[)）]|[①-⑳])\s*\S/u;
const BULLET = /^\s*[-•·]\s+\S/u;
const HEADING = /^\s*#{1,6}\s+(\S.*)$/u;
/** Strong, code, link. Masked digits (138****8000) are none of them. */
const INLINE =
  /(?<!\*)\*\*(?![\s*])([^*\n]+?)(?<!\s)\*\*(?!\*)|`([^`\n]+)`|\[([^[\]\n]+)\]\((https?:\/\/[^\s()]+)\)/gu;
/** Splits a list line into its mark, with the space behind it, and the rest. */
const MARK = /^([(（]?\d{1,2}[.、．)）]\s*|[①-⑳]\s*|[-•·]\s+)(.*)$/su;
const HOUR_MINUTE = new Intl.DateTimeFormat("zh-CN", {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", weekday: "long" });
const ISO = /^\d+-(\d+)-(\d+)T(\d+:\d+)/;
const DAY_OF_YEAR = new Intl.DateTimeFormat("zh-CN", { dateStyle: "long" });

/** Return the blocks of a text: paragraphs (newlines kept) and lists (marks kept). */
export function blocks(text) {
  const made = [];
  let plain = [];
  let list = null;
  const flush = () => {
    const paragraph = plain.join("\n").replace(/^\n+|\n+$/g, "");
    if (paragraph) made.push(element("p", {}, ...inline(paragraph)));
    plain = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const heading = HEADING.exec(line);
    if (heading) {
      flush();
      list = null;
      made.push(element("p", { class: "heading" }, element("strong", {}, ...inline(heading[1]))));
      continue;
    }
    const tag = NUMBERED.test(line) ? "ol" : BULLET.test(line) ? "ul" : null;
    if (!tag) {
      // A blank line between two steps does not end the list.
      if (line.trim()) list = null;
      plain.push(line);
      continue;
    }
    flush();
    if (list?.localName !== tag) {
      list = element(tag, { class: "lines", role: "list" });
      made.push(list);
    }
    const [, mark, rest] = MARK.exec(line.trim());
    list.append(element("li", {}, element("span", { class: "mark" }, mark), ...inline(rest)));
  }
  flush();
  return made;
}

/** Return a text's nodes; links lead only to the web, and do not tell where they were. */
function inline(text) {
  const made = [];
  let done = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, strong, code, label, href] = found;
    made.push(text.slice(done, found.index));
    if (strong) made.push(element("strong", {}, strong));
    else if (code) made.push(element("code", {}, code));
    else made.push(link(label, href));
    done = found.index + whole.length;
  }
  made.push(text.slice(done));
  return made;
}

function link(label, href) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** Return "09:05" in the reader's time zone. */
export function clock(date) {
  return HOUR_MINUTE.format(date);
}

/** Return 今天, 昨天, or the date; the year only when it is another one. */
export function day(date, words, now = new Date()) {
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(date);
}

/** Return the day and time of an ISO 8601 text by the bank's own clock: 6月2日 08:00. */
export function moment(iso) {
  const [, month, day, time] = ISO.exec(iso);
  return `${Number(month)}月${Number(day)}日 ${time}`;
}
