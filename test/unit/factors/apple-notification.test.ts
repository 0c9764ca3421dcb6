// The claims of Apple's notifications, in the shapes that it sends and in any other.

import { expect, test } from 'vitest';
import { checkAppleNotification } from '../../../src/factors/apple-notification.ts';

const provider = {
  issuers: ['https://appleid.apple.com', 'https://account.apple.com'],
  audiences: ['com.example.app'],
};
const now = 1_611_765_900;
const event = { type: 'account-delete', sub: '001234.ada.0001', event_time: 1_611_765_847_700 };
const claims = {
  iss: 'https://appleid.apple.com',
  aud: 'com.example.app',
  iat: now - 40,
  exp: now + 86_360,
  jti: 'one',
};
const eventIn = (events: unknown) => {
  const checked = checkAppleNotification({ ...claims, events }, provider, now);
  return checked.outcome === 'valid' ? checked.notification.event : checked.reason;
};

test('as Apple sends it: JSON in a string, with the time in milliseconds', () => {
  expect(checkAppleNotification({ ...claims, events: JSON.stringify(event) }, provider, now)).toEqual({
    outcome: 'valid',
    notification: {
      jti: 'one',
      goodUntil: new Date((now + 86_365) * 1000),
      event: {
        type: 'account-delete',
        subject: '001234.ada.0001',
        happenedAt: new Date('2021-01-27T16:44:07.700Z'),
      },
    },
  });
});

test.for([1_611_765_847, '1611765847', '1611765847700', 1_611_765_847_000])(
  'the time %s is of that second',
  (event_time) => {
    const read = eventIn({ ...event, event_time });
    expect(typeof read === 'object' && read.happenedAt.toISOString().slice(0, 19)).toBe(
      '2021-01-27T16:44:07',
    );
  },
);

test.for([
  null,
  5,
  '',
  'x',
  '[]',
  'null',
  {},
  { ...event, type: '__proto__' },
  { ...event, type: 5 },
  { ...event, sub: '' },
  { ...event, sub: 'x'.repeat(256) },
  { ...event, sub: 'ä' },
  { ...event, event_time: -1 },
  { ...event, event_time: 0 },
  { ...event, event_time: Number.NaN },
  { ...event, event_time: 1e15 },
  { ...event, event_time: '1e9' },
  { ...event, event_time: [1_611_765_847] },
])('%#: what is no event that is known is none', (events) => {
  expect(eventIn(events)).toBeUndefined();
});

test.for<[string, Record<string, unknown>, string]>([
  ['another issuer', { iss: 'https://accounts.google.com' }, 'iss'],
  ['a list of issuers', { iss: provider.issuers }, 'iss'],
  ['another app', { aud: 'com.example.other' }, 'aud'],
  ['a list of apps', { aud: provider.audiences }, 'aud'],
  ['no times', { iat: undefined, exp: '5' }, 'iat'],
  ['the future', { iat: now + 6 }, 'iat'],
  ['the past', { exp: now - 5 }, 'exp'],
  ['a life of years', { iat: now - 86_405, exp: now + 1e12 }, 'exp'],
  ['no jti', { jti: undefined }, 'jti'],
  ['a jti without end', { jti: 'x'.repeat(256) }, 'jti'],
  ['an ID token', { events: undefined, sub: 'ada' }, 'events'],
])('refused: %s', ([, changed, claim]) => {
  const given = { ...claims, events: event, ...changed };
  expect(checkAppleNotification(given, provider, now)).toEqual({
    outcome: 'refused',
    reason: expect.stringContaining(claim),
  });
});

test('the last moment of each time is good', () => {
  for (const changed of [{ iat: now + 5 }, { exp: now - 4 }, { iat: now - 86_404, exp: now + 60 }]) {
    const { outcome } = checkAppleNotification({ ...claims, events: event, ...changed }, provider, now);
    expect(outcome).toBe('valid');
  }
});
