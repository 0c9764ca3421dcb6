// Passkeys: the checks of a registration and of a sign-in. Pure: no I/O and no clock. Never throws on untrusted input. Source:
// Web Authentication, Level 3, sections 7.1 and 7.2.

import { base64url } from 'jose';
import { bytesOfBase64url, bytesOfUuid, sha256, uuidOfBytes } from '../encoding.ts';
import { type AuthenticatorData, readAuthenticatorData } from './authenticator-data.ts';
import { decodeCbor, isMap } from './cbor.ts';
import { clientDataRefusal, type Expected } from './client-data.ts';
import { importKey, isSignedBy, type PasskeyKey } from './cose-key.ts';

type Credential<Response> = {
  readonly id: string;
  readonly rawId: string;
  readonly response: Response;
};

/** What is read of a `RegistrationResponseJSON` (section 5.1). Binary members are base64url, with or without padding. */
export type RegistrationCredential = Credential<{
  readonly clientDataJSON: string;
  readonly attestationObject: string;
}>;

/** What is read of an `AuthenticationResponseJSON`. */
export type AssertionCredential = Credential<{
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle?: string | undefined;
}>;

/** Of the row of a passkey. */
export type StoredPasskey = {
  readonly publicKey: PasskeyKey;
  readonly backupEligible: boolean;
  /** A UUID, whose bytes are the user handle. */
  readonly userId: string;
};

/** What the authenticator says of itself, and of what its user did. */
type Shown = Pick<
  AuthenticatorData,
  'userPresent' | 'userVerified' | 'backupEligible' | 'backedUp' | 'signCount'
> & {
  readonly outcome: 'verified';
  /** Base64url without padding. */
  readonly credentialId: string;
};

export type VerifiedRegistration = Shown & {
  readonly publicKey: PasskeyKey;
  /** The model of the authenticator; zeros where it does not say. */
  readonly aaguid: string;
};

/** `reason` is for the log and for developers: it holds nothing secret. */
export type RefusedPasskey = { readonly outcome: 'refused'; readonly reason: string };

/**
 * Section 7.1, with `attestation: "none"`. Some authenticators send a statement although none was asked for. It is not read,
 * and nothing is concluded from it: anybody may make passkeys with whatever they have.
 */
export function verifyRegistration(
  { id, rawId, response }: RegistrationCredential,
  expected: Expected,
): Promise<VerifiedRegistration | RefusedPasskey> {
  return refusingWhatThrows(async () => {
    const refusal = clientDataRefusal(decoded(response.clientDataJSON), 'webauthn.create', expected);
    if (refusal) return refused(refusal);
    const attestation = decodeCbor(decoded(response.attestationObject));
    if (!isMap(attestation)) return refused('attestation object is no map');
    const [format, statement, bytes] = ['fmt', 'attStmt', 'authData'].map((name) => attestation.get(name));
    if (typeof format !== 'string' || !statement || !isMap(statement) || !(bytes instanceof Uint8Array))
      return refused('attestation object has not its three members');
    if (format === 'none' && statement.size > 0) return refused('attestation none has a statement');
    const data = readAuthenticatorData(bytes);
    const missing = await authenticatorRefusal(data, expected);
    if (missing) return refused(missing);
    if (!data.attested) return refused('attested credential data missing');
    const { aaguid, credentialId, publicKey } = data.attested;
    if (credentialId.length === 0) return refused('credential id is empty');
    const encodedId = base64url.encode(credentialId);
    if (encodedId !== canonical(id) || encodedId !== canonical(rawId))
      return refused('another credential id');
    if (!publicKey) return refused('public key of a kind that was not asked for');
    await importKey(publicKey).catch(() => {
      throw new Error('public key cannot be used');
    });
    return { ...shownBy(data, encodedId), publicKey, aaguid: uuidOfBytes(aaguid) };
  });
}

/** Section 7.2. The counter is reported and refuses nobody: those of synchronized passkeys stand still. */
export function verifyAssertion(
  { id, rawId, response }: AssertionCredential,
  { publicKey, backupEligible, userId }: StoredPasskey,
  expected: Expected,
): Promise<Shown | RefusedPasskey> {
  return refusingWhatThrows(async () => {
    const clientData = decoded(response.clientDataJSON);
    const refusal = clientDataRefusal(clientData, 'webauthn.get', expected);
    if (refusal) return refused(refusal);
    const credentialId = canonical(id);
    if (credentialId !== canonical(rawId)) return refused('another credential id');
    if (response.userHandle !== undefined && canonical(response.userHandle) !== userHandleOf(userId))
      return refused('user handle of another user');
    const bytes = decoded(response.authenticatorData);
    const data = readAuthenticatorData(bytes);
    const missing = await authenticatorRefusal(data, expected);
    if (missing) return refused(missing);
    if (data.backupEligible !== backupEligible) return refused('backup eligibility has changed');
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', clientData));
    const signed = new Uint8Array(bytes.length + hash.length);
    signed.set(bytes);
    signed.set(hash, bytes.length);
    if (!(await isSignedBy(publicKey, decoded(response.signature), signed))) return refused('signature');
    return shownBy(data, credentialId);
  });
}

/** `user.id` of the options, and `userHandle` of an answer: opaque, and the same for as long as the user exists. */
export function userHandleOf(userId: string): string {
  return base64url.encode(bytesOfUuid(userId));
}

async function authenticatorRefusal(
  data: AuthenticatorData,
  { rpId }: Expected,
): Promise<string | undefined> {
  if (base64url.encode(data.rpIdHash) !== base64url.encode(await sha256(rpId))) return 'of another RP ID';
  if (!data.userPresent) return 'user not present';
  if (data.backedUp && !data.backupEligible) return 'backed up without being eligible';
  return undefined;
}

function shownBy(data: AuthenticatorData, credentialId: string): Shown {
  const { userPresent, userVerified, backupEligible, backedUp, signCount } = data;
  return {
    outcome: 'verified',
    credentialId,
    userPresent,
    userVerified,
    backupEligible,
    backedUp,
    signCount,
  };
}

/** @throws Error for what is not base64url. */
function decoded(text: string): Uint8Array {
  const bytes = bytesOfBase64url(text);
  if (!bytes) throw new Error('not base64url');
  return bytes;
}

/** The one spelling, by which ids are compared and stored. @throws Error for what is not base64url. */
function canonical(text: string): string {
  return base64url.encode(decoded(text));
}

function refused(reason: string): RefusedPasskey {
  return { outcome: 'refused', reason };
}

/** Decoders say by an error that the input is malformed. */
async function refusingWhatThrows<Verified>(
  verify: () => Promise<Verified | RefusedPasskey>,
): Promise<Verified | RefusedPasskey> {
  try {
    return await verify();
  } catch (error) {
    return refused(error instanceof Error ? error.message : 'malformed');
  }
}
