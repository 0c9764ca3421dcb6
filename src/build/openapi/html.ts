// A page, as the document describes it.

import * as z from 'zod/mini';
import { noted } from './describe.ts';

const Html = noted(z.string(), { description: 'A page.' });
export const html = (description: string, headers: readonly string[] = ['Cache-Control']) => ({
  description,
  headers,
  content: { mediaType: 'text/html', schema: Html, examples: { page: '<!doctype html>…' } },
});
