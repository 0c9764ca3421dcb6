// PATCH /api/users/me: changes name, photo or metadata.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { line, optional, photoAddress } from '../../http/fields.ts';
import { metadataField, tooLarge } from '../../http/metadata-field.ts';
import { Problem } from '../../problems.ts';
import { changeUser } from './statements.ts';

const userChange = () =>
  z.object({
    name: optional(line(100)),
    // Here `null` is a value: it removes the photo.
    photo: z.optional(z.nullable(photoAddress())),
    metadata: optional(metadataField()),
  });

export const change = endpoint(
  { route: 'PATCH /api/users/me', access: 'session', limit: 'write', body: userChange, trips: 1 },
  ({ database }) =>
    async ({ context, body, caller }) => {
      const { name, photo, metadata } = body;
      const user = await changeUser(database, { ...caller, name, photo, metadata });
      if (user === 'too-large')
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/metadata', detail: tooLarge }],
        });
      if (!user) throw new Problem('session-ended');
      context.header('Cache-Control', 'private, no-store');
      return context.json(user);
    },
);
