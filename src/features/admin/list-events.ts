// GET /api/admin/events: the security log of everybody, newest first, in pages.

import * as z from 'zod/mini';
import { refusedOperator } from '../../authentication/refused-operator.ts';
import { isUuid } from '../../encoding.ts';
import { endpoint } from '../../http/endpoint.ts';
import { text } from '../../http/fields.ts';
import { momentParameter } from '../../http/moment.ts';
import { beyondTheNewest, cursorParameter, limitParameter, pageResponse } from '../../http/pagination.ts';
import { listEvents as listStoredEvents } from '../../operators/list-events.ts';
import { given, operatorsPage } from './page.ts';

const search = () =>
  z.object({
    user: z.optional(z.string().check(z.refine(isUuid, { error: 'must be the id of a user' }))),
    kind: z.optional(text({ maximum: 64 })),
    ip: z.optional(text({ maximum: 64 })),
    request_id: z.optional(z.string().check(z.refine(isUuid, { error: 'must be the id of a request' }))),
    from: momentParameter(),
    to: momentParameter(),
    limit: limitParameter(operatorsPage),
    cursor: cursorParameter(),
  });

export const listAllEvents = endpoint(
  { route: 'GET /api/admin/events', access: 'session', operator: 'read', query: search, trips: 1 },
  (dependencies) =>
    async ({ context, query: { cursor = beyondTheNewest, limit, ...wanted }, caller }) => {
      const { from, to } = wanted;
      const events = await listStoredEvents(dependencies.database, {
        ...wanted,
        from: from ? new Date(from) : undefined,
        to: to ? new Date(to) : undefined,
        operator: { caller },
        before: cursor,
        limit: limit + 1,
      });
      if (!events) throw await refusedOperator(dependencies, caller);
      return pageResponse(context, events, limit, { ...given(wanted), limit: String(limit) });
    },
);
