// The text of an answer of somebody else's. Denial of service: what is longer, or does not come in time, is read no further.

/** @throws Error where it is too long; the signal's reason where its time is up. */
export async function boundedText(
  { body }: Response,
  { signal, maximumBytes }: { readonly signal: AbortSignal; readonly maximumBytes: number },
): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  // Ends the read that waits: not every `fetch` lets the signal end a body.
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}));
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > maximumBytes) {
      await reader.cancel().catch(() => {});
      throw new Error(`answered more than ${maximumBytes} bytes`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  signal.throwIfAborted();
  return text + decoder.decode();
}
