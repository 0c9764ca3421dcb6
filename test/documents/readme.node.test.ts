import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { ReceivedMail } from '../../src/local/smtp-server.ts';
import { type ServedService, startServedService } from '../stack/served-service.ts';
import { rowsIn, section, textOf } from './markdown.ts';

// What README shows of the service is what it does.

const run = promisify(execFile);

/** The run's mails as the inbox of `npm run dev` shows them. */
async function startInbox() {
  const server = createServer(async (_, response) => {
    const mails = (await (await fetch(`${inject('mailApiUrl')}/mails`)).json()) as ReceivedMail[];
    const shown = mails.map(({ to, text }) => ({ to: to.map((address) => ({ address })), text }));
    response.end(JSON.stringify(shown));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

let service: ServedService;
beforeAll(async () => {
  service = await startServedService();
});
afterAll(() => service.stop());

test('README lists the endpoints of the OpenAPI document', () => {
  const rows = rowsIn(section(textOf('README.md'), 'Endpoints'));
  const listed = rows.flatMap(([cell = '']) => cell.match(/(?<=`)[A-Z]+ \/[^`]*/g) ?? []);
  // The build of the service has made it.
  const { paths } = JSON.parse(textOf('dist/assets/openapi.json')) as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(listed.sort()).toEqual(described.sort());
});

test('README marks the endpoints that take a recent sign-in', () => {
  const rows = rowsIn(section(textOf('README.md'), 'Endpoints'));
  const marked = rows.flatMap(([request = '', access = '']) => (/recent/.test(access) ? [request] : []));
  const { paths } = JSON.parse(textOf('dist/assets/openapi.json')) as {
    paths: Record<string, Record<string, { description: string }>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { description }]) => description.includes('Takes a sign-in of the last'))
      .map(([method]) => `\`${method.toUpperCase()} ${path}\``),
  );
  expect(marked.length).toBeGreaterThan(0);
  expect(marked.sort()).toEqual(described.sort());
});

// Pasted into a shell as it is, but for where service and inbox are.
test('the first request of README runs to its end', async ({ skip, onTestFinished }) => {
  for (const tool of ['bash', 'curl', 'openssl']) {
    const isMissing = await run(tool, [tool === 'openssl' ? 'version' : '--version']).then(
      () => false,
      () => true,
    );
    skip(isMissing, `${tool} is not on the PATH`);
  }
  const block = /```sh\n([\s\S]*?)```/.exec(section(textOf('README.md'), 'A first request'))?.[1] ?? '';
  const inbox = await startInbox();
  onTestFinished(() => void inbox.server.close());
  const script = block
    .replaceAll('http://localhost:8787', service.origin)
    .replaceAll('http://localhost:1080', inbox.origin);
  expect(script).not.toContain('localhost:8787');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'Ada', email_verified: true });
});
