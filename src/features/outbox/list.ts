// GET /api/admin/events/outbox: the events as they are delivered, from a cursor on: to read once more what was missed, or to poll.

import * as z from 'zod/mini';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import { eventsNumbered } from '../../bounds.ts';
import { endpoint } from '../../http/endpoint.ts';
import { limitParameter } from '../../http/pagination.ts';
import { eventOf } from './event.ts';
import { readEvents } from './event-statements.ts';
import { numberEvents } from './number-statements.ts';

const afterError = 'must be a next_after of this list';

const outboxPage = () =>
  z.object({
    // Opaque to clients. Up to 18 digits are a 64-bit integer.
    after: z._default(z.string(afterError).check(z.regex(/^\d{1,18}$/, { error: afterError })), '0'),
    limit: limitParameter(25),
  });

export const listOutbox = endpoint(
  { route: 'GET /api/admin/events/outbox', access: 'session', operator: 'read', query: outboxPage, trips: 2 },
  (dependencies) =>
    async ({ context, query, caller }) => {
      const { database, now } = dependencies;
      // A statement of its own, before: what one numbers itself it may see without what the one before it has numbered.
      while ((await numberEvents(database, now(), caller)) === eventsNumbered);
      const rows = await readEvents(database, { ...caller, ...query });
      if (!rows) throw await refusedOperator(dependencies, caller);
      context.header('Cache-Control', 'private, no-store');
      return context.json({ data: rows.map(eventOf), next_after: rows.at(-1)?.number ?? query.after });
    },
);
