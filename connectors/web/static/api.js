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
    this.retryAfter = retryAfter ?? error.retry_after ?? null;
  }

  /** Whether the same request may succeed later without a change. */
  get temporary() {
    const codes = ["unavailable", "busy", "too_fast", "refused", "bad_token", "bad_identity"];
    return this.status === 429 || this.status >= 500 || codes.includes(this.code)
      || this.code === "unreachable";
  }
}

/** What the gateway gets of an outbox item. */
export function sent({ client_id, text, large_text = false }) {
  return { client_id, text, large_text };
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

  /** `wish` is `{token}` to stay who one is, or `{identity}`: the bank's word for it. */
  openSession(wish) {
    return this.#request("POST", "api/session", { body: wish });
  }

  messages(token, after) {
    const query = after ? `?after=${encodeURIComponent(after)}` : "";
    return this.#request("GET", `api/messages${query}`, { token });
  }

  send(token, item) {
    return this.#request("POST", "api/messages", { token, body: sent(item) });
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

/** Return a UUID; `crypto.randomUUID` is missing on pages that are not served over TLS. */
export function makeId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
