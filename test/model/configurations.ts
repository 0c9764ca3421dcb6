// What is searched, and what has to come of it.

import type { Options } from './checker.ts';

const keyless = { RULES: 'OURS', SESSION: 'KEYLESS', PROCESSES: 1 };
const keyed = { ...keyless, SESSION: 'KEYED' };
const binding = { ...keyless, SESSION: 'BINDING' };
/** The network may deliver a request of a bound session at any later time. */
const bound = { ...keyless, SESSION: 'BOUND', DELAYS: true, DELAYED_FOR_EVER: true } as const;
const two = { PROCESSES: 2, DELAYS: true } as const;
const owners = { CHANGES: true, LOGOUT: true, DELAYS: true } as const;
const thief = { THIEF: 'TOKEN' };
const thiefOfAll = { THIEF: 'STORE' };
const changes = { CHANGES: true } as const;

type Events = readonly string[];
const calls = ['rotated', 'retried', 'requestLost', 'answerLost'];
const delays = ['delayedServed'];
const ownersCalls = ['changed', 'loggedOut'];
const replacement = ['changeRetried', 'replacedRefreshed'];
const theft = ['copied', 'thiefServed', 'thiefRefused', 'thiefFound', 'ownerFoundThief'];

/** Our rules: every property holds, and each of these events happens. */
export const ours: Record<string, readonly [Options, Events]> = {
  'a keyless session': [{ ...keyless, ...owners }, [...calls, ...delays, ...ownersCalls]],
  'a keyed session': [{ ...keyed, ...owners }, [...calls, ...delays, ...ownersCalls, ...replacement]],
  'a keyed session, two processes': [{ ...keyed, ...two, ...changes }, [...calls, ...delays, ...replacement]],
  'a keyed session, a copied token': [
    { ...keyed, ...thief, ...changes },
    [...calls, ...theft, ...replacement],
  ],
  'a keyed session, a copied store': [{ ...keyed, ...thiefOfAll }, [...calls, ...theft]],
  'a keyed session, a copied store, changes of the password': [
    { ...keyed, ...thiefOfAll, ...changes },
    [...calls, ...theft, ...replacement, 'successorEnded'],
  ],
  'a session that binds': [
    { ...binding, ...owners },
    [...calls, ...delays, ...ownersCalls, ...replacement, 'bound'],
  ],
  'a session that binds, two processes': [{ ...binding, ...two }, [...calls, ...delays, 'bound']],
  'a session that binds, a copied token': [
    { ...binding, ...thief },
    [...calls, ...theft, 'bound', 'thiefBound'],
  ],
  'a session that binds, a copied store': [
    { ...binding, ...thiefOfAll },
    [...calls, ...theft, 'bound', 'thiefBound'],
  ],
  'a session that binds, a copied store, changes of the password': [
    { ...binding, ...thiefOfAll, ...changes },
    [...calls, ...theft, ...replacement, 'successorEnded', 'bound', 'thiefBound'],
  ],
  'a bound session': [{ ...bound, ...owners }, [...calls, ...delays, ...ownersCalls, ...replacement]],
  'a bound session, two processes without a lock': [
    { ...bound, ...two, BROKEN: 'ignoresLock' },
    [...calls, ...delays],
  ],
  'a bound session, a copied store': [{ ...bound, ...thiefOfAll }, ['copied', 'thiefRefused', ...delays]],
  'a bound session, a copied store, changes of the password': [
    { ...keyed, SESSION: 'BOUND', ...thiefOfAll, ...changes },
    ['copied', 'thiefRefused', ...replacement],
  ],
};

/** More of the same at once. */
export const large: Record<string, Options> = {
  'a keyless session': { ...keyless, ...two, ...owners },
  'a keyed session': { ...keyed, ...two, ...owners },
  'a keyed session, a copied token': { ...keyed, ...thief, ...owners },
  'a session that binds': { ...binding, ...two, ...owners },
  'a session that binds, a copied token': { ...binding, ...thief, ...changes },
  'a bound session': { ...bound, ...two, ...owners },
  'a bound session, a copied store': { ...bound, ...thiefOfAll, ...owners },
};

type Failing = { readonly rule: string; readonly options: Options; readonly property: string };

/** What fails, with one of the shortest counter-examples in `traces/`. README.md says who has which rule. */
export const failing: Record<string, Failing> = {
  'parent-valid-for-ever': {
    rule: 'The parent of the newest token is answered at any time.',
    options: { ...keyed, ...thief, RULES: 'PARENT_FOREVER' },
    property: 'thiefIsShutOut',
  },
  'reuse-interval-thief': {
    rule: 'The parent of the newest token is answered to everybody, for 30 seconds.',
    options: { ...keyed, ...thief, RULES: 'INTERVAL' },
    property: 'thiefIsShutOut',
  },
  'reuse-interval-lost-answer': {
    rule: 'The parent of the newest token is answered to everybody, for 30 seconds.',
    options: { ...keyed, RULES: 'INTERVAL' },
    property: 'ownerStaysSignedIn',
  },
  'any-reuse-ends-lost-answer': {
    rule: 'Any spent token ends the session.',
    options: { ...keyed, RULES: 'WIPE' },
    property: 'ownerStaysSignedIn',
  },
  'ours-keyless-thief': {
    rule: 'Ours, for a client that sends no keys.',
    options: { ...keyless, ...thief },
    property: 'thiefIsShutOut',
  },
  'ours-binding-what-was-sent': {
    rule: 'Ours, where a client binds with a token that it has sent without a proof before.',
    options: { ...binding, DELAYS: true, BROKEN: 'bindsWhatWasSent' },
    property: 'ownerStaysSignedIn',
  },
};

/** One rule of ours broken: the property that has to fail. */
export const broken: Record<string, readonly [Options, string]> = {
  retriesWithAnyKey: [{ ...keyed, ...thief }, 'thiefIsShutOut'],
  retriesWithoutKey: [{ ...keyed, ...thief }, 'thiefIsShutOut'],
  neverRetries: [keyed, 'ownerStaysSignedIn'],
  olderIsSuperseded: [{ ...keyed, ...thief }, 'ownerIsNotLeftWaiting'],
  supersededForADay: [{ ...keyed, ...thief }, 'ownerIsNotLeftWaiting'],
  replacesForAnyKey: [{ ...keyed, ...thief, ...changes }, 'thiefIsShutOut'],
  replacesNobody: [{ ...keyed, ...changes }, 'ownerStaysSignedIn'],
  replacesRefreshed: [{ ...keyed, ...thiefOfAll, ...changes }, 'thiefIsShutOut'],
  replacesForKeyless: [{ ...binding, ...thiefOfAll, ...changes }, 'noTokensWithoutTheDeviceKey'],
  sparesSuccessor: [{ ...keyed, ...thiefOfAll, ...changes }, 'ownerLeavesNobodyBehind'],
  boundNeedsNoProof: [{ ...bound, ...thief }, 'noTokensWithoutTheDeviceKey'],
  boundSpentIsReuse: [bound, 'ownerStaysSignedIn'],
  bindingIsNotRetried: [binding, 'ownerStaysSignedIn'],
  unboundIsRefused: [{ ...binding, ...thief }, 'ownerIsNotLeftWaiting'],
  changeLosesBinding: [{ ...bound, ...thief, ...changes }, 'ownerStaysSignedIn'],
  newKeyForEachCall: [keyed, 'ownerIsNotLeftWaiting'],
  ignoresLock: [{ ...keyed, ...two }, 'ownerStaysSignedIn'],
  deviceKeyIsNotSaved: [binding, 'ownerIsNotLeftWaiting'],
  forgetsBinding: [binding, 'ownerIsNotLeftWaiting'],
};
