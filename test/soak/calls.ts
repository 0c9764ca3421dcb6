// Plain HTTP without the client: what came back, or that nobody knows.

import { setTimeout as delay } from 'node:timers/promises';
import type { ReceivedMail } from '../../src/local/smtp-server.ts';
import type { Fetch } from './traffic.ts';

export type Reply = {
  /** Nothing where there was no answer: it may have been done all the same. */
  readonly status: number | undefined;
  readonly text: string;
};

/** Longer than a Worker takes with every query at its deadline. */
const patienceMilliseconds = 30_000;

export async function send(fetch: Fetch, url: string, init: RequestInit): Promise<Reply> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMilliseconds) });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: undefined, text: '' };
  }
}

/** @param key one for all repetitions of a call: however often its answer is lost, it is done once. */
export function post(fetch: Fetch, url: string, body: object, key?: string): Promise<Reply> {
  const headers = {
    'Content-Type': 'application/json',
    ...(key !== undefined && { 'Idempotency-Key': key }),
  };
  return send(fetch, url, { method: 'POST', headers, body: JSON.stringify(body) });
}

export const mayPass = ({ status }: Reply) => status === undefined || status === 503;

/**
 * A statement of a call that got no answer may still be on its way (database-proxy.ts, `slowestMilliseconds`; a Worker runs
 * it a second time): what comes next is not to be overtaken by it.
 */
export const settled = () => delay(12_000);

export type Mailed = { readonly token: string; readonly code: string };

/** Link and code of the mails to an address whose links lead to a page, the newest first. */
export async function mailedTo(mailApiUrl: string, to: string, page: string): Promise<Mailed[]> {
  const query = new URLSearchParams({ to });
  const mails = (await (await fetch(`${mailApiUrl}/mails?${query}`)).json()) as ReceivedMail[];
  const link = new RegExp(`/${page}\\?token=([\\w-]+)`);
  return mails
    .flatMap(({ text }) => {
      const token = link.exec(text)?.[1];
      const code = /^\s*(\d{6}|\d{8}|[0-9A-Z]{12})\s*$/m.exec(text)?.[1] ?? '';
      return token === undefined ? [] : { token, code };
    })
    .reverse();
}
