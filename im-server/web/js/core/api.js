/** Calls of the HTTP API. The session is a cookie that scripts cannot read. */

const BASE = new URL('api/v1/', document.baseURI);
const TIME_LIMIT = 20_000;

/** What the server, or the network, answered instead of a result. */
export class ApiError extends Error {
  /**
   * @param {string} code the stable code of the problem, or `network`, `timeout`, `unexpected`
   * @param {number} status the HTTP status, 0 when there was none
   * @param {Record<string, any>} [problem] the whole answer
   * @param {number|null} [retryAfter] seconds
   */
  constructor(code, status, problem = {}, retryAfter = null) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the same call may succeed a little later. */
  get temporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** @type {() => void} */
let sessionEnded = () => {};
/** Called when a call is refused because the session is no longer valid. @param {() => void} listener */
export function onSessionEnded(listener) {
  sessionEnded = listener;
}

/**
 * @param {string} method @param {string} path @param {object} [body]
 * @param {{signedOut?: boolean}} [options] `signedOut`: a 401 is an answer here, not the end of a session
 * @returns {Promise<{status: number, data: any}>}
 */
export async function request(method, path, body, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
  } catch (error) {
    throw new ApiError(error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'network', 0);
  }
  let data = null;
  if (response.status !== 204) {
    try {
      data = await response.json();
    } catch {
      if (response.ok) throw new ApiError('unexpected', 0);
    }
  }
  if (response.ok) return { status: response.status, data };
  const wait = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const error = new ApiError(data?.code ?? 'unexpected', response.status, data ?? {}, Number.isNaN(wait) ? null : wait);
  if (response.status === 401 && !options.signedOut) sessionEnded();
  throw error;
}

/** @param {string} path @param {Record<string, string|number|undefined>} [query] */
export async function get(path, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return (await request('GET', search ? `${path}?${search}` : path)).data;
}

/** @param {string} path @param {object} [body] */
export async function post(path, body = {}) {
  return (await request('POST', path, body)).data;
}

/** @param {string} path @param {object} body */
export async function patch(path, body) {
  return (await request('PATCH', path, body)).data;
}

/** @param {string} path */
export async function remove(path) {
  return (await request('DELETE', path)).data;
}

/** Where the events come from. @param {number} after */
export function eventsUrl(after) {
  const url = new URL('events', BASE);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('after', String(after));
  return url;
}
