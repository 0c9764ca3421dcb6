// Types of second factors and passkeys. The options and credentials of passkeys are the JSON forms of Web Authentication
// (level 3, sections 5.1.8 to 5.1.10): what platforms take and give as it is.

import type { ShownIdToken } from './sign-in-types.ts';

/** One of them: the code of the authenticator app, or a recovery code. */
export type FactorCode =
  | { totp: string; recovery_code?: undefined }
  | { recovery_code: string; totp?: undefined };

/** What completes a sign-in. `passkey: true` asks the device for one. */
export type SecondFactor = FactorCode | { passkey: true };

/**
 * A password, a passkey or the ID token of a provider; with a code where the account has a second factor and the passkey is
 * not both.
 */
export type Reauthentication = (
  | { password: string; passkey?: undefined; provider?: undefined }
  | { passkey: true; provider?: undefined }
  | ({ provider: string; passkey?: undefined } & ShownIdToken & { nonce: string })
) & {
  totp?: string | undefined;
  recovery_code?: string | undefined;
};

/** To be shown as a QR code, and as text for who cannot scan it. */
export type TotpEnrollment = { readonly secret: string; readonly otpauth_uri: string };

/** Times are RFC 3339 strings. */
export type Passkey = {
  readonly id: string;
  /** As the device knows it. */
  readonly credential_id: string;
  readonly name: string;
  readonly created_at: string;
  /** By the hour. */
  readonly last_used_at: string | null;
  /** It is not on one device alone. */
  readonly backed_up: boolean;
  readonly transports: readonly string[];
  /** The model of the authenticator, or the kind of password manager; zeros where it does not say. */
  readonly aaguid: string;
};

/** PublicKeyCredentialCreationOptionsJSON. */
export type PasskeyCreationOptions = {
  challenge: string;
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: { type: string; alg: number }[];
  timeout?: number;
  excludeCredentials?: PasskeyDescriptor[];
  authenticatorSelection?: { residentKey?: string; requireResidentKey?: boolean; userVerification?: string };
  attestation?: string;
  extensions?: object;
};

/** PublicKeyCredentialRequestOptionsJSON. */
export type PasskeyRequestOptions = {
  challenge: string;
  rpId: string;
  timeout?: number;
  allowCredentials?: PasskeyDescriptor[];
  userVerification?: string;
};

type PasskeyDescriptor = { type: string; id: string; transports?: string[] };

/** RegistrationResponseJSON, of which this suffices. */
export type NewPasskeyCredential = {
  id: string;
  rawId: string;
  type?: string;
  response: { clientDataJSON: string; attestationObject: string };
};

/** AuthenticationResponseJSON, of which this suffices. */
export type PasskeyCredential = {
  id: string;
  rawId: string;
  type?: string;
  response: {
    clientDataJSON: string;
    authenticatorData: string;
    signature: string;
    userHandle?: string | undefined;
  };
};

/** What `PublicKeyCredential.signalUnknownCredential` takes. */
export type UnknownCredential = { rpId: string; credentialId: string };

/** What `PublicKeyCredential.signalAllAcceptedCredentials` takes. */
export type AcceptedCredentials = { rpId: string; userId: string; allAcceptedCredentialIds: string[] };
