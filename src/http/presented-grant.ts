// A mailed grant in a body: its fields, and the problem where the grant is not good.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { GrantResult } from '../authentication/mailed-grants.ts';
import type { Dependencies, Variables } from '../context.ts';
import { longCodesAfterWrongCodesAnHour } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { signedToken, text } from './fields.ts';

const GrantFields = z.object({
  token: z.optional(text({ minimum: 1, maximum: 128 })),
  request: z.optional(signedToken()),
  code: z.optional(text({ minimum: 1, maximum: 64 })),
  known_device: z.optional(signedToken()),
});

type GrantFields = z.infer<typeof GrantFields>;

/** `{token}`, or `{request, code}`, beside the other fields of a body. */
export function withGrant<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z
    .extend(GrantFields, shape)
    .check(
      z.refine<GrantFields>(
        ({ token, request, code }) => token !== undefined || (request !== undefined && code !== undefined),
        { error: 'must hold "token", or "request" and "code"' },
      ),
    );
}

/**
 * Lets a result through that is `right` or `repeated`.
 *
 * @throws Problem `invalid-code` with `attempts_left`, or `invalid-token`. User enumeration: alike for any address.
 */
export function goodGrant<Result extends GrantResult>(
  context: Context<{ Variables: Variables }>,
  result: Result | undefined,
  { log }: Pick<Dependencies, 'log'>,
): Result {
  if (result?.user_id) context.set('subject', { userId: result.user_id });
  if (result?.campaign === longCodesAfterWrongCodesAnHour)
    log('error', 'codes-guessed-everywhere', { wrong_codes_an_hour: result.campaign });
  if (result?.outcome === 'wrong')
    throw new Problem('invalid-code', { members: { attempts_left: result.attempts_left } });
  if (!result || result.outcome === 'dead') throw new Problem('invalid-token');
  return result;
}
