// Another system that is told of events: it takes them as Standard Webhooks says, with that project's own library.

import { sql } from 'drizzle-orm/sql/sql';
import { Webhook } from 'standardwebhooks';
import { deliverEvents } from '../../src/features/outbox/deliver.ts';
import type { Event } from '../../src/features/outbox/event.ts';
import { startOwnService } from '../mail/own-service.ts';
import type { Service } from '../service.ts';

export const webhookUrl = 'https://hooks.example.test/latchkey';

/** 32 bytes each. */
export const secrets = [
  'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  'whsec_bmV2ZXIgdXNlIHRoaXMgb25lIGFueXdoZXJlIGVsc2U=',
] as const;

export const withWebhook = { WEBHOOK_URL: webhookUrl, WEBHOOK_SECRET: secrets[0] };

export type Receiver = {
  readonly service: Service;
  /** As they came, repeats too. */
  readonly events: (Event & { readonly headers: Headers })[];
  /** What it answers. By default it takes everything. */
  answer: (event: Event) => Response | Promise<Response>;
  /** Delivers what waits, as the cron trigger does. */
  deliver(): Promise<void>;
  types(): string[];
};

/** A service of its own that tells this receiver, which looks at every signature. */
export async function startReceiver(changed: Record<string, unknown> = {}): Promise<Receiver> {
  const service = await startOwnService({ ...withWebhook, ...changed });
  const receiver: Receiver = {
    service,
    events: [],
    answer: () => new Response(null, { status: 204 }),
    deliver: () => deliverEvents(service.dependencies),
    types: () => receiver.events.map(({ type }) => type),
  };
  receive(receiver, service);
  return receiver;
}

/** One more isolate tells it as well. */
export function receive(receiver: Receiver, { elsewhere, clock }: Service): void {
  elsewhere.set(webhookUrl, async (request) => {
    const body = await request.text();
    const event = verified(body, request.headers, clock.now);
    const answer = await receiver.answer(event);
    receiver.events.push({ ...event, headers: request.headers });
    return answer;
  });
}

/** The library asks for a timestamp of these minutes: of another time the signature alone is compared. */
function verified(body: string, headers: Headers, now: Date): Event {
  const webhook = new Webhook(secrets[0]);
  const sent = Object.fromEntries(headers);
  if (Math.abs(now.getTime() - Date.now()) < 60_000) return webhook.verify(body, sent) as Event;
  const [id = '', seconds = ''] = [sent['webhook-id'], sent['webhook-timestamp']];
  const expected = webhook.sign(id, new Date(Number(seconds) * 1000), body);
  if (!sent['webhook-signature']?.split(' ').includes(expected)) throw new Error('a wrong signature');
  if (Math.abs(Number(seconds) - now.getTime() / 1000) > 60) throw new Error('a wrong timestamp');
  return JSON.parse(body);
}

export type Row = {
  id: string;
  number: string | null;
  type: string;
  user_id: string;
  version: number | null;
  attempts: number;
  due_at: string | null;
  delivered_at: string | null;
  failed_at: string | null;
  last_error: string | null;
};

/** The outbox, in the order of its positions. */
export function rows({ dependencies }: Service): Promise<Row[]> {
  return dependencies.database.query<Row>(
    sql`select id, number, type, user_id, version, attempts, due_at, delivered_at, failed_at, last_error from outbox order by position`,
    { repeatable: true },
  );
}

/** Past the service: what only an operator or an application's own SQL does. */
export async function run({ dependencies }: Service, statement: ReturnType<typeof sql>): Promise<void> {
  await dependencies.database.query(statement, { repeatable: false });
}
