import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

// Who may import what: only downward, and never a sibling feature.

const src = resolve(import.meta.dirname, '../src');

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => ({ file, text: readFileSync(join(src, file), 'utf8') }));

const worker = files.filter(
  ({ file }) => !/^(verify|client|admin|docs|build|cli|local)\/|openapi\.ts$/.test(file),
);

const manifest: { scripts: Record<string, string>; dependencies: Record<string, string> } = JSON.parse(
  readFileSync(resolve(src, '../package.json'), 'utf8'),
);

const importsOf = ({ file, text }: { file: string; text: string }) =>
  [...text.matchAll(/\b(?:from |import |import\(\s*)'([^']+)'/g)].map(([, from = '']) =>
    from.startsWith('.') ? relative(src, resolve(src, dirname(file), from)) : from,
  );

const floors: readonly (readonly RegExp[])[] = [
  [
    /^(problems|(status-)?lifetimes|bounds|once|rarely|encoding|bounded-text|email-address|typed-text|locale|brand)\.ts$/,
  ],
  [
    /^(database|tokens|passwords|factors|mail|words)\//,
    /^(environment|binding-fields|identity-providers|mobile-apps|origins|webhook-bindings|brand-bindings)\.ts$/,
  ],
  [/^context\.ts$/],
  [/^(sessions|authentication)\//],
  [/^operators\//],
  [/^http\//],
  [/^features\/(?!.*openapi\.ts$)/],
  [/^(app|dependencies|endpoints|index)\.ts$/],
  // Beside the Worker: what others import into programs of theirs, what runs in a browser, what is made at build time, what an operator or a
  // developer runs.
  [/^(verify|client|admin|docs|build|cli|local)\//, /^features\/.*openapi\.ts$/],
];

const floorOf = (file: string) => floors.findIndex((floor) => floor.some((place) => place.test(file)));

test('every source file has its floor', () => {
  expect(files.filter(({ file }) => floorOf(file) < 0).map(({ file }) => file)).toEqual([]);
});

test('a file imports from its own floor or from below', () => {
  const upward = files.flatMap((source) =>
    importsOf(source)
      .filter((target) => floorOf(target) > floorOf(source.file))
      .map((target) => `${source.file} -> ${target}`),
  );
  expect(upward).toEqual([]);
});

// A path in quotes counts too: what runs a file needs it as much as what imports it.
test('nothing in src needs the tests', () => {
  const users = files.filter(({ text }) => /'([^'\n]*\/)?test\/[^'\n]*'/.test(text));
  // The rehearsal of releases before 0.2.0.
  expect(users.map(({ file }) => file)).toEqual(['cli/deploy/rehearse.ts']);
  const scripts = Object.entries(manifest.scripts).filter(([, command]) => command.includes('test/'));
  expect(scripts.map(([name]) => name).filter((name) => !/^(bench|check:)/.test(name))).toEqual([]);
});

test('`dependencies` are the packages that ship with the Worker', () => {
  const packageOf = (target: string) => /^(?:@[^/]+\/)?[^./:][^/:]*(?=\/|$)/.exec(target)?.[0] ?? [];
  const imported = worker
    .flatMap(importsOf)
    .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(src, target)));
  // The page at /docs is served from files.
  const shipped = new Set([...imported.flatMap(packageOf), 'swagger-ui-dist']);
  expect([...shipped].sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

test('features meet in SQL, never in each other’s code', () => {
  const feature = (file: string) => /^features\/([^/]+)\//.exec(file)?.[1];
  const sideways = files.flatMap((source) =>
    importsOf(source)
      .filter((target) => feature(source.file) && feature(target) && feature(target) !== feature(source.file))
      .map((target) => `${source.file} -> ${target}`),
  );
  expect(sideways).toEqual([]);
});

test('SQL is written in database/, the floors on it and in statements alone', () => {
  const writers = files.filter((source) =>
    importsOf(source).some((target) => target.startsWith('drizzle-orm')),
  );
  expect(
    // Migrations are run by drizzle as well.
    writers
      .map(({ file }) => file)
      .filter(
        (file) =>
          !/^(database|sessions|authentication|operators)\/|[/-]statements\.ts$|^cli\/deploy\/schema\.ts$/.test(
            file,
          ),
      ),
  ).toEqual([]);
});

// The queue, on the same floor, takes the kinds of mail from there.
test('mail is written and sent without anything else of the service', () => {
  const targets = files.filter(({ file }) => file.startsWith('mail/')).flatMap(importsOf);
  expect(targets.filter((target) => /\.tsx?$/.test(target) && !/^(mail|words)\//.test(target))).toEqual([]);
});

test('the clock and randomness are read in dependencies.ts alone', () => {
  const readers = worker.filter(({ text }) =>
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bgetRandomValues\(|\brandomUUID\(|\bperformance\.now\(/.test(
      text,
    ),
  );
  expect(readers.map(({ file }) => file)).toEqual(['dependencies.ts']);
});

test('zod ships as zod/mini alone', () => {
  const others = files.filter((source) =>
    importsOf(source).some((target) => /^zod(\/(?!mini$)|$)/.test(target)),
  );
  expect(others.map(({ file }) => file)).toEqual([]);
});

// The whole model is on one page however many tables it has; passwords and sentences are lists.
test('no file says more than one screen can hold by much', () => {
  const long = files.filter(
    ({ file, text }) =>
      text.split('\n').length > 220 && !/(schema|common-passwords)\.ts$|^words\//.test(file),
  );
  expect(long.map(({ file }) => file)).toEqual([]);
});
