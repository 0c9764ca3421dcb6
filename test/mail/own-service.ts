// A service with a queue of its own: no other test sends its mails, and it sends no other test's.

import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { createApp } from '../../src/app.ts';
import { issuer, newDatabase, type Service, startService } from '../service.ts';

export async function startOwnService(changed: Record<string, unknown> = {}): Promise<Service> {
  return startService({ DATABASE_URL: await newDatabase(), ...changed });
}

/** Another isolate of the same service: what it shares with the first is the database, and here the clock. */
export async function startSecondIsolate(
  { clock, dependencies }: Service,
  changed: Record<string, unknown> = {},
): Promise<Service> {
  const second = await startService({ DATABASE_URL: dependencies.config.databaseUrl, ...changed });
  Object.defineProperty(second.clock, 'now', {
    get: () => clock.now,
    set: (now: Date) => {
      clock.now = now;
    },
  });
  return second;
}

export type TimedAnswer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** From the request to the last byte of its answer. */
  readonly milliseconds: number;
  /** Settles when what follows the answer is done as well. */
  readonly settled: Promise<void>;
};

/** Posts and takes the time of the answer alone, which `service.call` does not: it waits for what follows. */
export async function timedPost(service: Service, path: string, json: object): Promise<TimedAnswer> {
  const app = createApp(service.dependencies);
  const context = createExecutionContext();
  const request = new Request(issuer + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(json),
  });
  const start = performance.now();
  const response = await app.fetch(request, {}, context);
  const text = await response.text();
  const milliseconds = performance.now() - start;
  const settled = waitOnExecutionContext(context);
  return { status: response.status, text, headers: response.headers, milliseconds, settled };
}

/** What the log says beyond the daily round. */
export function complaints({ logged }: Service): [level: string, event: string][] {
  return logged.filter(({ level }) => level !== 'info').map(({ level, event }) => [level, event]);
}
