// Says on the terminal what is being measured and how much longer it takes; to a file, one line every few seconds.

export type Progress = {
  /** So many more steps are to come. */
  expect(steps: number): void;
  step(what: string): void;
  /** Since the start. */
  seconds(): number;
  done(): void;
};

const millisecondsBetweenLines = 10_000;

export function showProgress(stream: NodeJS.WriteStream): Progress {
  const start = performance.now();
  let [expected, made, lastLine] = [0, 0, Number.NEGATIVE_INFINITY];
  const seconds = () => (performance.now() - start) / 1000;
  return {
    seconds,
    expect(steps) {
      expected += steps;
    },
    step(what) {
      const now = performance.now();
      const line = `${expected > 0 ? `${made}/${expected} ` : ''}${seconds().toFixed(0)} s  ${what}`;
      if (expected > 0) made += 1;
      if (stream.isTTY) stream.write(`\r\x1b[K${line}`);
      else if (now - lastLine > millisecondsBetweenLines) {
        stream.write(`${line}\n`);
        lastLine = now;
      }
    },
    done() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
