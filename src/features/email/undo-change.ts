// POST /api/auth/undo-email-change: takes a change of the address back, by the link in the mail to the old address.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { Dependencies, Variables } from '../../context.ts';
import { digestOf } from '../../encoding.ts';
import { endpoint } from '../../http/endpoint.ts';
import { text } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { undoEmailChange } from './undo-statements.ts';

export const undo = endpoint(
  {
    route: 'POST /api/auth/undo-email-change',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    body: () => z.object({ token: text({ minimum: 1, maximum: 128 }) }),
    trips: 1,
  },
  (dependencies) =>
    async ({ context, body }) => {
      await undoChange(context, dependencies, body.token);
      return context.body(null, 204);
    },
);

/** For the endpoint and the page. @throws Problem `invalid-token`. */
export async function undoChange(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  token: string,
): Promise<void> {
  const { database, passwords, now, newId } = dependencies;
  const isUndone =
    isToken(token, 'undo-email-change') &&
    (await undoEmailChange(database, {
      tokenHash: await digestOf(token),
      callHash: await callHash(context, dependencies),
      voidHash: passwords.decoy,
      resetId: newId(),
      eventId: newId(),
      origin: requestMetadata(context),
      now: now(),
    }));
  if (!isUndone) throw new Problem('invalid-token');
  context.set('mailIsDue', true);
}
