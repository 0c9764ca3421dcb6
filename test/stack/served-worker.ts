// The production bundle in the production runtime, behind a port: for tests that need a browser or a client outside workerd.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, serveBundle } from './workerd.ts';

export type ServedWorker = {
  /** `http://localhost:<port>`, which browsers hold to be as safe as https: secure cookies work there. */
  origin: string;
  /** What the Worker has logged. */
  logged(): string;
  stop(): Promise<void>;
};

/** Builds the Worker as `npm run build` does (2 s) and serves it. `ISSUER` is its own origin, unless given. */
export async function startServedWorker(bindings: Record<string, string>): Promise<ServedWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-served-'));
  let log = '';
  await bundle(folder);
  const worker = await serveBundle({
    folder,
    bindings: (origin) => ({ ISSUER: origin, ...bindings }),
    onLog: (text) => {
      log += text;
    },
  });
  return {
    origin: worker.origin,
    logged: () => log,
    async stop() {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
