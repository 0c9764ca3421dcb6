// The service with its files beside the Worker, on a database of its own, and admins in it: for tests of the operators' page.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TOTP, URI } from 'otpauth';
import pg from 'pg';
import { inject } from 'vitest';
import { freePort } from '../../src/local/ports.ts';
import { startWorker } from '../../src/local/worker.ts';
import { servedBindings } from './served-bindings.ts';
import { newTestDatabase } from './test-database.ts';

export const password = 'tide lamp orbit cello';

export type AdminWithApp = {
  readonly email: string;
  /** Of the authenticator app, so many steps of time from now. */
  code(steps?: number): string;
  readonly recoveryCodes: string[];
};

export type OperatorsService = Awaited<ReturnType<typeof startOperatorsService>>;

/** `wrangler dev`: workerd alone would serve no files. */
export async function startOperatorsService() {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-admin-'));
  const databaseUrl = await newTestDatabase(inject('databaseUrl'));
  const database = new pg.Client(databaseUrl);
  const [worker] = await Promise.all([
    startWorker({
      projectFolder: fileURLToPath(new URL('../..', import.meta.url)),
      environmentFile: join(folder, 'worker.env'),
      port,
      bindings: { ...servedBindings(databaseUrl), ISSUER: origin, APP_ORIGIN: origin, CORS_ORIGINS: '' },
    }),
    database.connect(),
  ]);
  const post = async (path: string, json: object, bearer?: string): Promise<Answer> => {
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(json),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
  };
  await until(async () => (await fetch(`${origin}/api/readiness`)).ok);

  const newUser = async (name: string): Promise<string> => {
    const email = `${name.toLowerCase().replace(/\W+/g, '.')}-${crypto.randomUUID().slice(0, 8)}@example.test`;
    const { body } = await post('/api/auth/register', { email, name });
    const code = await inMailTo(email, /^\s*(\d{6})\s*$/m);
    await post('/api/auth/verify-email', { request: body['request'], code, password });
    return email;
  };
  const login = (email: string) => post('/api/auth/login', { email, password });

  return {
    origin,
    database,
    newUser,
    login,
    forgot: (email: string) => post('/api/auth/forgot-password', { email }),
    /** As `npm run users -- role` does it. */
    makeAdmin: (email: string) => database.query(`update users set role = 'admin' where email = $1`, [email]),
    async newAdmin(name: string): Promise<AdminWithApp> {
      const email = await newUser(name);
      await database.query(`update users set role = 'admin' where email = $1`, [email]);
      const bearer = (await login(email)).body['access_token'] as string;
      const enrolled = await post('/api/users/me/totp', {}, bearer);
      const app = URI.parse(enrolled.body['otpauth_uri'] as string) as TOTP;
      if (!(app instanceof TOTP)) throw new Error('not an authenticator of time');
      const code = (steps = 0) => app.generate({ timestamp: Date.now() + steps * 30_000 });
      // Each step of time works once, and the next one is for the page.
      const { body } = await post('/api/users/me/totp/confirm', { totp: code(-1) }, bearer);
      return { email, code, recoveryCodes: [...(body['recovery_codes'] as string[])] };
    },
    async disabledReason(email: string): Promise<string | null> {
      const { rows } = await database.query('select disabled_reason from users where email = $1', [email]);
      return rows[0].disabled_reason;
    },
    /** Everybody's sign-in was that long ago, as a refresh will say. */
    ageSignIns: (minutes: number) =>
      database.query(`update sessions set auth_time = auth_time - make_interval(mins => $1)`, [minutes]),
    async stop() {
      await worker.stop();
      await database.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** What a pattern finds in the newest mail that has it. */
export async function inMailTo(email: string, pattern: RegExp): Promise<string> {
  let found: string | undefined;
  await until(async () => {
    const answer = await fetch(`${inject('mailApiUrl')}/mails?to=${encodeURIComponent(email)}`);
    const mails = (await answer.json()) as { text: string }[];
    found = mails.map(({ text }) => pattern.exec(text)?.[1]).findLast((one) => one !== undefined);
    return found !== undefined;
  });
  return found ?? '';
}

/** Another process is at work: asks until it has come so far, or a minute has passed. */
async function until(probe: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await probe().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${probe}`);
    await delay(100);
  }
}
