// What is wrong with the bindings, as an operator reads it.

import { expect } from 'vitest';
import { EnvironmentError, readEnvironment } from '../src/environment.ts';
import { bindings } from './service.ts';

/** The line that each wrong binding has in the error, by its name. */
export function complaints(changed: Record<string, unknown>): Record<string, string> {
  try {
    readEnvironment({ ...bindings(), ...changed });
    return {};
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    for (const value of Object.values(changed)) {
      if (typeof value === 'string' && value.length > 4) expect(error.message).not.toContain(value);
    }
    expect(error.message).not.toMatch(/hunter2|undefined|Invalid input/);
    const lines = error.message.replace('The environment is not complete: ', '').split('; ');
    return lines.reduce<Record<string, string>>((byName, line) => {
      const name = line.split(' ')[0] ?? '';
      byName[name] = name in byName ? `${byName[name]}; ${line}` : line;
      return byName;
    }, {});
  }
}
