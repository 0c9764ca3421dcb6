// Loads mail-previews.ts as it is at this moment. It renders JSX, which Node does not read.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type * as MailPreviews from './mail-previews.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @param bindings those of the brand, where they are given.
 * @throws Error of esbuild or of the words, which says where.
 */
export async function loadPreviews(
  bindings: Readonly<Record<string, string>> = {},
): Promise<MailPreviews.Previews> {
  const { outputFiles } = await build({
    entryPoints: [join(projectFolder, 'src/local/mail-previews.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });
  // Node keeps a module for good: one that has not changed is the same.
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { createPreviews }: typeof MailPreviews = await import(`data:text/javascript;base64,${source}`);
  return createPreviews(bindings, join(projectFolder, process.env['WORDS'] ?? 'words'));
}
