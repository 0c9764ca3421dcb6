import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project, rowsIn, section, textOf } from './markdown.ts';

// What the documents' tables name is there.

/** `login/lockout`, or `lockout` where the table has a folder of its own, whichever suffix the file has. */
function isTest(name: string, folder = ''): boolean {
  const endings = ['.test.ts', '.test.tsx', '.node.test.ts', '.ts'];
  return endings.some((ending) => existsSync(join(project, 'test', folder, `${name}${ending}`)));
}

test('the tests that SECURITY names for requirements are there', () => {
  const rows = rowsIn(section(textOf('.github/SECURITY.md'), 'OWASP ASVS 5.0'));
  expect(rows.length).toBeGreaterThan(80);
  const named = rows.flatMap((row) => row.at(-1)?.split(/, /) ?? []).filter((name) => /\w/.test(name));
  expect(named.filter((name) => !isTest(name))).toEqual([]);
});

test('the files of src that SECURITY names for requirements are there', () => {
  const named = textOf('.github/SECURITY.md').match(/[\w./-]+\.(tsx?|html|md)\b/g) ?? [];
  const inSource = named.filter((path) => !path.startsWith('..') && existsSync(join(project, 'src', path)));
  const elsewhere = named.filter((path) => !path.startsWith('..') && !inSource.includes(path));
  expect(elsewhere).toEqual([]);
});

test('the tests that test/README names for clauses are there', () => {
  const text = textOf('test/README.md');
  const named = (heading: string) =>
    rowsIn(section(text, heading)).flatMap(([, cell = '']) =>
      cell.split(/[;,] /).flatMap((part) => /^[a-z-]+\/[a-z-]+(?=$|:| )/.exec(part)?.[0] ?? []),
    );
  const alone = rowsIn(section(text, 'Refreshing')).flatMap(([, cell = '']) =>
    cell.split('; ').flatMap((part) => /^[a-z-]+(?=:|$)/.exec(part)?.[0] ?? []),
  );
  expect(alone.length).toBeGreaterThan(20);
  expect(alone.filter((name) => !isTest(name, 'sessions'))).toEqual([]);
  const withFolder = [...named('Refreshing'), ...named('Tokens and OAuth')];
  expect(withFolder.length).toBeGreaterThan(15);
  expect(withFolder.filter((name) => !isTest(name))).toEqual([]);
});

test('CHANGELOG cites decisions that there are, which are numbered in order', () => {
  const numbers = [...textOf('src/decisions.md').matchAll(/^\*\*(?:~~)?(\d+)\./gm)].map(([, n]) => Number(n));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const cited = [...textOf('CHANGELOG.md').matchAll(/ \((\d+(?:, \d+)*)\)/g)].flatMap(([, list = '']) =>
    list.split(', ').map(Number),
  );
  expect(cited.length).toBeGreaterThan(60);
  expect(cited.filter((number) => !numbers.includes(number))).toEqual([]);
});
