import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { password, type ServedService, startServedService } from '../stack/served-service.ts';

// The package as an app gets it: packed, unpacked in a folder of its own, checked by the compiler, and run in plain Node.

const run = promisify(execFile);
const project = fileURLToPath(new URL('../..', import.meta.url));
const source = join(project, 'src/client');

let app: string;
let service: ServedService;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'latchkey-app-'));
  await run('npm', ['pack', '--silent', '--pack-destination', app], { cwd: source });
  const [tarball = ''] = (await readdir(app)).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', tarball], { cwd: app });
  await mkdir(join(app, 'node_modules'));
  await cp(join(app, 'package'), join(app, 'node_modules/latchkey'), { recursive: true });
  // What npm would install beside it: what the package says it depends on, and no more.
  for (const name of Object.keys((await manifest()).dependencies)) {
    await symlink(join(project, 'node_modules', name), join(app, 'node_modules', name));
  }
  await cp(join(import.meta.dirname, 'app.ts'), join(app, 'app.ts'));
  await writeFile(join(app, 'package.json'), '{"type":"module"}');
  service = await startServedService();
});

afterAll(async () => {
  await service?.stop();
  await rm(app, { recursive: true, force: true });
});

test('an app that installs the package gets jose with it, and nothing that only the Worker needs', async () => {
  const { jose } = (await manifestOf(project)).dependencies;
  expect((await manifest()).dependencies).toEqual({ jose: `^${jose}` });
  expect(await importsOf('verify')).toEqual(new Set(['jose']));
  expect(await importsOf('client')).toEqual(new Set());
});

test('it has the version and the licence of the service', async () => {
  expect((await manifest()).version).toBe((await manifestOf(project)).version);
  const [licence, ours] = await Promise.all(
    [join(app, 'package'), project].map((folder) => readFile(join(folder, 'LICENSE'), 'utf8')),
  );
  expect(licence).toBe(ours);
});

test.each(['bundler', 'nodenext'])('an app compiles with module resolution `%s`', async (resolution) => {
  const module = resolution === 'bundler' ? 'esnext' : resolution;
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
  ];
  const tsc = join(project, 'node_modules/.bin/tsc');
  const types = ['--typeRoots', join(project, 'node_modules/@types'), '--types', 'node'];
  const args = [...flags, ...types, '--module', module, '--moduleResolution', resolution, 'app.ts'];
  await run(tsc, args, { cwd: app }).catch((error) => expect.fail(error.stdout));
});

test('the app runs in plain Node: from the registration to a post, a refresh and the end', async () => {
  const { stdout } = await run(process.execPath, ['app.ts'], {
    cwd: app,
    env: {
      ...process.env,
      SERVICE: service.origin,
      MAILS: inject('mailApiUrl'),
      PASSWORD: password,
    },
  });
  expect(JSON.parse(stdout)).toEqual({
    kind: 'invalid-code',
    attemptsLeft: 4,
    codeLength: 6,
    pending: 0,
    name: 'Ada',
    post: 201,
    isRefreshed: true,
    isVerified: true,
    reasons: ['logout'],
  });
});

type Manifest = { version: string; dependencies: Record<string, string> };

const manifest = () => manifestOf(join(app, 'node_modules/latchkey'));

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}

/** The packages that a folder's modules load. */
async function importsOf(folder: string): Promise<Set<string>> {
  const built = join(app, 'node_modules/latchkey/dist', folder);
  const modules = (await readdir(built)).filter((name) => name.endsWith('.js'));
  expect(modules).not.toEqual([]);
  const texts = await Promise.all(modules.map((name) => readFile(join(built, name), 'utf8')));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/(?:from|import) '([^'.][^']*)'/g)].map(([, name]) => name),
  );
  return new Set(names as string[]);
}
