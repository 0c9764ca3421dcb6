// PATCH /api/users/me: changes name, photo, language or metadata.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { line, localeField, optional, photoAddress } from '../../http/fields.ts';
import { metadataField, tooLarge } from '../../http/metadata-field.ts';
import { Problem } from '../../problems.ts';
import { changeUser } from './statements.ts';

const userChange = () =>
  z.object({
    name: optional(line(100)),
    // Here `null` is a value: it removes the photo, or the language.
    photo: z.optional(z.nullable(photoAddress())),
    locale: z.optional(z.nullable(localeField())),
    metadata: optional(metadataField()),
  });

export const change = endpoint(
  { route: 'PATCH /api/users/me', access: 'session', limit: 'write', body: userChange, trips: 1 },
  ({ database }) =>
    async ({ context, body, caller }) => {
      const { name, photo, locale, metadata } = body;
      const user = await changeUser(database, { ...caller, name, photo, locale, metadata });
      if (user === 'too-large')
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/metadata', detail: tooLarge }],
        });
      if (!user) throw new Problem('session-ended');
      context.header('Cache-Control', 'private, no-store');
      return context.json(user);
    },
);
