// An authenticator of our own, written from the specification and not from src/factors: it also makes what an emulator does
// not, such as long ids, flags at will, extensions and statements. CBOR is written by hand.

import { base64url, type CryptoKey, type JWK } from 'jose';

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

const parametersOf = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
  RS256: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
} as const;

/** Bits of the authenticator data's flags (WebAuthn, section 6.1). */
export const flags = { present: 1, verified: 4, eligible: 8, backedUp: 16, attested: 64, extended: 128 };
const usual = flags.present | flags.verified | flags.eligible | flags.backedUp;

export type Ceremony = {
  readonly challenge: string;
  readonly origin?: string;
  readonly rpId: string;
  /** Of the flags above; `attested` comes by itself. */
  readonly flags?: number;
  readonly signCount?: number;
  /** CBOR; sets its flag. */
  readonly extensions?: Uint8Array;
  /** Members of the client data beside the usual ones, or instead. */
  readonly clientData?: Readonly<Record<string, unknown>>;
  /** Put behind the authenticator data. */
  readonly tail?: Uint8Array;
};

export type Authenticator = Awaited<ReturnType<typeof authenticator>>;

export async function authenticator({
  algorithm = 'ES256' as Algorithm,
  id = crypto.getRandomValues(new Uint8Array(32)) as Uint8Array,
  userHandle = undefined as string | undefined,
} = {}) {
  const parameters = parametersOf[algorithm];
  const pair = (await crypto.subtle.generateKey(parameters, true, ['sign', 'verify'])) as {
    publicKey: CryptoKey;
    privateKey: CryptoKey;
  };
  const jwk = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JWK;
  const encodedId = base64url.encode(id);

  const dataOf = async (ceremony: Ceremony, attested: Uint8Array = new Uint8Array()) => {
    const { rpId, extensions = new Uint8Array(), tail = new Uint8Array(), signCount = 0 } = ceremony;
    const flag =
      (ceremony.flags ?? usual) |
      (attested.length > 0 ? flags.attested : 0) |
      (extensions.length > 0 ? flags.extended : 0);
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, signCount);
    return joined(await sha256(rpId), [flag], counter, attested, extensions, tail);
  };

  const clientDataOf = (type: string, { challenge, origin, rpId, clientData }: Ceremony) =>
    new TextEncoder().encode(
      JSON.stringify({
        type,
        challenge,
        origin: origin ?? `https://${rpId}`,
        crossOrigin: false,
        ...clientData,
      }),
    );

  return {
    id: encodedId,
    userHandle,
    /** A `RegistrationResponseJSON`. */
    async create(
      ceremony: Ceremony & {
        readonly format?: string;
        /** CBOR of a map. */
        readonly statement?: Uint8Array;
        readonly cose?: Uint8Array;
        /** Bytes of the attested id, where it is to be another. */
        readonly attestedId?: Uint8Array;
      },
    ) {
      const attestedId = ceremony.attestedId ?? id;
      const attested = joined(
        new Uint8Array(16).fill(7),
        [attestedId.length >> 8, attestedId.length & 255],
        attestedId,
        ceremony.cose ?? coseOf(algorithm, jwk),
      );
      const data = await dataOf(ceremony, attested);
      const attestationObject = joined(
        [0xa3],
        cborText('fmt'),
        cborText(ceremony.format ?? 'none'),
        cborText('attStmt'),
        ceremony.statement ?? [0xa0],
        cborText('authData'),
        cborBytes(data),
      );
      return {
        id: encodedId,
        rawId: encodedId,
        type: 'public-key' as const,
        response: {
          clientDataJSON: base64url.encode(clientDataOf('webauthn.create', ceremony)),
          attestationObject: base64url.encode(attestationObject),
          transports: ['internal', 'hybrid'],
        },
        clientExtensionResults: { credProps: { rk: true } },
      };
    },
    /** An `AuthenticationResponseJSON`. */
    async get(ceremony: Ceremony) {
      const data = await dataOf(ceremony);
      const clientData = clientDataOf('webauthn.get', ceremony);
      const raw = new Uint8Array(
        await crypto.subtle.sign(
          parameters,
          pair.privateKey,
          joined(data, new Uint8Array(await crypto.subtle.digest('SHA-256', clientData))),
        ),
      );
      return {
        id: encodedId,
        rawId: encodedId,
        type: 'public-key' as const,
        response: {
          clientDataJSON: base64url.encode(clientData),
          authenticatorData: base64url.encode(data),
          signature: base64url.encode(algorithm === 'ES256' ? der(raw) : raw),
          ...(userHandle !== undefined && { userHandle }),
        },
        clientExtensionResults: {},
      };
    },
  };
}

/** RFC 9053, sections 7.1 and 7.2; RFC 8230, section 4. */
export function coseOf(algorithm: Algorithm, { x = '', y = '', n = '', e = '' }: JWK): Uint8Array {
  const [bytesX, bytesY, bytesN, bytesE] = [x, y, n, e].map((text) => cborBytes(base64url.decode(text)));
  if (algorithm === 'ES256') return joined([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21], bytesX, [0x22], bytesY);
  if (algorithm === 'EdDSA') return joined([0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21], bytesX);
  return joined([0xa4, 1, 3, 3, 0x39, 1, 0, 0x20], bytesN, [0x21], bytesE);
}

export function joined(
  ...parts: readonly (Uint8Array | readonly number[] | undefined)[]
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...(part ?? [])]));
}

export function cborText(text: string): Uint8Array {
  return joined([0x60 + text.length], new TextEncoder().encode(text));
}

export function cborBytes(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const head =
    length < 24 ? [0x40 + length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return joined(head, bytes);
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function der(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].map((number) => {
    const first = number.findIndex((byte) => byte !== 0);
    const bare = number.subarray(first);
    const signed = (bare[0] ?? 0) >= 0x80 ? joined([0], bare) : bare;
    return joined([2, signed.length], signed);
  });
  const content = joined(...numbers);
  return joined([0x30, content.length], content);
}
