// State of a device that outlives sessions: its known-device markers, and mails whose codes have not been typed yet.

import type { MailAnswer } from './api-types.ts';
import { createMutex, nullIfCorrupt } from './store.ts';

/** A mail that was requested on this device. Stored, since the app may be killed while the user reads it. */
export type PendingMail = {
  readonly kind: 'registration' | 'password-reset' | 'email-change';
  /** The recipient. */
  readonly email: string;
  /** The handle that has to accompany the code. */
  readonly request: string;
  readonly codeLength: number;
  /**
   * When another mail may be requested, and when the code expires: milliseconds since 1970 by this device's clock.
   */
  readonly resendAt: number;
  readonly expiresAt: number;
};

export type StoredDevice = {
  /** The latest mail of each kind, newest first. */
  readonly mails: readonly PendingMail[];
  /** The `known_device` marker of each user who signed in here, with a fingerprint of their address; newest first. */
  readonly knownDevices: readonly (readonly [fingerprint: string, knownDevice: string])[];
};

export type DeviceStore = {
  load(): Promise<StoredDevice | null>;
  save(device: StoredDevice): Promise<void>;
};

/** Users who share a device; few enough for stores that are limited to 2,048 bytes. */
const maximumKnownUsers = 3;

/**
 * Never rejects. This state is a convenience: a failing store must not fail the call whose result was to be stored.
 */
export function createDevice(store: DeviceStore | undefined, now: () => number) {
  let inMemory: StoredDevice | null = null;
  const backing: DeviceStore = store ?? {
    load: async () => inMemory,
    save: async (device) => {
      inMemory = device;
    },
  };
  const exclusively = createMutex();

  async function load(): Promise<StoredDevice> {
    const stored = await nullIfCorrupt(() => backing.load());
    return {
      mails: arrayOrEmpty(stored?.mails).filter(({ expiresAt }) => expiresAt > now()),
      knownDevices: arrayOrEmpty(stored?.knownDevices),
    };
  }

  const read = () => load().catch((): StoredDevice => ({ mails: [], knownDevices: [] }));

  /** Does not overwrite state that could not be read. */
  function change(work: (device: StoredDevice) => Partial<StoredDevice>): Promise<void> {
    return exclusively(async () => {
      const device = await load();
      await backing.save({ ...device, ...work(device) });
    }).catch(() => {});
  }

  const mailOf = async (request?: string) => (await read()).mails.find((mail) => mail.request === request);

  return {
    pendingMails: async () => (await read()).mails,
    mailOf,
    /** Stores the handle of a mail. For one that was sent again, updates its times. */
    async rememberMail(answer: MailAnswer, about?: Pick<PendingMail, 'kind' | 'email'>): Promise<MailAnswer> {
      const { request, code_length: codeLength } = answer;
      const known = about ?? (await mailOf(request));
      if (known) {
        const { kind, email } = known;
        const after = (seconds: number) => now() + seconds * 1000;
        const [resendAt, expiresAt] = [after(answer.resend_after), after(answer.expires_in)];
        const mail = { kind, email, request, codeLength, resendAt, expiresAt };
        await change(({ mails }) => ({ mails: [mail, ...mails.filter((other) => other.kind !== kind)] }));
      }
      return answer;
    },
    forgetMails: (isOver: (mail: PendingMail) => boolean) =>
      change(({ mails }) => ({ mails: mails.filter((mail) => !isOver(mail)) })),

    /** The marker to send with a request about this address; otherwise that of the user who signed in last. */
    async knownDeviceFor(email?: string): Promise<{ known_device?: string }> {
      const { knownDevices } = await read();
      const theirs = knownDevices.find(([fingerprint]) => email && fingerprint === fingerprintOf(email));
      const known = theirs ?? knownDevices[0];
      return known ? { known_device: known[1] } : {};
    },
    async rememberKnownDevice(knownDevice: string | undefined, email?: string): Promise<void> {
      if (!knownDevice) return;
      await change(({ knownDevices }) => {
        const fingerprint = email ? fingerprintOf(email) : (knownDevices[0]?.[0] ?? '');
        const others = knownDevices.filter(([other]) => other !== fingerprint);
        return { knownDevices: [[fingerprint, knownDevice] as const, ...others].slice(0, maximumKnownUsers) };
      });
    },
  };
}

function arrayOrEmpty<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

/**
 * FNV-1a. Privacy: distinguishes the few addresses of a device without storing them, so that nobody reads them from a
 * browser's storage after a logout.
 */
function fingerprintOf(email: string): string {
  let hash = 0x811c9dc5;
  for (const character of email.trim().toLowerCase()) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
