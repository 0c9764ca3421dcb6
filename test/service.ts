// The service as the tests meet it: the real app in the Workers runtime, on the real stack, with a clock that they move.

import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject } from 'vitest';
import { createApp } from '../src/app.ts';
import type { Dependencies } from '../src/context.ts';
import { connectDatabase } from '../src/database/client.ts';
import { createDependencies } from '../src/dependencies.ts';
import { readEnvironment } from '../src/environment.ts';
import { secretIn } from '../src/local/secrets.ts';
import type { Cost } from '../src/passwords/argon2-string.ts';
import { keepError } from './logged-errors.ts';
import { assertConforms } from './openapi/conformance.ts';

export const issuer = 'https://auth.example.test';

type Bindings = Record<string, unknown>;

export function bindings(): Bindings {
  return {
    DATABASE_URL: inject('databaseUrl'),
    NEON_HTTP_ENDPOINT: inject('neonHttpEndpoint'),
    ACCESS_TOKEN_KEYS: inject('accessTokenKeys'),
    REFRESH_TOKEN_KEYS: inject('refreshTokenKeys'),
    DATA_KEYS: inject('dataKeys'),
    ISSUER: issuer,
    AUDIENCE: 'https://api.example.test',
    CLIENT_ID: 'app',
    APP_ORIGIN: 'https://app.example.test',
    PAGES_ORIGIN: 'https://app.example.test',
    SMTP_URL: inject('smtpUrl'),
    EMAIL_FROM: 'Latchkey <no-reply@example.test>',
  };
}

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON, or nothing where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
  readonly body: any;
  readonly text: string;
  /** Database round trips between the request and its answer; what follows the answer is not among them. */
  readonly trips: number;
};

export type Service = {
  readonly dependencies: Dependencies;
  readonly clock: { now: Date; advance(seconds: number): void };
  /** Lines that were logged. */
  readonly logged: { level: string; event: string; fields: Record<string, unknown> | undefined }[];
  /** Stands between the Worker and the database; a test that breaks the network puts its own in place. */
  transport: typeof fetch;
  /** What other hosts answer, by URL. They are no round trips to the database. */
  readonly elsewhere: Map<string, (request: Request) => Response | Promise<Response>>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
};

export type CallOptions = {
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  readonly bearer?: string;
};

/** Argon2id as cheap as it can be: what a test is about is seldom the hash, whose CPU would be most of what the tests take. */
const cheapest: Cost = { kibibytes: 8, passes: 1, lanes: 1 };

/**
 * @param location what isolates of one location share; by default its own.
 * @param passwordCost `currentParameters`, as in production, where a test is about hashes or the time that they take.
 */
export async function startService(
  changed: Bindings = {},
  location: string = crypto.randomUUID(),
  passwordCost = cheapest,
): Promise<Service> {
  const DATABASE_URL = changed['DATABASE_URL'] ?? (await ownDatabase());
  let trips = 0;
  const clock = {
    now: new Date(),
    advance(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
  const logged: Service['logged'] = [];
  const leaked: string[] = [];
  const dependencies = await createDependencies(
    readEnvironment({ ...bindings(), DATABASE_URL, ...changed }),
    {
      now: () => clock.now,
      sharedCache: await caches.open(location),
      passwordCost,
      fetch: async (input, init) => {
        const answer = service.elsewhere.get(input);
        if (answer) return answer(new Request(input, init));
        trips += 1;
        return service.transport(input, init);
      },
      log: (level, event, fields) => {
        logged.push({ level, event, fields });
        const secret = secretIn(JSON.stringify(fields ?? {}));
        if (secret) leaked.push(`${event} holds ${secret}`);
        else if (level === 'error') keepError({ event, fields });
      },
    },
  );
  const app = createApp(dependencies);

  const service: Service = {
    dependencies,
    clock,
    logged,
    transport: (input, init) => fetch(input, init),
    elsewhere: new Map(),
    async call(method, path, { json, body, headers = {}, bearer } = {}) {
      const context = createExecutionContext();
      const before = trips;
      const response = await app.fetch(
        new Request(issuer + path, {
          method,
          headers: {
            ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
            ...headers,
          },
          ...(json === undefined ? body !== undefined && { body } : { body: JSON.stringify(json) }),
        }),
        {},
        context,
      );
      const answered = trips - before;
      // Not `text()`, which warns of types that are not called text.
      const text = new TextDecoder().decode(await response.arrayBuffer());
      // Whatever a test does: what is answered is as the OpenAPI document says.
      assertConforms({ method, path, status: response.status, headers: response.headers, text });
      await waitOnExecutionContext(context);
      // Nor does any line of the log ever hold a secret.
      if (leaked.length > 0) throw new Error(leaked.join(', '));
      const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && text !== '' ? JSON.parse(text) : undefined,
        text,
        trips: answered,
      };
    },
  };
  return service;
}

/** A fresh, migrated database that no other test writes to: its `DATABASE_URL`. */
export async function newDatabase(): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const database = connectDatabase({
    url: inject('databaseUrl'),
    endpoint: inject('neonHttpEndpoint'),
    fetch: (input, init) => fetch(input, init),
  });
  await database.query(sql.raw(`create database ${name} template latchkey_test_template`), {
    repeatable: false,
  });
  return inject('databaseUrl').replace(/[^/]+$/, name);
}

/** By test file. */
const databases = new Map<string | undefined, Promise<string>>();

/** The database of this test file: no other file sends its mails, moves its clock or purges its rows. */
function ownDatabase(): Promise<string> {
  const file = expect.getState().testPath;
  const own = databases.get(file) ?? newDatabase();
  databases.set(file, own);
  return own;
}

export type ReceivedMail = {
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
};

/**
 * What the mail server has taken for an address, oldest first. Waits up to a minute for `count` of them: a mail leaves after the
 * answer that caused it.
 */
export async function mailsTo(address: string, count = 0): Promise<ReceivedMail[]> {
  const query = new URLSearchParams({ to: address, count: String(count) });
  const response = await fetch(`${inject('mailApiUrl')}/mails?${query}`);
  return response.json();
}

export function linkIn(mail: ReceivedMail | undefined): URL {
  const link = /https:\/\/\S+token=[\w-]+/.exec(mail?.text ?? '')?.[0];
  if (!link) throw new Error(`No link in ${mail?.text}`);
  return new URL(link);
}

export function codeIn(mail: ReceivedMail | undefined): string {
  const code = /^\s*(\d{6}|\d{8}|[0-9A-Z]{12})\s*$/m.exec(mail?.text ?? '')?.[1];
  if (!code) throw new Error(`No code in ${mail?.text}`);
  return code;
}

export const password = 'tide lamp orbit cello';

export function newAddress(): string {
  return `person-${crypto.randomUUID()}@example.test`;
}

/** Somebody who registered and verified. */
export async function newUser(service: Service, email = newAddress()): Promise<{ email: string }> {
  await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  const token = linkIn((await mailsTo(email, 1)).at(-1)).searchParams.get('token');
  const verified = await service.call('POST', '/api/auth/verify-email', {
    json: { token, password, name: 'Ada' },
  });
  if (verified.status !== 204) throw new Error(`verify-email: ${verified.status} ${verified.text}`);
  return { email };
}

export type Tokens = {
  access_token: string;
  refresh_token: string;
  session_id: string;
  known_device: string;
};

export async function signIn(service: Service, email: string, more: object = {}): Promise<Tokens> {
  const answer = await service.call('POST', '/api/auth/login', { json: { email, password, ...more } });
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.text}`);
  return answer.body;
}
