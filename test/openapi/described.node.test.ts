// What features say about their endpoints, before the document is made of it: there, of two words about one route, one would be lost.

import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

// By its path, as types of Workers and of Node do not go into one program.
const load = (file: string) => import(resolve(src, file));

type Feature = { readonly operations: readonly { readonly route: string }[] };

const isFeature = (value: unknown): value is Feature =>
  typeof value === 'object' && value !== null && 'operations' in value;

test('every operation is described once, and all that features describe is in the document', async () => {
  const sources = readdirSync(resolve(src, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('openapi.ts'))
    .map((file) => `features/${file}`);
  const modules: object[] = await Promise.all([...sources, 'build/openapi/files.ts'].map(load));
  const routes = modules
    .flatMap((exported) => Object.values(exported).filter(isFeature))
    .flatMap(({ operations }) => operations.map(({ route }) => route.replace(/:(\w+)/g, '{$1}')));
  const { paths } = (await load('build/openapi/document.ts')).openApiDocument('0.0.0');
  const documented = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.sort()).toEqual(documented.sort());
});
