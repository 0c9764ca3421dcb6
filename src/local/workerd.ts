// Runs a bundle in the production runtime without wrangler: `workerd serve`, with the compatibility settings of
// wrangler.toml.
import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { endWithParent } from './end-with-parent.ts';
import { freePort } from './ports.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const wrangler = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'));

export type Workerd = {
  /** `http://localhost:<port>`, a potentially trustworthy origin: browsers accept secure cookies there. */
  origin: string;
  pid: number;
  stop(): Promise<void>;
};

/**
 * Bundles into `folder` as `npm run build` does (2 s). `flags` may select another entry point, configuration or
 * environment.
 */
export async function bundle(folder: string, ...flags: string[]): Promise<void> {
  const script = wrangler.resolve('./bin/wrangler.js');
  await promisify(execFile)(
    process.execPath,
    [
      script,
      'deploy',
      '--dry-run',
      '--outdir',
      folder,
      ...(flags.includes('--env') ? [] : ['--env', '']),
      ...flags,
    ],
    {
      cwd: projectFolder,
      env: { ...process.env, WRANGLER_HIDE_BANNER: 'true', WRANGLER_SEND_METRICS: 'false' },
    },
  );
}

/**
 * Serves the bundle in `folder`; resolves when it listens. `bindings` may depend on its origin. There are no rate
 * limits: workerd itself has none. The Worker's log goes to `onLog`.
 *
 * @throws Error with the output of workerd if it does not start.
 */
export async function serveBundle(options: {
  folder: string;
  bindings: (origin: string) => Record<string, string>;
  onLog?: (text: string) => void;
  /** In wrangler.toml's syntax. Default: those of our own wrangler.toml. */
  compatibilityFlags?: string | undefined;
  /** Returns the source of a module that wraps the Worker's main module, given that module's name. */
  before?: ((workerModule: string) => string) | undefined;
  /** Default: any free port. */
  port?: number | undefined;
  /** The port for DevTools. */
  inspectorPort?: number | undefined;
}): Promise<Workerd> {
  const { folder, onLog } = options;
  const port = options.port ?? (await freePort());
  const origin = `http://localhost:${port}`;
  const bindings = options.bindings(origin);
  const config = `workerd-${port}.capnp`;
  const compatibilityFlags = options.compatibilityFlags ?? (await wranglerSetting('compatibility_flags'));
  const built = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name) && name !== 'before.js');
  const files = built.sort(scriptFirst);
  if (options.before) {
    await writeFile(join(folder, 'before.js'), options.before(files[0] ?? ''));
    files.unshift('before.js');
  }
  const text = await workerdConfig({ files, port, names: Object.keys(bindings), compatibilityFlags });
  await writeFile(join(folder, config), text);

  const inspector = options.inspectorPort ? [`--inspector-addr=127.0.0.1:${options.inspectorPort}`] : [];
  const child = spawn(workerdBinary(), ['serve', config, '--control-fd=3', ...inspector], {
    cwd: folder,
    env: { ...process.env, ...bindings },
    stdio: ['ignore', onLog ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) endWithParent(child, 'TERM', child.pid);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => onLog?.(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk).slice(-4000);
    onLog?.(chunk.toString());
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdio[3]?.once('data', () => resolve()); // {"event":"listen",…}
    child.once('error', reject);
    void exited.then(() => reject(new Error(`workerd did not start:\n${output}`)));
  });
  return {
    origin,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL'); // it has no state that could be lost
      await exited;
    },
  };
}

function workerdBinary(): string {
  return createRequire(wrangler.resolve('workerd/package.json')).resolve('./bin/workerd');
}

/** The raw value of a top-level setting in wrangler.toml: strings stay quoted. */
export async function wranglerSetting(name: string): Promise<string | undefined> {
  const settings = await readFile(join(projectFolder, 'wrangler.toml'), 'utf8');
  return new RegExp(`^${name} = (.+)$`, 'm').exec(settings)?.[1];
}

/**
 * Values of bindings are passed as environment variables, so that no secret is in a file and no value has to be
 * quoted.
 */
async function workerdConfig(worker: {
  /** The first is the main module. */
  files: readonly string[];
  port: number;
  names: readonly string[];
  compatibilityFlags: string | undefined;
}): Promise<string> {
  const { files, port, names, compatibilityFlags = '[]' } = worker;
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
      compatibilityDate = ${await wranglerSetting('compatibility_date')},
      compatibilityFlags = ${compatibilityFlags},
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
