// Gives a test run a PostgreSQL, its SQL-over-HTTP endpoint and a mail server of its own, and takes them away again.
// Runs do not meet: each has its folder, its ports and its migrated database, and clears what a killed one left.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { applyMigrations } from '../../src/cli/deploy/schema.ts';
import { developmentKeys } from '../../src/local/development-keys.ts';
import { startNeonHttp } from '../../src/local/neon-http.ts';
import { freePort } from '../../src/local/ports.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { processCommand } from '../../src/local/process-command.ts';
import { startSmtpServer } from '../../src/local/smtp-server.ts';
import { startBreachList } from './breach-list.ts';
import type { ProvidedStack } from './provided-context.ts';
import { startScriptedSmtp } from './scripted-smtp.ts';
import { refuseSecretTitles } from './title-secrets.ts';
import { watchOutput } from './watch-output.ts';

const testFolder = fileURLToPath(new URL('../../.latchkey/test', import.meta.url));

/**
 * Starts everything, provides its addresses (provided-context.ts), returns the teardown. A test file that wants a
 * database of its own says `create database x template latchkey_test_template` through the endpoint.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const endWatch = watchOutput();
  const { stack, stop } = await startTestStack();
  for (const [name, value] of Object.entries(stack)) project.provide(name as keyof ProvidedStack, value);
  return async () => {
    await stop();
    refuseSecretTitles(project.vitest.state.getTestModules());
    endWatch();
  };
}

async function startTestStack(): Promise<{ stack: ProvidedStack; stop(): Promise<void> }> {
  await mkdir(testFolder, { recursive: true });
  await clearKilledRuns();
  const directory = await mkdtemp(join(testFolder, `${process.pid}-`));
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    port: await freePort(),
    // The data is thrown away: what a crash of the machine would do to it does not matter. Nothing else is changed.
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      // Each test file has a database of its own, and the endpoint a pool for each.
      max_connections: '600',
    },
  });
  const databaseUrl = postgres.url.replace(/latchkey$/, 'latchkey_test');
  await makeTestDatabases(postgres.url);
  const [endpoint, mail, scripted, breachList, keys] = await Promise.all([
    startNeonHttp({ postgresUrl: databaseUrl, port: 0 }),
    startSmtpServer(),
    startScriptedSmtp(),
    startBreachList(),
    developmentKeys(testFolder),
  ]);
  return {
    stack: {
      databaseUrl,
      neonHttpEndpoint: endpoint.endpoint,
      smtpUrl: mail.smtpUrl,
      smtpsUrl: mail.smtpsUrl,
      startTlsUrl: mail.startTlsUrl,
      mailApiUrl: mail.mailApiUrl,
      scriptedSmtpUrl: scripted.url,
      scriptedSmtpApiUrl: scripted.apiUrl,
      breachListUrl: breachList.url,
      accessTokenKeys: keys.ACCESS_TOKEN_KEYS,
      refreshTokenKeys: keys.REFRESH_TOKEN_KEYS,
      dataKeys: keys.DATA_KEYS,
    },
    async stop() {
      await Promise.all([endpoint.stop(), mail.stop(), scripted.stop(), breachList.stop()]);
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeTestDatabases(adminUrl: string): Promise<void> {
  const template = 'latchkey_test_template';
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await client.query(`create database ${template}`);
    await applyMigrations(adminUrl.replace(/latchkey$/, template));
    // Nobody may be connected to a database that is copied: so nobody ever is.
    await client.query(`alter database ${template} is_template true allow_connections false`);
    await client.query(`create database latchkey_test template ${template}`);
  } finally {
    await client.end();
  }
}

/** A run's folder begins with its process id. */
async function clearKilledRuns(): Promise<void> {
  for (const name of await readdir(testFolder)) {
    const pid = Number(/^\d+(?=-)/.exec(name)?.[0]);
    if (!(pid > 0) || pid === process.pid || (await processCommand(pid))?.includes('node')) continue;
    await rm(join(testFolder, name), { recursive: true, force: true });
  }
}
