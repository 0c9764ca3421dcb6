// POST /api/auth/undo-email-change: takes a change of the address or of a factor back, by the link in the mail about it.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import { withinLimit } from '../../authentication/limits.ts';
import { codeFactors, type GivenCode, hasCode, shownFactor } from '../../authentication/second-factor.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { digestOf } from '../../encoding.ts';
import { readRecoveryCode } from '../../factors/recovery-codes.ts';
import { readTotp } from '../../factors/totp.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { optional, text } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { once } from '../../once.ts';
import { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { type Undoing, undoChange as undoStoredChange } from './undo-statements.ts';

const linkToken = () => text({ minimum: 1, maximum: 128 });

/** The page has one field for either code. */
export const eitherCode = once(() =>
  z.pipe(
    z.pipe(
      text({ maximum: 64 }),
      z.transform((typed: string) => ({ totp: readTotp(typed), recovery_code: readRecoveryCode(typed) })),
    ),
    z.custom<Required<GivenCode>>((read) => hasCode(read as GivenCode), { error: 'must be a code' }),
  ),
);

export const undoOnPage = () => z.object({ token: linkToken(), second_factor: z.optional(eitherCode()) });

export const undo = endpoint(
  {
    route: 'POST /api/auth/undo-email-change',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    body: () =>
      z.object({ token: linkToken(), totp: optional(totp()), recovery_code: optional(recoveryCode()) }),
    trips: 2,
  },
  (dependencies) =>
    async ({ context, body }) => {
      await undoChange(context, dependencies, body.token, body);
      return context.body(null, 204);
    },
);

/** How often it is run again, each time because a change of the address or of a factor came at that very moment. */
const overtakings = 3;

/** A code is good for no longer than this (RFC 6238), so that the same digits later are another try. */
const stepMilliseconds = 30_000;

/**
 * For the endpoint and the page. A code is counted before it is looked at, so that guesses at once do not slip under the
 * limit.
 *
 * @throws Problem `invalid-token`, `second-factor-required` or `invalid-second-factor`.
 */
export async function undoChange(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  token: string,
  given: GivenCode,
): Promise<void> {
  const { database, limits, now, newId } = dependencies;
  if (!isToken(token, 'undo-email-change')) throw new Problem('invalid-token');
  const undoing: Undoing = {
    tokenHash: await digestOf(token),
    callHash: await callHash(context, dependencies),
    resetId: newId(),
    eventId: newId(),
    origin: requestMetadata(context),
    now: now(),
  };
  const run = async (more: Partial<Undoing>) => {
    for (let times = 0; times <= overtakings; times += 1) {
      const result = await undoStoredChange(database, { ...undoing, ...more });
      if (result.outcome !== 'overtaken') return result;
    }
    throw new Problem('service-unavailable');
  };

  const step = Math.floor(undoing.now.getTime() / stepMilliseconds);
  const isTry = hasCode(given);
  if (isTry) await withinLimit(limits.address, `undo ${undoing.tokenHash}`);
  let result = await run({ tryOf: isTry ? `${undoing.callHash ?? undoing.eventId} ${step}` : undefined });
  if (result.outcome === 'second-factor-required') {
    context.set('subject', { userId: result.user_id });
    if (!isTry) throw new Problem('second-factor-required', { members: { factors: codeFactors } });
    const shown = result.may_try
      ? await shownFactor(dependencies, { ...result, userId: result.user_id, isRepeat: false }, given)
      : undefined;
    if (shown) result = await run({ shown });
    if (result.outcome === 'second-factor-required') throw new Problem('invalid-second-factor');
  }
  if (result.outcome === 'dead') throw new Problem('invalid-token');
  context.set('mailIsDue', true);
}
