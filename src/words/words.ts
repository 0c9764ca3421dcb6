// The shape of the words of a language: that of English, whose sentences each language has all of.

import type { en } from './en.ts';
import type { Language } from './languages.ts';

type Sentences<Shape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends string ? string : Sentences<Shape[Name]>;
};

export type Words = Sentences<typeof en>;

/** Words, and the language that they are in. */
export type Spoken = { readonly language: Language; readonly words: Words };

/** The sentences of one mail. */
export type MailSentences = {
  readonly subject: string;
  readonly preview: string;
  readonly heading: string;
  readonly opening: string;
  /** On its button, where it has one. */
  readonly action?: string;
  readonly closing: string;
  readonly reason: string;
};

/** A sentence with what is put into its `{placeholders}`. */
export function fill(
  sentence: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  return sentence.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));
}
