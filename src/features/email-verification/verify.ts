// POST /api/auth/verify-email: the link's token, or the address and the code of the same mail.

import * as z from 'zod/mini';
import type { PresentedGrant } from '../../database/email-grants.ts';
import { emailAddress, text } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Dependencies, Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { hashCode, hashToken } from '../../tokens/one-time.ts';
import { verifyEmail } from './statements.ts';

export const Verification = z.union([
  z.object({ token: text({ minimum: 1, maximum: 128 }) }),
  z.object({ email: emailAddress, code: text({ minimum: 1, maximum: 16 }) }),
]);

export const verify: Endpoint = (router, { database, grantKeys, now }) => {
  router.post('/api/auth/verify-email', jsonBody(Verification), async (context) => {
    const presented = await hashed(context.req.valid('json'), grantKeys);
    if (!(await verifyEmail(database, presented, now()))) throw new Problem('invalid-token');
    return context.body(null, 204);
  });
};

async function hashed(
  given: z.infer<typeof Verification>,
  grantKeys: Dependencies['grantKeys'],
): Promise<PresentedGrant> {
  if ('token' in given) return { tokenHash: await hashToken(given.token) };
  const { email, code } = given;
  return { email, codeHashes: await hashCode(grantKeys, 'verify-email', email, code) };
}
