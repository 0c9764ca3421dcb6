// Whether a password opens what the file has for an address: a conversion that went wrong shows before anybody is locked out.

import { timingSafeEqual } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { argon2id } from '@noble/hashes/argon2.js';
import { computeImported } from '../../passwords/imported/compute.ts';
import { readStoredHash, type StoredHash } from '../../passwords/stored-hash.ts';
import { type ReadOptions, readUsers } from './read-users.ts';

/** A sentence, and whether the password opens. The first line with the address counts, as in an import. */
export async function tryPassword(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions & { readonly address: string; readonly password: string },
): Promise<{ readonly opens: boolean; readonly sentence: string }> {
  const address = options.address.trim().normalize('NFC').toLowerCase();
  let refused = 0;
  for await (const { line, user, ...read } of readUsers(input, options)) {
    if (read.refused !== undefined) refused += 1;
    if (user?.email !== address) continue;
    const opens = await isTheOne(options.password, user.password_hash);
    return {
      opens,
      sentence: `The password ${opens ? 'opens' : 'does not open'} the account of line ${line}.`,
    };
  }
  const unread = refused > 0 ? ` among those that can be read (${refused} cannot: --dry-run says why)` : '';
  return { opens: false, sentence: `Nobody in the file has that address${unread}.` };
}

/** As the service does it (src/passwords/hash.ts): in NFC and as it was typed. */
async function isTheOne(typed: string, text: string): Promise<boolean> {
  const stored = readStoredHash(text);
  if (typeof stored === 'string') return false;
  for (const password of new Set([typed.normalize('NFC'), typed])) {
    const tag = await compute(password, stored);
    if (tag?.length === stored.tag.length && timingSafeEqual(tag, stored.tag)) return true;
  }
  return false;
}

/** Argon2id is WebAssembly in the Worker, and slow here. */
async function compute(password: string, stored: StoredHash): Promise<Uint8Array | undefined> {
  if (stored.kind !== 'argon2id') return computeImported(password, stored);
  const { kibibytes, passes, lanes, salt, tag } = stored;
  return argon2id(password, salt, { m: kibibytes, t: passes, p: lanes, dkLen: tag.length });
}

/** The first line of standard input; asked for, and not shown, where a person types it. */
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
