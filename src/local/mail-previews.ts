// Every mail as it would leave, from its sample. It is bundled anew for each request (mails-page.ts), as Node reads no JSX.

import { defaultColor } from '../brand.ts';
import { brandOf } from '../brand-bindings.ts';
import { wordFiles } from '../build/words.ts';
import { renderMail } from '../mail/render.ts';
import { en } from '../words/en.ts';
import { languages as all, type Language } from '../words/languages.ts';
import { createSpeech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';
import { mailSamples, type SampleName, sampleOrigin } from './mail-samples.ts';

export type PreviewedMail = { readonly subject: string; readonly html: string; readonly text: string };

export type Previews = Awaited<ReturnType<typeof createPreviews>>;

/** An operator's own words and brand are in them. @throws Error of the words, as the build does. */
export async function createPreviews(bindings: Readonly<Record<string, string>>, wordsFolder: string) {
  const files = await wordFiles(wordsFolder);
  const wordsOf = (language: Language): Words | undefined => {
    const file = files[`words/${language}.json`];
    return file ? JSON.parse(file) : language === 'en' ? en : undefined;
  };
  const brand = brandOf({ BRAND_COLOR: defaultColor, ...bindings }, sampleOrigin);
  const speeches = new Map(
    all.flatMap((language) => {
      const words = wordsOf(language);
      return words ? [[language, createSpeech({ language, words, brand })] as const] : [];
    }),
  );
  return {
    names: Object.keys(mailSamples) as SampleName[],
    languages: [...speeches.keys()],
    preview(name: SampleName, language: Language): PreviewedMail & { direction: string } {
      const kind = name === 'reset-password-by-operator' ? 'reset-password' : name;
      const speech = speeches.get(language);
      if (!speech) throw new Error(`There are no words in ${language}.`);
      return { ...renderMail(kind, mailSamples[name], speech), direction: speech.direction };
    },
  };
}
