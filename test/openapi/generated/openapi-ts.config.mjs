// How @hey-api/openapi-ts generates: the document beside it, into modules that Node runs as they are.

// biome-ignore lint/style/noDefaultExport: the generator wants one.
export default {
  input: 'openapi.json',
  output: { path: 'sdk', module: { extension: '.ts' } },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
};
