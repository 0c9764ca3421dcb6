// A receiver of events on loopback, beside the mail inbox: it verifies each delivery, keeps the last ones and shows them, as a page and as
// JSON. What an application's own receiver does is in README.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type WebhookCatcher = { url: string; secret: string; pageUrl: string; stop(): Promise<void> };

type Delivery = {
  readonly id: string;
  readonly received_at: string;
  readonly verified: boolean;
  readonly event: unknown;
};

/** More than anybody scrolls through. */
const kept = 200;

/** As far as a clock may be off. */
const toleranceSeconds = 5 * 60;

/** For development alone, as the keys are. */
const secret = `whsec_${Buffer.from('the secret of development, no other').toString('base64')}`;

/** Takes `POST /`, and shows `GET /` and `GET /events`, newest first. */
export async function startWebhookCatcher({ port }: { port: number }): Promise<WebhookCatcher> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const answer = (status: number, type: string, text: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
    if (request.method === 'POST') {
      const delivery = deliveryOf(request, await bodyOf(request));
      deliveries.unshift(delivery);
      deliveries.length = Math.min(deliveries.length, kept);
      return void answer(delivery.verified ? 200 : 401, 'text/plain', '');
    }
    if (request.url === '/events') return void answer(200, 'application/json', JSON.stringify(deliveries));
    return void answer(200, 'text/html; charset=utf-8', page(deliveries));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/`,
    secret,
    pageUrl: origin,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function deliveryOf({ headers }: IncomingMessage, body: string): Delivery {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = Buffer.from(
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  const isSigned = String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
  const isNow = Math.abs(Date.now() / 1000 - Number(timestamp)) < toleranceSeconds;
  return { id, received_at: new Date().toISOString(), verified: isSigned && isNow, event: parsed(body) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function page(deliveries: readonly Delivery[]): string {
  const items = deliveries.map(({ received_at, verified, event }) => {
    const { type = 'not an event' } = Object(event);
    const mark = verified ? '' : ' — <strong>not signed with the secret</strong>';
    return `<details><summary><time>${received_at}</time> <code>${escaped(String(type))}</code>${mark}</summary><pre>${escaped(JSON.stringify(event, null, 2))}</pre></details>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Events</title><meta http-equiv="refresh" content="10"><style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { padding: .25rem 0; cursor: pointer } pre { overflow-x: auto }
</style><h1>Events</h1>
<p>What the service tells other systems, newest first. <a href="/events">As JSON</a>.</p>
${items.join('\n') || '<p>None yet: register somebody.</p>'}</html>`;
}
