// Authenticator data: what an authenticator says of itself and of what its user did (WebAuthn, section 6.1).

import { decodeFirst, isMap } from './cbor.ts';
import { keyOfCose, type PasskeyKey } from './cose-key.ts';

export type AuthenticatorData = {
  readonly rpIdHash: Uint8Array;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  /** 0 where the authenticator does not count. */
  readonly signCount: number;
  /** Of a registration. `publicKey` is undefined where its kind is not taken. */
  readonly attested?: {
    readonly aaguid: Uint8Array;
    readonly credentialId: Uint8Array;
    readonly publicKey: PasskeyKey | undefined;
  };
};

const flag = {
  userPresent: 1,
  userVerified: 4,
  backupEligible: 8,
  backedUp: 16,
  attested: 64,
  extended: 128,
};
const headBytes = 37;
const credentialIdAt = headBytes + 18;

/** WebAuthn, section 4, "Credential ID". */
const maximumIdBytes = 1023;

/** @throws Error for what is malformed. The message never quotes the input. */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < headBytes) throw new Error('authenticator data cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(32);
  const has = (bit: number) => (flags & bit) !== 0;
  let end = headBytes;
  let attested: AuthenticatorData['attested'];
  if (has(flag.attested)) {
    if (bytes.length < credentialIdAt) throw new Error('authenticator data cut short');
    const idBytes = view.getUint16(credentialIdAt - 2);
    if (idBytes > maximumIdBytes) throw new Error('credential id too long');
    // An id that is cut short leaves no key behind it.
    const [cose, keyEnd] = decodeFirst(bytes, credentialIdAt + idBytes);
    end = keyEnd;
    attested = {
      aaguid: bytes.slice(headBytes, headBytes + 16),
      credentialId: bytes.slice(credentialIdAt, credentialIdAt + idBytes),
      publicKey: keyOfCose(cose),
    };
  }
  if (has(flag.extended)) {
    // Nothing is asked of an authenticator here. What some add by themselves is read to find its end.
    const [extensions, extensionsEnd] = decodeFirst(bytes, end);
    if (!isMap(extensions)) throw new Error('extensions are no map');
    end = extensionsEnd;
  }
  if (end !== bytes.length) throw new Error('bytes behind the authenticator data');
  return {
    rpIdHash: bytes.slice(0, 32),
    userPresent: has(flag.userPresent),
    userVerified: has(flag.userVerified),
    backupEligible: has(flag.backupEligible),
    backedUp: has(flag.backedUp),
    signCount: view.getUint32(33),
    ...(attested && { attested }),
  };
}
