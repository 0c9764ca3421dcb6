// GET /api/users/me/security-events: the security log of the account, newest first, in pages.

import * as z from 'zod/mini';
import { securityEventsListed } from '../../bounds.ts';
import { endpoint } from '../../http/endpoint.ts';
import { beyondTheNewest, cursorParameter, pageResponse } from '../../http/pagination.ts';
import { Problem } from '../../problems.ts';
import { listSecurityEvents } from './statements.ts';

const eventsPage = () => z.object({ cursor: cursorParameter() });

export const listEvents = endpoint(
  { route: 'GET /api/users/me/security-events', access: 'session', query: eventsPage, trips: 1 },
  ({ database }) =>
    async ({ context, query, caller }) => {
      const { cursor = beyondTheNewest } = query;
      const events = await listSecurityEvents(database, {
        ...caller,
        before: cursor,
        limit: securityEventsListed + 1,
      });
      if (!events) throw new Problem('session-ended');
      return pageResponse(context, events, securityEventsListed);
    },
);
