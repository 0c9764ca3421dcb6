// WEBHOOK_URL and WEBHOOK_SECRET: together or not at all, to a public host by https, with secrets as Standard Webhooks writes them.

import { expect, test } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../src/environment.ts';
import { webhookHeaders } from '../../src/tokens/webhook-signature.ts';
import { bindings } from '../service.ts';
import { secrets, webhookUrl, withWebhook } from './receiver.ts';

const read = (changed: Record<string, unknown>) =>
  readEnvironment({ ...bindings(), ...withWebhook, ...changed }).webhook;

const secretOf = (bytes: number) => `whsec_${btoa('s'.repeat(bytes))}`;

function refusal(changed: Record<string, unknown>): string {
  try {
    read(changed);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  throw new Error(`was taken: ${JSON.stringify(changed)}`);
}

test('the signature is the one of the specification', async () => {
  // The example that the specification’s own libraries are tested with.
  const headers = await webhookHeaders(
    [Uint8Array.from(atob('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), (c) => c.charCodeAt(0))],
    {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      now: new Date(1614265330_999),
      body: '{"test": 2432232314}',
    },
  );
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('are read, and off where neither is set', () => {
  expect(read({})).toEqual({ url: webhookUrl, secrets: [expect.any(Uint8Array)] });
  expect(read({ WEBHOOK_SECRET: secrets.join(' ') })?.secrets).toHaveLength(2);
  expect(read({ WEBHOOK_SECRET: secrets.join(',') })?.secrets).toHaveLength(2);
  expect(read({ WEBHOOK_SECRET: secrets.join(', ') })?.secrets).toHaveLength(2);
  expect(read({ WEBHOOK_URL: undefined, WEBHOOK_SECRET: undefined })).toBeUndefined();
  for (const bytes of [24, 64])
    expect(read({ WEBHOOK_SECRET: secretOf(bytes) })?.secrets[0]).toHaveLength(bytes);
});

test.for([{ WEBHOOK_URL: undefined }, { WEBHOOK_SECRET: undefined }])(
  'one without the other: %o',
  (changed) => {
    expect(refusal(changed)).toContain('both or neither');
  },
);

test.for([
  '',
  'secret',
  'whsec_',
  'whsec_c2VjcmV0',
  secretOf(23),
  secretOf(65),
  secretOf(32).replace('whsec_', ''),
  `${secretOf(32)}=`,
  secretOf(32).replace('c', '-'),
  `${secretOf(32)} wrong`,
  [secretOf(30), secretOf(33), secretOf(36)].join(' '),
  ' ',
  42,
])('the secret %s', (secret) => {
  const said = refusal({ WEBHOOK_SECRET: secret });
  expect(said).toContain('WEBHOOK_SECRET must be');
  if (String(secret).trim().length > 9) expect(said).not.toContain(String(secret));
});

test.for([
  ['http://hooks.example.com/', 'must begin with https://'],
  ['ftp://hooks.example.com/', 'must begin with https://'],
  ['hooks.example.com', 'must be a URL'],
  ['', 'must be a URL'],
  ['https://ada:secret@hooks.example.com/', 'neither credentials'],
  ['https://ada@hooks.example.com/', 'neither credentials'],
  ['https://hooks.example.com/#secret', 'nor a fragment'],
] as const)('the address %s: %s', ([url, reason]) => {
  expect(refusal({ WEBHOOK_URL: url })).toContain(reason);
});

const notPublic = [
  ...[
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0',
    '0.0.0.0',
  ],
  ...[
    '10.0.0.1',
    '10.1',
    '0xa000001',
    '100.64.0.1',
    '100.127.255.255',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '172.16.0.1',
  ],
  ...[
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.8',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '１２７.0.0.1',
    '127。0。0。1',
  ],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:808:808]',
    '[::127.0.0.1]',
    '[fc00::1]',
    '[fd12:3456::1]',
  ],
  ...[
    '[fe80::1]',
    '[febf::1]',
    '[ff02::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:db8::1]',
    '[2001::1]',
    '[2001:0:53aa::1]',
  ],
];

test.for(notPublic)('a host that is not public: %s', (host) => {
  expect(refusal({ WEBHOOK_URL: `https://${host}/hook` })).toContain('WEBHOOK_URL must be a public host');
  expect(
    read({
      ISSUER: 'http://localhost:8787',
      PASSKEY_RP_ID: 'app.example.test',
      WEBHOOK_URL: `https://${host}/hook`,
    }),
  ).toBeDefined();
});

test.for([
  'hooks.example.com',
  '8.8.8.8',
  '100.63.0.1',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '11.0.0.1',
  '223.1.1.1',
  '[2606:4700::1111]',
  '[2a00:1450:4001::1]',
  '[2001:4860:4860::8888]',
  '[3fff::1]',
  'localhost.example.com',
  '10.example.com',
])('a public host: %s', (host) => {
  expect(read({ WEBHOOK_URL: `https://${host}:8443/hook?token=1` })).toBeDefined();
});

test('in development http and this machine', () => {
  const development = { ISSUER: 'http://localhost:8787', PASSKEY_RP_ID: 'app.example.test' };
  expect(read({ ...development, WEBHOOK_URL: 'http://127.0.0.1:1081/' })).toBeDefined();
  expect(refusal({ ...development, WEBHOOK_URL: 'http://192.168.1.5/' })).toContain(
    'must begin with https://',
  );
  expect(refusal({ WEBHOOK_URL: 'http://127.0.0.1:1081/' })).toContain('WEBHOOK_URL must be a public host');
});
