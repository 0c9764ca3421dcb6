// Recognizes unsupported kinds of password hashes by name, so that an operator need not guess what the file holds.

const byMail = 'let such users in with --without-password, and they choose a password by mail';

const names: readonly (readonly [RegExp, string])[] = [
  [/^!|^\*$|^x$/, `is a mark of an account without a password: ${byMail}`],
  [
    /^\$2x\$/,
    `is bcrypt of a version with a fault ($2x$), which cannot be told apart from wrong ones: ${byMail}`,
  ],
  [/^\$2\$/, `is bcrypt of its first version ($2$), which treats NUL in another way: ${byMail}`],
  [
    /^\$argon2(?:id|i|d)\$v=19\$m=102400,t=2,p=8\$/,
    `is Argon2 with Django’s own parameters, 100 MiB, which do not fit into a Worker beside the rest of it: ${byMail}`,
  ],
  [/^\$argon2(?:id|i|d)\$(?:v=16\$)?m=/, `is Argon2 of the draft version 16 (0x10): ${byMail}`],
  [/^\$(?:1|apr1)\$/, `is md5-crypt, which is too fast to be worth keeping: ${byMail}`],
  [/^\$sha1\$/, `is sha1-crypt, which is too fast to be worth keeping: ${byMail}`],
  [/^\$(?:y|gy|7)\$/, `is yescrypt, of which there is no implementation here: ${byMail}`],
  [/^\$S\$/, `is Drupal 7’s phpass with SHA-512: ${byMail}`],
  [/^\$bcrypt-sha256\$/, `is passlib’s bcrypt_sha256, which is not Django’s: ${byMail}`],
  [/^\$scram\$|^SCRAM-SHA/i, `is SCRAM: ${byMail}`],
  [/^\{S?SHA\d*\}|^\{S?MD5\}|^\{CRYPT\}(?!\$)/i, `is an LDAP hash with one round of a fast hash: ${byMail}`],
  [
    /^\{PKCS5S2\}/,
    'is Atlassian’s PBKDF2: write it as $pbkdf2-sha1$i=10000,l=32$…$…, salt and hash in base64',
  ],
  [/^(?:md5|sha1|unsalted_md5|unsalted_sha1)\$/, `is one of Django’s fast hashes: ${byMail}`],
  [/^\*[\dA-F]{40}$/i, `is MySQL’s hash of a password: ${byMail}`],
  [/^[\da-f]{32}$/i, `looks like MD5 in hexadecimal digits: ${byMail}`],
  [/^[\da-f]{40}$/i, `looks like SHA-1 in hexadecimal digits: ${byMail}`],
  [/^[\da-f]{64}$/i, `looks like SHA-256 in hexadecimal digits: ${byMail}`],
  [/^[\da-f]{128}$/i, `looks like SHA-512 in hexadecimal digits: ${byMail}`],
  [/^[./\dA-Za-z]{13}$/, `looks like DES-crypt, which reads eight characters of a password: ${byMail}`],
];

/** Names the kind of an unsupported hash without quoting it. Undefined where the parser's own message says more. */
export function describeUnsupportedHash(hash: string): string | undefined {
  return names.find(([form]) => form.test(hash))?.[1];
}
