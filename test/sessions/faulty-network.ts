// The ways in which a statement fails between the Worker and PostgreSQL, without a wait for any of them.

import { inject, vi } from 'vitest';
import type { Service } from '../service.ts';

type Send = () => Promise<Response>;

/** What becomes of one request to the database; `send` is the request as it would have been. */
export type Fault = (send: Send, init: RequestInit | undefined) => Promise<Response>;

/** Nothing: for a place in a plan before the fault. */
export const noFault: Fault = (send) => send();

/** An answer in place of the database's own. */
export function answering(status: number, body: string | object): Fault {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return async () => new Response(text, { status });
}

const deadlines = new WeakMap<AbortSignal, AbortController>();

/** The moment at which a query is given up is the moment at which it hangs. */
function giveUp(init: RequestInit | undefined): DOMException {
  const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  const deadline = init?.signal && deadlines.get(init.signal);
  if (!deadline) throw new Error('A query without a deadline hangs for ever');
  deadline.abort(reason);
  return reason;
}

export const faults = {
  'a refused connection': () => Promise.reject(new TypeError('Network connection lost.')),
  'an answer lost after the commit': async (send) => {
    await send();
    throw new TypeError('Network connection lost.');
  },
  'a hang before the statement ran': (_, init) => Promise.reject(giveUp(init)),
  'a hang after the statement ran': async (send, init) => {
    await send();
    throw giveUp(init);
  },
  'an answer that breaks off': async (send) => {
    const text = await (await send()).text();
    return new Response(text.slice(0, text.length / 2));
  },
  'an answer whose body hangs': async (send, init) => {
    await send();
    const body = new ReadableStream({
      pull(controller) {
        controller.error(giveUp(init));
      },
    });
    return new Response(body);
  },
  'a 500 from the endpoint': answering(500, { message: 'Control plane request failed' }),
  'a 502 in HTML': answering(502, '<html>Bad gateway</html>'),
  'a 503 after the commit': async (send) => {
    await send();
    return new Response('', { status: 503 });
  },
  'a 429 from the endpoint': answering(429, { message: 'rate limit exceeded' }),
  'too many connections': answering(400, { severity: 'FATAL', code: '53300', message: 'too many clients' }),
  'a server that shuts down': answering(400, { severity: 'FATAL', code: '57P01', message: 'terminating' }),
  'a deadlock': answering(400, { severity: 'ERROR', code: '40P01', message: 'deadlock detected' }),
} as const satisfies Record<string, Fault>;

/** Puts faults in the way of the next requests, one each; after them the network is whole again. */
export function faulty(service: Service, plan: readonly Fault[]): { requests: number } {
  const network = { requests: 0 };
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const deadline = new AbortController();
    deadlines.set(deadline.signal, deadline);
    return deadline.signal;
  });
  const whole: typeof fetch = (input, init) => fetch(input, init);
  service.transport = (input, init) => {
    const fault = plan[network.requests] ?? noFault;
    network.requests += 1;
    return fault(() => whole(input, init), init);
  };
  return network;
}

/** A request to a real server that does not answer while anybody waits. */
export function hanging(_: Send, init: RequestInit | undefined): Promise<Response> {
  const query = new URLSearchParams({ to: 'nobody', count: '1', within: '9000' });
  return fetch(`${inject('mailApiUrl')}/mails?${query}`, { signal: init?.signal ?? null });
}
