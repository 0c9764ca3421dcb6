// PATCH /api/users/me: changes name or photo.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { line, optional, photoAddress } from '../../http/fields.ts';
import { Problem } from '../../problems.ts';
import { changeUser } from './statements.ts';

const userChange = () =>
  z.object({
    name: optional(line(100)),
    // Here `null` is a value: it removes the photo.
    photo: z.optional(z.nullable(photoAddress())),
  });

export const change = endpoint(
  { route: 'PATCH /api/users/me', access: 'session', limit: 'write', body: userChange, trips: 1 },
  ({ database }) =>
    async ({ context, body, caller }) => {
      const { name, photo } = body;
      const user = await changeUser(database, { ...caller, name, photo });
      if (!user) throw new Problem('session-ended');
      context.header('Cache-Control', 'private, no-store');
      return context.json(user);
    },
);
