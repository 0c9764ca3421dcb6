// The authorization code that an app of Apple's gives beside the ID token: queued by the statement that signs its user in, and
// redeemed right after the answer (features/provider-calls).

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Dependencies } from '../context.ts';
import { queuedProviderCall } from '../database/provider-calls.ts';
import { uuidOfBytes } from '../encoding.ts';
import { type DataKeys, mac } from '../tokens/data-keys.ts';
import { sealIdentitySecret } from '../tokens/identity-secret.ts';
import type { ShownIdentity } from './shown-identity.ts';

/** The call that redeems it. Nothing in it is readable: it may be kept where a sign-in waits for its second factor. */
export type CodeToRedeem = { readonly id: string; readonly clientId: string; readonly secret: string };

/**
 * The id of the call follows from the code: a repeat of the request queues it once.
 *
 * @param clientId the app that got it, which is the one that the ID token was issued to.
 */
export async function codeToRedeem(
  dataKeys: DataKeys,
  { code, clientId }: { readonly code: string; readonly clientId: string },
): Promise<CodeToRedeem> {
  const lookup = await mac(dataKeys[0].lookups, ['provider-code', clientId, code]);
  const id = uuidOfBytes(lookup.subarray(0, 16));
  return { id, clientId, secret: await sealIdentitySecret(dataKeys, id, code) };
}

/** The code of a call, where it can be redeemed: undefined without one, and where the provider has no key for that. */
export async function shownCode(
  { config, dataKeys }: Pick<Dependencies, 'config' | 'dataKeys'>,
  { provider, clientId }: Pick<ShownIdentity, 'provider' | 'clientId'>,
  code: string | undefined,
): Promise<CodeToRedeem | undefined> {
  const isRedeemable = config.identityProviders.get(provider)?.apple !== undefined;
  return code !== undefined && isRedeemable ? codeToRedeem(dataKeys, { code, clientId }) : undefined;
}

/**
 * A common table expression `provider_call`; without a code it is empty.
 *
 * @param of a query that gives the `identity_id` that the token is for: one row or none. This statement may make the identity.
 */
export function queuedRedemption(of: SQL, code: CodeToRedeem | undefined, now: Date): SQL {
  if (!code) return sql`provider_call as (select null::uuid as id where false)`;
  return queuedProviderCall({
    kind: 'apple-redeem',
    of: sql`
      select ${code.id}::uuid as id, o.identity_id, ${code.clientId}::text as client_id, ${code.secret}::text as secret from (${of}) o`,
    now,
  });
}
