// Serves the production bundle in workerd on a port, for tests with a browser or another client outside workerd.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretIn } from './secrets.ts';
import { bundle, serveBundle } from './workerd.ts';

export type ServedWorker = {
  /** `http://localhost:<port>`, a potentially trustworthy origin: browsers accept secure cookies there. */
  origin: string;
  /** The Worker's log so far. */
  logged(): string;
  /** Simulates a crash. The Worker has no state that could be lost. */
  kill(): Promise<void>;
  /** After `kill`: serves the same bundle on the same port. */
  startAgain(): Promise<void>;
  /** @throws Error if the Worker has logged a secret. */
  stop(): Promise<void>;
};

/**
 * Builds the Worker as `npm run build` does (2 s) and serves it. `ISSUER` defaults to its own origin.
 *
 * @param settingsFile another Worker's wrangler.toml, relative to the project's folder.
 * @param before returns the source of a module that wraps the Worker's main module, given that module's name.
 */
export async function startServedWorker(
  bindings: Record<string, string>,
  {
    settingsFile = 'wrangler.toml',
    before,
  }: { settingsFile?: string; before?: (workerModule: string) => string } = {},
): Promise<ServedWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-served-'));
  let log = '';
  await bundle(folder, '--config', settingsFile);
  const serve = (port?: number) =>
    serveBundle({
      folder,
      port,
      bindings: (origin) => ({ ISSUER: origin, ...bindings }),
      before,
      onLog: (text) => {
        log += text;
      },
    });
  let worker = await serve();
  const { origin } = worker;
  return {
    origin,
    logged: () => log,
    kill: () => worker.stop(),
    async startAgain() {
      worker = await serve(Number(new URL(origin).port));
    },
    async stop() {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
      const secret = secretIn(log);
      if (secret) throw new Error(`The Worker has logged ${secret}.`);
    },
  };
}
