// The service as an attacker meets it: the production bundle on bare workerd, one process for each processor, before one
// PostgreSQL that flushes to disk as a production server does. Its clock can be moved, so that an attack lasts for days.

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { applyMigrations } from '../../src/cli/deploy/schema.ts';
import { developmentKeys } from '../../src/local/development-keys.ts';
import { startNeonHttp } from '../../src/local/neon-http.ts';
import { freePort } from '../../src/local/ports.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { type ReceivedMail, startSmtpServer } from '../../src/local/smtp-server.ts';
import { inMovedTime, type MovedTime, movedTime } from '../stack/moved-time.ts';
import { type Answer, post } from './post.ts';

export const password = 'velvet sparrow tunnel mint';

export type AttackedService = {
  readonly origins: readonly [string, ...string[]];
  readonly database: pg.Pool;
  readonly clock: MovedTime;
  /** A request in the time of the clock. Connections are dealt out over the processes. */
  ask(
    path: string,
    json: object,
    over?: { connection?: number; bearer?: string | undefined },
  ): Promise<Answer>;
  /** A mail leaves after the answer; while it does, the machine is slower for whatever is asked next. */
  mailsHaveLeft(settleMilliseconds: number): Promise<void>;
  mailsTo(address: string): Promise<ReceivedMail[]>;
  logged(): string;
  /** People with the password above; their addresses are all of one length. */
  newPeople(count: number, are: { verified: boolean }): Promise<string[]>;
  stop(): Promise<void>;
};

export const newAddress = () => `${randomUUID()}@example.test`;

export async function startAttackedService(): Promise<AttackedService> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-guessing-'));
  const postgres = await startPostgres({
    dataDirectory: join(folder, 'postgres'),
    port: await freePort(),
  });
  await applyMigrations(postgres.url);
  const database = new pg.Pool({ connectionString: postgres.url, max: 4 });
  // At the end the server may close an idle connection first: no fault of the attacked. A query still fails by itself.
  database.on('error', () => {});
  const [endpoint, mail, keys] = await Promise.all([
    startNeonHttp({ postgresUrl: postgres.url, port: 0 }),
    startSmtpServer(),
    developmentKeys(folder),
  ]);
  const bindings = {
    ...keys,
    DATABASE_URL: postgres.url,
    NEON_HTTP_ENDPOINT: endpoint.endpoint,
    ISSUER: 'https://auth.example.test',
    AUDIENCE: 'https://api.example.test',
    CLIENT_ID: 'app',
    SMTP_URL: mail.smtpUrl,
    EMAIL_FROM: 'Latchkey <no-reply@example.test>',
  };
  // One after the other, because each builds the bundle.
  const first = await startServedWorker(bindings, { before: inMovedTime });
  const workers: ServedWorker[] = [first];
  while (workers.length < availableParallelism()) {
    workers.push(await startServedWorker(bindings, { before: inMovedTime }));
  }
  const hash = await hashOfPassword(first.origin, mail.mailApiUrl, database);

  const clock = movedTime();

  return {
    origins: [first.origin, ...workers.slice(1).map(({ origin }) => origin)],
    database,
    clock,
    ask(path, json, { connection = 0, bearer } = {}) {
      const { origin } = workers[connection % workers.length] ?? first;
      const authorization = bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
      return post(`${origin}/api${path}`, json, { ...clock.headers(), ...authorization });
    },
    async mailsHaveLeft(settleMilliseconds) {
      const waiting = 'select from mails where sent_at is null and failed_at is null';
      do await delay(settleMilliseconds);
      while ((await database.query(waiting)).rowCount);
    },
    mailsTo: (address) => mailsAt(mail.mailApiUrl, { to: address }),
    logged: () => workers.map((worker) => worker.logged()).join(''),
    async newPeople(count, { verified }) {
      const addresses = Array.from({ length: count }, newAddress);
      await database.query(
        `insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
         select uuidv7(), address, ${verified ? 'now()' : 'null'}, $2, 'Ada', now(), now() from unnest($1::text[]) address`,
        [addresses, hash],
      );
      return addresses;
    },
    async stop() {
      await Promise.all([...workers.map((worker) => worker.stop()), endpoint.stop(), mail.stop()]);
      await database.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Made by the service itself, so that it is of today's cost. */
async function hashOfPassword(origin: string, mailApiUrl: string, database: pg.Pool): Promise<string> {
  const email = newAddress();
  await post(`${origin}/api/auth/register`, { email, name: 'Ada' });
  const mails = await mailsAt(mailApiUrl, { to: email, count: '1' });
  const token = /token=([\w-]+)/.exec(mails[0]?.text ?? '')?.[1];
  await post(`${origin}/api/auth/verify-email`, { token, password, name: 'Ada' });
  const { rows } = await database.query<{ password_hash: string }>('select password_hash from users');
  if (!rows[0]) throw new Error('nobody could be registered');
  return rows[0].password_hash;
}

async function mailsAt(mailApiUrl: string, which: Record<string, string>): Promise<ReceivedMail[]> {
  const answer = await fetch(`${mailApiUrl}/mails?${new URLSearchParams(which)}`);
  return (await answer.json()) as ReceivedMail[];
}
