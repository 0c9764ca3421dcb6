// A link's token or a mail's code, as a body brings it and as the database knows it.

import * as z from 'zod/mini';
import type { GrantPurpose, PresentedGrant } from '../database/email-grants.ts';
import type { DataKeys } from '../tokens/data-keys.ts';
import { hashCode, hashToken } from '../tokens/one-time.ts';
import { emailAddress, text } from './fields.ts';

const GrantFields = z.object({
  token: z.optional(text({ minimum: 1, maximum: 128 })),
  email: z.optional(emailAddress),
  code: z.optional(text({ minimum: 1, maximum: 16 })),
});

type GrantFields = z.infer<typeof GrantFields>;

/** `{token}`, or `{email, code}`, beside the other fields of a body. */
export function withGrant<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.extend(GrantFields, shape).check(
    z.refine<GrantFields>(
      ({ token, email, code }) => token !== undefined || (email !== undefined && code !== undefined),
      {
        error: 'must hold "token", or "email" and "code"',
      },
    ),
  );
}

/** People type codes with spaces and hyphens as mails print them. */
export async function hashedGrant(
  { token, email = '', code = '' }: GrantFields,
  purposes: readonly GrantPurpose[],
  keys: DataKeys,
): Promise<PresentedGrant> {
  if (token !== undefined) return { tokenHash: await hashToken(token) };
  const typed = code.replace(/[\s-]/g, '');
  const hashes = await Promise.all(purposes.map((purpose) => hashCode(keys, purpose, email, typed)));
  return { email, codeHashes: hashes.flat() };
}
