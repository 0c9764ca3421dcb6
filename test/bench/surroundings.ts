// Everything that a bench runs on, started and taken away again: PostgreSQL as it comes, what the Workers talk to, the
// production bundle and the floor, each once for every delay.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentKeys } from '../../src/local/development-keys.ts';
import { endWithParent } from '../../src/local/end-with-parent.ts';
import { freePort } from '../../src/local/ports.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { bundle, serveBundle, type Workerd, wranglerSetting } from '../../src/local/workerd.ts';
import { provider, providersKeys } from './id-token.ts';
import type { Outside } from './outside-process.ts';
import { type People, people } from './people.ts';
import { audience, clientId, issuer } from './settings.ts';

export type Surroundings = {
  readonly people: People;
  readonly ours: Record<number, Workerd>;
  readonly floor: Record<number, Workerd>;
  readonly endpoints: Record<number, string>;
  readonly endpointPid: number;
  /** Where a provider of ID tokens shows its keys. */
  readonly keysUrl: string;
  readonly databaseUrl: string;
  /** Gone when all is over. */
  readonly folder: string;
  /** Another Worker of ours, or the barest one: for what wants a fresh process. `parsed` is ours, loaded and never run. */
  serve(which: Which): Promise<Workerd>;
  /** One of ours that DevTools may look into, in which functions have their names. */
  serveInspected(inspectorPort: number): Promise<Workerd>;
  /** A Worker that is not ours. */
  serveOther(other: Other): Promise<Workerd>;
  stop(): Promise<void>;
};

type Which = 'ours' | 'floor' | 'bare' | 'parsed';

type Other = {
  readonly main: string;
  readonly compatibilityFlags: string;
  readonly bindings: Record<string, string>;
};

const here = (file: string) => new URL(file, import.meta.url).pathname;

/** @param users more of them let more sessions be ended and mails be asked for before any repeats. */
export async function startSurroundings(options: {
  delays: readonly number[];
  users: number;
  tell: (what: string) => void;
}): Promise<Surroundings> {
  const { delays, tell } = options;
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const undo = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    tell('building the bundle and the floor');
    const folders = { ours: join(folder, 'ours'), floor: join(folder, 'floor'), bare: join(folder, 'bare') };
    await Promise.all([
      bundle(folders.ours),
      bundleOther(here('floor-worker.ts'), folders.floor),
      bundleOther(here('bare-worker.ts'), folders.bare),
    ]);

    tell('starting PostgreSQL and filling it');
    const postgres = await startPostgres({
      dataDirectory: join(folder, 'postgres'),
      port: await freePort(),
    });
    undo.push(postgres.stop);
    const keys = await developmentKeys(folder);
    const made = await people(postgres.url, keys, options.users);
    undo.push(made.close);

    const child = fork(here('outside-process.ts'), [
      postgres.url,
      JSON.stringify(providersKeys),
      ...delays.map(String),
    ]);
    if (child.pid !== undefined) endWithParent(child, 'TERM', child.pid);
    undo.push(async () => void child.kill());
    const [{ endpoints, smtpUrl, keysUrl }] = (await once(child, 'message')) as [Outside];

    const bindings = (delay: number) => ({
      ...keys,
      DATABASE_URL: postgres.url,
      NEON_HTTP_ENDPOINT: endpoints[delay] ?? '',
      ISSUER: issuer,
      AUDIENCE: audience,
      CLIENT_ID: clientId,
      SMTP_URL: smtpUrl,
      EMAIL_FROM: 'Latchkey <no-reply@example.test>',
      EMAIL_CODES: 'true',
      GUESTS: 'true',
      IDENTITY_PROVIDERS: JSON.stringify({
        [provider.name]: { issuer: provider.issuer, audiences: [provider.audience], jwks_uri: keysUrl },
      }),
    });
    const started = async (starting: Promise<Workerd>) => {
      const worker = await starting;
      undo.push(worker.stop);
      return worker;
    };
    const serve = (which: Which, delay = 0) =>
      started(
        serveBundle({
          folder: folders[which === 'parsed' ? 'ours' : which],
          bindings: () => bindings(delay),
          before: which === 'parsed' ? () => 'export default { fetch: () => new Response() };' : undefined,
        }),
      );
    const ours: Record<number, Workerd> = {};
    const floor: Record<number, Workerd> = {};
    for (const delay of delays) {
      ours[delay] = await serve('ours', delay);
      floor[delay] = await serve('floor', delay);
    }
    return {
      people: made,
      ours,
      floor,
      endpoints,
      endpointPid: child.pid ?? 0,
      keysUrl,
      databaseUrl: postgres.url,
      folder,
      serve: (which) => serve(which),
      async serveInspected(inspectorPort) {
        const target = join(folder, 'named');
        await bundle(target, '--minify=false');
        return started(serveBundle({ folder: target, bindings: () => bindings(0), inspectorPort }));
      },
      async serveOther({ main, compatibilityFlags, bindings }) {
        const target = join(folder, 'other');
        await bundleOther(main, target, compatibilityFlags);
        return started(serveBundle({ folder: target, bindings: () => bindings, compatibilityFlags }));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** With the same bundler and the same settings as ours, and nothing else of wrangler.toml. */
export async function bundleOther(main: string, target: string, compatibilityFlags?: string): Promise<void> {
  const config = `${target}.toml`;
  await writeFile(
    config,
    `name = "other"
main = "${main}"
compatibility_date = ${await wranglerSetting('compatibility_date')}
compatibility_flags = ${compatibilityFlags ?? (await wranglerSetting('compatibility_flags')) ?? '[]'}
minify = ${(await wranglerSetting('minify')) ?? 'false'}
`,
  );
  await bundle(target, '--config', config);
}
