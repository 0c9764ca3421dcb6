// The service as the tests meet it: the real app in the Workers runtime, on the real stack, with a clock that they move.

import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { inject } from 'vitest';
import { createApp } from '../src/app.ts';
import { createDependencies } from '../src/dependencies.ts';
import { readEnvironment } from '../src/environment.ts';
import type { Dependencies } from '../src/http/router.ts';

export const issuer = 'https://auth.example.test';

type Bindings = Record<string, unknown>;

export function bindings(): Bindings {
  return {
    DATABASE_URL: inject('databaseUrl'),
    NEON_HTTP_ENDPOINT: inject('neonHttpEndpoint'),
    ACCESS_TOKEN_KEYS: inject('accessTokenKeys'),
    REFRESH_TOKEN_KEYS: inject('refreshTokenKeys'),
    ISSUER: issuer,
    AUDIENCE: 'https://api.example.test',
    CLIENT_ID: 'app',
    APP_ORIGIN: 'https://app.example.test',
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
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
};

export type CallOptions = {
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  readonly bearer?: string;
};

export async function startService(changed: Bindings = {}): Promise<Service> {
  let trips = 0;
  const clock = {
    now: new Date(),
    advance(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
  const logged: Service['logged'] = [];
  const dependencies = await createDependencies(readEnvironment({ ...bindings(), ...changed }), {
    now: () => clock.now,
    fetch: (input, init) => {
      trips += 1;
      return service.transport(input, init);
    },
    log: (level, event, fields) => void logged.push({ level, event, fields }),
  });
  const app = createApp(dependencies);

  const service: Service = {
    dependencies,
    clock,
    logged,
    transport: (input, init) => fetch(input, init),
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
      const text = await response.text();
      await waitOnExecutionContext(context);
      const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        body: isJson ? JSON.parse(text) : undefined,
        text,
        trips: answered,
      };
    },
  };
  return service;
}

export type ReceivedMail = { to: string; subject: string; html: string; text: string };

/** What the mail server has taken for an address, oldest first. */
export async function mailsTo(address: string): Promise<ReceivedMail[]> {
  const response = await fetch(`${inject('mailApiUrl')}/mails?to=${encodeURIComponent(address)}`);
  return response.json();
}

export function linkIn(mail: ReceivedMail | undefined): URL {
  const link = /https:\/\/\S+token=[\w-]+/.exec(mail?.text ?? '')?.[0];
  if (!link) throw new Error(`No link in ${mail?.text}`);
  return new URL(link);
}

export function codeIn(mail: ReceivedMail | undefined): string {
  const code = /^\s*(\d{3}) ?(\d{3})\s*$/m.exec(mail?.text ?? '');
  if (!code) throw new Error(`No code in ${mail?.text}`);
  return `${code[1]}${code[2]}`;
}

export const password = 'tide lamp orbit cello';

export function newAddress(): string {
  return `person-${crypto.randomUUID()}@example.test`;
}

/** Somebody who registered and verified. */
export async function newUser(service: Service, email = newAddress()): Promise<{ email: string }> {
  await service.call('POST', '/api/auth/register', { json: { email, password, name: 'Ada' } });
  const token = linkIn((await mailsTo(email)).at(-1)).searchParams.get('token');
  await service.call('POST', '/api/auth/verify-email', { json: { token } });
  return { email };
}

export type Tokens = { access_token: string; refresh_token: string; session_id: string };

export async function signIn(service: Service, email: string, more: object = {}): Promise<Tokens> {
  const answer = await service.call('POST', '/api/auth/login', { json: { email, password, ...more } });
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.text}`);
  return answer.body;
}
