// The production bundle in the production runtime, behind a port: for tests that need a browser or a client outside workerd.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretIn } from './secrets.ts';
import { bundle, serveBundle } from './workerd.ts';

export type ServedWorker = {
  /** `http://localhost:<port>`, which browsers hold to be as safe as https: secure cookies work there. */
  origin: string;
  /** What the Worker has logged. */
  logged(): string;
  /** Ends it as a crash does. It holds nothing that could be lost. */
  kill(): Promise<void>;
  /** After `kill`: the same on the same port. */
  startAgain(): Promise<void>;
  /** Throws where a secret was logged. */
  stop(): Promise<void>;
};

/**
 * Builds the Worker as `npm run build` does (2 s) and serves it. `ISSUER` is its own origin, unless given.
 *
 * @param settingsFile another Worker's wrangler.toml, from the project's folder.
 * @param before makes a module that stands before the Worker's own, from the name of that.
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
