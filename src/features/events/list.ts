// GET /api/users/me/security-events: what happened to the account, newest first, page by page.

import * as z from 'zod/mini';
import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import { beyondTheNewest, cursorParameter, pageOf } from '../../http/pagination.ts';
import { queryParameters } from '../../http/query-parameters.ts';
import type { Endpoint } from '../../http/router.ts';
import { securityEventsListed } from '../../lifetimes.ts';
import { listSecurityEvents } from './statements.ts';

export const EventsPage = z.object({ cursor: cursorParameter() });

export const listEvents: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get(
    '/api/users/me/security-events',
    authenticated(dependencies),
    queryParameters(EventsPage),
    async (context) => {
      const { cursor = beyondTheNewest } = context.req.valid('query');
      const events = await listSecurityEvents(database, {
        ...context.get('access'),
        before: cursor,
        limit: securityEventsListed + 1,
        now: now(),
      });
      if (!events) throw sessionEnded();
      const { data, nextCursor } = pageOf(events, securityEventsListed);
      // RFC 8288, section 3.
      if (nextCursor)
        context.header('Link', `</api/users/me/security-events?cursor=${nextCursor}>; rel="next"`);
      context.header('Cache-Control', 'private, no-store');
      return context.json({ data, next_cursor: nextCursor });
    },
  );
};
