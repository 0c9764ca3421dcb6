// The examples of src/verify/README.md for tokens that are bound to a key, in Node: plain http, and Hono.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateThumbprint, generateKeyPair, generateProof } from 'dpop';
import { Hono } from 'hono';
import { beforeAll, expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import {
  type AccessTokenClaims,
  createVerifier,
  UnauthorizedError,
} from '../../src/verify/create-verifier.ts';
import { expected, tokenAt } from './forgeries.ts';
import { newKey } from './new-key.ts';

let verify: ReturnType<typeof createVerifier>;
let call: (send: (headers: Record<string, string>) => Promise<Response>) => Promise<void>;

beforeAll(async () => {
  const [signing, keys] = [await newKey(), await generateKeyPair('ES256')];
  const published = JSON.stringify({ keys: (await importKeySet([signing])).publicKeys });
  verify = createVerifier({
    ...expected,
    baseUrl: 'https://api.example.test',
    fetch: async () => new Response(published),
  });
  const token = await tokenAt(signing, Date.now() / 1000, await calculateThumbprint(keys.publicKey));
  call = async (send) => {
    const url = 'https://api.example.test/api/things';
    const proof = (htu = url) => generateProof(keys, htu, 'GET', undefined, token);
    const Authorization = `DPoP ${token}`;
    expect((await send({ Authorization, DPoP: await proof() })).status).toBe(200);
    for (const headers of [
      { Authorization, DPoP: await proof('http://127.0.0.1/api/things') },
      { Authorization, DPoP: `${await proof()}, ${await proof()}` },
      { Authorization },
    ] as Record<string, string>[]) {
      const refused = await send(headers);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('WWW-Authenticate')).toBe('DPoP error="invalid_dpop_proof", algs="ES256"');
    }
    const none = await send({});
    expect(none.headers.get('WWW-Authenticate')).toBe('Bearer, DPoP algs="ES256"');
  };
});

test('a server of plain Node, which only knows where it listens', async () => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const { sub } = await verify.request(request);
      response.end(`Hello ${sub}`);
    } catch (error) {
      const refused = error instanceof UnauthorizedError;
      response
        .writeHead(refused ? error.status : 503, refused ? error.headers : { 'Retry-After': '5' })
        .end();
    }
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await call((headers) => fetch(`http://127.0.0.1:${port}/api/things?page=2`, { headers }));
  } finally {
    server.close();
  }
});

test('a middleware of Hono', async () => {
  const app = new Hono<{ Variables: { user: AccessTokenClaims } }>();
  app.use('/api/*', async (context, next) => {
    try {
      context.set('user', await verify.request(context.req.raw));
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      return context.json({ error: 'unauthorized' }, error.status, error.headers);
    }
    return next();
  });
  app.get('/api/things', (context) => context.text(`Hello ${context.get('user').sub}`));
  await call(async (headers) => app.request('http://127.0.0.1:3000/api/things?page=2', { headers }));
});
