// Makes the calls to identity providers that wait in the queue. Never throws: a call that failed stays in the queue until its
// time is up, and is logged.

import {
  providerCallBatch,
  providerCallBatches,
  providerCallClaimSeconds,
  providerCallRetrySeconds,
} from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import type { ProviderCallKind } from '../../database/provider-calls.ts';
import { openIdentitySecret, sealIdentitySecret } from '../../tokens/identity-secret.ts';
import { AppleError, redeemCode, revokeToken } from './apple.ts';
import { claimDueCalls, type DueCall, finishCall, keepRefreshToken, postponeCall } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'dataKeys' | 'fetch' | 'log' | 'newId' | 'now'>;

/** Claims a batch and makes its calls. @returns how many were claimed: a full batch says that there may be more. */
export async function makeProviderCalls(parts: Parts): Promise<number> {
  const { database, log, now } = parts;
  try {
    const calls = await claimDueCalls(database, {
      now: now(),
      limit: providerCallBatch,
      claimSeconds: providerCallClaimSeconds,
    });
    await Promise.all(calls.map((call) => attempt(call, parts)));
    return calls.length;
  } catch (error) {
    log('error', 'provider-calls-unreachable', { cause: String(error) });
    return 0;
  }
}

/** Makes batches until nothing is due, or until one run has made its share. */
export async function makeWaitingProviderCalls(parts: Parts): Promise<void> {
  for (let batch = 0; batch < providerCallBatches; batch += 1) {
    if ((await makeProviderCalls(parts)) < providerCallBatch) return;
  }
}

/** Opens the secret: a code is sealed for the call, a token for its identity. */
const made: Readonly<Record<ProviderCallKind, (call: DueCall, parts: Parts) => Promise<void>>> = {
  async 'apple-redeem'(call, parts) {
    const code = await opened(call.id, call, parts);
    const { refreshToken, subject } = await redeemCode(parts, { clientId: call.client_id, code });
    const { config, database, dataKeys, log, newId, now } = parts;
    const outcome = await keepRefreshToken(database, {
      call,
      refreshToken: await sealIdentitySecret(dataKeys, call.identity_id, refreshToken),
      issuer: config.identityProviders.get('apple')?.issuers[0] ?? '',
      subject,
      revocationId: newId(),
      now: now(),
    });
    if (outcome === 'another') log('warn', 'provider-call-refused', said(call, 'a code of somebody else'));
  },
  async 'apple-revoke'(call, parts) {
    const token = await opened(call.identity_id, call, parts);
    await revokeToken(parts, { clientId: call.client_id, token });
    await finishCall(parts.database, call.id);
  },
};

async function attempt(call: DueCall, parts: Parts): Promise<void> {
  const { database, log, now } = parts;
  const expiresAt = new Date(call.expires_at).getTime();
  try {
    if (expiresAt <= now().getTime()) throw new Error('its time was up before it was made');
    await made[call.kind](call, parts);
  } catch (error) {
    const isFinal = error instanceof AppleError && error.isFinal;
    const pauses = providerCallRetrySeconds[call.kind];
    const pause = pauses[Math.min(call.attempts, pauses.length) - 1] ?? 0;
    const next = new Date(now().getTime() + pause * 1000);
    const isOver = next.getTime() >= expiresAt;
    const fields = said(call, String(error));
    if (isFinal) log('warn', 'provider-call-refused', fields);
    else if (isOver) log('error', 'provider-call-given-up', fields);
    else log('warn', 'provider-call-postponed', fields);
    // If this fails too, the claim expires and the call is claimed again.
    const noted = isFinal || isOver ? finishCall(database, call.id) : postponeCall(database, call.id, next);
    await noted.catch(() => {});
  }
}

async function opened(holder: string, call: DueCall, { dataKeys }: Parts): Promise<string> {
  const secret = await openIdentitySecret(dataKeys, holder, call.secret);
  // An isolate that is older than a rotation of the keys may have claimed it.
  if (secret === undefined) throw new Error('no data key opens its secret');
  return secret;
}

function said({ id, kind, identity_id, attempts }: DueCall, cause: string) {
  return { call_id: id, kind, identity_id, attempts, cause };
}
