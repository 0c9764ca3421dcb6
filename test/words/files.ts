// The words as a deployment has them: files behind the binding of static assets.

import { allWords } from '../../src/build/all-words.ts';

type Files = { readonly asked: string[]; fetch(url: string): Promise<Response> };

/** @param own what an operator's build has put in place of ours, by language. */
export function wordFiles(own: Readonly<Record<string, unknown>> = {}): Files {
  const files: Readonly<Record<string, unknown>> = { ...allWords, en: undefined, ...own };
  const asked: string[] = [];
  return {
    asked,
    async fetch(url) {
      const [, language = ''] = /\/words\/([\w-]+)\.json$/.exec(url) ?? [];
      asked.push(language);
      const file = files[language];
      if (file instanceof Response) return file;
      return file === undefined ? new Response('', { status: 404 }) : Response.json(file);
    },
  };
}
