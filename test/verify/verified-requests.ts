// A resource service with latchkey/verify, and requests to it with tokens of its issuer.

import type { PrivateJwk } from '../../src/tokens/private-key-set.ts';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { createVerifier, UnauthorizedError, type VerifierOptions } from '../../src/verify/create-verifier.ts';
import type { IncomingRequest } from '../../src/verify/proof.ts';
import { type DeviceKey, newKey as newDeviceKey } from '../dpop/prover.ts';
import { expected, tokenAt } from './forgeries.ts';
import { newKey } from './new-key.ts';

export const seconds = 1_800_000_000;
export const at = new Date(seconds * 1000);
export const path = '/things';
export const url = `${expected.audience}${path}`;
export const challenge = (error: string) => `DPoP error="${error}", algs="ES256"`;

export type Scene = {
  readonly signing: PrivateJwk;
  readonly key: DeviceKey;
  readonly bound: string;
  readonly unbound: string;
  verifier(options?: Partial<VerifierOptions>): ReturnType<typeof createVerifier>;
  /** With the bound token and a good proof, but for these changes. */
  request(changed?: Record<string, string>, claims?: object): Promise<Request>;
};

export async function newScene(): Promise<Scene> {
  const [signing, key] = await Promise.all([newKey(), newDeviceKey()]);
  const bound = await tokenAt(signing, seconds, key.jkt);
  const keys = JSON.stringify({ keys: (await importKeySet([signing])).publicKeys });
  return {
    signing,
    key,
    bound,
    unbound: await tokenAt(signing, seconds),
    verifier: (options = {}) =>
      createVerifier({
        ...expected,
        // The Cache API is shared by all that runs here.
        jwksUri: `${expected.issuer}/${crypto.randomUUID()}/jwks.json`,
        fetch: async () => new Response(keys),
        now: () => at,
        ...options,
      }),
    async request(changed = {}, claims = {}) {
      const DPoP = await key.proof(`GET ${path}`, at, {
        accessToken: bound,
        claims: { htu: url, ...claims },
      });
      return new Request(url, { headers: { Authorization: `DPoP ${bound}`, DPoP, ...changed } });
    },
  };
}

/** What a service would answer: the user, or the refusal's headers. Anything else that is thrown is a fault of ours. */
export async function answer(
  verifier: ReturnType<typeof createVerifier>,
  request: IncomingRequest,
  known?: { readonly url?: string },
): Promise<object> {
  try {
    const { sub } = await verifier.request(request, known);
    return { status: 200, sub };
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    const { status, headers } = error;
    return { status, challenge: headers['WWW-Authenticate'], nonce: headers['DPoP-Nonce'] };
  }
}
