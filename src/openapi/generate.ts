// Makes what the Worker serves from files: the OpenAPI document and the page that shows it. Run by wrangler's build.

import { copyFile, cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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
await cp(join(project, 'src/docs'), assets, { recursive: true });
for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE']) {
  await copyFile(join(swaggerUi, file), join(assets, 'docs', file));
}
// In one step, as another build may be reading it.
const unfinished = join(project, `dist/openapi.${process.pid}.json`);
await writeFile(unfinished, JSON.stringify(openApiDocument(version)));
await rename(unfinished, join(assets, 'openapi.json'));
