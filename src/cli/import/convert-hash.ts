// Converts hash strings of Django, Werkzeug, Dovecot and ASP.NET into the forms that the service stores. Others stay
// as they are.

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
  // Django's bcrypt of a SHA-256: bcrypt_sha256$$2b$…
  [/^bcrypt_sha256\$(\$2[aby]\$.+)$/, (hash = '') => `$bcrypt_sha256${hash}`],
  // ASP.NET Identity in base64: version 2 is a byte 0 and 49 bytes in all; version 3 is a byte 1 and a header with
  // the parameters.
  [/^(A[AQ][A-Za-z0-9+/]{58,170}={0,2})$/, (text = '') => aspNet(Buffer.from(text, 'base64')) ?? text],
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

function pbkdf2(hash = '', iterations = '', salt: string | Uint8Array = '', tag = new Uint8Array()): string {
  const bytes = typeof salt === 'string' ? Buffer.from(salt) : salt;
  return `$pbkdf2-${hash}$i=${iterations},l=${tag.length}$${base64(bytes)}$${base64(tag)}`;
}

function scrypt(cost = '', r = '', p = '', salt = '', tag = Buffer.of()): string {
  return `$scrypt$ln=${Math.log2(Number(cost))},r=${r},p=${p}$${base64(Buffer.from(salt))}$${base64(tag)}`;
}

/** https://github.com/dotnet/aspnetcore/blob/main/src/Identity/Extensions.Core/src/PasswordHasher.cs */
function aspNet(bytes: Buffer<ArrayBuffer>): string | undefined {
  if (bytes[0] === 0 && bytes.length === 49)
    return pbkdf2('sha1', '1000', bytes.subarray(1, 17), bytes.subarray(17));
  if (bytes[0] !== 1 || bytes.length < 13) return undefined;
  const [hash, iterations, salt] = [1, 5, 9].map((at) => bytes.readUInt32BE(at));
  const name = ['sha1', 'sha256', 'sha512'][hash ?? 3];
  const end = 13 + (salt ?? 0);
  return name && pbkdf2(name, String(iterations), bytes.subarray(13, end), bytes.subarray(end));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
