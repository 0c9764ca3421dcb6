// Where somebody is signed in, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import {
  describe,
  exampleId,
  exampleTime,
  type Feature,
  id,
  noted,
  said,
  time,
} from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import type { ListedSession } from '../../sessions/listed-sessions.ts';
import { list } from './list.ts';
import { logoutAll } from './logout-all.ts';
import { revoke } from './revoke.ts';

const Session: z.ZodMiniType<ListedSession> = z.object({
  id: id(),
  device_name: z.nullable(said('As the app named it at the login.')),
  user_agent: z.nullable(z.string()),
  ip: z.nullable(z.string()),
  created_at: time('When it began.'),
  last_used_at: time('When it was last refreshed, rounded down to the hour.'),
  expires_at: time('When it ends, unless it is used before, rounded down to the hour.'),
  current: noted(z.boolean(), { description: 'It is the one that calls.' }),
  device_bound: noted(z.boolean(), { description: 'Its refresh tokens are bound to a key of the device.' }),
  amr: noted(z.array(z.string()), {
    description: 'How the user signed in last (RFC 8176): `pwd` is by password. More may come.',
  }),
  acr: z.nullable(said('How sure that makes the service: `aal1`. More may come.')),
});
const Sessions = z.object({ data: z.array(Session) });

const session: ListedSession = {
  id: exampleId,
  device_name: 'Ada’s phone',
  user_agent: 'ExampleApp/1.0',
  ip: '203.0.113.7',
  created_at: exampleTime,
  last_used_at: '2026-03-01T09:00:00.000Z',
  expires_at: '2026-03-31T09:00:00.000Z',
  current: true,
  device_bound: true,
  amr: ['pwd'],
  acr: 'aal1',
};

export const devices: Feature = {
  tag: tags.devices,
  schemas: { Session, Sessions, LogoutAll: logoutAll.body() },
  operations: [
    describe(list, {
      id: 'listSessions',
      summary: 'Where am I signed in',
      description:
        'The living sessions of the user, newest use first, as far as the hour tells; 100 at most.',
      answers: {
        200: {
          description: 'The sessions.',
          headers: ['Cache-Control'],
          content: { schema: Sessions, examples: { one: { data: [session] } } },
        },
      },
    }),
    describe(revoke, {
      id: 'revokeSession',
      summary: 'Sign a device out',
      description: 'Ends one session of the user, which may be the one that calls.',
      answers: { 204: { description: 'That session is over.' } },
      problems: ['not-found'],
    }),
    describe(logoutAll, {
      id: 'logoutAll',
      summary: 'Log out everywhere',
      description:
        'Ends every session of the user, this one included. With `forget_devices` none of their devices is known any more either: ' +
        'the next sign-in on each is one of a new device.',
      body: {
        examples: { sessions: {}, sessionsAndDevices: { forget_devices: true } },
        optional: true,
      },
      answers: { 204: { description: 'Every session is over.', headers: ['Set-Cookie?'] } },
    }),
  ],
};
