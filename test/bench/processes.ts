// What a process has used of the machine, by Linux's own accounts; nothing elsewhere, and the tables then say so.

import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second towards programs, whatever the kernel's own clock (proc(5), USER_HZ). */
const ticksPerSecond = 100;

/** Seconds of processor, in the program and in the kernel for it. */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The program's name comes second, in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
