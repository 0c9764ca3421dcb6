// A service whose keys change under load: isolates of the old and the new deployment side by side, devices that refresh and
// call a resource all the while, and two who check their tokens. Time is moved; everything else is the real thing.

import { createLocalJWKSet, jwtVerify } from 'jose';
import { keySetCacheSeconds } from '../../src/bounds.ts';
import { accessTokenSeconds } from '../../src/lifetimes.ts';
import { issuer, newUser, type Service, signIn, startService, type Tokens } from '../service.ts';
import { createResource } from './resource/resource.ts';

const audience = 'https://api.example.test';

/** For as long after a deployment, some requests still meet an isolate of the one before. */
const overlapSeconds = 120;

export type Bindings = { readonly ACCESS_TOKEN_KEYS: string; readonly REFRESH_TOKEN_KEYS: string };

export async function startRehearsal(keys: Bindings, devices: number) {
  let isolates = [await startService(keys)];
  let turn = 0;
  let deployedAt = 0;
  const now = () => (isolates[0] as Service).clock.now;
  const seconds = () => Math.floor(now().getTime() / 1000);
  /** Any isolate that is alive, one after the other. */
  const service = () => {
    turn += 1;
    return isolates[turn % isolates.length] as Service;
  };
  const jwksPath = '/.well-known/jwks.json';
  const fetchKeys = async () => {
    const answer = await service().call('GET', jwksPath);
    return new Response(answer.text, { status: answer.status });
  };

  // An address of its own, as the Cache API is shared by all tests of this file.
  const options = {
    issuer,
    audience,
    now,
    fetch: fetchKeys,
    jwksUri: `${issuer}${jwksPath}?${crypto.randomUUID()}`,
  };
  const resources = [createResource(options), createResource(options)];

  // Somebody else's verifier, as bad as one may be: it keeps the JWKS for as long as it may, and never asks in between.
  let strict = { keys: createLocalJWKSet({ keys: [] }), until: 0 };
  async function strictlyAccepts(token: string): Promise<boolean> {
    if (seconds() >= strict.until) {
      strict = {
        keys: createLocalJWKSet(await (await fetchKeys()).json()),
        until: seconds() + keySetCacheSeconds,
      };
    }
    const checks = { algorithms: ['RS256'], typ: 'at+jwt', issuer, audience, currentDate: now() };
    return jwtVerify(token, strict.keys, checks).then(
      () => true,
      () => false,
    );
  }

  const counted = { resource: 0, refreshed: 0, refused: [] as string[] };

  const sessions = await Promise.all(
    Array.from({ length: devices }, async (_, index) => {
      const user = await newUser(service());
      return { index, tokens: await signIn(service(), user.email), since: seconds() };
    }),
  );

  /** One device does what an app does: refreshes a token that is about to expire, and calls the resource. */
  async function use(device: (typeof sessions)[number]): Promise<void> {
    if (seconds() - device.since > accessTokenSeconds - 3 * 60 - 60 * device.index) {
      const { refresh_token } = device.tokens;
      const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token });
      const refreshed = await (device.index % 2 === 0
        ? service().call('POST', '/oauth/token', { body: form })
        : service().call('POST', '/api/auth/refresh', { json: { refresh_token } }));
      if (refreshed.status !== 200) return void counted.refused.push(`refresh: ${refreshed.text}`);
      counted.refreshed += 1;
      device.tokens = refreshed.body as Tokens;
      device.since = seconds();
    }
    const { access_token } = device.tokens;
    const request = new Request(`${audience}/things`, {
      headers: { Authorization: `Bearer ${access_token}` },
    });
    const answer = await (resources[device.index % resources.length] as (typeof resources)[0]).fetch(request);
    if (answer.status !== 200) counted.refused.push(`resource: ${answer.status} ${await answer.text()}`);
    if (!(await strictlyAccepts(access_token))) counted.refused.push('strict verifier');
    counted.resource += 1;
    // One of them also asks the service itself, which checks with the keys that it has at the moment.
    if (device.index > 0) return;
    const me = await service().call('GET', '/api/users/me', { bearer: access_token });
    if (me.status !== 200) counted.refused.push(`me: ${me.text}`);
  }

  function advance(by: number): void {
    const then = new Date(now().getTime() + by * 1000);
    for (const isolate of isolates) isolate.clock.now = then;
    if (isolates.length > 1 && seconds() - deployedAt > overlapSeconds) isolates = isolates.slice(-1);
  }

  return {
    counted,
    seconds,
    service,
    /** The new deployment takes over while the one before still answers some. */
    async deploy(changed: Bindings): Promise<void> {
      const fresh = await startService(changed);
      fresh.clock.now = now();
      deployedAt = seconds();
      isolates = [...isolates, fresh].slice(-2);
    },
    /** Moves time in steps, with every device at work after each. */
    async run(forSeconds: number, step: number): Promise<void> {
      for (let passed = 0; passed < forSeconds; passed += step) {
        advance(Math.min(step, forSeconds - passed));
        await Promise.all(sessions.map(use));
      }
    },
  };
}
