// Passwords are kept as Argon2id PHC strings; a right one, a wrong one and one for no account cost the same to check.

/// <reference lib="esnext.typedarrays" />
import withSimd from 'argon2id/dist/simd.wasm';
import setupWasm, { type computeHash } from 'argon2id/lib/setup.js';

/**
 * What a new hash costs: the parameters that OWASP's Password Storage Cheat Sheet names first, about 40 ms of a Worker's CPU.
 * RFC 9106 section 4 would have 64 MiB or more, half of an isolate. Salt and tag are as long as it recommends.
 */
const current = { kibibytes: 19_456, passes: 2, lanes: 1, saltBytes: 16, tagBytes: 32 } as const;

/**
 * What a stored string may ask of us. The memory is what an instance begins with, so that it never grows; the work is that
 * of the dearest default in wide use (PHP: 64 MiB, four passes). The lengths keep a tag from matching by chance.
 */
const affordable = {
  kibibytes: 65_536,
  kibibytesTimesPasses: 4 * 65_536,
  saltBytes: [8, 64],
  tagBytes: [16, 64],
} as const;

/** `needsRehash`: made with other parameters than today's, so hash the password again and store that. */
type Verification = { matches: false } | { matches: true; needsRehash: boolean };

export type PasswordHasher = {
  /** A PHC string with a fresh salt, 97 ASCII characters, for a password that the policy accepted. */
  hash(password: string): Promise<string>;
  /** Never throws over what it is given: nothing matches a string that cannot be read or asks too much. */
  verify(password: string, phc: string): Promise<Verification>;
  /** A PHC string of today's cost that nothing matches: what to verify against where there is no account. */
  readonly decoy: string;
};

type Cost = { readonly kibibytes: number; readonly passes: number; readonly lanes: number };
type Stored = Cost & { readonly salt: Uint8Array; readonly tag: Uint8Array };

/** `randomBytes` returns as many bytes as it is asked for, fit for a salt. Source: RFC 9106. */
export function createPasswordHasher(sources: {
  randomBytes: (length: number) => Uint8Array;
}): PasswordHasher {
  // Matching a tag of zeros would take a preimage.
  const decoy = format({
    ...current,
    salt: new Uint8Array(current.saltBytes),
    tag: new Uint8Array(current.tagBytes),
  });

  return {
    decoy,
    async hash(password) {
      const salt = sources.randomBytes(current.saltBytes);
      const tag = await compute(encode(password), { ...current, salt }, current.tagBytes);
      return format({ ...current, salt, tag });
    },
    async verify(password, phc) {
      const identifier = /^\$([a-z0-9-]+)\$/.exec(phc)?.[1] ?? '';
      const matches = (await verifiers.get(identifier)?.(password, phc)) ?? false;
      if (!matches) return { matches };
      // Dearer parameters count as well: their slowness would tell that the address has an account.
      return { matches, needsRehash: !phc.startsWith(header(current)) || phc.length !== decoy.length };
    },
  };
}

/** How each kind of hash is checked, by its PHC identifier. Imported ones (bcrypt's `2b`, `scrypt`) get their line here. */
const verifiers: ReadonlyMap<string, (password: string, phc: string) => Promise<boolean>> = new Map([
  ['argon2id', verifyArgon2id],
]);

async function verifyArgon2id(password: string, phc: string): Promise<boolean> {
  const stored = parse(phc);
  const bytes = encode(password);
  // The library compares the bytes themselves with a least length, and so takes a single one for a number and throws.
  if (stored === undefined || bytes.length < 2) return false;
  return crypto.subtle.timingSafeEqual(await compute(bytes, stored, stored.tag.length), stored.tag);
}

/** NFC, so that one password typed on two keyboards is one password (NIST SP 800-63B-4 section 3.1.1.2, RFC 8265 section 4.2). */
function encode(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize('NFC'));
}

/** One per isolate: it holds 65 MiB, and computes without giving way, so that calls cannot meet in its memory. */
let instance: Promise<computeHash> | undefined;

async function compute(password: Uint8Array, cost: Cost & { salt: Uint8Array }, tagLength: number) {
  // Every Workers runtime has SIMD: the library's other module would be bytes that never run.
  const load = (imports: WebAssembly.Imports) => instantiate(withSimd, imports);
  instance ??= setupWasm(load, load).catch((cause: unknown) => {
    instance = undefined; // memory may be short for a moment; an isolate lives for days
    throw cause;
  });
  const argon2id = await instance;
  const { kibibytes: memorySize, passes, lanes: parallelism, salt } = cost;
  return argon2id({ password, salt, memorySize, passes, parallelism, tagLength });
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  return { module, instance: new WebAssembly.Instance(module, imports) };
}

// https://github.com/P-H-C/phc-string-format: decimals without leading zeros, base64 without padding; v=19 is RFC 9106's.
const argon2idString =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function header({ kibibytes, passes, lanes }: Cost): string {
  return `$argon2id$v=19$m=${kibibytes},t=${passes},p=${lanes}$`;
}

function format(stored: Stored): string {
  const [salt, tag] = [stored.salt, stored.tag].map((bytes) => bytes.toBase64({ omitPadding: true }));
  return `${header(stored)}${salt}$${tag}`;
}

function parse(phc: string): Stored | undefined {
  const [, kibibytes, passes, lanes, salt, tag] = argon2idString.exec(phc) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  // A lone last character is the one thing left that base64 cannot mean.
  if (salt.length % 4 === 1 || tag.length % 4 === 1) return undefined;
  const stored = {
    kibibytes: Number(kibibytes),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Uint8Array.fromBase64(salt),
    tag: Uint8Array.fromBase64(tag),
  };
  return isAffordable(stored) ? stored : undefined;
}

function isAffordable({ kibibytes, passes, lanes, salt, tag }: Stored): boolean {
  const within = (length: number, [least, most]: readonly [number, number]) =>
    least <= length && length <= most;
  return (
    kibibytes >= 8 * lanes && // RFC 9106 section 3.1
    kibibytes <= affordable.kibibytes &&
    kibibytes * passes <= affordable.kibibytesTimesPasses &&
    within(salt.length, affordable.saltBytes) &&
    within(tag.length, affordable.tagBytes)
  );
}
