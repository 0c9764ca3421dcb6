// What stands before a deployment at Cloudflare: one origin, behind which versions come and go, several at once for a while.

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

export type Front = {
  readonly origin: string;
  /** The origins of the versions that requests go to from now on, in turn. */
  use(...versions: readonly string[]): void;
  /** Resolves once every request has been answered. */
  answered(): Promise<void>;
  stop(): void;
};

/** @param more headers that it adds to each request. */
export async function startFront(more: () => Record<string, string>): Promise<Front> {
  let versions: readonly string[] = [];
  let turn = 0;
  let waiting = 0;
  const server = createServer((incoming, outgoing) => {
    turn += 1;
    waiting += 1;
    outgoing.once('close', () => {
      waiting -= 1;
    });
    const { port } = new URL(versions[turn % versions.length] ?? '');
    const { method, url: path } = incoming;
    const headers = { ...incoming.headers, ...more() };
    const passed = request({ host: 'localhost', port, method, path, headers }, (answer) => {
      // The client may have hung up.
      if (outgoing.destroyed) return void answer.resume();
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, outgoing, () => {});
    });
    // Where a version died, its answer is lost: nothing is tried again, and nothing said in its stead.
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    use: (...chosen) => {
      versions = chosen;
    },
    async answered() {
      while (waiting > 0) await delay(2);
    },
    stop: () => void server.close(),
  };
}
