// A link's token, or a code with the handle of its request, as a body brings it and as the database knows it.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import { type GrantPurpose, grantPurposes, longCodeCharacters } from '../authentication/destinations.ts';
import type { GrantOutcome, PresentedGrant } from '../authentication/mailed-grants.ts';
import type { Dependencies, Variables } from '../context.ts';
import { digestOf } from '../encoding.ts';
import { longCodesAfterWrongCodesAnHour } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { hashCode, isToken } from '../tokens/one-time.ts';
import { signedToken, text } from './fields.ts';
import { validationFailed } from './json-body.ts';
import { withinLimit } from './rate-limit.ts';
import { openHandle } from './request-handle.ts';
import { readTypedCode } from './typed-code.ts';

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

/** A grant and what it says that it is for; the request whose handle came along, by itself or with the code. */
export type ReadGrant = {
  readonly presented: PresentedGrant;
  readonly purpose: GrantPurpose;
  readonly requestId: string | undefined;
};

/**
 * Reads what shows without the database. What is not the right number of digits is no try.
 *
 * @throws Problem `invalid-token`, `validation-failed` or `too-many-requests`.
 */
export async function readGrant(
  { token, request, code = '' }: GrantFields,
  purposes: readonly GrantPurpose[],
  dependencies: Pick<Dependencies, 'dataKeys' | 'limits' | 'now'>,
): Promise<ReadGrant> {
  const handle = request === undefined ? undefined : await openHandle(request, dependencies);
  if (token !== undefined) {
    const purpose = purposes.find((known) => isToken(token, known));
    if (!purpose) throw new Problem('invalid-token');
    return { presented: { tokenHash: await digestOf(token) }, purpose, requestId: handle?.requestId };
  }
  const typed = readTypedCode(code);
  if (typed === undefined) throw noCode();
  if (!handle || !purposes.includes(handle.purpose)) throw new Problem('invalid-token');
  if (![grantPurposes[handle.purpose].digits, longCodeCharacters].includes(typed.length)) throw noCode();
  await withinLimit(dependencies.limits.address, `code ${handle.requestId}`);
  const { requestId, purpose } = handle;
  const codeHashes = await hashCode(dependencies.dataKeys, requestId, typed);
  return { presented: { requestId, codeHashes }, purpose, requestId };
}

function noCode(): Problem {
  return validationFailed(
    [{ code: 'custom', path: ['code'], message: 'must be the code from the mail' }],
    {},
  );
}

/** What a statement says of a presented grant. */
export type GrantVerdict = {
  /** Whose account it opens, where somebody has one yet. */
  readonly user_id?: string | null;
  readonly outcome: GrantOutcome;
  readonly attempts_left: number;
  /** Wrong codes over the whole service within the hour, where this was one. */
  readonly campaign: number | null;
};

/**
 * Gives back a verdict that is good or repeats a good one.
 *
 * @throws Problem `invalid-code` with `attempts_left`, or `invalid-token`: alike for any address.
 */
export function goodGrant<Verdict extends GrantVerdict>(
  context: Context<{ Variables: Variables }>,
  verdict: Verdict | undefined,
  { log }: Pick<Dependencies, 'log'>,
): Verdict {
  if (verdict?.user_id) context.set('subject', { userId: verdict.user_id });
  if (verdict?.campaign === longCodesAfterWrongCodesAnHour)
    log('error', 'codes-guessed-everywhere', { wrong_codes_an_hour: verdict.campaign });
  if (verdict?.outcome === 'wrong')
    throw new Problem('invalid-code', { members: { attempts_left: verdict.attempts_left } });
  if (!verdict || verdict.outcome === 'dead') throw new Problem('invalid-token');
  return verdict;
}
