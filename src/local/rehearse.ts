// `node src/local/rehearse.ts [migrations folder]`: runs the production bundle of this code on the schema of any
// release. `npm run deploy` runs it with new code on the old schema, and in a checkout of old code on the new schema.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations } from '../cli/deploy/schema.ts';
import { developmentKeys } from './development-keys.ts';
import { journey } from './journey.ts';
import { startNeonHttp } from './neon-http.ts';
import { freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { startServedWorker } from './served-worker.ts';
import { startSmtpServer } from './smtp-server.ts';

const [migrationsFolder] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'latchkey-rehearsal-'));
const postgres = await startPostgres({ dataDirectory: join(folder, 'postgres'), port: await freePort() });
try {
  await applyMigrations(postgres.url, migrationsFolder);
  const [endpoint, mail, keys] = await Promise.all([
    startNeonHttp({ postgresUrl: postgres.url, port: 0 }),
    startSmtpServer(),
    developmentKeys(folder),
  ]);
  const worker = await startServedWorker({
    ...keys,
    DATABASE_URL: postgres.url,
    NEON_HTTP_ENDPOINT: endpoint.endpoint,
    AUDIENCE: 'https://api.example.test',
    CLIENT_ID: 'app',
    SMTP_URL: mail.smtpUrl,
    EMAIL_FROM: 'Latchkey <no-reply@example.test>',
  });
  try {
    await journey({ origin: worker.origin, mailApiUrl: mail.mailApiUrl });
  } finally {
    await Promise.all([worker.stop(), endpoint.stop(), mail.stop()]);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(); // a failure may have left handles open
