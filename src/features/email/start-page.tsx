// GET /: what somebody meets who comes here without a mail's link.

import type { Config } from '../../environment.ts';
import { endpoint } from '../../http/endpoint.ts';
import { page, speechFor, ToTheApp } from '../../http/page.tsx';
import type { Page } from '../../http/page-layout.tsx';
import type { Speech } from '../../words/speech.ts';
import { pageDefinitions } from './page-definitions.ts';

export const startPage = endpoint(pageDefinitions.startPage, (dependencies) => async ({ context }) => {
  const speech = await speechFor(context, dependencies);
  return page(context, speech, start(speech, dependencies.config));
});

const start = (speech: Speech, config: Config): Page => {
  const { opening, fromMail, developers } = speech.words.pages.start;
  return {
    heading: speech.brand.name,
    content: (
      <>
        <p>{opening}</p>
        <p>{fromMail}</p>
        <p>
          <a href="/docs">{developers}</a>
        </p>
        <ToTheApp {...config} speech={speech} />
      </>
    ),
  };
};
