const LF = 0x0a;
const CR = 0x0d;
export const MAX_LINE_BYTES = 1_048_576;

/** A line without its end, or undefined for one that is too long. Buffers may be parts of what came. */
export type Line = Buffer | undefined;

/** Splits bytes at LF alone. `node:readline` and npm's splitters know more ends, and make text of bytes that are none. */
export async function* splitLines(source: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    size += part.length;
    if (size <= MAX_LINE_BYTES + 1) parts.push(part); // the end of a longer line is not needed
  };
  const take = (): Line => {
    const line = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const length = size;
    parts = [];
    size = 0;
    const end = line?.at(-1) === CR ? length - 1 : length;
    return end > MAX_LINE_BYTES ? undefined : line?.subarray(0, end);
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield take();
}
