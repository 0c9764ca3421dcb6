// A page of somebody's own origin for tests in a browser: empty, with the client beside it as the package has it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));

export type ServedPage = { readonly origin: string; stop(): Promise<void> };

/** `<origin>/` is the page, `/client/client.js` the client. */
export async function servePage(port: number): Promise<ServedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-page-'));
  const compiler = join(project, 'node_modules/.bin/tsc');
  await promisify(execFile)(compiler, ['-p', join(project, 'src/client'), '--outDir', folder]);
  const server = createServer(async ({ url = '/' }, response) => {
    const isModule = /^\/client\/[a-z-]+\.js$/.test(url);
    response.setHeader('Content-Type', isModule ? 'text/javascript' : 'text/html');
    response.end(isModule ? await readFile(join(folder, url)) : '<!doctype html><title>A page</title>');
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return {
    origin: `http://localhost:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
