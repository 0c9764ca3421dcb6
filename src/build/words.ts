// The words of each language as static assets, with an operator's own instead of ours.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { en } from '../words/en.ts';
import { allWords } from './all-words.ts';

/** A sentence, or what has sentences. */
type Branch = string | { readonly [name: string]: Branch };

/**
 * By path below the assets. English ones are a file only where an operator has words of their own: the Worker has ours.
 *
 * @param folder where an operator's words are, `de.json` for German: any part of the shape of src/words/en.ts.
 * @throws Error that names each sentence which does not exist, or has a placeholder that nothing fills.
 */
export async function wordFiles(folder: string): Promise<Record<string, string>> {
  const files: [string, string][] = [];
  const faults: string[] = [];
  for (const [language, words] of Object.entries(allWords)) {
    const own = await ownWords(join(folder, `${language}.json`));
    faults.push(...faultsOf(words, en, [language]), ...faultsOf(own ?? {}, en, [language]));
    if (language !== 'en' || own)
      files.push([`words/${language}.json`, JSON.stringify(merged(words, own ?? {}))]);
  }
  if (faults.length > 0) throw new Error(`Words cannot be used:\n${faults.join('\n')}`);
  return Object.fromEntries(files);
}

async function ownWords(file: string): Promise<Branch | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function faultsOf(given: Branch, shape: Branch | undefined, path: readonly string[]): string[] {
  const where = path.join('.');
  if (shape === undefined) return [`${where} is none of the sentences`];
  if (typeof given === 'string' && typeof shape === 'string') {
    const known = new Set([...placeholders(shape), '{service}', '{support}']);
    return placeholders(given)
      .filter((name) => !known.has(name))
      .map((name) => `${where} has ${name}, and only ${[...known].join(' and ')} can stand there`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given) || typeof shape === 'string')
    return [
      `${where} is ${typeof shape === 'string' ? 'a sentence' : 'a group of sentences'}, and was given as something else`,
    ];
  return Object.entries(given).flatMap(([name, part]) =>
    faultsOf(part, Object.hasOwn(shape, name) ? shape[name] : undefined, [...path, name]),
  );
}

const placeholders = (sentence: string): string[] => sentence.match(/\{[^}]*\}?/g) ?? [];

function merged(words: Branch, own: Branch): Branch {
  if (typeof words === 'string' || typeof own === 'string') return own;
  return Object.fromEntries(
    Object.entries(words).map(([name, part]) => [
      name,
      Object.hasOwn(own, name) ? merged(part, own[name] ?? part) : part,
    ]),
  );
}
