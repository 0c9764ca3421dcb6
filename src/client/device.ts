// State of a device that outlives sessions: its known-device markers, and what waits for a code that the user fetches elsewhere.

import type { MailAnswer } from './api-types.ts';
import type { ProblemDocument } from './problem-types.ts';
import { createMutex, nullIfCorrupt } from './store.ts';

/** A mail that was requested on this device. Stored, since the app may be killed while the user reads it. */
export type PendingMail = {
  readonly kind: 'registration' | 'password-reset' | 'email-change' | 'sign-in';
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
  /** Of `sign-in`, the Idempotency-Key of what brings its code: after a lost response, the same code finds the session. */
  readonly key?: string;
};

/**
 * A sign-in that waits for its second factor. Stored, since the app may be killed while the user fetches the code from
 * another one. It is no session: it opens nothing without the factor, and nothing without the device key where there is one.
 */
export type PendingSecondFactor = {
  /** What completes it, one of them: `totp`, `recovery_code`, `passkey`. */
  readonly factors: readonly string[];
  /** The address of `login`, or what else tells its user from others of this device. */
  readonly user?: string | undefined;
  readonly authSession: string;
  /** The Idempotency-Key of what completes it: after a lost response, the same code again finds the session. */
  readonly key: string;
  /** Its proof came with the first step, and has to come with the second. */
  readonly deviceKey?: string | null | undefined;
  /** Milliseconds since 1970 by this device's clock. */
  readonly expiresAt: number;
};

export type StoredDevice = {
  /** The latest mail of each kind, newest first. */
  readonly mails: readonly PendingMail[];
  /** The `known_device` marker of each user who signed in here, with a fingerprint of their address; newest first. */
  readonly knownDevices: readonly (readonly [fingerprint: string, knownDevice: string])[];
  readonly secondFactor?: PendingSecondFactor | undefined;
};

export type DeviceStore = {
  load(): Promise<StoredDevice | null>;
  save(device: StoredDevice): Promise<void>;
};

export type Device = ReturnType<typeof createDevice>;

/** Users who share a device; few enough for stores that are limited to 2,048 bytes. */
const maximumKnownUsers = 3;
const maximumCharacters = 2_000;

/**
 * Never rejects. This state is a convenience: a failing store must not fail the call whose result was to be stored.
 */
export function createDevice(store: DeviceStore | undefined, now: () => number, newKey: () => string) {
  let inMemory: StoredDevice | null = null;
  /** This process's own, also where the store fails, or another tab has begun another sign-in. */
  let owed: PendingSecondFactor | undefined;
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
      secondFactor: stored?.secondFactor,
    };
  }

  const read = () => load().catch((): StoredDevice => ({ mails: [], knownDevices: [] }));

  /** Does not overwrite state that could not be read. */
  function change(work: (device: StoredDevice) => Partial<StoredDevice>): Promise<void> {
    return exclusively(async () => {
      const device = await load();
      await backing.save(fitting({ ...device, ...work(device) }));
    }).catch(() => {});
  }

  const mailOf = async (request?: string) => (await read()).mails.find((mail) => mail.request === request);

  const secondFactor = async () => owed ?? (await read()).secondFactor;

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
        const key = kind === 'sign-in' && { key: newKey() };
        const mail = { kind, email, request, codeLength, resendAt, expiresAt, ...key };
        await change(({ mails }) => ({ mails: [mail, ...mails.filter((other) => other.kind !== kind)] }));
      }
      return answer;
    },
    forgetMails: (isOver: (mail: PendingMail) => boolean) =>
      change(({ mails }) => ({ mails: mails.filter((mail) => !isOver(mail)) })),

    async rememberSecondFactor(
      { auth_session = '', factors = [], expires_in = 0 }: ProblemDocument,
      signing: Pick<PendingSecondFactor, 'user' | 'deviceKey'>,
    ): Promise<void> {
      const expiresAt = now() + expires_in * 1000;
      owed = { factors, ...signing, authSession: auth_session, key: newKey(), expiresAt };
      await change(() => ({ secondFactor: owed }));
    },
    /** Though its time may be over by this device's clock: the service decides that. */
    secondFactor,
    async pendingSecondFactor(): Promise<PendingSecondFactor | null> {
      const pending = await secondFactor();
      return pending && pending.expiresAt > now() ? pending : null;
    },
    async forgetSecondFactor(): Promise<void> {
      const pending = await secondFactor();
      owed = undefined;
      if (pending) await change(() => ({ secondFactor: undefined }));
    },

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

/** Without its oldest mails, where it is too long for such stores. */
function fitting(device: StoredDevice): StoredDevice {
  const { mails } = device;
  if (mails.length === 0 || JSON.stringify(device).length < maximumCharacters) return device;
  return fitting({ ...device, mails: mails.slice(0, -1) });
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
