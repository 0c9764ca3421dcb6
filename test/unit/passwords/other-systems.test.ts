// Hashes as the systems write them that people move from: each matches its password, and what is near it does not.

import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../../src/passwords/hash.ts';
import { readStoredHash } from '../../../src/passwords/stored-hash.ts';

const { verify } = createPasswordHasher({ randomBytes: (length) => new Uint8Array(length) });

const password = 'correct horse battery staple';
const accented = 'Grüße aus Köln, 你好 🙂';
const long = `${'long '.repeat(40)}tail`;
const signerKey = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==';

/** Each with where it is from. Those of PHP, Python and OpenSSL were made by running them. */
const made: readonly (readonly [string, string, string])[] = [
  // PHP 8.2: '$wp' . password_hash(base64_encode(hash_hmac('sha384', trim($p), 'wp-sha384', true)), PASSWORD_BCRYPT)
  ['WordPress 6.8', password, '$wp$2y$05$GeMHmL4iEA9Aopwa5PPow.gM59adRJPD591S3vMUiz.1c.F7oSqRK'],
  ['WordPress 6.8, any script', accented, '$wp$2y$05$K9TjEXoByrDmJPL7O6gjguraKEJAinmpkMZSqi5gS3xhYDHHT7uD2'],
  [
    'WordPress 6.8, trimmed',
    `  ${password}\t`,
    '$wp$2y$05$v4ce0pg3Djve8twsa22Li.nOw3wv5jzLt10ZxuEeb5YuAuS2062aW',
  ],
  ['WordPress 6.8, 204 bytes', long, '$wp$2y$05$6geaMyMu2KykJ2GB7QPSeemaM.wQyDIbwR2a7hAyxlnU.dij6K5Aa'],
  // Django 5.2 for `bcrypt_sha256$$2b$…`
  [
    'Django, bcrypt of SHA-256',
    password,
    '$bcrypt_sha256$2b$05$5o/jvoq7mTcbhQCCsoigg.FyDhID17UPgKSyDj4tIaaq8dYMRd9My',
  ],
  [
    'Django, bcrypt of SHA-256, 204 bytes',
    long,
    '$bcrypt_sha256$2b$05$1D/5OWUpEP.5TcKSMov79unk2zTXNLWl.nR261HZDS4C/Vlcb6vmi',
  ],
  // passlib 1.7
  ['phpass of WordPress', password, '$P$BDa/YjtGcFim/jlMjDZm740Fe2UobG0'],
  ['phpass of phpBB', password, '$H$78.JY9S7kq6HpzjMHtdJYoN49fMEf7.'],
  ['phpass, any script', accented, '$P$Bp7u0PTW66qoCNakRIakLRRy9tgXAE1'],
  [
    'SHA-512-crypt of passlib',
    password,
    '$6$VYkzVK1oLQxHu580$EpKu52jUDLcLJSXjg7jZGj6EzlvEZDmbBtTnREIzDEx8hiVKua277mw1mHw2kYFpllHmpogoqj4nsAPE1hq.W/',
  ],
  ['SHA-256-crypt of passlib', password, '$5$c5YSpR1lz2QajRph$qYqAmZ8rEQgP15JSlv0Zy1msEOdJPWMx1FYeL1n0ON1'],
  [
    'SHA-512-crypt, any script',
    accented,
    '$6$AOgRbakpcSEE7hkA$S5mWOpxw0.Y2QfSncsFC2KLTPAgznbOSHVZCfj/jpjhk78H9EIkW0eclDDTjhifVqi4vvlBY7CxmKA7RwpGUZ1',
  ],
  ['SHA-256-crypt, any script', accented, '$5$mi5Yq3ZqpmMfxf81$mxaoOtyqGO/8qfiIHYeCK12x8SDK7pxTUCTnbLU2Cw6'],
  [
    'SHA-256-crypt, 1,000 rounds',
    password,
    '$5$rounds=1000$bqTg.AjLMTQyiEpa$Tf5W8MMSacAOx.rK5TcyPZg3EZH1fnP7jeAUFFdgp21',
  ],
  // OpenSSL 3.0, the parameters of the specification's own examples
  [
    'SHA-512-crypt of OpenSSL',
    'Hello world!',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  ['SHA-256-crypt of OpenSSL', 'Hello world!', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  [
    'SHA-512-crypt of OpenSSL, 10,000 rounds',
    'Hello world!',
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  ],
  [
    'SHA-256-crypt of OpenSSL, 10,000 rounds',
    'Hello world!',
    '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
  ],
  // The README of github.com/firebase/scrypt, and Python's hashlib with OpenSSL's AES
  [
    'Firebase’s scrypt',
    'user1password',
    `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signerKey}$42xEC+ixf3L2lw$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ`,
  ],
  [
    'Firebase’s scrypt as Supabase pads it',
    'user1password',
    `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signerKey}$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==`,
  ],
  [
    'Firebase’s scrypt, another cost',
    password,
    `$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=${signerKey}$MDEyMzQ1Njc4OWFiY2RlZg$6dJudu2nZIeP19D4OiqLymjuwz8tJLxNPNPi5C3tMxYyWWwdj+NNFNPSKxuhy4o3pve6Hvc/VPxF0bCtnyLf2A`,
  ],
  // PHP 8.2 with its own parameters
  [
    'Argon2id of PHP',
    password,
    '$argon2id$v=19$m=65536,t=4,p=1$RUdSWDhabi94NnJzWTMycQ$l721Q4juf/CkkDgS8Q8YmuUGwGvAe/6y9OGmeE/79Vo',
  ],
  // argon2-cffi with Keycloak's own parameters
  [
    'Argon2id of Keycloak',
    password,
    '$argon2id$v=19$m=7168,t=5,p=1$MDEyMzQ1Njc4OWFiY2RlZg$iFYFbd6+YgSpBS95zKSeCiqMI6RfgwXfibpMk5AbxQY',
  ],
];

describe('a hash', () => {
  it.each(made)('of %s matches its password alone, and is to be replaced', async (_, typed, stored) => {
    expect(await verify(typed, stored)).toEqual({ matches: true, needsRehash: true });
    expect(await verify(`${typed}!`, stored)).toEqual({ matches: false });
  });

  // Django 5.2 with the iterations of its later releases, and Python's hashlib for other lengths.
  it.each([
    [
      '1,500,000 iterations',
      password,
      '$pbkdf2-sha256$i=1500000,l=32$RjJoUVVtQ0lWclQ3RUJWb0NXZ1VpVw$ogGyrpdcFu/Z+eVX7fC49h1XUUZzPmvg1Wp3wqv9Tfg',
    ],
    [
      '1,800,000 iterations',
      password,
      '$pbkdf2-sha256$i=1800000,l=32$VHo5MHBTdThPTWh6emNDMGZnUlQzMg$r7r1vunB4bF7mV2dH6v+DE/uTIt6llgB+ePjsWFYBBQ',
    ],
    [
      'two blocks',
      password,
      '$pbkdf2-sha256$i=100003,l=64$MDEyMzQ1Njc4OWFiY2RlZg$OJLxIoimo00XL/fJQRl+3xUK79q2pz72gMS0IcVJPWaEMrn/Oaf2kMrqCotwiPJxt1LUYg6pESd2FdccPtD6gA',
    ],
    [
      'one block and a part, of a key longer than a block',
      long,
      '$pbkdf2-sha256$i=100003,l=40$MDEyMzQ1Njc4OWFiY2RlZg$zjDKonF3b1xTLfja3w3fnJjtNitUVZUZ6R5JEGUzSQFLvb2n1TSTwA',
    ],
  ])('of PBKDF2 with %s matches without WebCrypto', async (_, typed, stored) => {
    const { deriveBits } = crypto.subtle;
    crypto.subtle.deriveBits = () =>
      Promise.reject(new Error('Pbkdf2 failed: iteration counts above 100000'));
    try {
      expect(await verify(typed, stored)).toEqual({ matches: true, needsRehash: true });
      expect(await verify(`${typed}!`, stored)).toEqual({ matches: false });
    } finally {
      crypto.subtle.deriveBits = deriveBits;
    }
  });

  it('of crypt or phpass matches no password of more than 128 bytes, in the time of one that has them', async () => {
    // passlib 1.7, of 128 and of 500 times "x".
    const of128 = [
      '$6$rounds=1000$FGC661X8oSRbtgPE$VRlltg.bvmUp4bw45RgdyCujOEsltvdGXbEUB0REOhdT1bhKQA2V9LpsCYEMASDsdyoq/nd67gOfkYSCAx9I51',
      '$P$6pmB48js/p1RrxRFAgNyKYolRL77y6.',
    ];
    const of500 =
      '$6$rounds=1000$FJT9Pap6/GaTSll2$fFLjimsPIVvKHL6Zbwhp3EWz1HtV5eJHXWaGUdbp5yfuYo45P5rYcpnwgox9NpMP1aqzOR5Nqg0aNvAsTKPan/';
    for (const stored of of128) {
      expect(await verify('x'.repeat(128), stored)).toMatchObject({ matches: true });
      expect(await verify('x'.repeat(129), stored)).toEqual({ matches: false });
    }
    expect(await verify('x'.repeat(500), of500)).toEqual({ matches: false });
  });
});

describe('a stored string', () => {
  const of = (name: string) => made.find(([made]) => made === name)?.[2] ?? '';
  const [wordPress, phpass] = [of('WordPress 6.8'), of('phpass of WordPress')];
  const [sha512, firebase] = [of('SHA-512-crypt of passlib'), of('Firebase’s scrypt')];

  it.each([
    ['bcrypt', wordPress.replace('$05$', '$15$')],
    ['rounds of phpass', phpass.replace('$P$B', '$P$H')],
    ['rounds of SHA-crypt', sha512.replace('$6$', '$6$rounds=700001$')],
    ['64 MiB', firebase.replace('n=14', 'n=17')],
    ['2000000 iterations', '$pbkdf2-sha256$i=2000001,l=16$MDEyMzQ1Njc4OWFiY2RlZg$AAAAAAAAAAAAAAAAAAAAAA'],
  ])('that asks for too much %s matches nothing, and says why', async (why, stored) => {
    expect(readStoredHash(stored)).toContain(why);
    expect(await verify(password, stored)).toEqual({ matches: false });
  });

  it.each([
    wordPress.slice(0, -1),
    wordPress.replace('$wp$', '$wp'),
    phpass.slice(0, -1),
    phpass.replace('$P$', '$Q$'),
    phpass.replace('$P$B', '$P$4'),
    sha512.slice(0, -1),
    sha512.replace('$6$', '$5$'),
    sha512.replace('$6$', '$6$rounds=999$'),
    sha512.replace('$6$', '$6$rounds=05000$'),
    firebase.replace(/sk=[^$]+/, 'sk=AAAA'),
    firebase.replace(/,sk=[^$]+/, ''),
    firebase.replace('v=1', 'v=2'),
    firebase.replace('p=1', 'p=2'),
    firebase.replace('n=14', 'n=0'),
  ])('that cannot be read (%#) matches nothing, does not throw, and is not quoted', async (stored) => {
    expect(await verify(password, stored)).toEqual({ matches: false });
    const reason = readStoredHash(stored);
    expect(reason).toEqual(expect.any(String));
    expect(reason).not.toContain(stored.slice(-8));
  });
});
