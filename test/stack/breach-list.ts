// A list of breached passwords for tests, as Have I Been Pwned serves it, that fails where it is told to.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { breachedPasswords } from './breached-passwords.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

/** How it answers, by the first part of the path. */
const answers: Record<string, (response: ServerResponse, prefix: string) => void> = {
  range(response, prefix) {
    const known = Object.entries(breachedPasswords).map(
      ([password, count]) => [sha1(password), count] as const,
    );
    const lines = [
      ...known.flatMap(([hash, count]) => (hash.startsWith(prefix) ? [`${hash.slice(5)}:${count}`] : [])),
      ...Array.from({ length: 800 }, () => `${randomBytes(18).toString('hex').toUpperCase().slice(1)}:0`),
    ];
    response.end(lines.sort().join('\r\n'));
  },
  hang: () => {},
  'hang-midway': (response) => void response.write(`${'A'.repeat(35)}:1\r\n`),
  error: (response) => void response.writeHead(503).end('Try again later'),
  'not-found': (response) => void response.writeHead(404).end(),
  garbage: (response) => void response.end('<html><body>Welcome to the hotel’s network</body></html>'),
  nothing: (response) => void response.end(),
  'hang-up': (response) => void response.destroy(),
};

/**
 * `<url>/<how it answers>/<whose request>/<prefix>`. `GET /requests/<whose>` lists what was asked.
 */
export async function startBreachList(): Promise<{ url: string; stop(): Promise<void> }> {
  const requests: { whose: string; method: string; prefix: string; padding: unknown }[] = [];
  const server = createServer((request, response) => {
    const [how = '', whose = '', prefix = ''] = (request.url ?? '').slice(1).split('/');
    if (how === 'requests') {
      return void response.end(JSON.stringify(requests.filter((one) => one.whose === whose)));
    }
    requests.push({ whose, method: request.method ?? '', prefix, padding: request.headers['add-padding'] });
    answers[how]?.(response, prefix);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
