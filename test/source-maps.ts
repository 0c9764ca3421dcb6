// Lets a failure name the lines of our sources. Vitest keeps transformed modules on disk, each with its source map at the end.
// workerd cannot read the disk, so the Cloudflare plugin (1.4.10) reads for it, and leaves the map in the code: stacks then name
// lines of the transformed code. This takes the map from there, when a stack is first read. `fsModuleCache: false` would do as
// well, and cost 1.5 s of CPU in each run.

type Modules = {
  getModuleById(id: string): { meta?: { code?: string; sourceMap?: string | undefined } } | undefined;
  getModuleSourceMapById(id: string): unknown;
};

declare const __vitest_mocker__: { moduleRunner: { evaluatedModules: Modules } };

/** What Vitest writes between the two. */
const separator = '\n//# vitestSourceMap=';

const modules = __vitest_mocker__.moduleRunner.evaluatedModules;
const mapOf = modules.getModuleSourceMapById.bind(modules);

modules.getModuleSourceMapById = (id) => {
  const meta = modules.getModuleById(id)?.meta;
  if (meta) meta.sourceMap ??= meta.code?.split(separator)[1];
  return mapOf(id);
};
