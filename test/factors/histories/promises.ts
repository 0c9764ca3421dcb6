// What is promised whatever happens, looked at without the model: what was owed was shown, and a code works once.

import { expect } from 'vitest';
import { type Account, happened, of, second } from './account.ts';
import { codesOf, rightStep } from './codes.ts';
import { secretAt } from './mailbox-model.ts';
import type { Told } from './perform.ts';
import { timeOf, type World } from './world.ts';

const doors = ['log in', 'take the second step', 'sign in by passkey'];

/** Where TOTP was on before and after, every session that began has shown a code that was good and unused, or a passkey that is two factors. */
export function expectShown(world: World, told: readonly Told[]): void {
  for (const one of told) {
    const { request, session, before } = one;
    const { call, evidence } = request;
    const isDoor = doors.includes(call.kind);
    if (!(isDoor || call.kind === 'reauthenticate') || session === undefined) continue;
    if (before.totp === undefined || before.totp !== world.account.totp) continue;
    // The repeat of a call: it began before.
    if (isDoor && before.sessions[session]) continue;
    if (evidence.passkey === 'verified') continue;
    // Beside a password any passkey is the second factor.
    if (call.kind === 'take the second step' && evidence.passkey) continue;
    expect(evidence.code, 'a session began without what is owed').toBeDefined();
    expectGood(world, one, before);
  }
  for (const one of told) {
    const { request, status, before } = one;
    const { call, undoes, evidence } = request;
    if (!evidence.code || status >= 300) continue;
    if (call.kind === 'confirm') accept(world, one);
    const change = undoes === undefined ? undefined : before.undos[undoes];
    if (change?.acr === 'aal2' && secretAt(before, change.createdAt) !== undefined) accept(world, one);
  }
}

function expectGood(world: World, one: Told, before: Account): void {
  const { code } = one.request.evidence;
  const secret = before.totp === undefined ? undefined : before.secrets[before.totp];
  if (!code || !secret || isRepeated(world, one)) return;
  if (code.kind === 'totp') expect(rightStep(before, secret, code.text, timeOf(world))).toBeDefined();
  else expect(codesOf(before, secret)).toContain(code.text);
  accept(world, one);
}

const isRepeated = ({ accepted }: World, { sending, session = '' }: Told): boolean =>
  Object.values(accepted).some((known) => known.call === sending.call && known.session === session);

function accept(world: World, one: Told): void {
  const { accepted } = world;
  const { sending, session = '' } = one;
  const name = nameOf(world, one);
  if (isRepeated(world, one)) return;
  expect(accepted[name], `${name} was taken twice`).toBeUndefined();
  accepted[name] = { call: sending.call, session };
}

/** The same digits come again some day: the app and the step of time are part of it. */
function nameOf(world: World, { request, before }: Told): string {
  const { kind, text } = request.evidence.code ?? { kind: 'recovery', text: '' };
  if (kind === 'recovery') return ` ${text}`;
  const found = Object.values({ ...world.account.secrets, ...before.secrets }).find(
    (secret) => rightStep(before, secret, text, timeOf(world)) !== undefined,
  );
  return `${found?.app} ${found && rightStep(before, found, text, timeOf(world))} ${text}`;
}

const sensitive = ['export', 'delete', 'ask for another address', 'remove TOTP', 'renew', 'enrol'];

/** Somebody without the second factor gets no session of an account that has one, and nothing that takes a recent sign-in. */
export function expectNothingStolen(world: World, { request, session, status, before }: Told): void {
  const { call, bearer, undoes } = request;
  if (before.totp === undefined) return;
  happened(world.account, 'thief: a call while TOTP is on');
  if (doors.includes(call.kind) || call.kind === 'reauthenticate')
    expect(session, 'a thief has a session').toBeUndefined();
  if (status >= 300) return;
  const isTheirs = sensitive.includes(call.kind) || /passkey|change the password/.test(call.kind);
  if (isTheirs && bearer) {
    // What they copied was two factors, minutes ago.
    const { acr, authTime } = bearer.level;
    expect(acr, call.kind).toBe('aal2');
    if (call.kind !== 'add a passkey') expect(timeOf(world) - authTime).toBeLessThan(601 * second);
    happened(world.account, 'thief: a copied token of a recent sign-in with two factors');
  }
  if (undoes !== undefined) {
    // A change from before there was a second factor: whoever reads the mails undoes it.
    const change = of(before.undos, undoes);
    expect(secretAt(before, change.createdAt), 'undone without a second factor').toBeUndefined();
    happened(world.account, 'thief: undid by mail a change from before there was a second factor');
  }
}
