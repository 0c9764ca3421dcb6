import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsIn, documents, project, textOf } from './markdown.ts';

// A link within the repository leads somewhere. Those of its host (../../compare/…) and of the web are not looked at.

const onTheHost = /^(\.\.\/)+(compare|commits|security)\//;

function linksIn(path: string): string[] {
  const text = textOf(path).replace(/^```[\s\S]*?^```/gm, '');
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
  return inline.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

function isThere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(project, target))) return false;
  return anchor === undefined || anchorsIn(readFileSync(join(project, target), 'utf8')).includes(anchor);
}

test.for(documents())('every link of %s leads somewhere', (path) => {
  const broken = linksIn(path).filter((link) => !onTheHost.test(link) && !isThere(path, link));
  expect(broken).toEqual([]);
});

test('pictures are small', () => {
  const pictures = linksIn('README.md').filter((link) => link.endsWith('.png'));
  expect(pictures.length).toBeGreaterThan(0);
  expect(pictures.filter((path) => statSync(join(project, path)).size > 150_000)).toEqual([]);
});
