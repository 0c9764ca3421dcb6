// The production bundle in the production runtime, behind a port: for tests that need a browser or a client outside workerd.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { endWithParent } from './end-with-parent.ts';
import { freePort } from './ports.ts';
import { secretIn } from './secrets.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const wrangler = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'));

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
 * Builds the Worker as `npm run build` does (2 s) and serves it with bare workerd. `ISSUER` is its own origin, unless
 * given. Rate limits are not bound: workerd alone has none. Throws with what wrangler or workerd said.
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
  await build(folder, settingsFile);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const bound = { ISSUER: origin, ...bindings };
  const settings = await readFile(join(projectFolder, settingsFile), 'utf8');
  const files = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name)).sort(scriptFirst);
  if (before) {
    await writeFile(join(folder, 'before.js'), before(files[0] ?? ''));
    files.unshift('before.js');
  }
  const config = workerdConfig({ files, port, settings, names: Object.keys(bound) });
  await writeFile(join(folder, 'workerd.capnp'), config);

  const environment = { ...process.env, ...bound };
  let log = '';
  const hear = (chunk: Buffer) => {
    log += chunk;
  };
  let running = await serve(folder, environment, hear);
  return {
    origin,
    logged: () => log,
    kill: () => running.kill(),
    async startAgain() {
      running = await serve(folder, environment, hear);
    },
    async stop() {
      await running.kill();
      await rm(folder, { recursive: true, force: true });
      const secret = secretIn(log);
      if (secret) throw new Error(`The Worker has logged ${secret}.`);
    },
  };
}

/** Resolves when workerd listens. */
async function serve(folder: string, env: NodeJS.ProcessEnv, hear: (chunk: Buffer) => void) {
  const child = spawn(workerdBinary(), ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) endWithParent(child, 'TERM', child.pid);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log = (log + chunk).slice(-4000);
      hear(chunk);
    });
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdio[3]?.once('data', () => resolve()); // {"event":"listen",…}
    child.once('error', reject);
    exited.then(() => reject(new Error(`workerd did not start:\n${log}`)));
  });
  return {
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function build(folder: string, settingsFile: string): Promise<void> {
  const script = wrangler.resolve('./bin/wrangler.js');
  const flags = ['deploy', '--dry-run', '--outdir', folder, '--config', settingsFile, '--env', ''];
  await promisify(execFile)(process.execPath, [script, ...flags], {
    cwd: projectFolder,
    env: { ...process.env, WRANGLER_HIDE_BANNER: 'true', WRANGLER_SEND_METRICS: 'false' },
  });
}

function workerdBinary(): string {
  return createRequire(wrangler.resolve('workerd/package.json')).resolve('./bin/workerd');
}

/** The values pass through the environment, so that no secret is in a file and none has to be quoted. */
function workerdConfig({
  files,
  port,
  settings,
  names,
}: {
  /** workerd starts the first. */
  files: readonly string[];
  port: number;
  settings: string;
  names: readonly string[];
}): string {
  const setting = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(settings)?.[1];
  const list = (lines: readonly string[]) => `[${lines.join(', ')}]`;
  const text = JSON.stringify;
  const modules = files.map(
    (name) => `(name = ${text(name)}, ${name.endsWith('.js') ? 'esModule' : 'wasm'} = embed ${text(name)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = ${list(modules)},
      compatibilityDate = ${setting('compatibility_date')},
      compatibilityFlags = ${setting('compatibility_flags') ?? '[]'},
      bindings = ${list(names.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(name)})`))}
    )),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))
  ],
  sockets = [(name = "http", address = "localhost:${port}", http = (), service = "main")]
);
`;
}

function scriptFirst(one: string, other: string): number {
  return Number(other.endsWith('.js')) - Number(one.endsWith('.js'));
}
