// Trusted Types: Swagger UI hands over markup and the address of a script as strings. What may become of one is said here, and nothing else passes.

/** What Markdown makes of a description, after DOMPurify: no picture, no style, no handler, and links to http(s) or this service alone. */
const markup =
  /^(?:[^<]|<\/?(?:p|ul|ol|li|code|pre|strong|em|del|blockquote|h[1-6]|table|thead|tbody|tr|th|td)>|<[bh]r ?\/?>|<a(?: (?:href="(?:https?:\/|#|\/)[^"<>]*"|rel="[\w ]*"|target="_blank"))*>|<\/a>)*$/;

export const library = '/docs/swagger-ui-bundle.js';

type Factory = {
  createPolicy(
    name: string,
    rules: {
      readonly createHTML: (text: string) => string | null;
      readonly createScriptURL: (address: string) => string | null;
    },
  ): unknown;
};

/** Where the browser knows them. */
export function trustLittle(): void {
  (globalThis as { readonly trustedTypes?: Factory }).trustedTypes?.createPolicy('default', {
    createHTML: (text) => (markup.test(text) ? text : null),
    createScriptURL: (address) => (address === library ? address : null),
  });
}
