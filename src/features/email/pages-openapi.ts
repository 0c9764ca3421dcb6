// The pages that people meet, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { html } from '../../build/openapi/html.ts';
import { tags } from '../../build/openapi/tags.ts';
import { pageDefinitions } from './page-definitions.ts';
import { eitherCode } from './undo-change.ts';

const Page = z.object({
  ui_locales: z.optional(
    said(
      'Language tags with spaces between them (OpenID Connect Core, section 3.1.2.1), most wanted first. Without one that there are ' +
        'words in, `Accept-Language` counts.',
    ),
  ),
});

/** The link's own query. */
const Link = z.object({
  token: z.optional(said('As the mail has it. Without it the page says that the link is broken.')),
  ...Page.shape,
});

const byLink = { token: 'b3BhcXVlLXJhbmRvbS10b2tlbi1mcm9tLXRoZS1saW5r' };
const forBrowsers = 'For people without the app: what the page’s button sends. An app posts JSON to';

noted(eitherCode(), {
  type: 'string',
  description: 'Six digits of the authenticator app, or a recovery code.',
});

export const pages: Feature = {
  tag: tags.pages,
  schemas: {},
  operations: [
    describe(pageDefinitions.startPage, {
      query: Page,
      id: 'startPage',
      summary: 'What this is',
      description: 'For people who come here by themselves.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.verificationPage, {
      query: Link,
      id: 'verificationPage',
      summary: 'The page that a verification links to',
      description: 'Shows a button, and changes nothing: mail scanners open links.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.verificationForm, {
      query: Page,
      id: 'verifyEmailOnPage',
      summary: 'Verify on the page',
      description: `${forBrowsers} \`/api/auth/verify-email\`.`,
      body: {
        examples: { byLink: { ...byLink, name: 'Ada', password: 'velvet sparrow tunnel mint' } },
      },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'invalid-code', 'sign-up-closed', 'weak-password', 'too-many-requests'],
    }),
    describe(pageDefinitions.resetPage, {
      query: Link,
      id: 'resetPage',
      summary: 'The page that a password reset links to',
      description: 'Shows a form, and changes nothing: mail scanners open links.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.resetForm, {
      query: Page,
      id: 'resetPasswordOnPage',
      summary: 'Reset on the page',
      description: `${forBrowsers} \`/api/auth/reset-password\`.`,
      body: {
        examples: { byLink: { ...byLink, password: 'velvet sparrow tunnel mint' } },
      },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'invalid-code', 'weak-password', 'too-many-requests'],
    }),
    describe(pageDefinitions.undoPage, {
      query: Link,
      id: 'undoPage',
      summary: 'The page that takes a change of the address or of a factor back',
      description: 'Shows a button, and changes nothing: mail scanners open links.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.undoForm, {
      query: Page,
      id: 'undoEmailChangeOnPage',
      summary: 'Undo on the page',
      description: `${forBrowsers} \`/api/auth/undo-email-change\`.`,
      body: { examples: { byLink, secondFactor: { ...byLink, second_factor: '492039' } } },
      answers: { 200: html('What became of it.') },
      problems: ['invalid-token', 'second-factor-required', 'invalid-second-factor', 'too-many-requests'],
    }),
    describe(pageDefinitions.anotherMailPage, {
      query: Page,
      id: 'anotherMailPage',
      summary: 'Where another mail was sent from',
      description: 'Says that a link is needed: its page has the button.',
      answers: { 200: html('The page.') },
    }),
    describe(pageDefinitions.anotherMailForm, {
      query: Page,
      id: 'sendAnotherMailOnPage',
      summary: 'Send another mail instead of one whose link has expired',
      description:
        'What the button sends on the page of a link that does not work any more. The mail goes to the same address, within its ' +
        'hourly allowance, as long as the request waits or is not over for more than a day. The answer is the same whether or not ' +
        'there is anything to send. An app posts the `request` to `/api/auth/resend-verification`.',
      body: { examples: { byLink } },
      answers: { 200: html('What may have become of it.') },
      problems: ['invalid-token', 'too-many-requests'],
    }),
  ],
};
