// PATCH /api/users/me: another name or photo.

import * as z from 'zod/mini';
import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { line, optional, photoAddress } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Endpoint } from '../../http/router.ts';
import { changeUser } from './statements.ts';

export const UserChange = z.object({
  name: optional(line(100)),
  // Here `null` is a value: it removes the photo.
  photo: z.optional(z.nullable(photoAddress)),
});

export const change: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.patch('/api/users/me', authenticatedToWrite(dependencies), jsonBody(UserChange), async (context) => {
    const { name, photo } = context.req.valid('json');
    const user = await changeUser(database, { ...context.get('access'), name, photo, now: now() });
    if (!user) throw sessionEnded();
    context.header('Cache-Control', 'private, no-store');
    return context.json(user);
  });
};
