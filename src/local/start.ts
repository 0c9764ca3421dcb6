// `npm run dev`: runs the whole service on one machine until Ctrl-C. Data and keys persist between runs.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '../cli/deploy/schema.ts';
import { takeDevLock } from './dev-lock.ts';
import { type DevSettings, defaultBindings, isCaught, readDevSettings } from './dev-settings.ts';
import { startDeveloperServer } from './developer-server.ts';
import { developmentKeys } from './development-keys.ts';
import { mailBanner } from './mail-banner.ts';
import { startMailCatcher } from './mail-catcher.ts';
import { startNeonHttp } from './neon-http.ts';
import { requireFreePorts } from './ports.ts';
import { startPostgres, stopAbandonedPostgres } from './postgres.ts';
import { answers, greets, ok } from './ready.ts';
import { whenNpmIsGone } from './starter.ts';
import { welcome } from './welcome.ts';
import { startWorker } from './worker.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const dataFolder = join(projectFolder, '.latchkey');
const cronPath = '/cdn-cgi/local/scheduled';

/** Shutdown steps of everything that was started; they run in reverse order. */
const undo: (() => Promise<unknown>)[] = [];
let ending: Promise<never> | undefined;

/** Shuts everything down and exits. Repeated calls share one shutdown. */
function end(exitCode: number, reason?: string): Promise<never> {
  ending ??= (async () => {
    if (reason !== undefined) console.error(`\n${reason}\n`);
    for (const step of undo.reverse()) await step().catch((error) => console.error(String(error)));
    process.exit(exitCode);
  })();
  return ending;
}

async function start({ ports, databaseUrl, bindings }: DevSettings): Promise<void> {
  console.log('Starting the database, the mail inbox and the service …');
  await mkdir(dataFolder, { recursive: true });
  const lock = await takeDevLock(join(dataFolder, 'dev.pid'));
  undo.push(lock.release);
  const dataDirectory = join(dataFolder, 'postgres');
  await stopAbandonedPostgres(dataDirectory);
  await requireFreePorts(ports, lock.afterACrash ? 5000 : 0);

  const postgresUrl = databaseUrl ?? (await startEmbeddedPostgres(dataDirectory, ports.POSTGRES_PORT ?? 0));
  await applyMigrations(postgresUrl).catch((cause) => {
    const which = databaseUrl === undefined ? 'the embedded PostgreSQL' : 'the database of DATABASE_URL';
    throw new Error(`The migrations cannot be applied to ${which}: ${cause.cause ?? cause}`, { cause });
  });
  const [keys, mail, developer, endpoint] = await Promise.all([
    developmentKeys(dataFolder),
    startMailCatcher({
      smtpPort: ports.SMTP_PORT,
      uiPort: ports.MAIL_UI_PORT,
      dataDirectory: join(dataFolder, 'mails'),
      onMail: (mail, url) => console.log(mailBanner(mail, url, new Date())),
    }),
    startDeveloperServer({
      port: ports.EVENTS_PORT,
      inboxUrl: bindings['SMTP_URL'] ? undefined : `http://localhost:${ports.MAIL_UI_PORT}`,
      bindings,
    }),
    startNeonHttp({ postgresUrl, port: ports.NEON_HTTP_PORT }),
  ]);
  undo.push(mail.stop, developer.stop, endpoint.stop);

  const service = `http://localhost:${ports.PORT}`;
  const worker = await startWorker({
    projectFolder,
    environmentFile: join(dataFolder, 'worker.env'),
    port: ports.PORT,
    bindings: {
      ...keys,
      DATABASE_URL: withPassword(postgresUrl),
      NEON_HTTP_ENDPOINT: endpoint.endpoint,
      SMTP_URL: mail.smtpUrl,
      ...defaultBindings(service, bindings, developer.webhook),
      ...bindings,
    },
  });
  undo.push(worker.stop);
  void worker.exited.then(() => end(1, 'wrangler dev has ended by itself. What it printed is above.'));

  await Promise.all([
    answers('The SQL-over-HTTP endpoint', () => ok(new URL('/statistics', endpoint.endpoint).href)),
    answers('The mail inbox', () => ok(mail.inboxUrl)),
    answers('The page of events', () => ok(developer.eventsUrl)),
    answers('The SMTP server', () => greets(ports.SMTP_PORT)),
    answers('The service', () => ok(`${service}/api/readiness`)),
  ]);
  console.log(
    welcome({
      service,
      inbox: bindings['SMTP_URL'] ? undefined : mail.inboxUrl,
      mails: developer.mailsUrl,
      events: isCaught(service, bindings) ? developer.eventsUrl : undefined,
      postgresUrl,
    }),
  );
  const taken = Object.keys(bindings);
  if (taken.length > 0) console.log(`From the environment: ${taken.join(', ')}\n`);
  // wrangler dev does not run cron triggers.
  const cron = setInterval(() => void fetch(`${service}${cronPath}`).catch(() => {}), 60_000);
  undo.push(async () => clearInterval(cron));
}

async function startEmbeddedPostgres(dataDirectory: string, port: number): Promise<string> {
  const logFile = join(dataFolder, 'postgres.log');
  const log = createWriteStream(logFile);
  const postgres = await startPostgres({ dataDirectory, port, onLog: (text) => log.write(text) });
  undo.push(postgres.stop);
  void postgres.exited.then(() => end(1, `PostgreSQL has ended by itself. Its log is ${logFile}`));
  return postgres.url;
}

/** The Worker requires a password, as Neon does. A local server with "trust" authentication ignores it. */
function withPassword(postgresUrl: string): string {
  const url = new URL(postgresUrl);
  url.password ||= 'none';
  return url.href;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
await whenNpmIsGone(() => end(0));
try {
  await start(readDevSettings(process.env));
} catch (error) {
  await end(1, error instanceof Error ? error.message : String(error));
}
