// `npm run dev`: runs the whole service on one machine until Ctrl-C. Data and keys persist between runs.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '../cli/deploy/schema.ts';
import { takeDevLock } from './dev-lock.ts';
import { type DevSettings, defaultBindings, isCaught, readDevSettings } from './dev-settings.ts';
import { developmentKeys } from './development-keys.ts';
import { startMailCatcher } from './mail-catcher.ts';
import { startNeonHttp } from './neon-http.ts';
import { requireFreePorts } from './ports.ts';
import { startPostgres, stopAbandonedPostgres } from './postgres.ts';
import { whenNpmIsGone } from './starter.ts';
import { startWebhookCatcher } from './webhook-catcher.ts';
import { startWorker } from './worker.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const dataFolder = join(projectFolder, '.latchkey');
const secondsToAnswer = 60;
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
  const [keys, mail, events, endpoint] = await Promise.all([
    developmentKeys(dataFolder),
    startMailCatcher({
      smtpPort: ports.SMTP_PORT,
      uiPort: ports.MAIL_UI_PORT,
      dataDirectory: join(dataFolder, 'mails'),
    }),
    startWebhookCatcher({ port: ports.EVENTS_PORT }),
    startNeonHttp({ postgresUrl, port: ports.NEON_HTTP_PORT }),
  ]);
  undo.push(mail.stop, events.stop, endpoint.stop);

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
      ...defaultBindings(service, bindings, events),
      ...bindings,
    },
  });
  undo.push(worker.stop);
  void worker.exited.then(() => end(1, 'wrangler dev has ended by itself. What it printed is above.'));

  await Promise.all([
    answers('The SQL-over-HTTP endpoint', () => ok(new URL('/statistics', endpoint.endpoint).href)),
    answers('The mail inbox', () => ok(mail.inboxUrl)),
    answers('The page of events', () => ok(events.pageUrl)),
    answers('The SMTP server', () => greets(ports.SMTP_PORT)),
    answers('The service', () => ok(`${service}/api/readiness`)),
  ]);
  console.log(
    welcome(service, postgresUrl, {
      inbox: bindings['SMTP_URL'] ? undefined : mail.inboxUrl,
      events: isCaught(service, bindings) ? events.pageUrl : undefined,
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

/** Polls a probe until it succeeds. @throws Error with the last result after a timeout. */
async function answers(what: string, probe: () => Promise<true | string>): Promise<void> {
  const deadline = Date.now() + secondsToAnswer * 1000;
  let lastOutcome = '';
  for (;;) {
    const outcome = await probe().catch((error: Error) => String(error.cause ?? error));
    if (outcome === true) return;
    // A wrong answer will hardly change by waiting, so it is reported at once, not after the timeout.
    if (outcome.includes(' answers ') && outcome !== lastOutcome) console.error(outcome);
    lastOutcome = outcome;
    if (Date.now() > deadline) throw new Error(`${what} is not ready after ${secondsToAnswer} s: ${outcome}`);
    await delay(100);
  }
}

async function ok(url: string): Promise<true | string> {
  const response = await fetch(url, {
    headers: { accept: 'text/html, */*' },
    signal: AbortSignal.timeout(5000),
  });
  return response.ok || `${url} answers ${response.status} ${(await response.text()).slice(0, 1000)}`;
}

async function greets(port: number): Promise<true | string> {
  const socket = connect(port, '127.0.0.1');
  const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
  socket.end('QUIT\r\n');
  return String(greeting).startsWith('220 ') || String(greeting);
}

function welcome(
  service: string,
  postgresUrl: string,
  { inbox, events }: { inbox: string | undefined; events: string | undefined },
): string {
  const shownUrl = new URL(postgresUrl);
  if (shownUrl.password !== '' && shownUrl.password !== 'latchkey') shownUrl.password = '***';
  return `
Latchkey is running.

  service      ${service}
  docs         ${service}/docs
  ${inbox ? `mail inbox   ${inbox}   every mail the service sends; none leaves this machine` : 'mails        REALLY LEAVE, by the server of SMTP_URL'}
  ${events ? `events       ${events}   what other systems would be told` : 'events       leave for WEBHOOK_URL, if it is set'}
  PostgreSQL   ${shownUrl.href}

Register somebody, then look into ${inbox ? 'the inbox' : 'their mails'}:

  curl -i ${service}/api/auth/register \\
    -H 'content-type: application/json' \\
    -d '{"email":"ada@example.com","name":"Ada"}'

The password is chosen with the link in the mail.

The cron trigger fires every minute here, whatever wrangler says above. Now:  curl ${service}${cronPath}

Data and keys stay in .latchkey/ between runs; delete the folder to start afresh.
THE KEYS ARE FOR DEVELOPMENT ONLY: never use them in production (npm run keys makes real ones).
Ctrl-C stops everything.
`;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
await whenNpmIsGone(() => end(0));
try {
  await start(readDevSettings(process.env));
} catch (error) {
  await end(1, error instanceof Error ? error.message : String(error));
}
