// A real OpenID provider (oidc-provider, which nobody here wrote) over HTTP on loopback: somebody consents at it, and their ID token
// comes by the code flow, as a native app gets it (RFC 8252).

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
// @ts-expect-error: it has no types.
import { Provider } from 'oidc-provider';

const redirectUri = 'com.example.app:/signed-in';

export const clientId = 'native-app';
export const person = { sub: 'ada', email: 'ada@example.test', email_verified: true, name: 'Ada Lovelace' };

export type RealIssuer = {
  readonly issuer: string;
  readonly jwksUri: string;
  /** @param algorithm of the app, as it is registered. */
  idToken(nonce: string, algorithm: string): Promise<string>;
  stop(): Promise<void>;
};

export const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'];

export async function startRealIssuer(): Promise<RealIssuer> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: algorithms.map((algorithm) => ({
      client_id: `${clientId}-${algorithm}`,
      application_type: 'native',
      redirect_uris: [redirectUri],
      id_token_signed_response_alg: algorithm,
      ...(algorithm === 'HS256' ? { client_secret: 'x'.repeat(64) } : { token_endpoint_auth_method: 'none' }),
    })),
    jwks: { keys: await Promise.all([keyFor('RS256'), keyFor('PS256'), keyFor('ES256'), keyFor('EdDSA')]) },
    enabledJWA: { idTokenSigningAlgValues: algorithms },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => person }),
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: true } },
    ttl: { IdToken: 3_600 },
  });
  server.on('request', provider.callback());

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
    async idToken(nonce, algorithm) {
      const client_id = `${clientId}-${algorithm}`;
      const verifier = randomBytes(32).toString('base64url');
      const code = await consent(issuer, {
        client_id,
        nonce,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      const form = {
        client_id,
        code,
        grant_type: 'authorization_code',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      const secret = Buffer.from(`${client_id}:${'x'.repeat(64)}`).toString('base64');
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: algorithm === 'HS256' ? { Authorization: `Basic ${secret}` } : {},
      });
      const { id_token } = (await answer.json()) as { id_token?: string };
      if (id_token === undefined) throw new Error(`token: ${answer.status}`);
      return id_token;
    },
  };
}

async function keyFor(algorithm: string) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig', kid: `key of ${algorithm}` };
}

/** Follows the pages of the provider, as a browser with cookies would, and signs in and consents where it asks. */
async function consent(issuer: string, asked: Record<string, string>): Promise<string> {
  const cookies = new Map<string, string>();
  let next: [string, RequestInit] = [`${issuer}/auth?${new URLSearchParams(asked)}`, {}];
  for (let step = 0; step < 12; step += 1) {
    const [url, init] = next;
    const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, headers: { Cookie }, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('Location');
    if (location?.startsWith(redirectUri)) {
      const code = new URL(location).searchParams.get('code');
      if (!code) throw new Error(location);
      return code;
    }
    if (location) next = [new URL(location, issuer).href, {}];
    else {
      const page = await answer.text();
      const [, action] = /<form[^>]*action="([^"]+)"/.exec(page) ?? [];
      const [, prompt] = /name="prompt" value="([^"]+)"/.exec(page) ?? [];
      if (!action || !prompt) throw new Error(`${answer.status} ${page.slice(0, 300)}`);
      const body = new URLSearchParams({
        prompt,
        ...(prompt === 'login' && { login: person.sub, password: 'x' }),
      });
      next = [new URL(action, issuer).href, { method: 'POST', body }];
    }
  }
  throw new Error('no code after 12 steps');
}
