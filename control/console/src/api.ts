/** Talks to the API with a bearer token that lives in this tab only. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

const KEY = 'bailey-token';

/** Takes a token out of the address (`#token=…`) so that it does not stay in the history. */
export function takeToken(): string | null {
  const found = /[#&]token=([^&]+)/.exec(location.hash);
  if (found) {
    sessionStorage.setItem(KEY, decodeURIComponent(found[1]!));
    history.replaceState(null, '', location.pathname + location.search + '#/');
  }
  return sessionStorage.getItem(KEY);
}

export function keepToken(token: string | null): void {
  if (token === null) {
    sessionStorage.removeItem(KEY);
  } else {
    sessionStorage.setItem(KEY, token);
  }
}

function headers(body: boolean): Record<string, string> {
  const token = sessionStorage.getItem(KEY);
  return {
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    ...(body ? { 'Content-Type': 'application/json' } : {}),
  };
}

async function answered<T>(response: Response): Promise<T> {
  const text = await response.text();
  let body: { message?: string; remedy?: string } & Record<string, unknown> = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = { message: text.slice(0, 200) };
  }
  if (!response.ok) {
    throw new ApiError(response.status, body.message ?? `the server answered ${response.status}`, body.remedy ?? '');
  }
  return body as T;
}

export async function get<T>(path: string): Promise<T> {
  return answered<T>(await fetch(`/api/v1${path}`, { headers: headers(false) }));
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return answered<T>(
    await fetch(`/api/v1${path}`, { method: 'POST', headers: headers(true), body: JSON.stringify(body) }),
  );
}

/** Server-sent events over fetch, so that the token travels in a header; comes back by itself until aborted. */
export async function events(
  onEvent: (name: string, data: unknown) => void,
  onState: (connected: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = 250; !signal.aborted; wait = Math.min(wait * 2, 5_000)) {
    try {
      const response = await fetch('/api/v1/events', { headers: headers(false), signal });
      if (response.status === 401 || response.status === 403) {
        throw new ApiError(response.status, 'the token is not known', '');
      }
      if (response.ok && response.body) {
        onState(true);
        wait = 250;
        await readEvents(response.body, onEvent);
      }
    } catch (error) {
      if (error instanceof ApiError) {
        throw error;
      }
    }
    onState(false);
    await new Promise((done) => setTimeout(done, wait));
  }
}

async function readEvents(
  stream: ReadableStream<Uint8Array>,
  onEvent: (name: string, data: unknown) => void,
): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let pending = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    pending += value;
    const blocks = pending.split(/\r?\n\r?\n/);
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event) {
        onEvent(event.name, JSON.parse(event.data));
      }
    }
  }
}

/** One block of an event stream; null for comments. Source: WHATWG HTML, server-sent events. */
export function parseEvent(block: string): { name: string; data: string } | null {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) {
      name = line.slice(6).trim();
    } else if (line.startsWith('data:')) {
      data.push(line.slice(5).replace(/^ /, ''));
    }
  }
  return data.length ? { name, data: data.join('\n') } : null;
}
