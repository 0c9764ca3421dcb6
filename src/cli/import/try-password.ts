// Checks a password against the hash of one user in the file, so that a faulty conversion is noticed before it locks
// users out.

import { timingSafeEqual } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { argon2id } from '@noble/hashes/argon2.js';
import { computeImported } from '../../passwords/imported/compute.ts';
import { readStoredHash, type StoredHash } from '../../passwords/stored-hash.ts';
import { type ReadOptions, readUsers } from './read-users.ts';

/**
 * Returns whether the password matches, and a sentence about it. As in an import, the first line with the address
 * counts.
 */
export async function tryPassword(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions & { readonly address: string; readonly password: string },
): Promise<{ readonly opens: boolean; readonly sentence: string }> {
  const address = options.address.trim().normalize('NFC').toLowerCase();
  let refused = 0;
  for await (const { line, user, ...read } of readUsers(input, options)) {
    if (read.refused !== undefined) refused += 1;
    if (user?.email !== address) continue;
    const opens = user.password_hash !== null && (await matches(options.password, user.password_hash));
    return {
      opens,
      sentence: `The password ${opens ? 'opens' : 'does not open'} the account of line ${line}${user.disabled ? ', which is imported as disabled: nobody signs in to it' : ''}.`,
    };
  }
  const unread = refused > 0 ? ` among those that can be read (${refused} cannot: --dry-run says why)` : '';
  return { opens: false, sentence: `Nobody in the file has that address${unread}.` };
}

/** As in src/passwords/hash.ts: tries the password in NFC and as it was typed. */
async function matches(typed: string, text: string): Promise<boolean> {
  const stored = readStoredHash(text);
  if (typeof stored === 'string') return false;
  for (const password of new Set([typed.normalize('NFC'), typed])) {
    const tag = await compute(password, stored);
    if (tag?.length === stored.tag.length && timingSafeEqual(tag, stored.tag)) return true;
  }
  return false;
}

/** The Worker computes Argon2id in WebAssembly; here a slower JavaScript implementation is enough. */
async function compute(password: string, stored: StoredHash): Promise<Uint8Array | undefined> {
  if (stored.kind !== 'argon2id') return computeImported(password, stored);
  const { kibibytes, passes, lanes, salt, tag } = stored;
  return argon2id(password, salt, { m: kibibytes, t: passes, p: lanes, dkLen: tag.length });
}

/** Reads the first line of standard input. In a terminal it prompts and does not echo the input. */
export async function askForPassword(): Promise<string> {
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) process.stderr.write('Password: ');
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: isTerminal });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (isTerminal) process.stderr.write('\n');
  }
}
