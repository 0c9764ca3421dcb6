// A mail to an address that nobody has proven repeats nothing that whoever asked for it has typed: it would be a stranger's word
// with our signature.

import { expect, test } from 'vitest';
import { registered } from '../mail/granted.ts';
import { mailsTo, newAddress, password, startService } from '../service.ts';
import { askFor, register, resend } from './mailed.ts';
import { signedIn } from './people.ts';

/** Each a word that no mail of ours has. */
const typed = {
  name: 'Quillon your account is locked call 0199',
  password: 'quokka lantern vellum brisk',
  photo: 'https://zebrafish.example.test/z.png',
  locale: 'xx-Wombat',
  metadata: { pangolin: 'axolotl' },
};
const headers = { 'User-Agent': 'Narwhal/1.0', 'CF-Connecting-IP': '192.0.2.77', 'Accept-Language': 'dodo' };
const words =
  /quillon|locked|0199|quokka|vellum|zebrafish|wombat|pangolin|axolotl|narwhal|192\.0\.2\.77|dodo/i;

async function expectSilent(email: string, count: number): Promise<void> {
  const mails = await mailsTo(email, count);
  expect(mails).toHaveLength(count);
  for (const { subject, html, text, headers } of mails) {
    const said = { subject, html, text, headers: JSON.stringify(headers) };
    for (const [part, value] of Object.entries(said)) expect(value, part).not.toMatch(words);
  }
}

test('of a registration, and of another mail for it', async () => {
  const service = await startService();
  const email = newAddress();
  const answer = await service.call('POST', '/api/auth/register', { json: { email, ...typed }, headers });
  expect(answer.status).toBe(202);
  const { request } = answer.body;
  await service.call('POST', '/api/auth/resend-verification', { json: { request }, headers });
  await expectSilent(email, 2);
});

test('of a change of address', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await person.call('PATCH', '/api/users/me', { json: { name: typed.name, photo: typed.photo } });
  const json = { new_email: newAddress(), password };
  expect(await person.call('POST', '/api/users/me/email', { json, headers })).toMatchObject({ status: 202 });
  await expectSilent(json.new_email, 1);
  const [mail] = await mailsTo(json.new_email);
  // Nor whose account it is.
  expect(`${mail?.html}${mail?.text}`).not.toContain(person.email);
});

test('the owner of a taken address is told nothing of what a stranger has typed either', async () => {
  const service = await startService();
  const { email } = await signedIn(service);
  await service.call('POST', '/api/auth/register', { json: { email, ...typed }, headers });
  await expectSilent(email, 1);
});

test('what is typed does not change a byte of the mail but for link and code', async () => {
  const service = await startService();
  // In the same language: what is no language of ours is English.
  const plain = await registered(service, newAddress(), { locale: 'en' });
  const strange = await registered(service, newAddress(), typed);
  const bare = async ({ email, token, code }: typeof plain) => {
    const [mail] = await mailsTo(email);
    return `${mail?.subject}${mail?.html}${mail?.text}`.replaceAll(token, '').replaceAll(code, '');
  };
  expect(await bare(strange)).toBe(await bare(plain));
  expect(await resend(service, strange)).toMatchObject({ email: strange.email });
  expect((await register(service, newAddress(), { name: ' ' })).status).toBe(422);
  expect((await askFor(await signedIn(service), 'not an address')).status).toBe(422);
});
