// Every mail the service sends: what each kind needs, and what it says.

import { renderHtml } from './layout.tsx';
import { duration, harmless, type Letter, moment } from './letter.ts';
import { renderText } from './plain-text.ts';

/** `serviceName` is the host people know the service by; `name` is the person's, as they wrote it. */
type Addressed = { readonly serviceName: string; readonly name: string };
type Linked = Addressed & { readonly link: string };
type OneTime = Linked & { readonly code: string; readonly validForSeconds: number };
type Timed = Addressed & { readonly when: Date };
type Sighting = Timed & { readonly deviceName: string; readonly ip?: string | null | undefined };

export type MailInputs = {
  'verify-email': OneTime;
  'reset-password': OneTime;
  /** `link` leads to where one can sign in or reset the password. */
  'address-taken': Linked;
  'password-changed': Timed;
  /** To the old address. */
  'email-change-requested': Timed & { readonly newEmail: string };
  /** Likewise; `link` takes the change back. */
  'email-changed': Timed & Linked & { readonly newEmail: string; readonly validForSeconds: number };
  /** To the address that is back. */
  'email-change-undone': OneTime;
  /** To the address of an account that is gone. */
  'account-deleted': Timed;
  /** To the new address. */
  'confirm-new-email': OneTime;
  'session-stopped': Sighting;
  'new-sign-in': Sighting;
};

export type MailKind = keyof MailInputs;

/**
 * The words of one mail. The subject holds neither a name nor the code: subjects are shown on locked screens and kept in
 * the logs of mail servers.
 */
export function renderMail<Kind extends MailKind>(kind: Kind, input: MailInputs[Kind]) {
  const letter = letters[kind](input);
  return { subject: letter.subject, html: renderHtml(letter), text: renderText(letter) };
}

const letters: { readonly [Kind in MailKind]: (input: MailInputs[Kind]) => Letter } = {
  // To an address that nobody has proven: it repeats nothing that whoever asked for it has typed, not even a name.
  'verify-email': ({ serviceName, link, code, validForSeconds }) => ({
    subject: `Confirm your email address for ${serviceName}`,
    preview: `One more step: confirm that this address is yours, and your account at ${serviceName} is ready.`,
    heading: 'Confirm your email address',
    opening: `Thank you for signing up at ${serviceName}. Please confirm that this address is yours, and choose a password.`,
    action: { label: 'Confirm my address', link, oneTime: { code, validForSeconds } },
    closing:
      'If you did not sign up, somebody typed your address by mistake. You need not do anything: without your confirmation there is no account.',
    reason: `You get this mail because this address was used to sign up at ${serviceName}.`,
  }),

  'reset-password': ({ serviceName, name, link, code, validForSeconds }) => ({
    subject: `Reset your password for ${serviceName}`,
    preview: `You asked for a new password for your account at ${serviceName}. Choose it with the link in this mail.`,
    heading: 'Choose a new password',
    name,
    opening: `You asked for a new password for your account at ${serviceName}. Choosing one signs out every device.`,
    action: { label: 'Choose a new password', link, oneTime: { code, validForSeconds } },
    closing:
      'If you did not ask for this, you need not do anything: your password stays as it is, and nobody can change it without this mail.',
    reason: `You get this mail because a password reset was asked for at ${serviceName} with this address.`,
  }),

  'address-taken': ({ serviceName, name, link }) => ({
    subject: `You already have an account at ${serviceName}`,
    preview: 'Somebody tried to sign up with your address. Nothing has changed, and no new account was made.',
    heading: 'You already have an account',
    name,
    opening: `Somebody tried to sign up at ${serviceName} with this address, perhaps you. It already has an account, so no new one was made.`,
    action: { label: 'Sign in or reset my password', link },
    closing:
      'If it was not you, you need not do anything: nothing has changed, and whoever tried was not told that you have an account.',
    reason: `You get this mail because this address belongs to an account at ${serviceName}.`,
  }),

  'password-changed': ({ serviceName, name, when }) => ({
    subject: `Your password for ${serviceName} was changed`,
    preview: 'If it was you, there is nothing to do. If it was not, act now: this mail says how.',
    heading: 'Your password was changed',
    name,
    opening: `The password of your account at ${serviceName} was changed, and your other devices were signed out.`,
    facts: [['When', moment(when)]],
    closing: `If it was you, there is nothing to do. If it was not, reset your password at ${serviceName} at once, and check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),

  'email-change-requested': ({ serviceName, name, newEmail, when }) => ({
    subject: `Your email address for ${serviceName} is about to change`,
    preview: 'If it was you, there is nothing to do. If it was not, act now: this mail says how.',
    heading: 'Your email address is about to change',
    name,
    opening: `Another address was asked for, with your password, for your account at ${serviceName}. It replaces this one as soon as it is confirmed.`,
    facts: [
      ['New address', newEmail],
      ['When', moment(when)],
    ],
    closing: `If it was you, there is nothing to do here. If it was not, somebody knows your password: reset it at ${serviceName} at once, while this address still belongs to your account.`,
    reason: securityReason(serviceName),
  }),

  'email-changed': ({ serviceName, name, newEmail, when, link, validForSeconds }) => ({
    subject: `Your email address for ${serviceName} was changed`,
    preview: 'If it was you, there is nothing to do. If it was not, act now: this mail says how.',
    heading: 'Your email address was changed',
    name,
    opening: `Your account at ${serviceName} has another address now. From here on every mail about it goes there, a reset of the password as well.`,
    facts: [
      ['New address', newEmail],
      ['When', moment(when)],
    ],
    action: { label: 'This was not me: undo it', link },
    closing: `If it was you, there is nothing to do. If it was not, somebody has taken your account. The button gives it back to this address, signs out every device and lets you choose a new password, for ${duration(validForSeconds)}.`,
    reason: securityReason(serviceName),
  }),

  'email-change-undone': ({ serviceName, name, link, code, validForSeconds }) => ({
    subject: `Your account at ${serviceName} has this address again`,
    preview: 'Every device is signed out. Choose a new password with the link in this mail.',
    heading: 'Your account has this address again',
    name,
    opening: `The change of your email address at ${serviceName} was undone. Every device is signed out, and the old password does not work any more: choose a new one.`,
    action: { label: 'Choose a new password', link, oneTime: { code, validForSeconds } },
    closing: `When this link has expired, ask for another one at ${serviceName}, as if you had forgotten the password. Check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),

  'account-deleted': ({ serviceName, name, when }) => ({
    subject: `Your account at ${serviceName} was deleted`,
    preview: `Your account at ${serviceName} and all that belonged to it are gone. This mail says when it happened.`,
    heading: 'Your account was deleted',
    name,
    opening: `Your account at ${serviceName} was deleted, with all that belonged to it. Nothing of it can be brought back.`,
    facts: [['When', moment(when)]],
    closing: `If it was not you, somebody was signed in as you: write to the people behind ${serviceName}, and check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),

  // Likewise to an address that nobody has proven.
  'confirm-new-email': ({ serviceName, link, code, validForSeconds }) => ({
    subject: `Confirm your new email address for ${serviceName}`,
    preview: `Confirm that this address is yours, and your account at ${serviceName} uses it from then on.`,
    heading: 'Confirm your new email address',
    opening: `You asked to use this address for your account at ${serviceName}. Please confirm that it is yours.`,
    action: { label: 'Confirm my new address', link, oneTime: { code, validForSeconds } },
    closing:
      'If you did not ask for this, somebody typed your address by mistake. You need not do anything: without your confirmation it is not used.',
    reason: `You get this mail because this address was given for an account at ${serviceName}.`,
  }),

  'session-stopped': (sighting) => ({
    subject: `We signed a device out of your account at ${sighting.serviceName}`,
    preview: 'Somebody may have copied its sign-in, so we ended it. This mail says what to do now.',
    heading: 'We signed a device out',
    name: sighting.name,
    opening: `A sign-in of yours at ${sighting.serviceName} was used from two places, as it happens when somebody has copied it. So we ended it: that device, and whoever copied from it, is signed out.`,
    facts: sightingFacts(sighting),
    closing:
      'To go on using that device, sign in on it again. If you do not know it, or if somebody else may have used it, change your password as well.',
    reason: securityReason(sighting.serviceName),
  }),

  'new-sign-in': (sighting) => ({
    subject: `New sign-in to your account at ${sighting.serviceName}`,
    preview: 'If it was you, there is nothing to do. If it was not, act now: this mail says how.',
    heading: 'New sign-in to your account',
    name: sighting.name,
    opening: `Somebody signed in to your account at ${sighting.serviceName} with your password.`,
    facts: sightingFacts(sighting),
    closing: `If it was you, there is nothing to do. If it was not, reset your password at ${sighting.serviceName} at once: that signs out every device.`,
    reason: securityReason(sighting.serviceName),
  }),
};

function securityReason(serviceName: string): string {
  return `You get this mail because it concerns the safety of your account at ${serviceName}.`;
}

function sightingFacts({ deviceName, when, ip }: Sighting): [string, string][] {
  return [
    ['Device', harmless(deviceName) || 'unknown'],
    ['When', moment(when)],
    ...(ip ? [['IP address', harmless(ip)] satisfies [string, string]] : []),
  ];
}
