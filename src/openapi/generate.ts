// Makes what the Worker serves from files: the OpenAPI document and the page that shows it. Run by wrangler's build.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from './document.ts';

const project = fileURLToPath(new URL('../..', import.meta.url).href);
const assets = join(project, 'dist/assets');

const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

// `docs.html` is answered at /docs, `_headers` says what each file is answered with (Workers static assets).
await mkdir(join(assets, 'docs'), { recursive: true });
for (const file of ['docs.html', '_headers', 'docs/page.css', 'docs/page.js']) {
  await place(file, await readFile(join(project, 'src/docs', file)));
}
for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE']) {
  await place(join('docs', file), await readFile(join(swaggerUi, file)));
}
await place('openapi.json', JSON.stringify(openApiDocument(version)));

/** In one step, as another build may be at work beside this one, or reading. */
async function place(file: string, content: string | Uint8Array): Promise<void> {
  const unfinished = join(project, `dist/unfinished.${process.pid}`);
  await writeFile(unfinished, content);
  await rename(unfinished, join(assets, file));
}
