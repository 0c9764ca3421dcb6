// Validates IDENTITY_PROVIDERS: whose ID tokens sign somebody in. Nothing is discovered: an issuer that changes its discovery
// document must not lock people out, or let others in.

import * as z from 'zod/mini';
import { text, validatedBy } from './binding-fields.ts';
import { assertSecureUrl } from './origins.ts';

export type IdentityProvider = {
  readonly name: string;
  /** The client ids of our apps. */
  readonly audiences: readonly string[];
  /** The first is the one that an identity is kept with. All of them are one issuer. */
  readonly issuers: readonly string[];
  readonly jwksUri: string;
  /** Takes ID tokens without our nonce, for SDKs that cannot carry it. */
  readonly isNonceOptional: boolean;
  /** Where codes of Apple can be redeemed. */
  readonly apple?: AppleKey;
};

type AppleKey = {
  readonly teamId: string;
  readonly keyId: string;
  /** PEM of PKCS #8. */
  readonly privateKey: string;
};

/** In June 2025 Apple's discovery document named the second issuer, without notice, and tokens the first: both are Apple. */
const pinned = new Map<string, Pick<IdentityProvider, 'issuers' | 'jwksUri'>>([
  [
    'apple',
    {
      issuers: ['https://appleid.apple.com', 'https://account.apple.com'],
      jwksUri: 'https://appleid.apple.com/auth/keys',
    },
  ],
  // Without the scheme in tokens of older SDKs.
  [
    'google',
    {
      issuers: ['https://accounts.google.com', 'accounts.google.com'],
      jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
    },
  ],
]);

/** `/api/auth/login/<name>` is somebody else's path, or may become it. */
const ownPaths = ['second-factor', 'email-code', 'passkey', 'password', 'guest'];

const isName = (name: string) => /^[a-z][a-z0-9-]{0,31}$/.test(name) && !ownPaths.includes(name);

const idOf = (error: string) => z.string({ error }).check(z.regex(/^[\x21-\x7e]{1,255}$/, { error }));

const url = z
  .string({ error: 'must be a URL' })
  .check(z.maxLength(255, { error: 'is too long' }), validatedBy(assertSecureUrl));

const audiences = z
  .array(idOf('must be client ids'), { error: '"audiences" must be a list of client ids' })
  .check(z.minLength(1, { error: '"audiences" must not be empty' }));

const nonce = z.optional(
  z.enum(['required', 'optional'], { error: '"nonce" must be "optional" or "required"' }),
);

const tenCharacters = z.optional(
  z
    .string({ error: 'must be the ten characters that Apple shows' })
    .check(z.regex(/^[A-Z0-9]{10}$/, { error: 'must be the ten characters that Apple shows' })),
);

const Provider = z.strictObject(
  {
    audiences,
    nonce,
    issuer: z.optional(
      z.union([url, z.array(url).check(z.minLength(1, { error: 'must not be an empty list' }))], {
        error: 'must be a URL that begins with https://, or a list of them',
      }),
    ),
    jwks_uri: z.optional(url),
    team_id: tenCharacters,
    key_id: tenCharacters,
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'has a field that is not known' : 'must be an object with "audiences"',
  },
);

type Provider = z.infer<typeof Provider>;
type Providers = Readonly<Record<string, Provider>>;

const notJson = 'must be JSON: {"google": {"audiences": ["…"]}}';

/** The binding IDENTITY_PROVIDERS. */
export const IdentityProviders = z.pipe(
  z.pipe(
    z._default(z.string({ error: notJson }), '{}'),
    z.transform((json: string): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        return undefined;
      }
    }),
  ),
  z.pipe(
    z.record(z.string(), z.unknown(), { error: notJson }).check(
      z.refine((providers) => Object.keys(providers).every(isName), {
        error: `has a name that is not lower case letters, digits and hyphens, or that is one of ${ownPaths.join(', ')}`,
      }),
    ),
    z.record(z.string(), Provider).check(
      z.superRefine((providers, context) => {
        for (const [name, provider] of Object.entries(providers)) {
          const message = faultOf(name, provider);
          if (message) context.addIssue({ code: 'custom', message, path: [name], input: undefined });
        }
      }),
      z.refine(hasEachIssuerOnce, {
        error: 'has an issuer twice, or one of Apple or Google by another name',
      }),
    ),
  ),
);

function faultOf(name: string, { nonce, issuer, jwks_uri, team_id, key_id }: Provider): string | undefined {
  const hasPlaces = issuer !== undefined || jwks_uri !== undefined;
  if (pinned.has(name) && hasPlaces) return 'needs no "issuer" and no "jwks_uri": they are known';
  if (!pinned.has(name) && (issuer === undefined || jwks_uri === undefined))
    return 'lacks "issuer" or "jwks_uri"';
  if (name === 'apple' && nonce === 'optional')
    return 'cannot have an optional nonce: every SDK of Apple carries it';
  if (name !== 'apple' && (team_id ?? key_id) !== undefined)
    return 'has "team_id" or "key_id", as apple alone';
  return undefined;
}

/** An identity is an issuer and a subject: two providers with one issuer would be two doors to one identity. */
function hasEachIssuerOnce(providers: Providers): boolean {
  const others = Object.entries(providers).filter(([name]) => !pinned.has(name));
  const issuers = [
    ...[...pinned.values()].flatMap((provider) => provider.issuers),
    ...others.flatMap(([, { issuer = [] }]) => issuer),
  ];
  return new Set(issuers).size === issuers.length;
}

/** The binding APPLE_PRIVATE_KEY. Secrets that were typed into a shell have `\n` where there was a line. */
export const ApplePrivateKey = z.optional(
  z.pipe(
    text,
    z.pipe(
      z.transform((given: string) => given.replaceAll('\\n', '\n').trim()),
      z.string().check(
        z.refine(isPrivateKey, {
          error: 'must be the PEM that Apple gave: "-----BEGIN PRIVATE KEY-----" and a P-256 key',
        }),
      ),
    ),
  ),
);

/** Apple's team id, key id and private key: all or none. */
export function isAppleKeyWhole({ apple }: Providers, privateKey: string | undefined): boolean {
  const given = [apple?.team_id, apple?.key_id, privateKey].filter((part) => part !== undefined).length;
  return given === 0 || given === 3;
}

export function identityProvidersOf(
  providers: Providers,
  privateKey: string | undefined,
): ReadonlyMap<string, IdentityProvider> {
  return new Map(
    Object.entries(providers).map(
      ([name, { audiences, nonce, issuer = [], jwks_uri = '', team_id, key_id }]) => [
        name,
        {
          name,
          audiences,
          ...(pinned.get(name) ?? { issuers: [issuer].flat(), jwksUri: jwks_uri }),
          isNonceOptional: nonce === 'optional',
          ...(team_id && key_id && privateKey && { apple: { teamId: team_id, keyId: key_id, privateKey } }),
        },
      ],
    ),
  );
}

/** PKCS #8 of a key on P-256, by its object identifier (RFC 5480, section 2.1.1.1). */
function isPrivateKey(pem: string): boolean {
  const body = /^-----BEGIN PRIVATE KEY-----\s([\w+/=\s]+)-----END PRIVATE KEY-----$/.exec(pem)?.[1];
  try {
    return atob((body ?? '').replace(/\s/g, '')).includes('\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07');
  } catch {
    return false;
  }
}
