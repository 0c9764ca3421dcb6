// Stands between the Workers and the SQL-over-HTTP endpoint, and fails as a network and a gateway do.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';

type Hit = {
  readonly response: ServerResponse;
  /** Has the statement done, and says what the endpoint answered. */
  readonly passed: () => Promise<{ status: number; text: string }>;
  readonly random: Random;
};

/** Below the 5 s that the Worker waits: a statement that it has given up does not come after those that follow. */
const slowestMilliseconds = 4_000;

/** What becomes of a statement that a fault hits. */
export const databaseFaults = {
  'database slow': async ({ response, passed, random }: Hit) => {
    await delay(random.between(50, slowestMilliseconds));
    answer(response, await passed());
  },
  'database hangs before the statement': async () => {},
  'database hangs after the statement': async ({ passed }: Hit) => void (await passed()),
  'database cut off before the statement': async ({ response }: Hit) => void response.destroy(),
  'database cut off after the statement': async ({ response, passed }: Hit) => {
    await passed();
    response.destroy();
  },
  'database answers 500': async ({ response }: Hit) =>
    answer(response, { status: 500, text: '{"message":"could not connect"}' }),
  'database answers 502 before the statement': async ({ response }: Hit) => answer(response, badGateway),
  'database answers 502 after the statement': async ({ response, passed }: Hit) => {
    await passed();
    answer(response, badGateway);
  },
} as const;

const badGateway = { status: 502, text: '<html><body>Bad Gateway</body></html>' };

export type DatabaseFault = keyof typeof databaseFaults;

export type DatabaseProxy = {
  readonly endpoint: string;
  /** From now on that share of all statements is hit; none without a fault. */
  fail(fault?: DatabaseFault, share?: number): void;
  stop(): Promise<void>;
};

export async function startDatabaseProxy(target: string, random: Random): Promise<DatabaseProxy> {
  let present: { fault: DatabaseFault; share: number } | undefined;
  const server = createServer(async (request, response) => {
    try {
      const body = await bodyOf(request);
      const passed = () => pass(target, request, body);
      if (present && random.chance(present.share)) {
        await databaseFaults[present.fault]({ response, passed, random });
      } else {
        answer(response, await passed());
      }
    } catch {
      response.destroy();
    }
  }).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 0;
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`,
    fail(fault, share = 1) {
      present = fault && { fault, share };
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function pass(target: string, request: IncomingMessage, body: string) {
  const names = Object.keys(request.headers).filter((name) => name.startsWith('neon-'));
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
  const response = await fetch(target, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

function answer(response: ServerResponse, { status, text }: { status: number; text: string }): void {
  response.writeHead(status, { 'Content-Type': text.startsWith('{') ? 'application/json' : 'text/html' });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
