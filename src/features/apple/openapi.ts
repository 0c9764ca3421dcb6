// Apple's notifications, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { notifyApple } from './notify.ts';

const Received = z.object({});

export const appleNotifications: Feature = {
  tag: tags.service,
  schemas: { AppleNotification: notifyApple.body(), AppleNotificationReceived: Received },
  operations: [
    describe(notifyApple, {
      id: 'receiveAppleNotification',
      summary: 'For Apple: what a user of Sign in with Apple changed there',
      description:
        'The server-to-server notification endpoint to enter at Apple; there where `apple` is one of IDENTITY_PROVIDERS. ' +
        '`consent-revoked` ends every session that began before it; `account-delete` deletes the account of those who have no ' +
        'other way in, and takes the identity from the others; `email-disabled` and `email-enabled` are security events. ' +
        'What it does not know is answered alike. Each delivery counts once: sent again, it changes nothing.',
      body: { examples: { notification: { payload: 'eyJraWQiOiJZdXlYb1kiLCJhbGciOiJSUzI1NiJ9…' } } },
      problems: ['id-token-not-accepted', 'way-not-enabled'],
      answers: {
        200: {
          description: 'Received.',
          content: { schema: Received, examples: { received: {} } },
        },
      },
    }),
  ],
};
