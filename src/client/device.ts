// What a device keeps whoever is signed in: that it is known, and the mails whose codes are still to be typed.

import type { MailAnswer } from './api-types.ts';
import { jsonOrNothing, queue } from './store.ts';

/** A mail that was asked for on this device: the app may be killed while it is read. */
export type PendingMail = {
  readonly kind: 'registration' | 'password-reset' | 'email-change';
  /** Where it went. */
  readonly email: string;
  /** What its code is typed with. */
  readonly request: string;
  readonly codeLength: number;
  /** When another one may be asked for, and when its code is of no use any more: milliseconds since 1970 by this device's clock. */
  readonly resendAt: number;
  readonly expiresAt: number;
};

export type StoredDevice = {
  /** The newest of each kind, the newest first. */
  readonly mails: readonly PendingMail[];
  /** The service's word that somebody has signed in here before, and a fingerprint of their address; the newest first. */
  readonly knownDevices: readonly (readonly [fingerprint: string, knownDevice: string])[];
};

export type DeviceStore = {
  load(): Promise<StoredDevice | null>;
  save(device: StoredDevice): Promise<void>;
};

/** As many people as share a device, and few enough for 2,048 bytes. */
const people = 3;

/** Nothing in here rejects: a store that fails costs comfort, and never the call that something was to be kept of. */
export function keepDevice(store: DeviceStore | undefined, now: () => number) {
  let inMemory: StoredDevice | null = null;
  const place: DeviceStore = store ?? {
    load: async () => inMemory,
    save: async (device) => {
      inMemory = device;
    },
  };
  const oneByOne = queue();

  async function load(): Promise<StoredDevice> {
    const stored = await jsonOrNothing(() => place.load());
    return {
      mails: listed(stored?.mails).filter(({ expiresAt }) => expiresAt > now()),
      knownDevices: listed(stored?.knownDevices),
    };
  }

  const read = () => load().catch((): StoredDevice => ({ mails: [], knownDevices: [] }));

  /** What cannot be read is not written over. */
  function change(work: (device: StoredDevice) => Partial<StoredDevice>): Promise<void> {
    return oneByOne(async () => {
      const device = await load();
      await place.save({ ...device, ...work(device) });
    }).catch(() => {});
  }

  const mailOf = async (request?: string) => (await read()).mails.find((mail) => mail.request === request);

  return {
    pendingMails: async () => (await read()).mails,
    mailOf,
    /** Keeps the handle of a mail, or the new times of one that was sent again. */
    async mailed(answer: MailAnswer, about?: Pick<PendingMail, 'kind' | 'email'>): Promise<MailAnswer> {
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

    /** What a request about this address carries, or about whoever signed in here last. */
    async knownAs(email?: string): Promise<{ known_device?: string }> {
      const { knownDevices } = await read();
      const theirs = knownDevices.find(([fingerprint]) => email && fingerprint === fingerprintOf(email));
      const known = theirs ?? knownDevices[0];
      return known ? { known_device: known[1] } : {};
    },
    async becameKnown(knownDevice: string | undefined, email?: string): Promise<void> {
      if (!knownDevice) return;
      await change(({ knownDevices }) => {
        const fingerprint = email ? fingerprintOf(email) : (knownDevices[0]?.[0] ?? '');
        const others = knownDevices.filter(([other]) => other !== fingerprint);
        return { knownDevices: [[fingerprint, knownDevice] as const, ...others].slice(0, people) };
      });
    },
  };
}

function listed<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

/** FNV-1a: tells a few addresses apart and shows none of them to whoever looks into a browser after a logout. */
function fingerprintOf(email: string): string {
  let hash = 0x811c9dc5;
  for (const character of email.trim().toLowerCase()) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
