// The check of proofs of oidc-provider, called by itself within a real provider.

// @ts-expect-error: it has no types.
import { Provider } from 'oidc-provider';
// @ts-expect-error: and exports no check.
import validateDpop from 'oidc-provider/lib/helpers/validate_dpop.js';
import { expect } from 'vitest';
import { expected } from '../verify/forgeries.ts';

const provider = new Provider(expected.issuer, {
  features: { dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => false } },
  enabledJWA: { dPoPSigningAlgValues: ['ES256'] },
});

export type Verdict = { readonly jkt: string } | 'refused';
export type Call = { readonly route: string; readonly accessToken?: string };

export const urlOf = (route: string) => expected.issuer + route.split(' ')[1];
export const methodOf = (route: string) => route.split(' ')[0] ?? '';

export async function theirs(proof: string, { route, accessToken }: Call): Promise<Verdict> {
  const context = {
    oidc: { provider, route: 'token', urlFor: () => urlOf(route) },
    method: methodOf(route),
    get: (name: string) => (name === 'DPoP' ? proof : ''),
    set() {},
  };
  try {
    const { thumbprint } = await validateDpop(provider, context, accessToken);
    return { jkt: thumbprint };
  } catch (error) {
    expect((error as { error: string }).error).toMatch(/^(invalid_dpop_proof|use_dpop_nonce)$/);
    return 'refused';
  }
}
