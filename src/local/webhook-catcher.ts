// A receiver of events: it verifies each delivery, keeps the last ones and shows them, as a page and as
// JSON. What an application's own receiver does is in README.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type DeveloperPages, developerPage, escaped, type Page } from './developer-page.ts';

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

export function createWebhookCatcher() {
  const deliveries: Delivery[] = [];
  return {
    secret,
    async take(request: IncomingMessage): Promise<Page> {
      const delivery = deliveryOf(request, await bodyOf(request));
      deliveries.unshift(delivery);
      deliveries.length = Math.min(deliveries.length, kept);
      return { status: delivery.verified ? 200 : 401, type: 'text/plain', text: '' };
    },
    /** Newest first, as the page. */
    json: (): Page => ({ status: 200, type: 'application/json', text: JSON.stringify(deliveries) }),
    page: (pages: DeveloperPages) => developerPage('Events', eventsPage(deliveries), pages),
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

function eventsPage(deliveries: readonly Delivery[]) {
  const items = deliveries.map(({ received_at, verified, event }) => {
    const { type = 'not an event' } = Object(event);
    const mark = verified ? '' : ' — <strong>not signed with the secret</strong>';
    return `<details><summary><time>${received_at}</time> <code>${escaped(String(type))}</code>${mark}</summary><pre>${escaped(JSON.stringify(event, null, 2))}</pre></details>`;
  });
  return {
    head: `<style>
details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .25rem .75rem }
summary { cursor: pointer } time { color: var(--soft) } strong { color: var(--bad) } pre { overflow-x: auto }</style>`,
    body: `<main><h1>Events</h1>
<p>What the service tells other systems, newest first. <a href="/events">As JSON</a>.</p>
${items.join('\n') || '<p>None yet. The first comes when somebody has confirmed their address.</p>'}</main>
<script>
// Reloads when there is something new, so that an event stays open while it is read.
const newest = ${JSON.stringify(deliveries[0]?.received_at ?? null)}
setInterval(async () => {
  const [first] = await (await fetch('/events')).json()
  if ((first?.received_at ?? null) !== newest) location.reload()
}, 2000)
</script>`,
  };
}
