// What device keys cost (RFC 9449): a bound refresh beside an unbound one, and a call in full mode beside a bearer token's.

import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { digestOf } from '../../src/encoding.ts';
import { type Ask, casesOf } from './cases.ts';
import { type Figures, figuresOf, type Slice, slice, type Target } from './measure.ts';
import { connections, type People } from './people.ts';
import type { Progress } from './progress.ts';
import { issuer } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

export type BoundBeside = { readonly what: string; readonly bound: Figures; readonly unbound: Figures };

type BoundCase = { readonly like: string; readonly ask: Ask; readonly prepare: () => Promise<void> };

export async function besideUnbound(
  { ours: { 0: ours }, endpoints, endpointPid, people }: Surroundings,
  plan: { readonly repeats: number; readonly turns: number; readonly seconds: number },
  progress: Progress,
): Promise<BoundBeside[]> {
  if (!ours) throw new Error('There is no Worker');
  const cases = casesOf(people);
  const bound = [await boundRefreshes(people), await fullMode(people)];
  const slices = plan.repeats * plan.turns * 3;
  progress.expect(bound.length * slices);
  const besides: BoundBeside[] = [];
  for (const { like, ask, prepare } of bound) {
    const common = { worker: ours, endpoint: endpoints[0] ?? '', endpointPid };
    const unbound = cases.find(({ name }) => name === like)?.ours;
    if (!unbound) throw new Error(`No case ${like}`);
    const targets: { bound: Target; unbound: Target } = {
      bound: { ...common, ask, prepare },
      unbound: { ...common, ask: unbound },
    };
    const measured: { bound: Slice[]; unbound: Slice[] } = { bound: [], unbound: [] };
    await slice(targets.unbound, connections, 0.5);
    await slice(targets.bound, connections, 0.5);
    for (let n = 0; n < slices; n += 1) {
      progress.step(`${like}, bound and unbound`);
      for (const who of n % 2 === 0 ? (['bound', 'unbound'] as const) : (['unbound', 'bound'] as const))
        measured[who].push(await slice(targets[who], connections, plan.seconds));
    }
    besides.push({ what: like, bound: figuresOf(measured.bound), unbound: figuresOf(measured.unbound) });
  }
  return besides;
}

/** Each connection's proof is made before a slice, outside of what is measured: it is good for a minute. */
async function prover(route: string, tokens?: readonly string[]) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const [htm, path] = route.split(' ');
  let proofs: string[] = [];
  const prove = async (token: string | undefined) =>
    new SignJWT({
      jti: crypto.randomUUID(),
      htm,
      htu: issuer + path,
      ...(token !== undefined && { ath: await digestOf(token) }),
    })
      .setIssuedAt()
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    proof: (n: number) => proofs[n] ?? '',
    async prepare(bound = tokens) {
      proofs = await Promise.all(Array.from({ length: connections }, (_, n) => prove(bound?.[n])));
    },
  };
}

async function boundRefreshes(people: People): Promise<BoundCase> {
  const key = await prover('POST /api/auth/refresh');
  const tokens = [...people.tokensToBind];
  return {
    like: 'refresh',
    prepare: () => key.prepare(),
    ask: {
      status: 200,
      next: (n) => ({
        method: 'POST',
        path: '/api/auth/refresh',
        headers: { 'Content-Type': 'application/json', DPoP: key.proof(n) },
        body: JSON.stringify({ refresh_token: tokens[n] }),
      }),
      answered(n, body) {
        tokens[n] = JSON.parse(body).refresh_token;
      },
    },
  };
}

async function fullMode(people: People): Promise<BoundCase> {
  const key = await prover('GET /api/users/me');
  const tokens = await Promise.all(
    Array.from({ length: connections }, (_, n) => people.boundAccessToken(n, key.jkt)),
  );
  return {
    like: 'me',
    prepare: () => key.prepare(tokens),
    ask: {
      status: 200,
      next: (n) => ({
        method: 'GET',
        path: '/api/users/me',
        headers: { Authorization: `DPoP ${tokens[n]}`, DPoP: key.proof(n) },
      }),
    },
  };
}
