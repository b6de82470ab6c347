/** Talking HTTP to the gateway, and who we are to it. */

const TIMEOUT = 15_000;
const FILE_TIMEOUT = 120_000;
/** Renew a token when less than this share of its lifetime is left. */
const MARGIN = 0.1;

/** An answer that is not a success; `status` 0 means that there was none. */
export class ApiError extends Error {
  constructor(status, error = {}, retryAfter = null) {
    super(error.message ?? "");
    this.name = "ApiError";
    this.status = status;
    this.code = error.code ?? "unreachable";
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without a change. */
  get temporary() {
    const codes = ["unavailable", "busy", "refused", "bad_token"];
    return this.status === 429 || this.status >= 500 || codes.includes(this.code)
      || this.code === "unreachable";
  }
}

/** The gateway's addresses under one base URL. */
export class Api {
  constructor(server) {
    const base = new URL(server || "/", document.baseURI);
    if (!base.pathname.endsWith("/")) base.pathname += "/";
    this.base = base;
  }

  get streamUrl() {
    const url = new URL("api/stream", this.base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  openSession(token) {
    return this.#request("POST", "api/session", { body: { token } });
  }

  messages(token, after) {
    const query = after ? `?after=${encodeURIComponent(after)}` : "";
    return this.#request("GET", `api/messages${query}`, { token });
  }

  send(token, item) {
    const body = { client_id: item.client_id, text: item.text };
    return this.#request("POST", "api/messages", { token, body });
  }

  sendFile(token, clientId, file) {
    const query = new URLSearchParams({ client_id: clientId, name: file.name });
    return this.#request("POST", `api/files?${query}`, { token, file });
  }

  /** Return a file's content as a Blob. */
  async file(token, id) {
    const url = new URL(`api/files/${id}`, this.base);
    const headers = { authorization: `Bearer ${token}` };
    const response = await this.#fetch(url, { headers, credentials: "omit", cache: "no-store" });
    if (!response.ok) throw new ApiError(response.status);
    return response.blob();
  }

  leaveQueue(token) {
    return this.#request("POST", "api/leave-queue", { token });
  }

  async #request(method, path, { token, body, file } = {}) {
    const headers = {};
    if (token) headers.authorization = `Bearer ${token}`;
    if (body) headers["content-type"] = "application/json";
    if (file) headers["content-type"] = "application/octet-stream";
    const response = await this.#fetch(new URL(path, this.base), {
      method,
      headers,
      body: file ?? (body && JSON.stringify(body)),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(file ? FILE_TIMEOUT : TIMEOUT),
    });
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const seconds = Number.parseFloat(response.headers.get("retry-after") ?? "");
    throw new ApiError(response.status, answer.error, Number.isFinite(seconds) ? seconds : null);
  }

  async #fetch(url, request) {
    try {
      return await fetch(url, request);
    } catch {
      throw new ApiError(0);
    }
  }
}

/**
 * The visitor's token, shared by all tabs.
 *
 * `visitor` is a mark of our own: it changes when the gateway could not know us again, and a
 * cursor is only good for the visitor it was given to.
 */
export class Session {
  #refused = null;

  constructor(api, store) {
    this.api = api;
    this.store = store;
  }

  /** Whether this browser has been here before. */
  get known() {
    return this.#stored() !== null;
  }

  /** Return `{token, visitor}`; raises ApiError. Only one tab at a time asks for a new one. */
  async current() {
    const usable = this.#usable();
    return usable ?? (await exclusively(() => this.#renew()));
  }

  /** The gateway does not take this token. */
  refuse(token) {
    this.#refused = token;
  }

  #stored() {
    const held = this.store.read("session");
    return held?.token && held.visitor ? held : null;
  }

  #usable() {
    const held = this.#stored();
    if (!held || held.token === this.#refused) return null;
    return Date.now() < held.expires - held.lifetime * MARGIN ? held : null;
  }

  async #renew() {
    const usable = this.#usable();
    if (usable) return usable;
    const held = this.#stored();
    const same = held && held.token !== this.#refused && Date.now() < held.expires;
    const { token, expires_in: seconds } = await this.api.openSession(same ? held.token : null);
    const lifetime = seconds * 1000;
    const visitor = same ? held.visitor : makeId();
    const fresh = { token, visitor, lifetime, expires: Date.now() + lifetime };
    this.store.write("session", fresh);
    return fresh;
  }
}

/** Run `step` in one tab at a time, where the browser can promise that. */
function exclusively(step) {
  return navigator.locks ? navigator.locks.request("yinqiao-session", step) : step();
}

/** Return a UUID; `crypto.randomUUID` is missing on pages that are not served over TLS. */
export function makeId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
