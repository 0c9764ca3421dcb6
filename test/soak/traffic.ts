// The network of every client: loses a request or an answer now and then, counts what comes back, and looks at each answer.

import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export type Traffic = {
  readonly origin: string;
  /** @param who is named in the log. */
  fetchOf(who: string): Fetch;
};

const lostShare = 0.02;

export function openTraffic(origin: string, { ledger, random }: { ledger: Ledger; random: Random }): Traffic {
  /** Each token that was ever seen, by its `jti`: a second one with the same would be a second chain. */
  const tokens = new Map<string, string>();
  const keys = new Set<string>();

  function look(what: string, response: Response, text: string): void {
    const { status } = response;
    const body = status !== 204 && isJson(response) ? JSON.parse(text) : {};
    if (status >= 500) {
      const isRight =
        status === 503 &&
        /\/problems\/service-unavailable$/.test(body.type) &&
        body.retryable === true &&
        body.discard_credentials === false;
      if (!isRight)
        ledger.violate('no 5xx but 503, as a problem that keeps the tokens', `${what}: ${status} ${text}`);
    }
    if (/\/auth\/refresh$/.test(what) && status >= 400)
      ledger.count('Refreshes refused', `${status} ${String(body.type).replace(/^.*\//, '')}`);
    if (typeof body.refresh_token !== 'string') return;
    const { jti } = JSON.parse(Buffer.from(body.refresh_token.split('.')[1], 'base64url').toString());
    if (/\/auth\/refresh$/.test(what))
      ledger.count('Refreshes', tokens.has(jti) ? 'answered again' : 'rotated');
    if ((tokens.get(jti) ?? body.refresh_token) !== body.refresh_token)
      ledger.violate('a session has one live chain', `two tokens are ${jti}`);
    tokens.set(jti, body.refresh_token);
  }

  return {
    origin,
    fetchOf: (who) => async (url, init) => {
      const what = `${init?.method ?? 'GET'} ${patternOf(url.slice(origin.length))}`;
      const spent = /"refresh_token":"[^."]+\.([^."]+)/.exec(String(init?.body ?? ''))?.[1];
      const token = spent ? ` of ${JSON.parse(Buffer.from(spent, 'base64url').toString()).jti}` : '';
      if (token) ledger.say(`${who}: ${what}${token}`);
      const key = new Headers(init?.headers).get('Idempotency-Key');
      if (key !== null && keys.has(key)) ledger.count('Retries with an Idempotency-Key', what);
      if (key !== null) keys.add(key);
      const start = Date.now();
      const note = (outcome: string) => {
        ledger.count('Requests by outcome', outcome);
        ledger.count('Requests', what);
        ledger.say(`${who}: ${what}${token}: ${outcome} after ${Date.now() - start} ms`);
      };
      const lost = random.chance(lostShare) ? random.pick(['request lost', 'answer lost']) : undefined;
      if (lost === 'request lost') {
        note(lost);
        throw new TypeError(lost);
      }
      try {
        const response = await fetch(url, init);
        const text = await response.text();
        look(what, response, text);
        if (lost) throw new TypeError(lost);
        note(`${response.status}${problemIn(text)}`);
        return new Response(response.status === 204 || response.status === 304 ? null : text, response);
      } catch (error) {
        note(lost ?? (init?.signal?.aborted ? 'no answer in time' : 'connection lost'));
        throw error;
      }
    },
  };
}

const problemIn = (text: string) => /\/problems(\/[\w-]+)"/.exec(text)?.[1]?.replace('/', ' ') ?? '';

const isJson = (response: Response) => /json/.test(response.headers.get('Content-Type') ?? '');

function patternOf(path: string): string {
  return path.replace(/\?.*$/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
}
