// Reads the words of a language from the static assets, where the build has put them: the Worker has the English ones alone.

import { en } from './en.ts';
import type { Language } from './languages.ts';
import type { Spoken, Words } from './words.ts';

const english: Spoken = { language: 'en', words: en };

/** The language that is asked for, or English. */
export type ReadWords = (language: Language) => Promise<Spoken>;

/**
 * Of an isolate, which reads each language once. An operator's own words in English are a file like the others. Where one cannot be read,
 * English is spoken, and the next request tries again.
 */
export function createWordsReader(
  files: Fetcher | undefined,
  failed: (fields: { readonly language: Language; readonly cause: string }) => void,
): ReadWords {
  // The words and not the promise of them: a request must not wait for what another one fetches (Workers, "I/O on behalf of a
  // different request").
  const known = new Map<Language, Words>();
  return async (language) => {
    if (!files) return english;
    const read = known.get(language);
    if (read) return { language, words: read };
    try {
      const words = await readFile(files, language);
      known.set(language, words);
      return { language, words };
    } catch (error) {
      failed({ language, cause: String(error) });
      return english;
    }
  };

  async function readFile(files: Fetcher, language: Language): Promise<Words> {
    // The host is nobody's: the binding knows paths alone.
    const file = await files.fetch(`https://assets.local/words/${language}.json`);
    if (file.ok) return file.json<Words>();
    await file.body?.cancel();
    if (language === 'en' && file.status === 404) return en;
    throw new Error(`The file of words was answered with ${file.status}.`);
  }
}
