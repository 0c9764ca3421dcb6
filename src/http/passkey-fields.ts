// What is read of the JSON that `navigator.credentials`, Android and iOS answer with (`PublicKeyCredential.toJSON`). The rest,
// such as `clientExtensionResults`, is not looked at.

import * as z from 'zod/mini';
import { once } from '../once.ts';
import { optional } from './fields.ts';

const idBytes = 1_023;
const handleBytes = 64;
const clientDataBytes = 4_096;
const authenticatorDataBytes = 4_096;
const signatureBytes = 1_024;
/** With a chain of certificates, which some authenticators send although none is asked for. */
const attestationBytes = 24 * 1024;

/** Base64url with or without padding. */
function binary(maximumBytes: number) {
  return z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(4 * Math.ceil(maximumBytes / 3), { abort: true }),
      z.regex(/^[\w-]+={0,2}$/, { error: 'must be base64url' }),
    );
}

const credential = <Response extends z.ZodMiniObject>(response: Response) =>
  z.object({
    id: binary(idBytes),
    rawId: binary(idBytes),
    type: z.literal('public-key'),
    response,
  });

/** A `RegistrationResponseJSON`. */
export const registrationCredential = once(() =>
  credential(
    z.object({
      clientDataJSON: binary(clientDataBytes),
      attestationObject: binary(attestationBytes),
      transports: z._default(
        z.pipe(z.unknown() as z.ZodMiniType<unknown, readonly string[]>, z.transform(keptTransports)),
        [],
      ),
    }),
  ),
);

/** An `AuthenticationResponseJSON`. */
export const assertionCredential = once(() =>
  credential(
    z.object({
      clientDataJSON: binary(clientDataBytes),
      authenticatorData: binary(authenticatorDataBytes),
      signature: binary(signatureBytes),
      userHandle: optional(binary(handleBytes)),
    }),
  ),
);

/** `usb`, `nfc`, `internal`, … They are a hint, which comes back in options: what is none is left out. */
function keptTransports(given: unknown): readonly string[] {
  const names = Array.isArray(given) ? given.slice(0, 20) : [];
  const kept = names.filter((name) => typeof name === 'string' && /^[a-z-]{1,32}$/.test(name));
  return [...new Set<string>(kept)].slice(0, 8).sort();
}
