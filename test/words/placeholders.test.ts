// Each language says with a sentence what English says with it: nothing that is to be put in is missing, and nothing is made up.

import { expect, test } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { en } from '../../src/words/en.ts';
import { languages } from '../../src/words/languages.ts';

/** Filled in every sentence, so that one may name the service where another says "here". */
const anywhere = '{service}';

test.each(languages)('every sentence in %s has the placeholders of the English one', (language) => {
  expect(placeholders(allWords[language])).toEqual(placeholders(en));
});

function placeholders(words: object, path = ''): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, part]: [string, string | object]) =>
      typeof part === 'string'
        ? [
            [
              `${path}${name}`,
              [...new Set(part.match(/\{[^}]*\}?/g))].filter((one) => one !== anywhere).sort(),
            ],
          ]
        : Object.entries(placeholders(part, `${path}${name}.`)),
    ),
  );
}
