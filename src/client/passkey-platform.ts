// The platform's part in a passkey: what the client asks of it, and how browsers do it.

import type {
  AcceptedCredentials,
  NewPasskeyCredential,
  PasskeyCreationOptions,
  PasskeyCredential,
  PasskeyRequestOptions,
  UnknownCredential,
} from './factor-types.ts';
import { base64url, bytesOf } from './proof.ts';

/**
 * Its functions take and give JSON, as Android's Credential Manager and the libraries of React Native do: `Passkey` of
 * react-native-passkey is one as it is. What they reject with reaches the caller.
 */
export type PasskeyPlatform = {
  create(options: PasskeyCreationOptions): Promise<NewPasskeyCredential>;
  /** `conditional`: offers passkeys in the autofill of a form, and resolves when the user has picked one. */
  get(
    options: PasskeyRequestOptions,
    how: { readonly signal?: AbortSignal; readonly mediation?: 'conditional' },
  ): Promise<PasskeyCredential>;
  /** Nobody has this passkey: the device is to offer it no more. */
  signalUnknownCredential?(unknown: UnknownCredential): Promise<void>;
  /** The passkeys that this user has: the device is to offer no others of theirs. */
  signalAllAcceptedCredentials?(accepted: AcceptedCredentials): Promise<void>;
};

type Signals = Pick<PasskeyPlatform, 'signalUnknownCredential' | 'signalAllAcceptedCredentials'>;

/** What is used of a browser. Not all of them have the functions for JSON, nor the signals. */
export type WebScope = {
  readonly navigator: {
    readonly credentials: Record<'create' | 'get', (options: object) => Promise<unknown>>;
  };
  readonly PublicKeyCredential: Signals & {
    parseCreationOptionsFromJSON?(json: object): object;
    parseRequestOptionsFromJSON?(json: object): object;
  };
};

/** Undefined where the page has none: React Native, Node, old browsers, pages without https. */
export function webPasskeys(scope = globalThis as unknown as Partial<WebScope>): PasskeyPlatform | undefined {
  const { navigator, PublicKeyCredential: types } = scope;
  if (!navigator || !types) return undefined;
  let offer: AbortController | undefined;

  /** A page asks for one at a time: what its autofill offers ends when it asks for another. */
  function alone(signal?: AbortSignal): AbortSignal {
    offer?.abort();
    const controller = new AbortController();
    const stop = () => controller.abort(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    offer = controller;
    return controller.signal;
  }

  return {
    async create(json) {
      const publicKey = types.parseCreationOptionsFromJSON?.(json) ?? {
        ...json,
        challenge: bytesOfBase64url(json.challenge),
        user: { ...json.user, id: bytesOfBase64url(json.user.id) },
        excludeCredentials: json.excludeCredentials?.map((known) => ({
          ...known,
          id: bytesOfBase64url(known.id),
        })),
      };
      return jsonOf(await navigator.credentials.create({ publicKey, signal: alone() }));
    },
    async get(json, { signal, mediation }) {
      // Whose passkeys there are is for nobody to know: `allowCredentials` is empty.
      const publicKey = types.parseRequestOptionsFromJSON?.(json) ?? {
        ...json,
        challenge: bytesOfBase64url(json.challenge),
      };
      const how = { signal: alone(signal), ...(mediation && { mediation }) };
      return jsonOf(await navigator.credentials.get({ publicKey, ...how }));
    },
    signalUnknownCredential: async (unknown) => types.signalUnknownCredential?.(unknown),
    signalAllAcceptedCredentials: async (accepted) => types.signalAllAcceptedCredentials?.(accepted),
  };
}

function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> {
  return bytesOf(atob(text.replace(/-/g, '+').replace(/_/g, '/')));
}

const binary = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];

/** A `PublicKeyCredential` as JSON. Those of old browsers and of some password managers cannot do it themselves. */
function jsonOf<Json>(credential: unknown): Json {
  const { toJSON, id, response } = credential as {
    toJSON?(): Json;
    readonly id: string;
    readonly response: Record<string, ArrayBuffer | null | undefined> & { getTransports?(): string[] };
  };
  if (toJSON) return toJSON.call(credential);
  const members = binary.flatMap((name) => {
    const value = response[name];
    return value ? [[name, base64url(new Uint8Array(value))]] : [];
  });
  const transports = response.getTransports?.();
  const json = { id, rawId: id, response: { ...Object.fromEntries(members), transports } };
  return json as Json;
}
