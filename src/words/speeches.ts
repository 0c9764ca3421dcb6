// How the service speaks each language. The Worker has the English words; the others it reads from the static assets, where the build has
// put them.

import type { Brand } from '../brand.ts';
import { once } from '../once.ts';
import { en } from './en.ts';
import type { Language } from './languages.ts';
import { createSpeech, type Speech } from './speech.ts';
import type { Words } from './words.ts';

/** The language that is asked for, or English. */
export type SpeechIn = (language: Language) => Promise<Speech>;

/**
 * Of an isolate, which reads each language once. An operator's own words in English are a file like the others. Where one cannot be read,
 * English is spoken, and the next request tries again.
 */
export function createSpeeches(
  files: Fetcher | undefined,
  brand: Brand,
  failed: (fields: { readonly language: Language; readonly cause: string }) => void,
): SpeechIn {
  const english = once(() => createSpeech({ language: 'en', words: en, brand }));
  // The words and not the promise of them: a request must not wait for what another one fetches (Workers, "I/O on behalf of a
  // different request").
  const known = new Map<Language, Speech>();
  return async (language) => {
    if (!files) return english();
    const spoken = known.get(language);
    if (spoken) return spoken;
    try {
      const speech = createSpeech({ language, words: await readFile(files, language), brand });
      known.set(language, speech);
      return speech;
    } catch (error) {
      failed({ language, cause: String(error) });
      return english();
    }
  };
}

async function readFile(files: Fetcher, language: Language): Promise<Words> {
  // The host is nobody's: the binding knows paths alone.
  const file = await files.fetch(`https://assets.local/words/${language}.json`);
  if (file.ok) return file.json<Words>();
  await file.body?.cancel();
  if (language === 'en' && file.status === 404) return en;
  throw new Error(`The file of words was answered with ${file.status}.`);
}
