// The DPoP proof of a request (RFC 9449): whose key it shows.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { Dependencies, Variables } from '../context.ts';
import { Problem } from '../problems.ts';
import type { DpopMode } from '../sessions/state.ts';
import { checkProof } from '../tokens/dpop.ts';
import type { TokenDelivery } from './token-response.ts';

type Parts = Pick<Dependencies, 'config' | 'dpopNonces' | 'now'>;

/**
 * The thumbprint of the key whose proof came along; undefined where there is none. To be called before anything is
 * counted, hashed or spent. Proxies: the URL in the proof is checked against ISSUER, never against `Host`.
 *
 * @param accessToken that the proof has to be of (section 7): then what is wrong with it is a 401.
 * @throws Problem `invalid-dpop-proof` or `use-dpop-nonce`.
 */
export async function provenKey(
  context: Context<{ Variables: Variables }>,
  { config, dpopNonces, now }: Parts,
  accessToken?: string,
): Promise<string | undefined> {
  const proof = context.req.header('DPoP');
  if (proof === undefined) return undefined;
  const time = now();
  const checked = await checkProof(proof, {
    method: context.req.method,
    // As it was sent: Hono's own path is percent-decoded.
    url: config.issuer + new URL(context.req.url).pathname,
    now: time,
    accessToken,
    isOurNonce: (nonce) => dpopNonces.isOurs(nonce, time),
  });
  const status = accessToken === undefined ? {} : ({ status: 401 } as const);
  switch (checked.outcome) {
    case 'valid':
      return checked.jkt;
    case 'nonce-required':
      throw new Problem('use-dpop-nonce', {
        ...status,
        headers: { 'DPoP-Nonce': await dpopNonces.offer(time) },
      });
    case 'invalid':
      context.set('refusal', `DPoP proof: ${checked.reason}`);
      throw new Problem('invalid-dpop-proof', status);
  }
}

/** How much of a session is bound to the key: `sessions/state.ts`. */
export const dpopMode = () => z.enum(['refresh', 'full'], { error: 'must be "refresh" or "full"' });

/** The key that a session is bound to by this request; both undefined where there is no proof. */
export type Binding = { readonly jkt: string | undefined; readonly mode: DpopMode | undefined };

export const noBinding: Binding = { jkt: undefined, mode: undefined };

/**
 * For requests that start or refresh a session. To be called before anything is counted, hashed or spent.
 *
 * @param asked.mode of a field `dpop_mode`.
 * @throws Problem `invalid-dpop-proof`, `use-dpop-nonce` or `validation-failed`.
 */
export async function bindingOf(
  context: Context<{ Variables: Variables }>,
  dependencies: Parts,
  { mode, delivery }: { readonly mode: DpopMode | undefined; readonly delivery: TokenDelivery },
): Promise<Binding> {
  const jkt = await provenKey(context, dependencies);
  if (mode !== undefined && jkt === undefined) throw refusedMode('needs a DPoP proof');
  // A script cannot hash a token that it cannot read, for the `ath` of a proof.
  if (mode === 'full' && delivery === 'cookie')
    throw refusedMode('must be "refresh" where tokens are in cookies');
  return { jkt, mode };
}

function refusedMode(detail: string): Problem {
  return new Problem('validation-failed', { errors: [{ pointer: '/dpop_mode', detail }] });
}
