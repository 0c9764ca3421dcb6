// Generates the static assets: the OpenAPI document, the page that shows it, the operators' page, and the words. wrangler's build runs it.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docsPage } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/document.ts';
import { smallPageHeaders, smallPages } from './openapi/small-pages.ts';
import { wordFiles } from './words.ts';

const project = fileURLToPath(new URL('../..', import.meta.url).href);
const assets = join(project, 'dist/assets');

const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

// Workers static assets serve `docs.html` at /docs; `_headers` has the response headers of each file.
await mkdir(join(assets, 'docs'), { recursive: true });
await mkdir(join(assets, 'problems'), { recursive: true });
await mkdir(join(assets, 'admin'), { recursive: true });
await mkdir(join(assets, 'words'), { recursive: true });
const document = openApiDocument(version);
for (const page of ['docs', 'admin'] as const) {
  for (const file of await readdir(join(project, 'src', page))) await placeOf(page, file);
}
for (const file of ['swagger-ui-bundle.js', 'LICENSE', 'NOTICE']) {
  await place(join('docs', file), await readFile(join(swaggerUi, file)));
}
const favicon = await readFile(join(project, 'src/docs/favicon.svg'));
// Browsers request /favicon.ico in any case. It is an SVG: `_headers` sets its content type.
for (const name of ['favicon.svg', 'favicon.ico']) await place(name, favicon);
const rules = ['docs', 'admin'].map((page) => readFile(join(project, `src/${page}/_headers`), 'utf8'));
await place('_headers', [...(await Promise.all(rules)), await smallPageHeaders()].join('\n'));
for (const [path, html] of Object.entries(smallPages())) await place(path, html);
// An operator's English words that are gone again must not stay, nor what earlier versions had at `/`.
for (const gone of ['words/en.json', 'index.html']) await rm(join(assets, gone), { force: true });
const words = await wordFiles(resolve(project, process.env['WORDS'] ?? 'words'));
for (const [path, json] of Object.entries(words)) await place(path, json);
await place('openapi.json', JSON.stringify(document));

/** A browser takes a module without its types, under the name that it then has. */
async function placeOf(page: 'admin' | 'docs', file: string): Promise<void> {
  const text = await readFile(join(project, 'src', page, file), 'utf8');
  switch (extname(file)) {
    case '.html':
      return place(file, page === 'docs' ? docsPage(text, document) : text);
    case '.css':
      return place(join(page, file), text);
    case '.ts': {
      const module = stripTypeScriptTypes(text).replace(
        /(?<= from '\.\.?\/(?:admin\/)?[\w-]+)\.ts(?=';$)/gm,
        '.js',
      );
      return place(join(page, file.replace(/\.ts$/, '.js')), module);
    }
  }
}

/** Writes atomically, by a rename: another build may be writing or reading the same file. */
async function place(file: string, content: string | Uint8Array): Promise<void> {
  const unfinished = join(project, `dist/unfinished.${process.pid}`);
  await writeFile(unfinished, content);
  await rename(unfinished, join(assets, file));
}
