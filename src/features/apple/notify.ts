// POST /api/auth/apple/notifications: Apple says what its users changed there. Apple sends one again until it is answered by 200.

import * as z from 'zod/mini';
import { digestOf } from '../../encoding.ts';
import { endpoint } from '../../http/endpoint.ts';
import { text } from '../../http/fields.ts';
import { type AppliedEvent, applyAppleEvent } from './notification-statements.ts';
import { signedNotification } from './signed-notification.ts';

const notification = () => z.object({ payload: text({ minimum: 1, maximum: 8_000 }) });

/** What is owed to somebody by mail, and to Apple by a call. */
const leaves: readonly (AppliedEvent | 'unknown-event')[] = ['account-deleted', 'identity-removed'];

export const notifyApple = endpoint(
  {
    route: 'POST /api/auth/apple/notifications',
    access: 'anybody',
    limit: 'write',
    body: notification,
    trips: 1,
  },
  (dependencies) => {
    const { config, database, log, newId, now } = dependencies;
    const issuer = config.identityProviders.get('apple')?.issuers[0] ?? '';

    return async ({ context, body }) => {
      const { jti, goodUntil, event } = await signedNotification(dependencies, body.payload);
      // A later kind of event is not to be sent again and again.
      if (!event) {
        log('warn', 'apple-event-unknown', { request_id: context.get('requestId') });
        context.set('outcome', 'unknown-event');
        return context.json({});
      }
      const applied = await applyAppleEvent(database, {
        ...event,
        issuer,
        deliveryHash: await digestOf(`apple-notification ${jti}`),
        keptUntil: goodUntil,
        eventId: newId(),
        mailId: newId(),
        requestId: context.get('requestId'),
        now: now(),
      });
      context.set('outcome', applied.outcome);
      if (applied.user_id !== null) context.set('subject', { userId: applied.user_id });
      if (leaves.includes(applied.outcome)) {
        context.set('mailIsDue', true);
        context.set('providerCallIsDue', true);
      }
      return context.json({});
    };
  },
);
