/** On this machine's clock, as a terminal shows it: `09:05:00`. */
export function timeOfDay(when: Date): string {
  return when.toTimeString().slice(0, 8);
}
