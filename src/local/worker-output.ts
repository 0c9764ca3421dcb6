// What the terminal shows of wrangler's output and of the service's log: nothing of how the service starts unless it does not, a line
// for each request, and whatever else there is as it is. Warnings and errors always.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { stripVTControlCharacters, styleText } from 'node:util';
import { timeOfDay } from './time-of-day.ts';

type Entry = { readonly level: string; readonly event: string; readonly [field: string]: unknown };

/** Wrangler's lines about a request are said by the service's own log. */
const chatter = /^\[wrangler:info\]|^\[custom build\] Running: /;

/**
 * What wrangler says at length, in indented lines below a first one: that it does not run cron triggers, which start.ts does, and all it
 * knows of the process of a build that failed, which has said why in lines of its own.
 */
const atLength = /Scheduled Workers are not automatically triggered|Process exited with non-zero status/;

/** Resolves when there is nothing more to print. How the Worker starts is shown if it does not. */
export async function printOutput({ stdout, stderr }: ChildProcess): Promise<void> {
  if (stdout === null || stderr === null) return;
  const beforeReady: string[] = [];
  let isReady = false;
  const print = (lines: Interface, to: NodeJS.WriteStream) => {
    const shown = workerOutput(() => new Date());
    lines.on('line', (line) => {
      if (lines === log && !isReady) beforeReady.push(line);
      const text = lines === log && !isReady ? undefined : shown(line);
      if (text !== undefined) to.write(`${text}\n`);
      isReady ||= line.includes('Ready on ');
    });
    return once(lines, 'close');
  };
  const log = createInterface({ input: stdout });
  await Promise.all([print(log, process.stdout), print(createInterface({ input: stderr }), process.stderr)]);
  if (!isReady) console.log(beforeReady.join('\n'));
}

/** Files, such as those of the page at /docs, and what is asked whether the service lives. */
const quietRoutes = new Set(['(none)', '/api/healthchecker', '/api/readiness']);

/** Makes of one line after the other what is shown of it. */
export function workerOutput(now: () => Date): (line: string) => string | undefined {
  // Wrangler colours its errors wherever they go.
  const isColoured = styleText('red', '.') !== '.';
  let isAtLength = false;
  let isBlank = true;
  return (line) => {
    const plain = stripVTControlCharacters(line).trimEnd();
    isAtLength = atLength.test(plain) || (isAtLength && /^(\s|$)/.test(plain));
    if (isAtLength) return;
    const entry = entryOf(plain);
    const shown = entry ? lineOf(entry, now()) : chatter.test(plain) ? undefined : isColoured ? line : plain;
    // Wrangler sets off each line of the log that is a warning or an error.
    if (shown === undefined || (plain === '' && isBlank)) return;
    isBlank = plain === '' || entry !== undefined;
    return shown;
  };
}

function entryOf(line: string): Entry | undefined {
  const json = /^(?:\S \[\w+\] )?(\{"level":.*\})$/.exec(line)?.[1];
  try {
    return json === undefined ? undefined : (JSON.parse(json) as Entry);
  } catch {
    return undefined;
  }
}

function lineOf({ level, event, ...fields }: Entry, when: Date): string | undefined {
  const time = styleText('dim', timeOfDay(when));
  if (event === 'request') {
    const { method, route, status, problem, refusal, duration_ms: duration } = fields;
    if (quietRoutes.has(String(route)) && Number(status) < 400) return;
    const why = problem ? `  ${problem}${refusal ? ` (${refusal})` : ''}` : '';
    const colour = Number(status) >= 500 ? 'red' : Number(status) >= 400 ? 'yellow' : 'green';
    return `${time}  ${styleText(colour, String(status))}  ${method} ${route}${why}  ${styleText('dim', `${duration} ms`)}`;
  }
  // Every minute the purge says how much there was to purge.
  const said = Object.entries(fields).filter(([, value]) => value !== 0);
  if (level === 'info' && said.length === 0) return;
  const colour = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'dim';
  const values = said.map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${time}  ${styleText(colour, `${level}  ${event}`)}  ${values.join('  ')}`;
}
