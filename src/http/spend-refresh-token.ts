// Refresh token rotation over HTTP, for /api/auth/refresh and /oauth/token alike: section 3 of the contract, from the
// token to the answer.

import type { Context } from 'hono';
import { withinLimit } from '../authentication/limits.ts';
import type { Dependencies, Variables } from '../context.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import type { Ended } from '../sessions/end.ts';
import { rotateRefreshToken } from '../sessions/rotation.ts';
import { recordRefusedKey, requireSessionKey } from '../sessions/session-key.ts';
import type { DpopMode, NewestToken } from '../sessions/state.ts';
import { findSuccessor } from '../sessions/succession.ts';
import { claimsOf, issueTokens } from '../sessions/tokens.ts';
import type { VerifiedRefresh } from '../tokens/verify.ts';
import { type Binding, bindingOf } from './dpop.ts';
import { idempotencyKeyHash } from './idempotency.ts';
import { type PresentedToken, readRefreshToken } from './presented-token.ts';
import { requestMetadata, requestNetwork } from './request-metadata.ts';
import { startedSessionResponse } from './session-start.ts';
import { tokenResponse } from './token-response.ts';

/**
 * @param mode that the client asks for.
 * @throws Problem `invalid-refresh-token`, `refresh-token-reused`, `refresh-superseded`, `session-ended`,
 *   `device-key-required`, `device-key-mismatch`, `invalid-dpop-proof`, `use-dpop-nonce`, `validation-failed`,
 *   `too-many-requests` or `service-unavailable`.
 */
export async function spendRefreshToken(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  { token, delivery }: PresentedToken,
  mode: DpopMode | undefined,
): Promise<Response> {
  const { database, config, limits, now, newId } = dependencies;
  const time = now();
  const keyHash = await idempotencyKeyHash(context);
  const presented = await readRefreshToken(context, token, dependencies, time);
  const { sessionId, userId, jkt } = presented;
  const binding = await bindingOf(context, dependencies, { mode, delivery });
  // Limited apart from other writes, so that a client which reaches that limit can still refresh. Two signatures
  // follow.
  await withinLimit(limits.write, `refresh ${sessionId}`);
  const claimsWith = (newest: NewestToken) => claimsOf(config, { id: sessionId, userId, newest, now: time });
  const call = {
    ...presented,
    now: time,
    origin: requestMetadata(context),
    network: requestNetwork(context),
    mailId: newId(),
    roleClaim: config.roleClaim,
    retryWindowSeconds: config.refreshRetryWindowSeconds,
  };
  if (jkt !== undefined && jkt !== binding.jkt)
    await recordRefusedKey(database, { ...call, jkt, eventId: newId() });
  requireSessionKey(jkt, binding.jkt);
  const rotating = rotateRefreshToken(database, {
    ...call,
    keyHash,
    proofJkt: binding.jkt,
    // A token in a cookie comes without a proof of its own.
    dpopMode: delivery === 'cookie' && binding.jkt !== undefined ? 'refresh' : mode,
    refreshTokenSeconds: config.refreshTokenSeconds,
    eventId: newId(),
  });
  // Latency: two signatures may take longer than the round trip, so they are made during it, for the likely outcome.
  // Signing blocks the thread; the wait lets the query leave first.
  const likely = claimsWith(likelySuccessor(presented, binding, time, config));
  const signing = scheduler.wait(0).then(() => issueTokens(dependencies, likely));
  const [rotation, signedAhead] = await Promise.all([rotating, signing]);
  context.set('outcome', rotation.outcome);
  switch (rotation.outcome) {
    case 'rotated':
    case 'retried': {
      const tokens = await issueTokens(dependencies, claimsWith(rotation), {
        claims: likely,
        tokens: signedAhead,
      });
      if (rotation.mail_is_due) context.set('mailIsDue', true);
      return tokenResponse(context, dependencies, tokens, { sessionId, delivery });
    }
    case 'superseded':
      throw new Problem('refresh-superseded');
    case 'reused':
      context.set('mailIsDue', true);
      throw new Problem('refresh-token-reused');
    case 'ended': {
      const successor =
        rotation.is_replaced && keyHash !== null
          ? await findSuccessor(database, { ...call, keyHash })
          : undefined;
      if (successor?.outcome === 'superseded') throw new Problem('refresh-superseded');
      if (successor?.outcome === 'reused') context.set('mailIsDue', true);
      if (successor?.outcome !== 'found') {
        // An operator may have written any reason into the revocation list.
        const reason = shownReasons[rotation.end_reason] ?? 'revoked';
        throw new Problem('session-ended', { members: { reason } });
      }
      context.set('outcome', 'succeeded');
      const started = { ...successor, user_id: userId };
      return startedSessionResponse(context, dependencies, started, { delivery, now: time });
    }
    case 'expired':
    case 'unknown':
      throw new Problem('invalid-refresh-token');
  }
}

/** Why a session has ended, as the API says it. */
const shownReasons: Readonly<Record<Ended, string>> = {
  logout: 'signed-out',
  'logout-all': 'signed-out-everywhere',
  revoked: 'revoked',
  reuse: 'reused',
  'password-changed': 'password-changed',
  'password-reset': 'password-reset',
  'email-change-undone': 'email-change-undone',
  upgraded: 'upgraded',
  'account-deleted': 'account-deleted',
  'consent-revoked': 'consent-revoked',
  disabled: 'disabled',
  expired: 'expired',
};

/**
 * The successor of a token, unless the refresh is a retry, an administrator's, one with claims of the application, or the first since a reauthentication or
 * since there are status lists and levels. A token with less than the whole lifetime was cut at the session's absolute end, and so is its successor.
 */
function likelySuccessor(
  { generation, issuedAt, expiresAt, statusIndex, level }: VerifiedRefresh,
  { jkt, mode }: Binding,
  now: Date,
  { refreshTokenSeconds }: Config,
): NewestToken {
  const wasCut = expiresAt - issuedAt < refreshTokenSeconds;
  const end = new Date(wasCut ? expiresAt * 1000 : now.getTime() + refreshTokenSeconds * 1000).toISOString();
  const { authTime = 0, acr = null, amr = [], idp = null, guest = false } = level ?? {};
  const sameLevel = { amr, acr, auth_time: new Date(authTime * 1000).toISOString(), idp, guest };
  return {
    generation: generation + 1,
    rotated_at: now.toISOString(),
    expires_at: end,
    absolute_expires_at: end,
    dpop_jkt: jkt ?? null,
    dpop_mode: jkt === undefined ? null : (mode ?? 'refresh'),
    role: 'user',
    claims: {},
    status_index: statusIndex ?? null,
    level: sameLevel,
    issued_level: sameLevel,
  };
}
