// The words of every language: for the build and the tests. The Worker has the English ones and reads the others.

import { ar } from '../words/ar.ts';
import { de } from '../words/de.ts';
import { en } from '../words/en.ts';
import { es } from '../words/es.ts';
import { fr } from '../words/fr.ts';
import { it } from '../words/it.ts';
import { ja } from '../words/ja.ts';
import type { Language } from '../words/languages.ts';
import { ptBR } from '../words/pt-BR.ts';
import type { Words } from '../words/words.ts';
import { zhHans } from '../words/zh-Hans.ts';

export const allWords: Readonly<Record<Language, Words>> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBR,
  it,
  ja,
  'zh-Hans': zhHans,
  ar,
};
