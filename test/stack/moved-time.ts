// A clock that a test moves, for production bundles: it is put before the Worker and reads the time with each request.

const header = 'X-Test-Time';

/** A module that stands before a Worker's own and lives in the time of the request that it serves. */
export function inMovedTime(workerModule: string): string {
  return `import worker from './${workerModule}';
const RealDate = Date;
let offset = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) { super(...(given.length > 0 ? given : [RealDate.now() + offset])); }
  static now() { return RealDate.now() + offset; }
};
export default {
  fetch(request, ...rest) {
    const time = Number(request.headers.get('${header}'));
    if (time > 0) offset = Math.max(offset, time - RealDate.now());
    return worker.fetch(request, ...rest);
  },
};
`;
}

export type MovedTime = {
  /** Seconds since 1970. */
  seconds(): number;
  advance(seconds: number): void;
  /** What every request to such a Worker carries. */
  headers(): Record<string, string>;
};

export function movedTime(): MovedTime {
  let offset = 0;
  const milliseconds = () => Date.now() + offset;
  return {
    seconds: () => Math.floor(milliseconds() / 1000),
    advance: (seconds) => {
      offset += seconds * 1000;
    },
    headers: () => ({ [header]: String(milliseconds()) }),
  };
}
