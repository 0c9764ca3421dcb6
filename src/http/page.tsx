// Pages for people without the app, with the headers that hold them to what they are; and problems as pages, for clients
// that ask for HTML.

import type { Context, MiddlewareHandler } from 'hono';
import type { Dependencies } from '../context.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import { languageAccepted } from '../words/languages.ts';
import type { Speech } from '../words/speech.ts';
import { formFields } from './form-body.ts';
import { Layout, lookOf, type Page } from './page-layout.tsx';

/** The fields of a form as they were sent, to be shown again. Untrusted. */
export type Given = Readonly<Record<string, string | undefined>>;

/** Language tags with spaces between them. Anything else is as if it were not there. */
const uiLocales = /^(?=.{1,80}$)[\w-]+( [\w-]+)*$/;

/** The language that a mail's link asks for (`ui_locales`: OpenID Connect Core, section 3.1.2.1), then those that the browser does. */
export async function speechFor(
  context: Context,
  { speechIn }: Pick<Dependencies, 'speechIn'>,
): Promise<Speech> {
  const asked = context.req.query('ui_locales') ?? '';
  const accepted = context.req.header('Accept-Language') ?? '';
  const language = languageAccepted(
    uiLocales.test(asked) ? `${asked.replaceAll(' ', ',')},${accepted}` : accepted,
  );
  return speechIn(language);
}

export async function page(
  context: Context,
  speech: Speech,
  shown: Page,
  status: 200 | 404 = 200,
): Promise<Response> {
  const { style, policy } = await lookOf(speech.brand);
  const html = `<!doctype html>${<Layout {...shown} speech={speech} style={style} />}`;
  return context.html(html, status, {
    'Content-Security-Policy': policy,
    // The URL holds the mailed secret: no referrer, no cache, no search engine.
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'Content-Language': speech.language,
    'X-Robots-Tag': 'noindex',
  });
}

/** Browsers ask for HTML when somebody follows a link; API clients do not. */
export function wantsPage(context: Context): boolean {
  return /\btext\/html\b/i.test(context.req.header('Accept') ?? '');
}

/** `404` for a person who followed a link. */
export async function notFoundPage(
  context: Context,
  dependencies: Pick<Dependencies, 'config' | 'speechIn'>,
): Promise<Response> {
  const speech = await speechFor(context, dependencies);
  const { heading, opening, start } = speech.words.pages.notFound;
  const content = (
    <>
      <p>{opening}</p>
      <p>
        <a href="/">{start}</a>
      </p>
    </>
  );
  return page(context, speech, { isResult: true, hasFailed: true, heading, content }, 404);
}

/** Where it goes on: to the app, where that is another site. */
export function ToTheApp({
  appOrigin,
  issuer,
  speech,
  isQuiet = false,
}: Pick<Config, 'appOrigin' | 'issuer'> & {
  readonly speech: Speech;
  /** Beside something that matters more. */
  readonly isQuiet?: boolean;
}) {
  return appOrigin === issuer ? null : (
    <a class={isQuiet ? 'act quiet' : 'act'} href={appOrigin}>
      {speech.words.pages.toTheApp}
    </a>
  );
}

/**
 * Turns problem documents into pages, after they have been logged and mapped as everywhere: status and `Retry-After`
 * stay. A client that does not ask for `text/html` gets the problem document.
 */
export function problemsAsPages(
  dependencies: Pick<Dependencies, 'config' | 'speechIn'>,
  pageOf: (speech: Speech, config: Config) => (given: Given, problem: Problem) => Page,
): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (!context.error || !wantsPage(context)) return;
    const problem = context.error instanceof Problem ? context.error : new Problem('internal-error');
    const { status } = context.res;
    const speech = await speechFor(context, dependencies);
    const shown = pageOf(speech, dependencies.config)(await formFields(context), problem);
    const { body, headers } = await page(context, speech, shown);
    context.res = new Response(body, { status, headers });
  };
}
