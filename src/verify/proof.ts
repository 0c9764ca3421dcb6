// Requests with access tokens that are bound to a key: the proof of that key is checked as the service checks it (RFC 9449,
// section 7), and a refusal has its challenge.

import type { JWTPayload } from 'jose';
import { checkProof, proofAlgorithm } from '../tokens/dpop.ts';
import { presentedAccessToken } from '../tokens/presented-access-token.ts';
import { type LevelOptions, requireLevel } from './required-level.ts';
import { UnauthorizedError } from './unauthorized-error.ts';

export type ProofOptions = {
  /**
   * `required`: bearer tokens are refused. By default both kinds are accepted, each under its scheme; a token that is
   * bound to a key never without its proof.
   */
  readonly dpop?: 'accepted' | 'required';
  /**
   * The URL of your service as its clients know it, such as https://api.example.com, with the part of the path that a
   * proxy takes away. Proofs are checked against it and the request's path, never against `Host`. Default: `audience`,
   * where that is an https URL.
   */
  readonly baseUrl?: string;
  /**
   * Nonces of your own service, if it has any (RFC 9449, section 9): then a device whose clock is more than a minute off
   * gets one, and is let in with it. Latchkey's are for Latchkey.
   */
  readonly nonces?: {
    readonly offer: () => string | Promise<string>;
    readonly isOurs: (nonce: string) => boolean | Promise<boolean>;
  };
};

/** A `Request`, or the request of Node's `http`. */
export type IncomingRequest = {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers:
    | { get(name: string): string | null }
    | Readonly<Record<string, string | readonly string[] | undefined>>;
};

export type RequestVerifier<Claims> = (
  request: IncomingRequest,
  options?: LevelOptions & {
    /** The whole URL as the client knows it, where `baseUrl` and the request's path do not make it. */
    readonly url?: string;
  },
) => Promise<Claims>;

type Parts<Claims> = ProofOptions & {
  readonly verifyToken: (
    token: string,
  ) => Promise<{ readonly claims: Claims } | { readonly refusal: string }>;
  readonly audience: string;
  readonly now: () => Date;
};

const algorithms = `algs="${proofAlgorithm}"`;

export function createRequestVerifier<Claims extends JWTPayload & { readonly cnf?: unknown }>({
  verifyToken,
  audience,
  now,
  dpop = 'accepted',
  baseUrl = audience,
  nonces,
}: Parts<Claims>): RequestVerifier<Claims> {
  const isUrl = /^https?:\/\/[^?#]+$/.test(baseUrl) && URL.canParse(baseUrl);
  if (!isUrl && (dpop === 'required' || baseUrl !== audience))
    throw new TypeError('baseUrl must be a URL such as https://api.example.com');

  return async (request, { url, require } = {}) => {
    const presented = presentedAccessToken(header(request, 'Authorization'));
    const both = `${dpop === 'required' ? '' : 'Bearer, '}DPoP ${algorithms}`;
    if (presented === undefined) throw new UnauthorizedError('no access token', both);
    const { scheme, token } = presented;
    const verified = await verifyToken(token);
    const isBound = 'claims' in verified && verified.claims.cnf !== undefined;
    const refused = (reason: string, error = 'invalid_token', nonce?: string) => {
      const isBearer = scheme === 'Bearer' && !isBound && dpop !== 'required';
      const challenge = isBearer ? `Bearer error="${error}"` : `DPoP error="${error}", ${algorithms}`;
      return new UnauthorizedError(reason, challenge, nonce);
    };
    if ('refusal' in verified) throw refused(verified.refusal);
    const { claims } = verified;
    const accepted = () => {
      requireLevel(claims, require, { scheme, now: now() });
      return claims;
    };
    if (scheme === 'Bearer') {
      if (isBound) throw refused('bound to a key');
      if (dpop === 'required') throw refused('bound to no key');
      return accepted();
    }
    if (!isBound) throw refused('bound to no key');

    const proof = header(request, 'DPoP');
    if (proof === undefined) throw refused('no proof', 'invalid_dpop_proof');
    if (!isUrl && url === undefined)
      throw new TypeError('Tokens that are bound to a key need the option baseUrl');
    const checked = await checkProof(proof, {
      method: request.method ?? '',
      url: url === undefined ? publicUrl(baseUrl, request.url) : withoutQuery(url),
      now: now(),
      accessToken: token,
      isOurNonce: async (nonce) => (await nonces?.isOurs(nonce)) ?? false,
    });
    switch (checked.outcome) {
      case 'valid':
        if (checked.jkt !== Object(claims.cnf).jkt) throw refused('another key');
        return accepted();
      case 'nonce-required':
        if (nonces) throw refused('a nonce is needed', 'use_dpop_nonce', await nonces.offer());
        throw refused('proof: its time is off', 'invalid_dpop_proof');
      case 'invalid':
        throw refused(`proof: ${checked.reason}`, 'invalid_dpop_proof');
    }
  };
}

function header({ headers }: IncomingRequest, name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  const value = headers[name.toLowerCase()];
  return typeof value === 'object' ? value.join(', ') : value;
}

function isHeaders(headers: IncomingRequest['headers']): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}

/** Of the request's URL the path alone counts: its host may be what somebody wrote into `Host`. */
function publicUrl(baseUrl: string, url = ''): string {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  return withoutQuery(`${baseUrl.replace(/\/$/, '')}/${path.replace(/^\//, '')}`);
}

function withoutQuery(url: string): string {
  const target = new URL(url);
  target.search = '';
  target.hash = '';
  return target.href;
}
