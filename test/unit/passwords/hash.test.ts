// What src/passwords/hash promises: Argon2id as others compute it, no throw and no excess over any stored string.

import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../../src/passwords/hash.ts';

const password = 'correct horse battery staple';
const accented = 'Grüße aus Köln, 你好 🙂';
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const hasher = createPasswordHasher({ randomBytes });

// MDEyMzQ1Njc4OWFiY2RlZg is "0123456789abcdef" in base64.
const today = '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$';
const ofPassword = `${today}gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0`;
const ofAccented = `${today}9lpzcpUpBr9x/9jUBSV4OFhrbRFQ+AnjdXOBe1cbPfM`;

describe('hashes', () => {
  // Made with the reference implementation's `argon2` command and with npm's @node-rs/argon2.
  it.each([
    [password, ofPassword],
    [accented, ofAccented],
  ])('of %s with a given salt is the string that other implementations write', async (text, phc) => {
    const salted = createPasswordHasher({
      randomBytes: (length) => new TextEncoder().encode('0123456789abcdef').slice(0, length),
    });
    expect(await salted.hash(text)).toBe(phc);
  });

  it('of one password differ, by a salt of 16 fresh bytes', async () => {
    const asked: number[] = [];
    const counting = createPasswordHasher({
      randomBytes: (length) => {
        asked.push(length);
        return randomBytes(length);
      },
    });
    const [one, other] = [await counting.hash(password), await counting.hash(password)];
    expect(asked).toEqual([16, 16]);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hasher.verify(password, one)).toEqual({ matches: true, needsRehash: false });
    expect(await hasher.verify(password, other)).toEqual({ matches: true, needsRehash: false });
  });
});

describe('a password', () => {
  it('that differs in case, in a space or in its end does not match', async () => {
    for (const wrong of [password.toUpperCase(), ` ${password}`, `${password}\0`, password.slice(0, -1)]) {
      expect(await hasher.verify(wrong, ofPassword)).toEqual({ matches: false });
    }
  });

  it('matches whether its accents were typed as one code point or as two', async () => {
    expect(accented.normalize('NFD')).not.toBe(accented);
    expect(await hasher.verify(accented.normalize('NFD'), ofAccented)).toMatchObject({ matches: true });
    expect(await hasher.verify(accented, await hasher.hash(accented.normalize('NFD')))).toMatchObject({
      matches: true,
    });
  });

  it('matches at its whole length, however long it is', async () => {
    const long = 'é'.repeat(1_024);
    const phc = await hasher.hash(long);
    expect(await hasher.verify(long, phc)).toMatchObject({ matches: true });
    expect(await hasher.verify(`${long.slice(0, -1)}e`, phc)).toEqual({ matches: false });
  });

  it('that is empty, a single byte or not well-formed Unicode is no match rather than an error', async () => {
    for (const odd of ['', '\u0001', 'a', '\ud800', '\0']) {
      expect(await hasher.verify(odd, ofPassword)).toEqual({ matches: false });
    }
  });
});

describe('a stored string', () => {
  it.each([
    [
      'with fewer passes and less memory',
      '$argon2id$v=19$m=64,t=1,p=2$MDEyMzQ1Njc4OWFiY2RlZg$HHGdnFKIudMjy2cKTpOQEnaWK2laZU6B',
    ],
    [
      'of RFC 9106’s second recommendation',
      '$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$77UfmnZYT23WpPeUKhovauWm5OxRQv9nTf1dJ+tF5EY',
    ],
    [
      'of PHP',
      '$argon2id$v=19$m=65536,t=4,p=1$MDEyMzQ1Njc4OWFiY2RlZg$RTvUpz3bNRPYEBVeVHCk9HcNOK/mDpHZkeBSQpYYb98',
    ],
    ['with a shorter tag', `${today}xX1/9JMV918lxkoNEdQnyQ`],
    [
      'with a shorter salt',
      '$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg$HCzmv9d5dyVBNbtlAxyuEJ+UEM1DXpYHN0hD39j9oEo',
    ],
  ])('%s matches, and asks to be made again', async (_, phc) => {
    expect(await hasher.verify(password, phc)).toEqual({ matches: true, needsRehash: true });
    expect(await hasher.verify(`${password}!`, phc)).toEqual({ matches: false });
  });

  it('whose memory is no multiple of four times its lanes matches', async () => {
    const phc =
      '$argon2id$v=19$m=100,t=2,p=3$MDEyMzQ1Njc4OWFiY2RlZg$9pAkzmcuhZw2w5T35mWu5+b+BkcKR76GOaqcORfxzvI';
    expect(await hasher.verify(accented, phc)).toEqual({ matches: true, needsRehash: true });
  });

  // The first three are right hashes of the password, so that only the bounds refuse them.
  it.each([
    [
      'more memory than 64 MiB',
      '$argon2id$v=19$m=65544,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$xYpAmDmAFNlrgILN0VaHxqQnqvpFPCBldkCo0Ii1y2A',
    ],
    [
      'more work than four passes of 64 MiB',
      '$argon2id$v=19$m=65536,t=5,p=1$MDEyMzQ1Njc4OWFiY2RlZg$DMTuo4LaRU+FCdAt17mkasZ2stYcct8B99f3UnO77l4',
    ],
    ['a tag of 12 bytes', `${today}qGLNk5riWeQ+iojN`],
    ['2 TiB', ofPassword.replace('m=19456', 'm=2147483648')],
    ['more memory than there are integers', ofPassword.replace('m=19456', 'm=9999999999')],
    ['four billion passes', ofPassword.replace('t=2', 't=4294967295')],
    ['four billion passes of the least memory', ofPassword.replace('m=19456,t=2', 'm=8,t=4294967295')],
    ['more lanes than its memory holds', ofPassword.replace('p=1', 'p=9999')],
    ['a salt of one byte', ofPassword.replace('MDEyMzQ1Njc4OWFiY2RlZg', 'AA')],
    ['a tag of 3,000 bytes', `${today}${'A'.repeat(4_000)}`],
  ])('that asks for %s matches nothing', async (_, phc) => {
    expect(await hasher.verify(password, phc)).toEqual({ matches: false });
  });

  it.each([
    '',
    '$',
    'password',
    password,
    '$argon2id',
    '$argon2id$',
    '$argon2id$v=19$m=19456,t=2,p=1$$',
    ofPassword.slice(1),
    `${ofPassword}\n`,
    ` ${ofPassword}`,
    `${ofPassword}=`,
    `${ofPassword}$`,
    `${today}A${'AAAA'.repeat(10)}`,
    ofPassword.replaceAll('+', '-').replaceAll('/', '_'),
    ofPassword.replace('v=19$', ''),
    ofPassword.replace('t=2,', ''),
    ofPassword.replace('m=19456,t=2', 't=2,m=19456'),
    ofPassword.replace('m=19456', 'm=019456'),
    ofPassword.replace('m=19456', 'm=-19456'),
    ofPassword.replace('m=19456', 'm=1e4'),
    ofPassword.replace('t=2', 't=0'),
    ofPassword.replace('p=1', 'p=0'),
    // Right for the password in Argon2 1.0, which is not ours; then another scheme, and an object's own words.
    '$argon2id$v=16$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$/4B9IQLNXUwqaY0TRpcIkX0VsyAGGSQr5jo467LMJc0',
    '$2b$10$abcdefghijklmnopqrstuuFAkxJ1mJ1mJ1mJ1mJ1mJ1mJ1mJ1mJ1m',
    '$constructor$v=19$m=1,t=1,p=1$AAAA$AAAA',
    '$__proto__$v=19$m=1,t=1,p=1$AAAA$AAAA',
    `$argon2id$${'$'.repeat(100_000)}`,
  ])('that cannot be read (%#) matches nothing and does not throw', async (phc) => {
    expect(await hasher.verify(password, phc)).toEqual({ matches: false });
  });
});

describe('the decoy', () => {
  it('costs what a new hash costs and matches nothing', async () => {
    const phc = await hasher.hash(password);
    const costOf = (text: string) => text.split('$').slice(0, 4);
    expect(costOf(hasher.decoy)).toEqual(costOf(phc));
    expect(hasher.decoy).toHaveLength(phc.length);
    expect(await hasher.verify(password, hasher.decoy)).toEqual({ matches: false });
  });
});
