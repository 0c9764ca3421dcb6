// Nonces of ID tokens: ours, used as they are or by their digest, and left out where the binding says so.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectProblem } from '../problem-document.ts';
import { type Service, startService } from '../service.ts';
import { show, spend, verdict } from './given.ts';
import { type Claims, hexDigest, type Issuers, newNonce, startIssuers, withProviders } from './issuer.ts';

let service: Service;
let issuers: Issuers;
let nonce: string;
beforeAll(async () => {
  service = await startService(withProviders);
});
beforeEach(async () => {
  issuers = startIssuers(service);
  nonce = await newNonce(service);
});

type Name = keyof Issuers;

/** Of a token with our nonce, unless the claims say another. */
const verdictOf = async (name: Name, claims: Claims = {}, given: object = {}) =>
  verdict(service, name, {
    id_token: await issuers[name].token({ nonce, ...claims }),
    ...given,
  });

async function challenge(): Promise<string> {
  const json = {};
  return (await service.call('POST', '/api/auth/passkey/options', { json })).body.challenge;
}

describe('a nonce', () => {
  test('is ours to give, costs no round trip and is kept by nobody', async () => {
    const answer = await service.call('POST', '/api/auth/nonce', { json: {} });
    expect([answer.status, answer.trips, answer.headers.get('Cache-Control')]).toEqual([200, 0, 'no-store']);
    expect(answer.body).toEqual({ nonce: expect.stringMatching(/^[\w-]{64,128}$/), expires_in: 600 });
    expect(await newNonce(service)).not.toBe(answer.body.nonce);
  });

  test('is not given where no provider is switched on', async () => {
    const without = await startService();
    expectProblem(await without.call('POST', '/api/auth/nonce'), 'way-not-enabled');
    expect(await verdict(without, 'apple', { id_token: 'x' })).toBe('way-not-enabled');
    expect(await verdict(service, 'constructor', { id_token: 'x' })).toBe('way-not-enabled');
  });

  test('is taken as it is, and as the digest that an SDK was given', async () => {
    expect(await verdictOf('apple')).toBe('taken');
    expect(await verdictOf('apple', {}, { nonce })).toBe('taken');
    const digest = await hexDigest(nonce);
    expect(await verdictOf('apple', { nonce: digest }, { nonce })).toBe('taken');
    expect(await verdictOf('apple', { nonce: digest.toUpperCase() }, { nonce })).toBe('taken');
    expect(await verdictOf('apple', { nonce: digest })).toMatch(/its nonce is none of ours/);
  });

  test.for<[string, () => Promise<Claims> | Claims, () => Promise<object> | object]>([
    ['that the token does not have', () => ({ nonce: undefined }), () => ({})],
    ['that only the call has', () => ({ nonce: undefined }), () => ({ nonce })],
    ['of another call', () => ({}), async () => ({ nonce: await newNonce(service) })],
    ['that nobody gave', () => ({ nonce: 'x'.repeat(88) }), () => ({ nonce: 'x'.repeat(88) })],
    ['with another letter', () => ({ nonce: `${nonce}A` }), () => ({ nonce: `${nonce}A` })],
    ['that is the challenge of a passkey', async () => ({ nonce: await challenge() }), () => ({})],
    ['that is a number', () => ({ nonce: 5 }), () => ({})],
    [
      'whose digest has a digit more',
      async () => ({ nonce: `${await hexDigest(nonce)}0` }),
      () => ({ nonce }),
    ],
  ])('%s is none', async ([, claims, given]) => {
    expect(await verdictOf('apple', await claims(), await given())).toMatch(
      /^id-token-not-accepted: .*nonce/,
    );
    expect(await verdictOf('google', await claims(), await given())).toMatch(
      /^id-token-not-accepted: .*nonce/,
    );
  });

  test('of ten minutes ago is too old', async () => {
    service.clock.advance(599);
    expect((await show(service, 'apple', { id_token: await issuers.apple.token({ nonce }) })).isFresh).toBe(
      true,
    );
    service.clock.advance(1);
    const late = await show(service, 'apple', { id_token: await issuers.apple.token({ nonce }) });
    expect([late.isFresh, await spend(service, late, 'a call')]).toEqual([false, false]);
    service.clock.advance(600);
    expect(await verdictOf('apple')).toMatch(/nonce is none of ours, or too old/);
  });

  test('may be left out where the binding says so, for five minutes, and not where the call needs it', async () => {
    const id_token = await issuers.acme.token();
    const foreign = await issuers.acme.token({ nonce: 'of-the-SDK' });
    expect(await verdict(service, 'acme', { id_token: foreign })).toBe('taken');
    expect(await verdict(service, 'acme', { id_token: foreign, nonce: 'of-the-SDK' })).toMatch(/nonce/);
    expect(await verdict(service, 'acme', { id_token, nonce })).toMatch(/nonce/);
    expect(await verdict(service, 'acme', { id_token }, { nonce: true })).toMatch(/nonce/);
    expect(await verdict(service, 'acme', { id_token: foreign }, { nonce: true })).toMatch(/nonce/);
    service.clock.advance(299);
    expect((await show(service, 'acme', { id_token })).isFresh).toBe(true);
    service.clock.advance(1);
    expect((await show(service, 'acme', { id_token })).isFresh).toBe(false);
    // With a nonce it is good for as long as the nonce is.
    expect((await show(service, 'acme', { id_token: await issuers.acme.token({ nonce }) })).isFresh).toBe(
      true,
    );
    service.clock.advance(600);
    expect(await verdict(service, 'acme', { id_token })).toMatch(/without a nonce it is too old/);
  });
});
