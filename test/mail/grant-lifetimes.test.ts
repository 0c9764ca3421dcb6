// A grant lives as long as its mail says, to the millisecond, and a rotation of the keys ends none before its time.

import { expect, test } from 'vitest';
import { passwordResetSeconds, verificationSeconds } from '../../src/lifetimes.ts';
import { startService } from '../service.ts';
import { byCode, byLink, forgetful, registered, reset, verify } from './granted.ts';
import { startSecondIsolate } from './own-service.ts';

const invalidToken = { status: 400, body: { type: expect.stringMatching(/\/problems\/invalid-token$/) } };

test.for([
  ['link', byLink],
  ['code', byCode],
] as const)('a verification by %s lives 24 hours to the millisecond', async ([, way]) => {
  expect(verificationSeconds).toBe(24 * 60 * 60);
  const service = await startService();
  const [early, late] = [await registered(service), await registered(service)];
  service.clock.advance(verificationSeconds - 0.001);
  expect(await verify(service, way(early))).toMatchObject({ status: 204 });
  service.clock.advance(0.001);
  expect(await verify(service, way(late))).toMatchObject(invalidToken);
});

test.for([
  ['link', byLink],
  ['code', byCode],
] as const)('a reset by %s lives 15 minutes to the millisecond', async ([, way]) => {
  expect(passwordResetSeconds).toBe(15 * 60);
  const service = await startService();
  const [early, late] = [await forgetful(service), await forgetful(service)];
  service.clock.advance(passwordResetSeconds - 0.001);
  expect(await reset(service, way(early))).toMatchObject({ status: 204 });
  service.clock.advance(0.001);
  expect(await reset(service, way(late))).toMatchObject(invalidToken);
});

test('a rotation of the keys kills no link and no code that is under way', async () => {
  const service = await startService();
  const outstanding = [
    await registered(service),
    await registered(service),
    await forgetful(service),
  ] as const;
  const [older] = service.dependencies.config.dataKeys;
  const newer = { kty: 'oct', kid: 'newer', k: 'A'.repeat(43) };
  const DATA_KEYS = JSON.stringify({ keys: [newer, older] });
  const rotated = await startSecondIsolate(service, { DATA_KEYS });
  expect(await verify(rotated, byLink(outstanding[0]))).toMatchObject({ status: 204 });
  expect(await verify(rotated, byCode(outstanding[1]))).toMatchObject({ status: 204 });
  expect(await reset(rotated, byCode(outstanding[2]))).toMatchObject({ status: 204 });
  // The new key is the one that is used, and where it is missing its codes are worth nothing.
  const fresh = await registered(rotated);
  expect(await verify(service, byCode(fresh))).toMatchObject(invalidToken);
  expect(await verify(rotated, byCode(fresh))).toMatchObject({ status: 204 });
});
