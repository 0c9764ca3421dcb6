// Hashes as Django, Werkzeug and Dovecot write them, as the strings that the service keeps. Anything else stays as it is.

type Conversion = readonly [RegExp, (...parts: string[]) => string];

const conversions: readonly Conversion[] = [
  // Django: pbkdf2_sha256$260000$salt$base64, scrypt$16384$salt$8$1$base64
  [
    /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]+)\$([^$]+)$/,
    (hash, iterations, salt, tag) => pbkdf2(hash, iterations, salt, Buffer.from(tag, 'base64')),
  ],
  [
    /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/,
    (cost, salt, r, p, tag) => scrypt(cost, r, p, salt, Buffer.from(tag, 'base64')),
  ],
  // Werkzeug: pbkdf2:sha256:600000$salt$hex, scrypt:32768:8:1$salt$hex
  [
    /^pbkdf2:(sha1|sha256|sha512):(\d+)\$([^$]+)\$([\da-f]+)$/,
    (hash, iterations, salt, tag) => pbkdf2(hash, iterations, salt, Buffer.from(tag, 'hex')),
  ],
  [
    /^scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$([\da-f]+)$/,
    (cost, r, p, salt, tag) => scrypt(cost, r, p, salt, Buffer.from(tag, 'hex')),
  ],
  // Django: bcrypt$$2b$…, argon2$argon2id$…; Dovecot and LDAP: {BLF-CRYPT}$2y$…
  [/^(?:bcrypt\$|argon2|\{[A-Z\d.-]+\})(\$.+)$/, (hash) => hash],
];

export function convertHash(hash: string): string {
  for (const [form, convert] of conversions) {
    const [, ...parts] = form.exec(hash) ?? [];
    if (parts.length > 0) return convert(...parts);
  }
  return hash;
}

function pbkdf2(hash = '', iterations = '', salt = '', tag = Buffer.of()): string {
  return `$pbkdf2-${hash}$i=${iterations},l=${tag.length}$${base64(Buffer.from(salt))}$${base64(tag)}`;
}

function scrypt(cost = '', r = '', p = '', salt = '', tag = Buffer.of()): string {
  return `$scrypt$ln=${Math.log2(Number(cost))},r=${r},p=${p}$${base64(Buffer.from(salt))}$${base64(tag)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
