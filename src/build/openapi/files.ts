// What is served from files, as the document describes it.

import * as z from 'zod/mini';
import { type Feature, noted } from './describe.ts';
import { html } from './html.ts';
import { tags } from './tags.ts';

const OpenApi = noted(z.looseObject({ openapi: z.string() }), { description: 'This document.' });

const fileHeaders = ['ETag', 'Cache-Control'];
const notModified = { description: 'The copy at hand is still good.', headers: fileHeaders };

export const files: Feature = {
  tag: tags.pages,
  schemas: { OpenApi },
  operations: [
    {
      route: 'GET /openapi.json',
      access: 'anybody',
      id: 'getOpenApi',
      summary: 'This document',
      description: 'OpenAPI 3.1. Any origin may read it.',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The document.',
          headers: fileHeaders,
          content: { schema: OpenApi, examples: { start: { openapi: '3.1.0' } } },
        },
        304: notModified,
      },
      // What the Worker says where the files were not deployed with it.
      problems: ['not-found'],
      isFile: true,
    },
    {
      route: 'GET /docs',
      access: 'anybody',
      id: 'getDocs',
      summary: 'Read it and try it',
      description:
        'A page to read this document, to log in and to try every call. It contacts no other host.',
      parameters: ['If-None-Match'],
      answers: { 200: html('The page.', fileHeaders), 304: notModified },
      // What the Worker says where the files were not deployed with it.
      problems: ['not-found'],
      isFile: true,
    },
    {
      route: 'GET /admin',
      access: 'anybody',
      id: 'getAdmin',
      summary: 'The operators’ page',
      description:
        'A page for admins, who sign in on it with a second factor. There is no secret in it, and it contacts no other host.',
      parameters: ['If-None-Match'],
      answers: { 200: html('The page.', fileHeaders), 304: notModified },
      // What the Worker says where the files were not deployed with it.
      problems: ['not-found'],
      isFile: true,
    },
  ],
};
