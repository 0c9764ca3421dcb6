// Signing in by a provider, as an app does it.

import type { Person } from '../accounts/people.ts';
import type { Answer, CallOptions, Service } from '../service.ts';
import { startService } from '../service.ts';
import { type Claims, hexDigest, type Issuers, newNonce, startIssuers, withProviders } from './issuer.ts';

export type Provider = keyof Issuers;

export type Stage = {
  readonly service: Service;
  readonly issuers: Issuers;
  /** An ID token with a nonce of ours, and what goes with it. */
  shown(provider: Provider, claims?: Claims): Promise<{ id_token: string; nonce: string }>;
  signIn(provider: Provider, claims?: Claims, json?: object, options?: CallOptions): Promise<Answer>;
  /** Whoever has just signed in. */
  me(answer: Answer): Promise<Answer['body']>;
  events(answer: Answer): Promise<string[]>;
};

export async function newStage(changed: object = {}): Promise<Stage> {
  const service = await startService({ ...withProviders, ...changed });
  const issuers = startIssuers(service);
  const shown: Stage['shown'] = async (provider, claims) => {
    const nonce = await newNonce(service);
    // As the SDKs of Apple's platforms are given it.
    const carried = provider === 'apple' ? await hexDigest(nonce) : nonce;
    return { id_token: await issuers[provider].token({ nonce: carried, ...claims }), nonce };
  };
  return {
    service,
    issuers,
    shown,
    signIn: async (provider, claims, json, options) =>
      service.call('POST', `/api/auth/login/${provider}`, {
        json: { ...(await shown(provider, claims)), ...json },
        ...options,
      }),
    me: async ({ body }) => (await service.call('GET', '/api/users/me', { bearer: body.access_token })).body,
    events: async ({ body }) =>
      (
        await service.call('GET', '/api/users/me/security-events', { bearer: body.access_token })
      ).body.data.map(({ kind }: { kind: string }) => kind),
  };
}

/** With a key: a repeat is the same call. */
export const withKey = (key: string = crypto.randomUUID()) => ({ headers: { 'Idempotency-Key': key } });

export const verifiedBy = (person: Pick<Person, 'email'>): Claims => ({
  email: person.email,
  email_verified: true,
});
