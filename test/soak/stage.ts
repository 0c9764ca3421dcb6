// What a soak runs on: PostgreSQL with its own durability, two Workers behind one front, and a mail server; each can be hurt.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyMigrations } from '../../src/cli/deploy/schema.ts';
import { developmentKeys } from '../../src/local/development-keys.ts';
import { startNeonHttp } from '../../src/local/neon-http.ts';
import { freePort } from '../../src/local/ports.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { startServedWorker } from '../../src/local/served-worker.ts';
import { startSmtpServer } from '../../src/local/smtp-server.ts';
import { startFront } from '../stack/front.ts';
import { startDatabaseProxy } from './database-proxy.ts';
import { startMailProxy } from './mail-proxy.ts';
import type { Random } from './random.ts';

/**
 * So short that an app refreshes every twelve seconds, and no shorter: a refresh whose statement the Worker has to repeat is
 * up to ten seconds old, and one that comes after the next two is theft. In production those take half an hour.
 */
const accessTokenSeconds = '18';

export type Stage = Awaited<ReturnType<typeof setStage>>;

export async function setStage(random: Random) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-soak-'));
  const server = { dataDirectory: join(folder, 'postgres'), port: await freePort() };
  let postgres = await startPostgres(server);
  await applyMigrations(postgres.url);
  const endpoint = await startNeonHttp({ postgresUrl: postgres.url, port: 0 });
  const database = await startDatabaseProxy(endpoint.endpoint, random.of('database'));
  const mailServer = await startSmtpServer();
  const mail = await startMailProxy(Number(new URL(mailServer.smtpUrl).port));
  const front = await startFront(() => ({}));
  const cronPath = `/${crypto.randomUUID()}`;
  const bindings = {
    ...(await developmentKeys(folder)),
    DATABASE_URL: postgres.url,
    NEON_HTTP_ENDPOINT: database.endpoint,
    ISSUER: front.origin,
    AUDIENCE: 'https://api.example.test',
    CLIENT_ID: 'app',
    SMTP_URL: `smtp://soak:soak@127.0.0.1:${mail.port}`,
    EMAIL_FROM: 'Latchkey <no-reply@example.test>',
    ACCESS_TOKEN_TTL: accessTokenSeconds,
  };
  const workers = await Promise.all(
    [0, 1].map(() => startServedWorker(bindings, { before: cronAt(cronPath) })),
  );
  front.use(...workers.map(({ origin }) => origin));

  /** A server that was killed leaves processes that have yet to notice; until then the next one does not start. */
  async function startAgain(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        postgres = await startPostgres(server);
        return;
      } catch (error) {
        if (tries === 50) throw error;
        await delay(200);
      }
    }
  }

  return {
    origin: front.origin,
    mailApiUrl: mailServer.mailApiUrl,
    databaseUrl: postgres.url,
    database,
    mail,
    workers,
    logged: () => workers.map((worker) => worker.logged()).join(''),
    async restartDatabase(signal: 'SIGQUIT' | 'SIGKILL', pauseMilliseconds: number): Promise<void> {
      await postgres.stop(signal);
      await delay(pauseMilliseconds);
      await startAgain();
    },
    /** What the platform does every minute, here whenever it is asked for. A Worker that is down misses it. */
    async runCron(): Promise<void> {
      await Promise.all(workers.map(({ origin }) => fetch(origin + cronPath).then(read, () => {})));
    },
    async stop(): Promise<void> {
      // One that has logged a secret throws; here that was looked for before.
      await Promise.allSettled(workers.map((worker) => worker.stop()));
      front.stop();
      await Promise.all([database.stop(), mail.stop(), mailServer.stop(), endpoint.stop()]);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const read = (response: Response) => response.text();

/** Bare workerd has no clock that would start it. */
function cronAt(path: string) {
  return (workerModule: string) => `import worker from './${workerModule}';
export default {
  async fetch(request, ...rest) {
    if (new URL(request.url).pathname !== '${path}') return worker.fetch(request, ...rest);
    await worker.scheduled({}, ...rest);
    return new Response('done');
  },
};
`;
}
