// The answers of a sign-in that everybody has who signs in: the tokens, or that a second factor is owed.

import type { Context } from 'hono';
import { type AuthSession, sealAuthSession } from '../../authentication/auth-session.ts';
import { codeFactors } from '../../authentication/second-factor.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { startedSessionResponse } from '../../http/session-start.ts';
import { authSessionSeconds } from '../../lifetimes.ts';
import { Problem } from '../../problems.ts';
import type { SignIn } from './complete-statements.ts';
import type { AskedFactor } from './owed-factor-statements.ts';

/** @throws Problem `refresh-superseded` or `account-disabled`. */
export function signInResponse(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  signIn: Extract<SignIn, { outcome: 'started' | 'superseded' | 'disabled' }>,
  answer: Pick<AuthSession, 'delivery' | 'device'> & { readonly now: Date },
): Promise<Response> {
  if (signIn.outcome === 'disabled') throw new Problem('account-disabled');
  if (signIn.outcome === 'superseded') throw new Problem('refresh-superseded');
  if (signIn.mail_is_due) context.set('mailIsDue', true);
  return startedSessionResponse(context, dependencies, signIn, answer);
}

/** `second-factor-required`, with the handle by which the sign-in goes on, and what it takes. */
export async function secondFactorRequired(
  dependencies: Pick<Dependencies, 'dataKeys'>,
  { id, created_at, has_passkey }: AskedFactor,
  session: Omit<AuthSession, 'id'>,
): Promise<Problem> {
  return new Problem('second-factor-required', {
    members: {
      auth_session: await sealAuthSession(dependencies, { id, ...session }, new Date(created_at)),
      expires_in: authSessionSeconds,
      factors: [...codeFactors, ...(has_passkey ? ['passkey'] : [])],
    },
    headers: { 'Cache-Control': 'no-store' },
  });
}
